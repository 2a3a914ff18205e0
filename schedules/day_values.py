"""What the words for days share: how a year, a week and a day without a year are meant.

- 12月3号 without a year: this year's; when it passed more than about three months ago next year's.
- Two-digit years lie from eighty years ago to twenty years ahead (98年 said in 2026 is 1998).
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from schedules import clock
from schedules.numbers import CHINESE, read_int

Days = tuple[date | None, date | None]
"""First and last day, both included; None where the calendar has no such day."""
Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], Days]]

RECENTLY_DAYS: Final = 92
"""A date without a year that passed less long ago than this is taken for a slip, not for next year."""
YEARS_AHEAD: Final = 20
"""Two-digit years reach so far into the future."""

WEEK: Final = r"(?:周|星期|礼拜)"
WHICH: Final = {"上上": -2, "上": -1, "这": 0, "这一": 0, "本": 0, "今": 0, "当": 0, "下": 1, "下下": 2}
WHICH_SAID: Final = r"(上上|上|这一|这|本|今(?=个|周|星期|礼拜)|当(?=月)|下下|下)一?个?"
DIGIT: Final = "零一二三四五六七八九"
YEAR_SAID: Final = (
    rf"(今年|本年|这一?年|明年|来年|次年|下年|后年|去年|上年|前年|(?<![0-9])[0-9]{{2,4}} ?年"
    rf"|(?<![0-9{CHINESE}])[{DIGIT}]{{2}}年|[{DIGIT}]{{4}}年|[一二两三]千(?:零[{CHINESE}]{{1,3}})?年)"
)
"""Pattern of a year, one group."""
YEAR: Final = rf"(?:{YEAR_SAID}的? ?)?"
_YEARS: Final = {
    "今年": 0, "本年": 0, "这年": 0, "这一年": 0, "明年": 1, "来年": 1, "次年": 1, "下年": 1, "后年": 2,
    "去年": -1, "上年": -1, "前年": -2,
}  # fmt: skip


def weekday_of(said: str) -> int:
    """0 for 一 or 1 … 6 for 日, 天 or 7."""
    return "一二三四五六日".find(said) if said in "一二三四五六日" else ("天1234567".find(said) - 1) % 7


def one(day: date | None) -> Days:
    """A single day as a run of days."""
    return day, day


def make_date(year: int | None, month: int | None, day: int | None) -> date | None:
    """The date, or None where the calendar has none (13月, 2月30号)."""
    if not year or not month or not day or not (1 <= year <= 9998 and month <= 12):
        return None
    return date(year, month, day) if day <= clock.month_length(year, month) else None


def year_said(said: str | None, today: date) -> int | None:
    """The year that a match of YEAR_SAID names; None when none was said."""
    if said is None:
        return None
    if said in _YEARS:
        return today.year + _YEARS[said]
    year = read_int(said.removesuffix("年").strip()) or 0
    return full_year(year, today) if year < 100 else year


def full_year(short: int, today: date) -> int:
    """A two-digit year with its century: the one that lies from 80 years ago to 20 years ahead."""
    latest = today.year + YEARS_AHEAD
    return latest - (latest - short) % 100


def nearest(month: int | None, day: int | None, today: date) -> date | None:
    """The day of a date without a year; 2月29日 in a common year means the next leap year's."""
    return nearest_of((make_date(today.year + ahead, month, day) for ahead in range(9)), today)


def nearest_of(candidates: Iterable[date | None], today: date, recently: int = RECENTLY_DAYS) -> date | None:
    """The first of ascending candidates that has not passed, or only so many days ago."""
    return next((day for day in candidates if day and clock.days_between(day, today) <= recently), None)
