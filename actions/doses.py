"""吃了, 等会儿, 这次不吃了: words instead of a reminder's buttons, with when it was taken and why it was left out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from actions import phrases
from actions import phrases_of_plans as words
from actions.answer import Choice, MessagePart, Outcome, command, message, say
from actions.deps import Deps
from actions.heard import Heard
from actions.managing import managed
from actions.needed import took
from actions.plan import TODAY, UNDO, Plan, plan_of
from actions.taking_words import again_at, reason_told, taken_at
from actions.told_on import told_on
from actions.words import wants_all
from bot.dose_commands import NEXT_STEPS
from bot.phrases import WHY_SKIPPED
from bot.plans import PlanRefused
from bot.regimens import DueDose
from schedules.doses import SNOOZE_MINUTES, Reason, SnoozeRefused
from schedules.doses import Outcome as DoseOutcome

_SHORTLY: Final = timedelta(minutes=SNOOZE_MINUTES[0])
_CAUGHT_UP: Final = timedelta(hours=24)
"""How long ago a dose may have been missed of which somebody now says that it was taken."""
_ASKS_FOR_HELP: Final = frozenset({Reason.UNWELL, Reason.BETTER, Reason.NONE_LEFT})
_LABELS: Final = {
    DoseOutcome.TAKEN: ("dose_taken", "吃了"),
    DoseOutcome.SNOOZED: ("dose_snooze", "10分钟后提醒"),
    DoseOutcome.SKIPPED: ("dose_skip", "这次不吃"),
}
_HUMAN: Final = command("转人工", "request_human")


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of doses: how they end, and by which words."""

    deps: Deps
    heard: Heard
    plan: Plan

    def about(self, dose: DueDose) -> dict[str, str]:
        """For a sentence about one dose."""
        return {"drug": dose.drug, "time": self.plan.clock(dose.planned_at)}


Settle = Callable[[_Told, DueDose], Awaitable[str]]
"""Ends one dose; what is said of it."""


async def taken(deps: Deps, heard: Heard) -> Outcome:
    """吃了, 我7点就吃了."""
    if (other := await managed(deps, heard)) is not None:
        return other
    plan = await plan_of(deps, heard)
    if (needed := await took(deps, heard, plan)) is not None:
        return needed
    return await _end(_Told(deps, heard, plan), DoseOutcome.TAKEN, _take)


async def put_off(deps: Deps, heard: Heard) -> Outcome:
    """等会儿, 一小时后再叫我."""
    if (other := await managed(deps, heard)) is not None:
        return other
    return await _end(_Told(deps, heard, await plan_of(deps, heard)), DoseOutcome.SNOOZED, _put_off)


async def skipped(deps: Deps, heard: Heard) -> Outcome:
    """今天不吃了, 恶心不吃了."""
    if (other := await managed(deps, heard)) is not None:
        return other
    return await _end(_Told(deps, heard, await plan_of(deps, heard)), DoseOutcome.SKIPPED, _skip)


async def _end(told: _Told, outcome: DoseOutcome, settle: Settle) -> Outcome:
    heard = told.heard
    meant = await _meant(told, outcome)
    if not meant and (taken_up := await told_on(told.deps, heard)):  # 吃了美林一个小时了, after 孩子发烧
        return taken_up
    if not meant:
        return say(phrases.NO_OPEN_DOSE, TODAY, Choice("查看我的提醒"), Choice("设一个提醒", "提醒我吃药"))
    if _to_be_asked(told, meant):
        return _which(meant, outcome)
    lines = [await settle(told, dose) for dose in meant]
    if outcome is DoseOutcome.SKIPPED:
        return _with_reason(heard, meant, lines)
    return say("\n".join(lines), TODAY, UNDO)


def _to_be_asked(told: _Told, meant: Sequence[DueDose]) -> bool:
    """Several of which not all are meant; or one whose time is over: was it taken then, or not at all?"""
    over = any(one.outcome is not None for one in meant)
    untimed = over and taken_at(told.heard.text, told.heard.at, told.plan.habits.timezone) is None
    return untimed or (len(meant) > 1 and not wants_all(told.heard.text))


async def _meant(told: _Told, outcome: DoseOutcome) -> Sequence[DueDose]:
    """The doses that the words are about: the drug named, else those of the latest due moment."""
    deps, heard = told.deps, told.heard
    clinic, person = heard.caller.clinic, heard.caller.person
    found: Sequence[DueDose] = await deps.regimens.open_doses(clinic, person, heard.at)
    if not found and outcome is DoseOutcome.TAKEN:
        found = await _missed(told)
    known = {drug.id for drug in deps.library.drugs.mentioned(heard.text)}
    named = [one for one in found if one.drug in heard.text or one.drug_id in known]
    if named or known or not found:
        return named[-1:]
    past = [one for one in found if one.due_at <= heard.at]
    latest = past[-1] if past else found[0]
    return [one for one in found if one.due_at == latest.due_at]


