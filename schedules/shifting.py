"""The same timing earlier or later by some minutes, from an instant on. Pure.

What was tied to meals or spread over the day gets clock times of the person's own day. Where all takings pass midnight
their days go with them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.clock import SHANGHAI
from schedules.day_plan import DayPlan
from schedules.due import ANCHOR, ANCHOR_MONTH, due_times, next_due
from schedules.timing import PeriodUnit, Timing, TimingError, Weekday

MOST: Final = 12 * 60
"""Further than half a day is another plan, not a shift."""
_DAY: Final = 24 * 60
_FIRST: Final = datetime(1970, 1, 2, tzinfo=clock.SHANGHAI)


def shifted_timing(
    timing: Timing, minutes: int, at: datetime, day_plan: DayPlan, timezone: ZoneInfo = SHANGHAI
) -> Timing:
    """The timing moved by `minutes` (negative: earlier) from the aware instant `at` on; what was due stays counted.

    Raises TimingError when it is more than half a day, or when the days of only some takings would change.
    """
    if abs(minutes) > MOST:
        raise TimingError("一次最多提前或推后12小时")
    if timing.as_needed or not minutes:
        return timing
    by = timedelta(minutes=minutes)
    if timing.events:
        return replace(timing, events=tuple(each + by if each > at else each for each in timing.events))
    first = next_due(timing, at, day_plan, timezone)
    if first is None:
        return timing
    if timing.period_unit is PeriodUnit.HOUR and not _in_a_day(timing):
        return replace(timing, start=first + by)
    new = _on_days(timing, minutes, _minutes(timing, first, day_plan, timezone), timezone)
    return new if timing.count is None else _still_to_come(timing, new, at, day_plan, timezone)


def _in_a_day(timing: Timing) -> bool:
    return not isinstance(timing.start, datetime) and 24 % timing.period == 0 and timing.period > 1


def _minutes(timing: Timing, first: datetime, day_plan: DayPlan, timezone: ZoneInfo) -> Sequence[int]:
    """Minutes after midnight of the takings of a day, as they are."""
    if timing.period_unit is not PeriodUnit.HOUR:
        return day_plan.minutes_of_day(timing)
    wall = clock.local(first, timezone)
    gap = int(timing.period * 60)
    return [(wall.hour * 60 + wall.minute + place * gap) % _DAY for place in range(_DAY // gap)]


def _on_days(timing: Timing, by: int, minutes: Sequence[int], timezone: ZoneInfo) -> Timing:
    hourly = timing.period_unit is PeriodUnit.HOUR
    moved = [minute + by for minute in minutes]
    clocks = tuple(sorted({time(minute % _DAY // 60, minute % 60) for minute in moved}))
    days = {minute // _DAY for minute in moved}
    if len(clocks) < len(moved):
        raise TimingError("推后以后有两次会在同一时间")
    plain = replace(
        _with_weekdays(timing), frequency=None, when=(), offset=None, time_of_day=clocks,
        period=Decimal(1) if hourly else timing.period, period_unit=PeriodUnit.DAY if hourly else timing.period_unit,
        end=timing.end + timedelta(minutes=by) if isinstance(timing.end, datetime) else timing.end,
    )  # fmt: skip
    if days == {0}:
        return plain
    if len(days) == 1:
        return _days_later(plain, days.pop())
    if not plain.every_day or plain.day_of_week:
        raise TimingError("这样有几次会落到别的日子，请单独改这个药的时间")
    return _bounded_by_instants(plain, by, timezone)


def _with_weekdays(timing: Timing) -> Timing:
    """So many times a week as the weekdays they fall on: with clock times their number can't be said."""
    if timing.period_unit is not PeriodUnit.WEEK or timing.day_of_week or (timing.frequency or 1) == 1:
        return timing
    start = timing.start or ANCHOR
    times = timing.frequency or 1
    days = sorted({(start.weekday() + place * 7 // times) % 7 for place in range(times)})
    weekdays = tuple(list(Weekday)[day] for day in days)
    return replace(timing, frequency=None, day_of_week=weekdays, time_of_day=(time(0),))


def _days_later(timing: Timing, days: int) -> Timing:
    """The days themselves moved."""
    usual = ANCHOR_MONTH if timing.period_unit is PeriodUnit.MONTH else ANCHOR
    start = timing.start if timing.start or timing.every_day else usual
    weekdays = sorted((day.number + days) % 7 for day in timing.day_of_week)
    return replace(
        timing, day_of_week=tuple(list(Weekday)[day] for day in weekdays),
        start=_later(start, days), end=timing.end if isinstance(timing.end, datetime) else _later(timing.end, days),
    )  # fmt: skip


def _later(bound: date | datetime | None, days: int) -> date | datetime | None:
    return None if bound is None else bound + timedelta(days=days)


def _bounded_by_instants(timing: Timing, by: int, timezone: ZoneInfo) -> Timing:
    """Where some takings pass midnight, the first and last day of a course begin and end so much later."""
    start, end, gap = timing.start, timing.end, timedelta(minutes=by)
    if start is not None and not isinstance(start, datetime):
        start = clock.instant(start, time(0), timezone) + gap
    if end is not None and not isinstance(end, datetime):
        end = clock.instant(end + timedelta(days=1), time(0), timezone) + gap - timedelta(minutes=1)
    return replace(timing, start=start, end=end)


def _still_to_come(old: Timing, new: Timing, at: datetime, day_plan: DayPlan, timezone: ZoneInfo) -> Timing:
    """As many takings from now on as there would have been."""

    def until_now(timing: Timing) -> int:
        return sum(1 for _ in due_times(timing, _FIRST, at, day_plan, timezone))

    left = (old.count or 0) - until_now(old)
    return replace(new, count=max(until_now(replace(new, count=None)) + left, 1))
