"""The Chinese lunar calendar (农历) and the 24 solar terms, as the library `lunar_python` computes them.

Its tables are those of the Purple Mountain Observatory for our time (GB/T 33661-2017 sets the rules); checked in the
tests against published dates.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from math import floor
from typing import Final

FIRST_YEAR: Final = 1901
LAST_YEAR: Final = 2100
"""Lunar years that are converted; outside of them nothing is promised."""
TERMS: Final = (
    "冬至", "小寒", "大寒", "立春", "雨水", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种",
    "夏至", "小暑", "大暑", "立秋", "处暑", "白露", "秋分", "寒露", "霜降", "立冬", "小雪", "大雪",
)  # fmt: skip
"""The solar terms in the order in which a year's tables give them, from the winter solstice before it."""
_JULIAN_OF_ORDINAL: Final = 1_721_425
"""Julian day number at noon, less `date.toordinal()`."""


def lunar_day(year: int, month: int, day: int, leap: bool = False) -> date | None:
    """The solar date of a day of the lunar year, or None when that month is not there or is shorter."""
    run = lunar_month(year, month, leap)
    if run is None or not 1 <= day <= (run[1] - run[0]).days + 1:
        return None
    return run[0] + timedelta(days=day - 1)


def lunar_month(year: int, month: int, leap: bool = False) -> tuple[date, date] | None:
    """First and last solar date of a lunar month, or None when the year has none."""
    return _months(year).get(-month if leap else month) if FIRST_YEAR <= year <= LAST_YEAR else None


def lunar_year_of(day: date) -> int:
    """The lunar year in which a solar date lies (1 January belongs to the one before)."""
    new_year = lunar_day(day.year, 1, 1)
    return day.year if new_year is None or day >= new_year else day.year - 1


def solar_term(year: int, name: str) -> date | None:
    """The date in China of a solar term of a solar year."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    # Tables begin with the winter solstice of the year before.
    return _terms(year + 1)[0] if name == TERMS[0] else _terms(year)[TERMS.index(name)]


@lru_cache(maxsize=256)
def _months(year: int) -> Mapping[int, tuple[date, date]]:
    """Months of a lunar year by number, leap ones negative."""
    from lunar_python import LunarYear  # a tenth of a second to load, and few sentences name a lunar day

    months = [month for month in LunarYear(year).getMonths() if month.getYear() == year]
    firsts = {month.getMonth(): _date(month.getFirstJulianDay()) for month in months}
    return {
        month.getMonth(): (first, first + timedelta(days=month.getDayCount() - 1))
        for month, first in zip(months, firsts.values(), strict=True)
    }


@lru_cache(maxsize=256)
def _terms(year: int) -> tuple[date, ...]:
    from lunar_python import LunarYear

    # The first of the list is 大雪 of the year before.
    return tuple(_date(floor(julian + 0.5)) for julian in LunarYear(year).getJieQiJulianDays()[1 : len(TERMS) + 1])


def _date(julian: int) -> date:
    return date.fromordinal(int(julian) - _JULIAN_OF_ORDINAL)
