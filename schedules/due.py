"""The instants at which a timing is due. Pure: a timing, a span, a day plan and a time zone in, UTC instants out.

Wall-clock kinds keep their clock time across daylight saving: a time skipped in spring comes an hour later on the
wall, a time shown twice comes once, the first time. Intervals that divide the day (every 8 hours) keep their clock
times too; other intervals, and all that start at an instant, are counted in absolute hours.
"""

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.clock import SHANGHAI
from schedules.day_plan import DayPlan
from schedules.timing import PeriodUnit, Timing, TimingError

ANCHOR: Final = date(2000, 1, 3)
"""A Monday from which days and weeks are counted when a timing has no start of its own."""
ANCHOR_MONTH: Final = date(2000, 1, 1)
"""The day of the month that a monthly timing without a start falls on: the first."""

_USUAL_DAY: Final = DayPlan()
_DAY: Final = timedelta(days=1)


def due_times(
    timing: Timing, since: datetime, until: datetime, day_plan: DayPlan = _USUAL_DAY, timezone: ZoneInfo = SHANGHAI
) -> Iterator[datetime]:
    """Due instants in UTC, ascending and unique, from `since` (included) to `until` (excluded), both aware.

    As-needed timings are never due. Raises TimingError for a course whose start is not known yet
    (`Timing.anchored` gives it one) and ValueError for naive bounds.
    """
    since, until = clock.aware(since).astimezone(UTC), clock.aware(until).astimezone(UTC)
    if timing.duration_days is not None or (timing.count is not None and timing.start is None):
        raise TimingError("疗程还没有开始日期")
    if timing.as_needed:
        return iter(())
    if timing.count is not None:
        return _counted(timing, since, until, day_plan, timezone)
    if timing.events:
        found: Iterator[datetime] = iter(sorted(moment.astimezone(UTC) for moment in timing.events))
    elif timing.period_unit is PeriodUnit.HOUR and not _keeps_the_clock(timing):
        found = _every_hours(timing, since, until, day_plan, timezone)
    else:
        found = _on_days(timing, since, until, day_plan, timezone)
    return (moment for moment in found if since <= moment < until and _within_instants(timing, moment))


def _counted(
    timing: Timing, since: datetime, until: datetime, day_plan: DayPlan, timezone: ZoneInfo
) -> Iterator[datetime]:
    """So many takings in all, counted from the first."""
    start = timing.start or ANCHOR
    first = start if isinstance(start, datetime) else clock.instant(start, time(0), timezone) - _DAY
    every = due_times(replace(timing, count=None), first, until, day_plan, timezone)
    return (moment for moment in itertools.islice(every, timing.count) if moment >= since)


def next_due(
    timing: Timing, after: datetime, day_plan: DayPlan = _USUAL_DAY, timezone: ZoneInfo = SHANGHAI
) -> datetime | None:
    """The first due instant later than `after` within ten years, or None."""
    start = clock.aware(after).astimezone(UTC) + timedelta(microseconds=1)
    return next(due_times(timing, start, start + timedelta(days=3660), day_plan, timezone), None)


def _keeps_the_clock(timing: Timing) -> bool:
    return 24 % timing.period == 0 and not isinstance(timing.start, datetime)


def _within_instants(timing: Timing, moment: datetime) -> bool:
    if isinstance(timing.start, datetime) and moment < timing.start:
        return False
    return not (isinstance(timing.end, datetime) and moment > timing.end)


