"""今天要吃什么药: what is due on a day, and what has become of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final

from actions import phrases_of_plans as phrases
from actions.answer import Choice, Outcome, say
from actions.dates import clock_label, day_label
from actions.deps import Deps
from actions.heard import Heard
from actions.plan import MINE, Plan, named
from bot.regimens import DueDose, Regimen
from schedules.clock import instant, local
from schedules.doses import Outcome as DoseOutcome
from schedules.due import due_times
from schedules.expressions import Kind, read_expression

_A_DAY: Final = timedelta(days=1)
_STATES: Final[Mapping[DoseOutcome | None, str]] = {
    None: phrases.STATE_OPEN,
    DoseOutcome.TAKEN: phrases.STATE_TAKEN,
    DoseOutcome.SKIPPED: phrases.STATE_SKIPPED,
    DoseOutcome.MISSED: phrases.STATE_MISSED,
    DoseOutcome.UNDELIVERABLE: phrases.STATE_OURS,
}
"""What is told of a dose; of those put off the later one is told, of cancelled ones nothing."""
RECORD: Final = Choice("吃药记录", "我的吃药记录")


@dataclass(frozen=True, slots=True)
class _Line:
    """One medicine at one time."""

    at: datetime
    what: str
    outcome: DoseOutcome | None


async def today(deps: Deps, heard: Heard, plan: Plan) -> Outcome:
    """The medicines of the day named, of today when none was."""
    zone = plan.habits.timezone
    day, now = _day(heard, plan), local(heard.at, zone).date()
    chosen = named(deps, heard, plan) or plan.regimens
    first, end = instant(day, time(0), zone), instant(day + _A_DAY, time(0), zone)
    found = await deps.regimens.history(heard.caller.clinic, heard.caller.person, first, end)
    told = [one for one in found if chosen is plan.regimens or one.regimen in {each.id for each in chosen}]
    lines = sorted((*_laid(told), *_ahead(plan, chosen, found, first, end)), key=lambda one: one.at)
    label, beside = day_label(day, now), _beside(chosen, plan, heard.at)
    if not lines:
        return say(phrases.TODAY_NONE.format(day=label) + beside, MINE, Choice("设一个提醒", "提醒我吃药"))
    left = _left(lines) if day == now else ""
    text = phrases.TODAY_PLAN.format(day=label, lines="\n".join(_spoken(lines, plan)), left=left)
    return say(text + beside, *_buttons(lines, day == now))


def _day(heard: Heard, plan: Plan) -> date:
    zone = plan.habits.timezone
    told = read_expression(heard.text, heard.at, zone)
    meant = told.start if told.kind in (Kind.DATE, Kind.DAY_PART) else None
    return local(meant or heard.at, zone).date()


def _laid(found: Iterable[DueDose]) -> Iterable[_Line]:
    return (_Line(one.planned_at, _what(one), one.outcome) for one in found if one.outcome in _STATES)


def _ahead(
    plan: Plan, chosen: Sequence[Regimen], found: Sequence[DueDose], first: datetime, end: datetime
) -> Iterable[_Line]:
    """What is not laid out yet: of days ahead, and of a medicine set a minute ago."""
    for one in chosen:
        laid = {dose.planned_at for dose in found if dose.regimen == one.id}
        since = max(first, one.starts_at, *laid) if laid else max(first, one.starts_at)
        for moment in due_times(one.timing, since, end, plan.habits.day_plan, plan.habits.timezone):
            if moment not in laid and not _paused(one, moment) and one.after is None:
                yield _Line(moment, _what(one), None)


def _paused(one: Regimen, moment: datetime) -> bool:
    return one.paused is not None and one.paused[0] <= moment < one.paused[1]


def _what(one: Regimen | DueDose) -> str:
    return f"{one.drug} {one.dose}" if one.dose else one.drug


def _spoken(lines: Sequence[_Line], plan: Plan) -> Iterable[str]:
    """A line for each clock time."""
    for clock, group in groupby(lines, lambda one: clock_label(local(one.at, plan.habits.timezone).time())):
        yield f"{clock} " + "、".join(f"{one.what}（{_STATES[one.outcome]}）" for one in group)


def _left(lines: Sequence[_Line]) -> str:
    still = sum(one.outcome is None for one in lines)
    if still:
        return phrases.TODAY_LEFT.format(count=still)
    done = all(one.outcome is DoseOutcome.TAKEN for one in lines)
    return phrases.TODAY_DONE if done else ""


def _beside(chosen: Sequence[Regimen], plan: Plan, at: datetime) -> str:
    """Medicines without a time of their own, and those that are paused."""
    needed = [one.drug for one in chosen if one.timing.as_needed]
    held = [one for one in chosen if one.paused and one.paused[0] <= at < one.paused[1]]
    words = phrases.AS_NEEDED_TOO.format(drugs="、".join(dict.fromkeys(needed))) if needed else ""
    if not held or held[0].paused is None:
        return words
    names, until = "、".join(dict.fromkeys(one.drug for one in held)), plan.when(held[0].paused[1], at)
    return words + phrases.PAUSED_NOW.format(drugs=names, until=until)


def _buttons(lines: Sequence[_Line], is_today: bool) -> Sequence[Choice]:
    if is_today and any(one.outcome is None for one in lines):
        return Choice("吃了"), Choice("明天的药", "明天要吃什么药"), RECORD
    return Choice("明天的药", "明天要吃什么药"), RECORD, MINE
