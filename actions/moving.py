"""所有药推迟一小时, 今天的推迟到十点: the plan, or today's doses, earlier or later."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from actions import phrases_of_plans as phrases
from actions.answer import Choice, Outcome, say
from actions.deps import Deps
from actions.heard import Heard
from actions.plan import MINE, TODAY, UNDO, Plan, drugs, ids, named
from actions.taking_words import again_at
from bot.regimens import DueDose, Regimen
from schedules.clock import local
from schedules.clock_words import find_parts
from schedules.due import due_times
from schedules.durations import find_lengths
from schedules.pieces import DayPart
from schedules.spelling import plain

MOST: Final = timedelta(hours=6)
_ONE_DAY: Final = re.compile(r"今天|今晚|今早|今儿|这[次顿]")
_EARLIER: Final = re.compile(r"提前|往前|提早|前移|早(?!上|晨|饭|餐|中)")
_AHEAD: Final = timedelta(hours=24)


async def shift(deps: Deps, heard: Heard, plan: Plan) -> Outcome | None:
    """Everything so much earlier or later, from now on or today only. None: one part of the day is meant."""
    lengths, _ = find_lengths(plain(heard.text))
    if not lengths:
        return say(phrases.HOW_MUCH, Choice("推后一小时", "所有药推后一小时"), Choice("提前一小时", "所有药提前一小时"))
    by = timedelta(seconds=float(lengths[0].total_seconds))
    if by > MOST:
        return say(phrases.TOO_MUCH_SHIFT, MINE)
    chosen = _chosen(deps, heard, plan)
    if chosen is None:
        return None
    earlier = bool(_EARLIER.search(heard.text))
    today = local(heard.at, plan.habits.timezone).date() if _ONE_DAY.search(heard.text) else None
    minutes = int(by.total_seconds()) // 60 * (-1 if earlier else 1)
    person = heard.caller.clinic, heard.caller.person
    changed = await deps.plans.shift(*person, minutes, heard.at, today, ids(chosen))
    sentence = phrases.SHIFTED_TODAY if today else phrases.SHIFTED
    way = phrases.EARLIER if earlier else phrases.LATER
    text = sentence.format(what=drugs(chosen), way=way, length=_spoken(by), next=plan.next_words(changed, heard.at))
    return say(text, UNDO, TODAY, MINE)


def _chosen(deps: Deps, heard: Heard, plan: Plan) -> Sequence[Regimen] | None:
    """The medicines named, else those of the part of the day named (早上的都推迟); empty for all, None for none."""
    if found := named(deps, heard, plan):
        return found
    parts, _ = find_parts(plain(heard.text))
    return [one for one in plan.regimens if _only_in(one, parts[0].part, plan, heard)] or None if parts else ()


def _only_in(one: Regimen, part: DayPart, plan: Plan, heard: Heard) -> bool:
    """Whether a medicine is due in this part of the day only."""
    day, zone = plan.habits.day_plan, plan.habits.timezone
    due = list(due_times(one.timing, heard.at, heard.at + _AHEAD, day, zone))
    return bool(due) and all(part.covers(local(moment, zone).time()) for moment in due)


def _spoken(by: timedelta) -> str:
    hours, minutes = divmod(int(by.total_seconds()) // 60, 60)
    return f"{hours}小时" * bool(hours) + f"{minutes}分钟" * bool(minutes)


async def move(deps: Deps, heard: Heard, plan: Plan) -> Outcome:
    """Today's doses that nobody has taken yet, to a clock time."""
    to = again_at(heard.text, heard.at, plan.habits.timezone)
    if to is None:
        return say(phrases.MOVE_TO_WHEN, TODAY)
    chosen = ids(named(deps, heard, plan))
    found = await _open_today(deps, heard, plan)
    doses = [one for one in found if chosen is None or one.regimen in chosen]
    if not doses:
        return say(phrases.NOTHING_TODAY, TODAY, MINE)
    for one in _next_of_each(doses):
        await deps.plans.move_dose(heard.caller.clinic, heard.caller.person, one.id, to, heard.at)
    what = "、".join(dict.fromkeys(one.drug for one in doses))
    return say(phrases.MOVED.format(what=what, when=plan.when(to, heard.at)), UNDO, TODAY)


async def _open_today(deps: Deps, heard: Heard, plan: Plan) -> Sequence[DueDose]:
    """Doses of today that are open, earliest first."""
    now = local(heard.at, plan.habits.timezone)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found = await deps.regimens.history(
        heard.caller.clinic, heard.caller.person, midnight, midnight + timedelta(days=1)
    )
    return [one for one in found if one.outcome is None]


def _next_of_each(doses: Sequence[DueDose]) -> Sequence[DueDose]:
    """Of each medicine the next dose only: two of them at one time would be a double dose."""
    first: dict[str, DueDose] = {}
    for one in doses:
        first.setdefault(one.regimen, one)
    return list(first.values())
