"""Festivals, solar terms and days of the lunar calendar, as days of one year or the nearest one.

- A festival of the lunar calendar belongs to the lunar year named: 2025年除夕 is the last day of the lunar year 2025
  (16 February 2026). Without a year the next one is meant, or the one that passed within a month.
- 大年初一 and 春节 are one day; 国庆 is 1 October, not the week of holidays, which is decreed anew each year.
- 大雪, 小雪 and 雨水 are weather unless 节气 stands beside them.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from schedules.day_values import YEAR, Days, Rule, make_date, nearest_of, one, year_said
from schedules.lunar import TERMS, lunar_day, lunar_month, lunar_year_of, solar_term
from schedules.numbers import CHINESE, read_int

RECENTLY_DAYS: Final = 31
"""A festival that passed less long ago than this is the one meant, not next year's."""

_OfYear = Callable[[int], date | None]


def _solar(month: int, day: int) -> _OfYear:
    return lambda year: make_date(year, month, day)


def _lunar(month: int, day: int) -> _OfYear:
    return lambda year: lunar_day(year, month, day)


def _eve(year: int) -> date | None:
    """The last day of the lunar year: its twelfth month has 29 or 30 days."""
    last = lunar_month(year, 12)
    return last[1] if last else None


def _term(name: str, days: int = 0) -> _OfYear:
    def of_year(year: int) -> date | None:
        day = solar_term(year, name)
        return day and day + timedelta(days=days)

    return of_year


def _nth(month: int, number: int, weekday: int) -> _OfYear:
    return lambda year: nth_weekday(year, month, number, weekday)


def nth_weekday(year: int, month: int, number: int, weekday: int) -> date | None:
    """The n-th (-1 = last) weekday (0 = Monday) of a month, or None when the month has no such."""
    month_days = (make_date(year, month, number) for number in range(1, 32))
    days = [day for day in month_days if day and day.weekday() == weekday]
    place = number - 1 if number > 0 else number
    return days[place] if -len(days) <= place < len(days) else None


FESTIVALS: Final[dict[str, _OfYear]] = {
    "元旦": _solar(1, 1), "情人节": _solar(2, 14), "女生节": _solar(3, 7), "妇女节": _solar(3, 8),
    "三八": _solar(3, 8), "植树节": _solar(3, 12), "愚人节": _solar(4, 1), "劳动节": _solar(5, 1),
    "五一": _solar(5, 1), "青年节": _solar(5, 4), "五四": _solar(5, 4), "护士节": _solar(5, 12),
    "儿童节": _solar(6, 1), "六一": _solar(6, 1), "建党节": _solar(7, 1), "建军节": _solar(8, 1),
    "八一": _solar(8, 1), "医师节": _solar(8, 19), "教师节": _solar(9, 10), "国庆": _solar(10, 1),
    "十一": _solar(10, 1), "万圣夜": _solar(10, 31), "万圣": _solar(10, 31), "光棍节": _solar(11, 11),
    "双十一": _solar(11, 11), "双十二": _solar(12, 12), "平安夜": _solar(12, 24), "圣诞": _solar(12, 25),
    "跨年夜": _solar(12, 31), "春节": _lunar(1, 1), "元宵": _lunar(1, 15), "龙抬头": _lunar(2, 2),
    "端午": _lunar(5, 5), "端阳": _lunar(5, 5), "七夕": _lunar(7, 7), "中元": _lunar(7, 15),
    "中秋": _lunar(8, 15), "重阳": _lunar(9, 9), "腊八": _lunar(12, 8), "小年夜": _lunar(12, 23),
    "小年": _lunar(12, 23), "除夕": _eve, "大年夜": _eve, "寒食": _term("清明", -1),
    "母亲节": _nth(5, 2, 6), "父亲节": _nth(6, 3, 6),
    "感恩节": _nth(11, 4, 3), **{name: _term(name) for name in TERMS},
}  # fmt: skip
"""Names to the day of a (lunar, for lunar ones) year. Solar ones by law or custom, terms by GB/T 33661-2017."""
_WEATHER: Final = ("大雪", "小雪", "雨水")
_NEEDS_FESTIVAL: Final = ("三八", "五四", "八一", "中元", "寒食")
"""Names that are a festival only with 节 behind them."""
_NUMBERS: Final = ("五一", "六一")


def _pattern(name: str) -> str:
    if name in _NEEDS_FESTIVAL:
        return f"{name}(?=节)"
    if name in _NUMBERS:
        return rf"{name}(?![0-9{CHINESE}次片粒颗袋支个天月年号点早晚上下中])"
    if name == "十一":
        return f"{name}(?=长假|黄金周|假期|国庆|期间)"
    return f"{name}(?=节气|那天|当天)" if name in _WEATHER else name


