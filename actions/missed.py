"""漏了一次怎么办: the rule of that medicine, and what it means for the dose that was forgotten."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from actions import phrases_of_plans as phrases
from actions.answer import Choice, Outcome, command, message, say
from actions.caring import rule_of
from actions.deps import Deps
from actions.heard import Heard
from actions.plan import TODAY, Plan, named
from bot.regimens import DueDose, Regimen
from schedules.doses import Outcome as DoseOutcome
from schedules.due import next_due

_LOOK_BACK: Final = timedelta(hours=36)
_FORGOTTEN: Final = (None, DoseOutcome.MISSED, DoseOutcome.UNDELIVERABLE)
_MOST: Final = 6


async def missed(deps: Deps, heard: Heard, plan: Plan) -> Outcome | None:
    """What to do about a forgotten dose. None: a medicine is named that is not in the plan; the book answers."""
    forgotten = await _forgotten(deps, heard)
    found = named(deps, heard, plan)
    if not found and deps.library.drugs.mentions(heard.text):
        return None
    found = found or _theirs(plan.regimens, forgotten) or plan.regimens
    if not found:
        return None
    if len(found) > 1:
        return say(phrases.MISSED_WHICH, *(Choice(one.drug, f"{one.drug}漏了一次怎么办") for one in found[:_MOST]))
    return _advice(deps, heard, plan, found[0], [one for one in forgotten if one.regimen == found[0].id])


async def _forgotten(deps: Deps, heard: Heard) -> Sequence[DueDose]:
    """Doses whose time has passed and of which nobody said that they were taken, latest last."""
    past = await deps.regimens.history(heard.caller.clinic, heard.caller.person, heard.at - _LOOK_BACK, heard.at)
    return [one for one in past if one.outcome in _FORGOTTEN]


def _theirs(regimens: Sequence[Regimen], forgotten: Sequence[DueDose]) -> tuple[Regimen, ...]:
    late = {one.regimen for one in forgotten}
    return tuple(one for one in regimens if one.id in late)


def _advice(deps: Deps, heard: Heard, plan: Plan, one: Regimen, forgotten: Sequence[DueDose]) -> Outcome:
    rule = rule_of(deps.library, one.drug_id)
    words = [phrases.MISSED_RULE.format(drug=one.drug, words=rule.words)]
    buttons = [Choice("补吃了", f"{one.drug}吃了"), TODAY]
    if forgotten:
        words.append(_of_dose(forgotten[-1], heard, plan, one))
    human = (command("转人工", "request_human"),)
    return Outcome((message("\n".join(filter(None, words)), buttons, rule.sources, human),))


def _of_dose(dose: DueDose, heard: Heard, plan: Plan, one: Regimen) -> str:
    """Still to be taken, or to be left out: by the very rule that ends the dose."""
    time = plan.clock(dose.planned_at)
    if dose.late_until >= heard.at:
        return phrases.MISSED_STILL.format(time=time, until=plan.when(dose.late_until, heard.at))
    following = next_due(one.timing, heard.at, plan.habits.day_plan, plan.habits.timezone)
    when = plan.when(following, heard.at) if following else phrases.NO_LATER
    return phrases.MISSED_OVER.format(time=time, next=when)