def _every_hours(
    timing: Timing, since: datetime, until: datetime, day_plan: DayPlan, timezone: ZoneInfo
) -> Iterator[datetime]:
    gap = timedelta(minutes=int(timing.period * 60))
    if isinstance(timing.start, datetime):
        first = timing.start.astimezone(UTC)
    else:
        first = clock.instant(timing.start or ANCHOR, day_plan.breakfast, timezone)
    moment = max(first, first + gap * ((since - first) // gap))
    while moment < until:
        if _day_in_bounds(timing, moment.astimezone(timezone).date()):
            yield moment
        moment += gap


def _on_days(
    timing: Timing, since: datetime, until: datetime, day_plan: DayPlan, timezone: ZoneInfo
) -> Iterator[datetime]:
    """Day by day; a heap keeps the order, since a taking may lie up to a day beside the day it belongs to."""
    minutes = _minutes_of_day(timing, day_plan)
    waiting: list[datetime] = []
    last: datetime | None = None
    for day in _days(timing, since, until, timezone):
        for minute in minutes if _falls_on(timing, day) else ():
            heapq.heappush(waiting, _instant(day, minute, timezone))
        settled = clock.instant(day, time(0), timezone) - _DAY
        while waiting and waiting[0] < settled:
            moment = heapq.heappop(waiting)
            if moment != last:
                yield moment
            last = moment
    yield from (moment for moment in sorted(set(waiting)) if moment != last)


def _minutes_of_day(timing: Timing, day_plan: DayPlan) -> tuple[int, ...]:
    if timing.period_unit is not PeriodUnit.HOUR:
        return day_plan.minutes_of_day(timing)
    first = day_plan.breakfast.hour * 60 + day_plan.breakfast.minute
    gap = int(timing.period * 60)
    return tuple(sorted((first + place * gap) % (24 * 60) for place in range(24 * 60 // gap)))


def _instant(day: date, minute: int, timezone: ZoneInfo) -> datetime:
    wall = datetime.combine(day, time(0)) + timedelta(minutes=minute)
    return clock.instant(wall.date(), wall.time(), timezone)


def _days(timing: Timing, since: datetime, until: datetime, timezone: ZoneInfo) -> Iterator[date]:
    """Local days whose takings may lie in the span, within the bounds of the timing."""
    first = max(since.date() - 2 * _DAY, date(2, 1, 1)) if since.year > 2 else date(2, 1, 1)
    end = min(until, datetime(9998, 1, 1, tzinfo=UTC)).date() + 2 * _DAY
    # Two days beside the span cover every zone (up to 14 hours from UTC) and takings past midnight.
    if timing.start is not None:
        begin = timing.start.astimezone(timezone).date() if isinstance(timing.start, datetime) else timing.start
        first = max(first, begin - (_DAY if isinstance(timing.start, datetime) else 0 * _DAY))
    while first <= end and _not_after_end(timing, first):
        yield first
        first += _DAY


def _not_after_end(timing: Timing, day: date) -> bool:
    if isinstance(timing.end, datetime):
        return day <= timing.end.date() + 2 * _DAY
    return timing.end is None or day <= timing.end


def _day_in_bounds(timing: Timing, day: date) -> bool:
    if timing.end is not None and not isinstance(timing.end, datetime) and day > timing.end:
        return False
    return timing.start is None or isinstance(timing.start, datetime) or day >= timing.start


def _falls_on(timing: Timing, day: date) -> bool:
    """Whether the rhythm of days, weeks or months takes in this local day."""
    if timing.day_of_week and day.weekday() not in {weekday.number for weekday in timing.day_of_week}:
        return False
    if timing.every_day or timing.period_unit is PeriodUnit.HOUR:
        return True
    period = int(timing.period)
    if timing.period_unit is PeriodUnit.MONTH:
        return _falls_in_month(timing, day, period)
    start = _start_day(timing, ANCHOR)
    if timing.period_unit is PeriodUnit.DAY:
        return clock.days_between(start, day) % period == 0
    if not timing.day_of_week:
        return clock.days_between(start, day) % (7 * period) in _days_of_the_week(timing.frequency or 1)
    monday = start - timedelta(days=start.weekday())
    return clock.days_between(monday, day) // 7 % period == 0


def _days_of_the_week(times: int) -> frozenset[int]:
    """Days after the first for so many times a week, as far apart as whole days allow: 3 → 0, 2, 4."""
    return frozenset(place * 7 // times for place in range(times))


def _falls_in_month(timing: Timing, day: date, period: int) -> bool:
    """The day of the start in every so many months; the last day of a month that is too short."""
    start = _start_day(timing, ANCHOR_MONTH)
    months = (day.year - start.year) * 12 + day.month - start.month
    return months % period == 0 and day.day == min(start.day, clock.month_length(day.year, day.month))


def _start_day(timing: Timing, otherwise: date) -> date:
    if isinstance(timing.start, datetime):
        return timing.start.date()
    return timing.start or otherwise
