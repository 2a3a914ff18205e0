"""Due instants across zones, daylight saving and leap days; lateness, putting off, adherence."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.clock import SHANGHAI
from schedules.day_plan import DayPlan
from schedules.doses import (
    TOO_LATE_AFTER,
    Dose,
    Outcome,
    SnoozeRefused,
    adherence,
    due_times,
    ended,
    grace_of,
    is_late,
    is_too_late,
    next_due,
    snooze,
)
from schedules.timing import PeriodUnit, Timing, TimingError, Weekday, WhenCode

NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
DUE = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)


def walls(
    timing: Timing, first: str, last: str, zone: ZoneInfo = SHANGHAI, day_plan: DayPlan | None = None
) -> list[str]:
    """Due times as the wall of the zone shows them, from one local midnight to another."""
    since, until = (datetime.fromisoformat(day).replace(tzinfo=zone) for day in (first, last))
    found = due_times(timing, since, until, day_plan or DayPlan(), zone)
    return [f"{moment.astimezone(zone):%m-%d %H:%M}" for moment in found]


def hours(number: int) -> Timing:
    return Timing(frequency=1, period=Decimal(number), period_unit=PeriodUnit.HOUR)


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        (Timing(time_of_day=(time(20), time(8))), ["08:00", "20:00"]),
        (Timing(frequency=1), ["08:00"]),
        (Timing(frequency=2), ["08:00", "18:00"]),
        (Timing(frequency=3), ["08:00", "12:00", "18:00"]),
        (Timing(frequency=4), ["08:00", "12:00", "18:00", "21:30"]),
        (Timing(frequency=6), ["08:00", "10:40", "13:25", "16:05", "18:50", "21:30"]),
        (Timing(frequency=3, when=(WhenCode.PC,)), ["08:30", "12:30", "18:30"]),
        (Timing(frequency=2, when=(WhenCode.PC,)), ["08:30", "18:30"]),
        (Timing(frequency=3, when=(WhenCode.AC,), offset=60), ["07:00", "11:00", "17:00"]),
        (Timing(when=(WhenCode.MORN, WhenCode.EVE)), ["08:00", "18:00"]),
        (Timing(when=(WhenCode.HS,)), ["21:30"]),
        (Timing(when=(WhenCode.HS,), offset=60), ["21:00"]),
        (Timing(when=(WhenCode.WAKE, WhenCode.NOON, WhenCode.AFT)), ["07:00", "12:00", "15:00"]),
        (Timing(when=(WhenCode.NIGHT,)), ["21:00"]),
        (Timing(when=(WhenCode.CM, WhenCode.PCM)), ["08:00", "08:30"]),
        (hours(8), ["00:00", "08:00", "16:00"]),
        (hours(12), ["08:00", "20:00"]),
    ],
)  # fmt: skip
def test_a_day_of_each_kind(timing: Timing, expected: list[str]) -> None:
    assert walls(timing, "2026-11-23", "2026-11-24") == [f"11-23 {clock}" for clock in expected]


def test_a_person_has_their_own_day() -> None:
    late = DayPlan(breakfast=time(10), supper=time(20), sleep=time(1), after_meal=15)
    assert walls(Timing(frequency=3, when=(WhenCode.PC,)), "2026-11-23", "2026-11-24", day_plan=late) == [
        "11-23 10:15",
        "11-23 12:15",
        "11-23 20:15",
    ]


def test_a_taking_past_midnight_stands_in_order() -> None:
    asleep = Timing(when=(WhenCode.MORN, WhenCode.PHS), offset=None)
    plan = DayPlan(sleep=time(23, 30))
    past = Timing(when=(WhenCode.PHS,), offset=90)
    assert walls(past, "2026-11-23", "2026-11-25", day_plan=plan) == ["11-23 01:00", "11-24 01:00"]
    assert walls(asleep, "2026-11-23", "2026-11-24", day_plan=plan) == ["11-23 08:00", "11-23 23:30"]


def test_weekdays_periods_and_months() -> None:
    at_eight = (time(8),)
    weekdays = Timing(day_of_week=(Weekday.MON, Weekday.FRI), time_of_day=at_eight)
    assert walls(weekdays, "2026-11-21", "2026-12-01") == ["11-23 08:00", "11-27 08:00", "11-30 08:00"]
    other_days = Timing(period=Decimal(2), time_of_day=at_eight, start=date(2026, 11, 21))
    assert walls(other_days, "2026-11-20", "2026-11-26") == ["11-21 08:00", "11-23 08:00", "11-25 08:00"]
    fortnight = Timing(
        period=Decimal(2), period_unit=PeriodUnit.WEEK, day_of_week=(Weekday.WED,), time_of_day=at_eight,
        start=date(2026, 11, 25),
    )  # fmt: skip
    assert walls(fortnight, "2026-11-20", "2026-12-24") == ["11-25 08:00", "12-09 08:00", "12-23 08:00"]
    weekly = Timing(frequency=1, period_unit=PeriodUnit.WEEK, start=date(2026, 11, 24))
    assert walls(weekly, "2026-11-20", "2026-12-02") == ["11-24 08:00", "12-01 08:00"]
    month_end = Timing(period_unit=PeriodUnit.MONTH, time_of_day=at_eight, start=date(2027, 12, 31))
    assert walls(month_end, "2027-12-01", "2028-05-01") == [
        "12-31 08:00", "01-31 08:00", "02-29 08:00", "03-31 08:00", "04-30 08:00",
    ]  # fmt: skip


def test_bounds_are_kept() -> None:
    days = Timing(frequency=1, start=date(2026, 11, 22), end=date(2026, 11, 23))
    assert walls(days, "2026-11-20", "2026-11-30") == ["11-22 08:00", "11-23 08:00"]
    course = Timing(frequency=3, duration_days=7).anchored(datetime(2026, 11, 21, 10, tzinfo=SHANGHAI))
    found = walls(course, "2026-11-20", "2026-12-30")
    assert (len(found), found[0], found[-1]) == (21, "11-21 12:00", "11-28 08:00")
    with pytest.raises(TimingError):
        list(due_times(Timing(frequency=3, duration_days=7), DUE, DUE + timedelta(days=1)))


def test_the_span_is_half_open() -> None:
    daily = Timing(time_of_day=(time(8),))
    eight = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    assert list(due_times(daily, eight, eight + timedelta(days=1))) == [eight]
    assert next_due(daily, eight) == eight + timedelta(days=1)
    assert next_due(Timing(as_needed=True), eight) is None
    with pytest.raises(ValueError, match="time zone"):
        due_times(daily, datetime(2026, 11, 21), eight)


def test_single_moments() -> None:
    later, sooner = DUE + timedelta(hours=5), DUE + timedelta(hours=1)
    assert list(due_times(Timing(events=(later, sooner)), DUE, DUE + timedelta(days=1))) == [sooner, later]


def test_leap_day() -> None:
    assert walls(Timing(frequency=1), "2028-02-28", "2028-03-02") == ["02-28 08:00", "02-29 08:00", "03-01 08:00"]


def test_daylight_saving_keeps_the_wall_clock() -> None:
    night = Timing(time_of_day=(time(2, 30),))
    assert walls(night, "2026-03-07", "2026-03-10", NEW_YORK) == ["03-07 02:30", "03-08 03:30", "03-09 02:30"]
    one = Timing(time_of_day=(time(1, 30),))
    assert walls(one, "2026-10-31", "2026-11-03", NEW_YORK) == ["10-31 01:30", "11-01 01:30", "11-02 01:30"]
    assert walls(hours(8), "2026-03-08", "2026-03-09", NEW_YORK) == ["03-08 00:00", "03-08 08:00", "03-08 16:00"]


def test_odd_intervals_are_absolute() -> None:
    start = datetime(2026, 3, 7, 20, 0, tzinfo=NEW_YORK)
    odd = Timing(frequency=1, period=Decimal(5), period_unit=PeriodUnit.HOUR, start=start)
    found = list(due_times(odd, start, start + timedelta(days=3), timezone=NEW_YORK))
    assert found[0] == start.astimezone(UTC)
    assert {later - sooner for sooner, later in itertools.pairwise(found)} == {timedelta(hours=5)}


@given(
    st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    st.dates(date(2026, 1, 1), date(2029, 1, 1)),
    st.sampled_from([SHANGHAI, NEW_YORK, LORD_HOWE]),
)
def test_once_a_day_is_due_once_on_every_day(clock: time, day: date, zone: ZoneInfo) -> None:
    since, until = (datetime.combine(first, time(0), zone) for first in (day, day + timedelta(days=30)))
    found = list(due_times(Timing(time_of_day=(clock,)), since, until, timezone=zone))
    assert [moment.astimezone(zone).date() for moment in found] == [day + timedelta(days=ahead) for ahead in range(30)]
    gaps = {later - sooner for sooner, later in itertools.pairwise(found)}
    assert all(timedelta(hours=22) < gap < timedelta(hours=26) for gap in gaps)


def test_the_ends_of_the_calendar() -> None:
    daily = Timing(frequency=1)
    assert list(due_times(daily, datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 1, 12, tzinfo=UTC))) == []
    assert list(due_times(daily, datetime(9999, 12, 30, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))) == []


def test_late_and_too_late() -> None:
    assert not is_late(DUE, DUE + timedelta(minutes=30))
    assert is_late(DUE, DUE + timedelta(minutes=31))
    assert not is_too_late(DUE, DUE + TOO_LATE_AFTER)
    assert is_too_late(DUE, DUE + TOO_LATE_AFTER + timedelta(seconds=1))
    assert is_too_late(DUE, DUE + timedelta(hours=3), timedelta(hours=2))
    assert grace_of(DUE, DUE + timedelta(hours=8)) == timedelta(hours=4)
    assert grace_of(DUE, DUE + timedelta(days=1)) == TOO_LATE_AFTER
    assert grace_of(DUE, None) == TOO_LATE_AFTER


def test_an_outcome_is_final() -> None:
    taken = ended(Dose("r1", DUE), Outcome.TAKEN, DUE)
    assert taken == Dose("r1", DUE, Outcome.TAKEN, DUE)
    assert ended(taken, Outcome.SKIPPED, DUE + timedelta(hours=1)) is taken
    assert {outcome.chinese for outcome in Outcome} == {"已服", "跳过", "漏服", "稍后", "已取消", "未能送达"}


def test_putting_off() -> None:
    at = DUE + timedelta(minutes=5)
    put_off, later = snooze(Dose("r1", DUE), 10, at)
    assert (put_off.outcome, put_off.ended_at) == (Outcome.SNOOZED, at)
    assert later == Dose("r1", DUE + timedelta(minutes=15), follows=DUE)
    _, again = snooze(later, 30, DUE + timedelta(minutes=20))
    assert again.follows == DUE


@pytest.mark.parametrize(
    ("dose", "minutes", "late_minutes", "following"),
    [
        (Dose("r1", DUE), 15, 0, None),
        (Dose("r1", DUE), -10, 0, None),
        (Dose("r1", DUE, Outcome.TAKEN, DUE), 10, 0, None),
        (Dose("r1", DUE), 30, 340, None),
        (Dose("r1", DUE + timedelta(hours=5, minutes=50), follows=DUE), 30, 350, None),
        (Dose("r1", DUE), 30, 0, DUE + timedelta(minutes=30)),
    ],
)
def test_putting_off_is_refused(dose: Dose, minutes: int, late_minutes: int, following: datetime | None) -> None:
    with pytest.raises(SnoozeRefused, match=r"[一-鿿]"):
        snooze(dose, minutes, DUE + timedelta(minutes=late_minutes), following)


def test_adherence_is_taken_by_due() -> None:
    outcomes = [
        *[Outcome.TAKEN] * 4,
        Outcome.SKIPPED,
        Outcome.MISSED,
        Outcome.SNOOZED,
        Outcome.CANCELLED,
        Outcome.UNDELIVERABLE,
        None,
    ]
    found = adherence(Dose("r1", DUE + timedelta(hours=place), outcome) for place, outcome in enumerate(outcomes))
    assert (found.taken, found.due, found.undeliverable) == (4, 6, 1)
    assert found.ratio == Decimal("0.667")
    assert adherence([]).ratio is None