_NAMED: Final = "|".join(map(_pattern, sorted(FESTIVALS, key=len, reverse=True)))
_DATED: Final = "(?:(?:三八|五四|六一|五一|八一|十一)(?=[妇青儿劳建国]))?"
"""The date before the name: 三八妇女节."""
_FESTIVAL: Final = re.compile(rf"{YEAR}(?<![第周期拜吃{CHINESE}]){_DATED}({_NAMED})节?气?(?![粥蒜路街])")

_LUNAR_MONTH: Final = r"正|冬|腊|十[一二]?|[一二三四五六七八九]|1[0-2]|[1-9]"
_LUNAR_DAY: Final = (
    r"初[一二三四五六七八九十]|廿[一二三四五六七八九]?|二十[一二三四五六七八九]?|三十|卅"
    r"|十[一二三四五六七八九]?|[一二三四五六七八九](?=[日号])|[12][0-9]|30|[1-9]"
)
_CALENDAR: Final = r"(?:农历|阴历|旧历)"
_TAIL: Final = rf"(?:份?的?({_LUNAR_DAY})[日号]?)?"
_LUNAR: Final = re.compile(rf"(?:{YEAR}{_CALENDAR}(?:的)?|{_CALENDAR}{YEAR})(闰)?({_LUNAR_MONTH})月{_TAIL}")
_LUNAR_BY_WORD: Final = re.compile(rf"{YEAR}()(?:(闰)({_LUNAR_MONTH})|()(正|冬|腊))月{_TAIL}")
_LUNAR_BY_DAY: Final = re.compile(
    rf"{YEAR}(?<![0-9{CHINESE}])({_LUNAR_MONTH})月的?(初[一二三四五六七八九十]|廿[一二三四五六七八九]?|卅)[日号]?"
)
_ROUND_NEW_YEAR: Final = re.compile(
    rf"{YEAR}(?<![今明去前后每来全半本0-9{CHINESE}])大?年(初[一二三四五六七八]|二十[三四五六七八九]|廿[三四五六七八九]|三十)(?!岁|多|几|天)"
)
_FIRST_TEN: Final = re.compile(r"(?<![最当起年月大])初([一二三四五六七八九十])(?![中高次步诊期])")


def _festival(match: re.Match[str], today: date) -> Days:
    return one(_in_year(FESTIVALS[match[2]], year_said(match[1], today), today))


def _in_year(of_year: _OfYear, year: int | None, today: date) -> date | None:
    if year:
        return of_year(year)
    return nearest_of((of_year(today.year + ahead) for ahead in range(-1, 9)), today, RECENTLY_DAYS)


def _lunar_said(match: re.Match[str], today: date) -> Days:
    return _lunar_days(year_said(match[1] or match[2], today), match[4], match[5], match[3] is not None, today)


def _lunar_by_word(match: re.Match[str], today: date) -> Days:
    return _lunar_days(year_said(match[1], today), match[4] or match[6], match[7], match[3] is not None, today)


def _lunar_by_day(match: re.Match[str], today: date) -> Days:
    return _lunar_days(year_said(match[1], today), match[2], match[3], False, today)


def _round_new_year(match: re.Match[str], today: date) -> Days:
    """年初五 is of the first month, 年二十九 of the twelfth; 大年三十 is its last day, even when that is the 29th."""
    if match[2] == "三十":
        return one(_in_year(_eve, year_said(match[1], today), today))
    month = "正" if match[2].startswith("初") else "腊"
    return _lunar_days(year_said(match[1], today), month, match[2], False, today)


def _lunar_days(year: int | None, month_said: str, day_said: str | None, leap: bool, today: date) -> Days:
    """A lunar day, or the whole month when no day was said."""
    month = {"正": 1, "冬": 11, "腊": 12}.get(month_said) or read_int(month_said) or 0
    years = [year] if year else [lunar_year_of(today) + ahead for ahead in range(-1, 60 if leap else 3)]
    if day_said is None:
        runs = (lunar_month(one_year, month, leap) for one_year in years)
        return next((run for run in runs if run and (year or run[1] >= today)), (None, None))
    day = read_int(day_said.removeprefix("初")) or 0
    found = (lunar_day(one_year, month, day, leap) for one_year in years)
    return one(next(found, None) if year else nearest_of(found, today, RECENTLY_DAYS))


def _first_ten(match: re.Match[str], today: date) -> Days:
    """初八 alone: of this lunar month, or of the next one."""
    day = read_int(match[1]) or 0
    year = lunar_year_of(today)
    months = [lunar_month(each, number, leap) for each in (year, year + 1) for number in range(1, 13)
              for leap in (False, True)]  # fmt: skip
    days = sorted(run[0] + timedelta(days=day - 1) for run in months if run)
    return one(next((found for found in days if found >= today), None))


FESTIVAL_RULES: Final[tuple[Rule, ...]] = (
    (_FESTIVAL, _festival),
    (_LUNAR, _lunar_said),
    (_LUNAR_BY_WORD, _lunar_by_word),
    (_LUNAR_BY_DAY, _lunar_by_day),
    (_ROUND_NEW_YEAR, _round_new_year),
    (_FIRST_TEN, _first_ten),
)
