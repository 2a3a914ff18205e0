"""The long holidays of the mainland, when a hospital's consulting rooms may be closed.

The days off by law are fewer (春节 four, 劳动节 two, 国庆 three: 全国年节及纪念日放假办法, order 795 of the
State Council, in force since 2025-01-01). Each year's notice of its General Office joins weekends to them; it comes
in November, too late for who has medicine for two months. The spans here are those that the notices for 2025 and 2026
both contain; a notice may add a day or two at either end, so nothing here says for sure that a door is open or shut.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from schedules.lunar import lunar_day

_SPRING_LASTS: Final = 7  # days after New Year's Eve: 除夕 to 初七


@dataclass(frozen=True, slots=True)
class Holiday:
    """A long holiday."""

    name: str
    first: date
    last: date


def holiday_on(day: date) -> Holiday | None:
    """The long holiday in which a day lies."""
    return next((one for one in holidays_of(day.year) if one.first <= day <= one.last), None)


def holidays_of(year: int) -> tuple[Holiday, ...]:
    """The long holidays that begin in a year, in order; 春节 only from 1901 to 2100."""
    new_year = lunar_day(year, 1, 1)
    spring = () if new_year is None else (_days("春节", new_year - timedelta(days=1), _SPRING_LASTS),)
    return (*spring, _days("五一", date(year, 5, 1), 4), _days("国庆", date(year, 10, 1), 6))


def _days(name: str, first: date, more: int) -> Holiday:
    return Holiday(name, first, first + timedelta(days=more))
