"""The lunar calendar against dates as published, and the shape of every year."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from schedules.lunar import FIRST_YEAR, LAST_YEAR, TERMS, lunar_day, lunar_month, lunar_year_of, solar_term

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)


@pytest.mark.parametrize(
    ("year", "month", "day", "solar"),
    [
        (1949, 8, 10, "1949-10-01"),
        (2000, 1, 1, "2000-02-05"),
        (2008, 7, 8, "2008-08-08"),
        (2020, 8, 15, "2020-10-01"),
        (2023, 1, 1, "2023-01-22"),
        (2024, 5, 5, "2024-06-10"),
        (2025, 1, 1, "2025-01-29"),
        (2025, 12, 29, "2026-02-16"),
        (2026, 8, 15, "2026-09-25"),
    ],
)
def test_days_as_published(year: int, month: int, day: int, solar: str) -> None:
    assert lunar_day(year, month, day) == date.fromisoformat(solar)


def test_a_leap_month_stands_beside_its_number_only_in_its_years() -> None:
    assert lunar_month(2020, 4, leap=True) == (date(2020, 5, 23), date(2020, 6, 20))
    assert lunar_day(2033, 11, 1, leap=True) == date(2033, 12, 22)
    assert lunar_month(2021, 4, leap=True) is None


@pytest.mark.parametrize(("month", "day"), [(0, 1), (13, 1), (1, 0), (1, 31), (12, 30)])
def test_days_that_the_year_does_not_have(month: int, day: int) -> None:
    assert lunar_day(2025, month, day) is None


def test_years_outside_the_tables_are_refused() -> None:
    assert lunar_day(FIRST_YEAR - 1, 1, 1) is None
    assert lunar_day(LAST_YEAR + 1, 1, 1) is None
    assert solar_term(LAST_YEAR + 1, "清明") is None


@pytest.mark.parametrize("year", YEARS)
def test_a_year_is_whole_and_its_new_year_lies_between_20_january_and_21_february(year: int) -> None:
    runs = sorted(run for month in range(1, 13) for leap in (False, True) if (run := lunar_month(year, month, leap)))
    assert date(year, 1, 20) <= runs[0][0] <= date(year, 2, 21)
    assert all((last - first).days in (28, 29) for first, last in runs)
    assert all(later[0] - earlier[1] == timedelta(days=1) for earlier, later in pairwise(runs))
    assert len(runs) in (12, 13)


@pytest.mark.parametrize(
    ("year", "name", "day"),
    [
        (2024, "立春", "2024-02-04"),
        (2024, "清明", "2024-04-04"),
        (2025, "清明", "2025-04-04"),
        (2026, "清明", "2026-04-05"),
        (2026, "冬至", "2026-12-22"),
        (2024, "冬至", "2024-12-21"),
        (2026, "芒种", "2026-06-05"),
        (2026, "大雪", "2026-12-07"),
    ],
)
def test_solar_terms_as_published(year: int, name: str, day: str) -> None:
    assert solar_term(year, name) == date.fromisoformat(day)


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR))
def test_the_terms_of_a_year_follow_each_other_by_half_a_month(year: int) -> None:
    days = [day for name in (*TERMS[1:], TERMS[0]) if (day := solar_term(year, name))]
    assert len(days) == len(TERMS)
    assert all(14 <= (later - earlier).days <= 17 for earlier, later in pairwise(days))


def test_new_years_eve_still_belongs_to_the_old_lunar_year() -> None:
    assert lunar_year_of(date(2026, 2, 16)) == 2025
    assert lunar_year_of(date(2026, 2, 17)) == 2026
