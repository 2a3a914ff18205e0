"""吃了, 等会儿, 这次不吃了: words instead of a reminder's buttons."""

from collections.abc import Sequence

from actions import phrases
from actions.answer import Choice, Outcome, command, message, say
from actions.deps import Deps
from actions.free import zone_of
from actions.heard import Heard
from actions.told_on import told_on
from actions.words import wants_all
from bot.regimens import DueDose
from schedules.doses import Outcome as DoseOutcome
from schedules.doses import SnoozeRefused
from schedules.speaking import spoken_clock

SNOOZE_MINUTES = 10
_LABELS = {
    DoseOutcome.TAKEN: ("dose_taken", "吃了"),
    DoseOutcome.SNOOZED: ("dose_snooze", "10分钟后提醒"),
    DoseOutcome.SKIPPED: ("dose_skip", "这次不吃"),
}


async def taken(deps: Deps, heard: Heard) -> Outcome:
    """吃了."""
    return await _settle(deps, heard, DoseOutcome.TAKEN)


async def put_off(deps: Deps, heard: Heard) -> Outcome:
    """等会儿."""
    return await _settle(deps, heard, DoseOutcome.SNOOZED)


async def skipped(deps: Deps, heard: Heard) -> Outcome:
    """今天不吃了."""
    return await _settle(deps, heard, DoseOutcome.SKIPPED)


async def _settle(deps: Deps, heard: Heard, outcome: DoseOutcome) -> Outcome:
    meant = await _meant(deps, heard)
    if not meant and (taken_up := await told_on(deps, heard)):  # 吃了美林一个小时了, after 孩子发烧
        return taken_up
    if not meant:
        return say(phrases.NO_OPEN_DOSE, Choice("查看我的提醒"), Choice("设一个提醒", "提醒我吃药"))
    if len(meant) > 1 and not wants_all(heard.text):
        return _which(deps, meant, outcome)
    lines = [await _settle_one(deps, heard, dose, outcome) for dose in meant]
    return say("\n".join(lines))


async def _meant(deps: Deps, heard: Heard) -> Sequence[DueDose]:
    """The doses that the words are about: the drug named, else those of the latest due moment."""
    caller = heard.caller
    found = await deps.regimens.open_doses(caller.clinic, caller.person, heard.at)
    known = {drug.id for drug in deps.library.drugs.mentioned(heard.text)}
    named = [one for one in found if one.drug in heard.text or one.drug_id in known]
    latest = await deps.regimens.latest_open(caller.clinic, caller.person, heard.at)
    if named or latest is None:
        return named[-1:] if named else ()
    if known:
        return ()
    return [one for one in found if one.due_at == latest.due_at]


def _which(deps: Deps, meant: Sequence[DueDose], outcome: DoseOutcome) -> Outcome:
    """Two drugs due at once: the buttons settle each without a further word."""
    name, label = _LABELS[outcome]
    buttons = [command(f"{one.drug} {label}", name, dose=one.id) for one in meant]
    return Outcome((message(phrases.WHICH_DOSE, commands=buttons),))


async def _settle_one(deps: Deps, heard: Heard, dose: DueDose, outcome: DoseOutcome) -> str:
    local = dose.planned_at.astimezone(zone_of(deps)).time()
    about = {"drug": dose.drug, "time": spoken_clock(local)}
    try:
        settled = await deps.regimens.settle(
            heard.caller.clinic, dose.id, outcome, heard.at, minutes=SNOOZE_MINUTES, person=heard.caller.person
        )
    except SnoozeRefused:
        return phrases.DOSE_TOO_LATE.format(**about)
    if not settled.changed:
        return phrases.DOSE_SETTLED.format(**about)
    return _THANKS[outcome].format(**about)


_THANKS = {
    DoseOutcome.TAKEN: phrases.DOSE_TAKEN,
    DoseOutcome.SNOOZED: phrases.DOSE_SNOOZED,
    DoseOutcome.SKIPPED: phrases.DOSE_SKIPPED,
}
