"""暂停三天, 出差到周五先别提醒, 恢复提醒."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from actions import phrases_of_plans as phrases
from actions.answer import Choice, Outcome, say
from actions.dates import day_label
from actions.deps import Deps
from actions.heard import Heard
from actions.plan import MINE, RESUME, TODAY, UNDO, Plan, drugs, ids, named
from schedules.clock import instant, local
from schedules.expressions import Expression, Kind, read_expression

LONGEST: Final = timedelta(days=90)
_A_DAY: Final = timedelta(days=1)
_HOW_LONG: Final = (
    Choice("三天", "提醒暂停三天"),
    Choice("一周", "提醒暂停一周"),
    Choice("一直停", "停止提醒"),
    Choice("不停了"),
)


async def pause(deps: Deps, heard: Heard, plan: Plan) -> Outcome:
    """Nothing is reminded of until a day; which one is asked when it was not said."""
    zone, at = plan.habits.timezone, heard.at
    told = read_expression(heard.text, at, zone)
    until = _until(told, at)
    if until is None:
        return say(phrases.ASK_UNTIL, *_HOW_LONG)
    if until <= at:
        return say(phrases.UNTIL_PAST, *_HOW_LONG)
    if until - at > LONGEST:
        return say(phrases.PAUSE_TOO_LONG, *_HOW_LONG)
    today = local(at, zone).date()
    if _begins_later(told, at, zone) and told.start is not None:
        label = day_label(local(told.start, zone).date(), today)
        return say(phrases.PAUSE_LATER.format(day=label), Choice("现在就停", f"暂停到{_day(until - _A_DAY, zone)}"))
    chosen = named(deps, heard, plan)
    changed = await deps.plans.pause(heard.caller.clinic, heard.caller.person, at, until, ids(chosen))
    text = phrases.PAUSED.format(what=drugs(chosen), until=plan.when(until, at))
    lost = phrases.PAUSED_DOSES.format(count=changed.cancelled) if changed.cancelled else ""
    return say(text + lost, UNDO, RESUME, MINE)


def _until(told: Expression, at: datetime) -> datetime | None:
    """The end of what was said: 三天 is three times 24 hours, 到周五 includes Friday."""
    if told.kind is Kind.DURATION and told.seconds is not None:
        return at + timedelta(seconds=float(told.seconds))
    if told.kind in (Kind.DATE, Kind.RANGE, Kind.DAY_PART):
        return told.end
    return told.start if told.kind is Kind.INSTANT else None


def _begins_later(told: Expression, at: datetime, zone: ZoneInfo) -> bool:
    """从后天到周五: it begins on a later day than today."""
    tomorrow = instant(local(at, zone).date() + _A_DAY, time(0), zone)
    return told.kind is Kind.RANGE and told.start is not None and told.start > tomorrow


def _day(moment: datetime, zone: ZoneInfo) -> str:
    day = local(moment, zone)
    return f"{day.month}月{day.day}日"


async def resume(deps: Deps, heard: Heard, plan: Plan) -> Outcome:
    """What was paused is reminded of again."""
    chosen = named(deps, heard, plan)
    held = [one for one in chosen or plan.regimens if one.paused and one.paused[1] > heard.at]
    if not held:
        return say(phrases.NOT_PAUSED.format(next=""), TODAY, MINE)
    changed = await deps.plans.resume(heard.caller.clinic, heard.caller.person, heard.at, ids(chosen))
    return say(phrases.RESUMED.format(what=drugs(held), next=plan.next_words(changed, heard.at)), TODAY, UNDO, MINE)
