"""Chinese words for days and runs of days. Weeks begin on Monday; `today` is the person's local date.

Rules where the language is ambiguous (each is read back to the person):
- 周三, 星期天: the next one, today included. 这周三, 本周三: of this calendar week. 下周三: of the next calendar week.
- 3号: this month's, or when that has passed (or the month is shorter) the next month that has it.
- 月初, 月底: the first, the last five days of the month; 上旬, 中旬, 下旬: its thirds; 周末: Saturday and Sunday.
- 半个月: 15 days.
Dates without a year: `day_values`; festivals and the lunar calendar: `festivals`.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from schedules import clock
from schedules.day_values import (
    WEEK,
    WHICH,
    WHICH_SAID,
    YEAR,
    Days,
    Rule,
    make_date,
    nearest,
    one,
    weekday_of,
    year_said,
)
from schedules.festivals import FESTIVAL_RULES
from schedules.numbers import CHINESE, INTEGER, NUMBER, read_int, read_number
from schedules.pieces import DayPiece
from schedules.spelling import masked

__all__ = ["DAY_RULES", "NAMED_DAY_RULES", "WEEK", "find_days", "make_date", "weekday_of"]

_NUMERAL: Final = rf"[0-9{CHINESE}]"
_WORDS: Final = {"大大后": 4, "大后": 3, "后": 2, "明": 1, "次": 1, "今": 0, "昨": -1, "前": -2, "大前": -3}
_THIRDS: Final = {"初": (1, 5), "上旬": (1, 10), "中": (11, 20), "中旬": (11, 20), "下旬": (21, 31), "底": (-4, 31)}


def find_days(text: str, today: date, rules: Sequence[Rule] | None = None) -> tuple[list[DayPiece], str]:
    """All days named in a plain text, in order of place, and the text with them blanked out.

    `rules` other than DAY_RULES are tried in their order.
    """
    found: list[DayPiece] = []
    for rule in DAY_RULES if rules is None else rules:
        pattern, resolve = rule
        for match in list(pattern.finditer(text)):
            first, last = resolve(match, today)
            weekly = resolve is _bare_weekday
            found.append(DayPiece(match.start(), match.end(), first, last, weekly, _floats(rule, match)))
            text = masked(text, match.start(), match.end())
    return sorted(found, key=lambda piece: piece.start), text


def _floats(rule: Rule, match: re.Match[str]) -> bool:
    """Whether it names no year, month or week, so that an earlier day may decide them."""
    if rule[1] is _word:
        return match[1] == "次"
    bare = rule in FESTIVAL_RULES or rule[1] in (_bare_weekday, _bare_day, _slashed, _month_day, _part_of_month)
    return bare and not any(group and (group.endswith("年") or group in WHICH) for group in match.groups())


def _iso(match: re.Match[str], today: date) -> Days:
    return one(make_date(int(match[1]), int(match[2]), int(match[3])))


def _month_day(match: re.Match[str], today: date) -> Days:
    year, month, day = year_said(match[1], today), read_int(match[2]), read_int(match[3])
    return one(make_date(year, month, day) if year else nearest(month, day, today))


def _slashed(match: re.Match[str], today: date) -> Days:
    return one(nearest(int(match[1]), int(match[2]), today))


def _ahead(match: re.Match[str], today: date) -> Days:
    amount = read_number(match[1])
    if amount is None:
        return None, None
    sign = -1 if match[3] == "前" else 1
    if match[2] in "月年":
        months = amount * (12 if match[2] == "年" else 1)
        if months == months.to_integral_value():
            return one(clock.month_shifted(today, sign * int(months)))
        return one(clock.shifted(today, sign * int(months * 30)))
    days = amount * (1 if match[2] in "天日" else 7)
    return one(clock.shifted(today, sign * int(days)))


def _within(match: re.Match[str], today: date) -> Days:
    return today, _ahead(match, today)[0]


def _weekday(match: re.Match[str], today: date) -> Days:
    ahead = 7 * WHICH[match[1]] - today.weekday()
    if match[2] == "末":
        return clock.shifted(today, ahead + 5), clock.shifted(today, ahead + 6)
    return one(clock.shifted(today, ahead + weekday_of(match[2])))


def _bare_weekday(match: re.Match[str], today: date) -> Days:
    if match[1] == "末":
        return clock.shifted(today, 5 - today.weekday()), clock.shifted(today, 6 - today.weekday())
    return one(clock.shifted(today, (weekday_of(match[1]) - today.weekday()) % 7))


def _week(match: re.Match[str], today: date) -> Days:
    monday = clock.shifted(today, 7 * WHICH[match[1]] - today.weekday())
    if monday is None:
        return None, None
    return monday, clock.shifted(monday, 6)


def _months_day(match: re.Match[str], today: date) -> Days:
    month = clock.month_shifted(today.replace(day=1), WHICH[match[1]])
    return one(None if month is None else make_date(month.year, month.month, read_int(match[2])))


def _part_of_month(match: re.Match[str], today: date) -> Days:
    month = _month_meant(match[1], match[2], match[3], today)
    if month is None:
        return None, None
    if not match[4]:
        first, last = 1, 31
    else:
        first, last = _THIRDS[match[4].replace("末", "底")]
    length = clock.month_length(month.year, month.month)
    return month.replace(day=first if first > 0 else length + first), month.replace(day=min(last, length))


def _month_meant(year: str | None, which: str | None, number: str | None, today: date) -> date | None:
    if number is None:
        return clock.month_shifted(today.replace(day=1), WHICH[which] if which else 0)
    month = read_int(number)
    if year or month is None:
        return make_date(year_said(year, today), month, 1)
    return make_date(today.year + (month < today.month), month, 1)


def _bare_day(match: re.Match[str], today: date) -> Days:
    day = read_int(match[1]) or 0
    if not 1 <= day <= 31:
        return None, None
    months = (clock.month_shifted(today.replace(day=1), ahead) for ahead in range(13))
    candidates = (make_date(month.year, month.month, day) for month in months if month)
    return one(next((found for found in candidates if found and found >= today), None))


def _word(match: re.Match[str], today: date) -> Days:
    return one(clock.shifted(today, _WORDS[match[1]]))


_NOT_COUNT: Final = rf"(?![0-9{CHINESE}次片粒点个天周月年小克毫袋支瓶度岁])"
_SPAN: Final = rf"({NUMBER})(?:个)?(天|日|周|星期|礼拜|月|年)"
_THIRD: Final = rf"(初|末|底|上旬|中旬|下旬|中(?![{CHINESE}午]))"
_NO_PLACE: Final = r"(?![楼线床门诊窗馆院房口机])"
_NO_COUNT: Final = rf"(?<![每第连服共0-9{CHINESE}.])"
_FAR_WORDS: Final = rf"(?<![{CHINESE}0-9])"

_WRITTEN_RULES: Final[tuple[Rule, ...]] = (
    *FESTIVAL_RULES,
    (re.compile(r"(?<![0-9])([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})[日号]?(?![0-9])"), _iso),
    (re.compile(r"(?<![0-9])(20[0-9]{2})([01][0-9])([0-3][0-9])(?![0-9])"), _iso),
    (re.compile(rf"{YEAR}(?<!个)({INTEGER})月份?的?({INTEGER})(?:[日号]|{_NOT_COUNT})"), _month_day),
    (re.compile(r"(?<![0-9/.])(1[0-2]|[1-9])/([1-3][0-9]|[1-9])(?![0-9/片粒袋支颗])"), _slashed),
)  # fmt: skip
_DISTANCE_RULES: Final[tuple[Rule, ...]] = (
    (re.compile(rf"{_SPAN}(?:之|以)?(内)"), _within),
    (re.compile(rf"(?<![{CHINESE}0-9]){_SPAN}(?:之|以)?(后|前)"), _ahead),
    (re.compile(rf"过{_SPAN}()"), _ahead),
)  # fmt: skip
_WORD_RULES: Final[tuple[Rule, ...]] = (
    (re.compile(rf"{WHICH_SAID}(?:{WEEK}的?(?={WEEK}))?{WEEK}([一二三四五六日天末1-7])(?!次)"), _weekday),
    (re.compile(rf"(?<![每0-9两半几双]){WEEK}([一二三四五六日天末1-7])(?![0-9次个])"), _bare_weekday),
    (re.compile(rf"{WHICH_SAID}{WEEK}(?!次)"), _week),
    (re.compile(rf"{WHICH_SAID}月的?({INTEGER})[日号]"), _months_day),
    (re.compile(rf"{YEAR}(?:{WHICH_SAID}|(?<!个)({INTEGER}))?月{_THIRD}"), _part_of_month),
    (re.compile(rf"{YEAR}(?:{WHICH_SAID}|(?<![每个连]){_FAR_WORDS}({INTEGER}))月份?()?(?!一?次)"), _part_of_month),
    (re.compile(rf"{_NO_COUNT}(?!两)({INTEGER})(?:号|日(?!{_NUMERAL}{{1,3}}次)){_NO_PLACE}"), _bare_day),
    (re.compile(r"(?<![以之饭餐])(大大后|大后|大前|今|明|后|前|昨|次)(?:天(?!天)|日|儿个?)"), _word),
    (re.compile(r"(?<![以之饭餐])(今|明|昨|后)(?=早|晚|晨|夜|上午|下午|中午)"), _word),
)  # fmt: skip

NAMED_DAY_RULES: Final = (*_WRITTEN_RULES, *_WORD_RULES)
"""Days that are named, not counted from today."""
DAY_RULES: Final = (*_WRITTEN_RULES, *_DISTANCE_RULES, *_WORD_RULES)
