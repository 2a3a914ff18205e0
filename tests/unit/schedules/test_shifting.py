"""The same timing earlier or later."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as some

from schedules.clock import SHANGHAI, local
from schedules.day_plan import DayPlan
from schedules.due import due_times
from schedules.shifting import shifted_timing
from schedules.timing import PeriodUnit, Timing, TimingError, Weekday, WhenCode

AT = datetime(2026, 11, 21, 16, 0, tzinfo=SHANGHAI)
DAY = timedelta(days=1)


def due(timing: Timing, days: int = 14) -> list[datetime]:
    """What is due in the next days."""
    return list(due_times(timing, AT, AT + days * DAY))


def shifted(timing: Timing, minutes: int) -> Timing:
    return shifted_timing(timing, minutes, AT, DayPlan())


@pytest.mark.parametrize(
    ("timing", "clocks"),
    [
        (Timing(time_of_day=(time(8), time(20))), (time(9, 30), time(21, 30))),
        (Timing(frequency=3), (time(9, 30), time(13, 30), time(19, 30))),
        (Timing(when=(WhenCode.PCM, WhenCode.PCV)), (time(10), time(20))),
        (Timing(when=(WhenCode.HS,)), (time(23),)),
        (Timing(frequency=1, period=Decimal(8), period_unit=PeriodUnit.HOUR), (time(1, 30), time(9, 30), time(17, 30))),
        (Timing(time_of_day=(time(8), time(23))), (time(0, 30), time(9, 30))),
    ],
)
def test_meals_and_parts_become_clock_times(timing: Timing, clocks: tuple[time, ...]) -> None:
    assert shifted(timing, 90).time_of_day == clocks


@pytest.mark.parametrize(
    "timing",
    [
        Timing(time_of_day=(time(23),), day_of_week=(Weekday.MON, Weekday.SUN)),
        Timing(time_of_day=(time(23),), period=Decimal(2), start=date(2026, 11, 20)),
        Timing(time_of_day=(time(23),), period=Decimal(2)),
        Timing(time_of_day=(time(23),), period=Decimal(1), period_unit=PeriodUnit.MONTH),
        Timing(time_of_day=(time(23), time(22)), start=date(2026, 11, 20), end=date(2026, 11, 24)),
        Timing(time_of_day=(time(8), time(23)), start=date(2026, 11, 20), end=date(2026, 11, 24)),
        Timing(time_of_day=(time(9), time(23)), start=AT, end=AT + 5 * DAY),
        Timing(frequency=3, period_unit=PeriodUnit.WEEK),
        Timing(time_of_day=(time(8), time(23)), count=5, start=AT - DAY),
        Timing(events=(AT + DAY, AT + 2 * DAY)),
        Timing(frequency=1, period=Decimal(5), period_unit=PeriodUnit.HOUR),
        Timing(frequency=1, period=Decimal(12), period_unit=PeriodUnit.HOUR),
    ],
)
@pytest.mark.parametrize("minutes", [120, 60, -60])
def test_each_dose_ahead_moves_by_as_much(timing: Timing, minutes: int) -> None:
    by = timedelta(minutes=minutes)
    expected = [each + by for each in due(timing, 40) if AT <= each + by < AT + 39 * DAY]
    found = [each for each in due(shifted(timing, minutes), 40) if each < AT + 39 * DAY]
    assert found == expected


def test_days_that_would_come_apart_are_refused() -> None:
    with pytest.raises(TimingError, match="单独改"):
        shifted(Timing(time_of_day=(time(8), time(23)), day_of_week=(Weekday.MON,)), 120)
    with pytest.raises(TimingError, match="12小时"):
        shifted(Timing(frequency=1), 721)


def test_what_is_never_due_stays_as_it_is() -> None:
    as_needed = Timing(as_needed=True)
    over = Timing(time_of_day=(time(8),), end=date(2026, 11, 1))
    assert (shifted(as_needed, 60), shifted(over, 60), shifted(Timing(frequency=2), 0)) == (
        as_needed, over, Timing(frequency=2),
    )  # fmt: skip


@given(some.sets(some.integers(0, 47), min_size=1, max_size=6), some.integers(-720, 720))
def test_there_and_back_it_is_the_same(half_hours: set[int], minutes: int) -> None:
    timing = Timing(time_of_day=tuple(time(each // 2, each % 2 * 30) for each in sorted(half_hours)))
    there = shifted(timing, minutes)
    assert shifted_timing(there, -minutes, AT, DayPlan()).time_of_day == timing.time_of_day
    first = next(islice(due_times(there, AT, AT + 2 * DAY), 1))
    before = local(first) - timedelta(minutes=minutes)
    assert (before.hour * 60 + before.minute) // 30 in half_hours