async def _missed(told: _Told) -> Sequence[DueDose]:
    """Doses that ended by themselves: the person may still say that they were taken in time."""
    heard = told.heard
    since = heard.at - _CAUGHT_UP
    past = await told.deps.regimens.history(heard.caller.clinic, heard.caller.person, since, heard.at)
    return [one for one in past if one.outcome in (DoseOutcome.MISSED, DoseOutcome.UNDELIVERABLE)]


def _which(meant: Sequence[DueDose], outcome: DoseOutcome) -> Outcome:
    """Two drugs due at once: the buttons settle each without a further word."""
    name, label = _LABELS[outcome]
    buttons = [command(f"{one.drug} {label}", name, dose=one.id) for one in meant]
    return Outcome((message(phrases.WHICH_DOSE, commands=buttons),))


async def _take(told: _Told, dose: DueDose) -> str:
    when = taken_at(told.heard.text, told.heard.at, told.plan.habits.timezone)
    if not await _settled(told, dose, DoseOutcome.TAKEN, when or told.heard.at):
        return phrases.DOSE_SETTLED.format(**told.about(dose))
    if when is None:
        return phrases.DOSE_TAKEN.format(**told.about(dose))
    planned = told.plan.clock(dose.planned_at)
    return words.TAKEN_AT.format(drug=dose.drug, planned=planned, time=told.plan.clock(when))


async def _skip(told: _Told, dose: DueDose) -> str:
    reason = reason_told(told.heard.text)
    if not await _settled(told, dose, DoseOutcome.SKIPPED, told.heard.at, reason):
        return phrases.DOSE_SETTLED.format(**told.about(dose))
    if reason is None:
        return phrases.DOSE_SKIPPED.format(**told.about(dose))
    return words.SKIPPED_BECAUSE.format(**told.about(dose), reason=reason.chinese)


async def _settled(
    told: _Told, dose: DueDose, outcome: DoseOutcome, at: datetime, reason: Reason | None = None
) -> bool:
    caller = told.heard.caller
    settled = await told.deps.regimens.settle(caller.clinic, dose.id, outcome, at, person=caller.person, reason=reason)
    return settled.changed


async def _put_off(told: _Told, dose: DueDose) -> str:
    """By ten minutes, or to the time that was said."""
    heard, zone = told.heard, told.plan.habits.timezone
    to = again_at(heard.text, heard.at, zone) or heard.at + _SHORTLY
    minutes = int((to - heard.at).total_seconds()) // 60
    try:
        if minutes in SNOOZE_MINUTES:
            return await _snooze(told, dose, minutes)
        await told.deps.plans.move_dose(heard.caller.clinic, heard.caller.person, dose.id, to, heard.at)
    except (SnoozeRefused, PlanRefused):
        return phrases.DOSE_TOO_LATE.format(**told.about(dose))
    return words.MOVED_ONE.format(drug=dose.drug, when=told.plan.when(to, heard.at))


async def _snooze(told: _Told, dose: DueDose, minutes: int) -> str:
    caller = told.heard.caller
    settled = await told.deps.regimens.settle(
        caller.clinic, dose.id, DoseOutcome.SNOOZED, told.heard.at, minutes=minutes, person=caller.person
    )
    sentence = phrases.DOSE_SNOOZED if settled.changed else phrases.DOSE_SETTLED
    return sentence.format(**told.about(dose), minutes=minutes)


def _with_reason(heard: Heard, meant: Sequence[DueDose], lines: Sequence[str]) -> Outcome:
    """Why decides what helps: the next step for the reason told, or the reasons to choose from."""
    reason = reason_told(heard.text)
    if reason is None:
        return Outcome((message("\n".join((*lines, WHY_SKIPPED)), commands=_reasons(meant)),))
    step = NEXT_STEPS[reason].format(drug="、".join(dict.fromkeys(one.drug for one in meant)))
    human = (_HUMAN,) if reason in _ASKS_FOR_HELP else ()
    return Outcome((message("\n".join((*lines, step)), (TODAY, UNDO), commands=human),))


def _reasons(meant: Sequence[DueDose]) -> list[MessagePart]:
    """One button for each reason, of the one dose or of all that were told together."""
    rounds = {one.round for one in meant}
    shared = rounds.pop() if len(rounds) == 1 else None
    about = {"round": shared} if shared and len(meant) > 1 else {"dose": meant[-1].id}
    return [command(each.chinese, "dose_reason", **about, reason=each.value) for each in Reason]
