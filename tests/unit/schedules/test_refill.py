"""When a medicine's end is spoken of, and the long holidays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.holidays import holiday_on, holidays_of
from schedules.refill import last_chance, look_again_on, refill_on

FRIDAY = date(2026, 12, 4)


def always_open(_day: date) -> bool:
    return False


def on_sundays(day: date) -> bool:
    return day.weekday() == 6


def in_holidays(day: date) -> bool:
    return holiday_on(day) is not None


def test_five_open_days_remain() -> None:
    assert refill_on(FRIDAY, always_open) == date(2026, 11, 30)
    assert refill_on(date(2026, 12, 8), on_sundays) == date(2026, 12, 3), "a closed Sunday costs a day"
    assert refill_on(date(2026, 10, 5), in_holidays) == date(2026, 9, 26), "and a week of holidays a week"
    assert refill_on(date(2026, 10, 8), in_holidays) == date(2026, 9, 27)


def test_the_last_chance_is_before_the_doors_close() -> None:
    assert last_chance(FRIDAY, always_open) == FRIDAY
    assert last_chance(date(2026, 10, 5), in_holidays) == date(2026, 9, 30)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.sets(st.integers(0, 6)))
def test_it_ends_even_where_nothing_is_ever_open(last_day: date, closed: set[int]) -> None:
    found = refill_on(last_day, lambda day: day.weekday() in closed)
    assert last_day - timedelta(days=60) <= found <= last_day
    if len(closed) < 7:
        span = [found + timedelta(days=n) for n in range((last_day - found).days + 1)]
        assert sum(day.weekday() not in closed for day in span) == 5 or (last_day - found).days == 60


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 400))
def test_one_who_looks_comes_ever_closer_and_never_too_late(today: date, ahead: int) -> None:
    wanted, looks = today + timedelta(days=ahead), 0
    while today < wanted:
        today, looks = look_again_on(today, wanted), looks + 1
    assert today == wanted and looks <= 10


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2027, 2, 5), "春节"), (date(2027, 2, 12), "春节"), (date(2026, 2, 16), "春节"),
        (date(2026, 2, 23), "春节"), (date(2026, 5, 1), "五一"), (date(2026, 10, 7), "国庆"),
    ],
)  # fmt: skip
def test_holidays_are_known_years_ahead(day: date, name: str) -> None:
    found = holiday_on(day)
    assert found is not None and found.name == name


def test_other_days_are_none() -> None:
    assert holiday_on(date(2027, 2, 4)) is None and holiday_on(date(2027, 2, 13)) is None
    assert holiday_on(date(2026, 10, 8)) is None and holiday_on(date(2026, 5, 6)) is None
    assert [one.name for one in holidays_of(2300)] == ["五一", "国庆"]
