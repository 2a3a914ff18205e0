"""Chinese words for days and runs of days. Weeks begin on Monday; `today` is the person's local date.

Rules where the language is ambiguous (each is read back to the person):
- 周三, 星期天: the next one, today included. 这周三, 本周三: of this calendar week. 下周三: of the next calendar week.
- 3号: this month's, or when that has passed (or the month is shorter) the next month that has it.
- 12月3号: this year's; when it passed more than about three months ago next year's (a day just past is a slip).
- 月初, 月底: the first, the last five days of the month; 上旬, 中旬, 下旬: its thirds; 周末: Saturday and Sunday.
- 半个月: 15 days. Two-digit years are of this century. Festivals: only those of the solar calendar;
  a lunar date (农历八月十五, 腊月初八) is no day here, so that it is refused rather than misread.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from schedules import clock
from schedules.numbers import CHINESE, INTEGER, NUMBER, read_int, read_number
from schedules.pieces import DayPiece
from schedules.spelling import masked

Days = tuple[date | None, date | None]
Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], Days]]

RECENTLY_DAYS: Final = 92
"""A date without a year that passed less long ago than this is taken for a slip, not for next year."""

WEEK: Final = r"(?:周|星期|礼拜)"
WHICH: Final = {"上上": -2, "上": -1, "这": 0, "本": 0, "今": 0, "下": 1, "下下": 2}
_WHICH: Final = r"(上上|上|这|本|下下|下)个?"
_NUMERAL: Final = rf"[0-9{CHINESE}]"
_YEAR: Final = rf"(?:(今年|明年|后年|去年|前年|[0-9]{{2}}(?:[0-9]{{2}})?年|[{CHINESE}]{{2,4}}年)的?)?"
_WORDS: Final = {"大大后": 4, "大后": 3, "后": 2, "明": 1, "次": 1, "今": 0, "昨": -1, "前": -2, "大前": -3}
_YEARS: Final = {"今年": 0, "明年": 1, "后年": 2, "去年": -1, "前年": -2}
_FESTIVALS: Final = {
    "元旦": (1, 1), "妇女节": (3, 8), "劳动节": (5, 1), "五一": (5, 1), "儿童节": (6, 1), "六一": (6, 1),
    "教师节": (9, 10), "情人节": (2, 14), "植树节": (3, 12), "青年节": (5, 4), "国庆": (10, 1), "圣诞": (12, 25),
}  # fmt: skip
_THIRDS: Final = {"初": (1, 5), "上旬": (1, 10), "中": (11, 20), "中旬": (11, 20), "下旬": (21, 31), "底": (-4, 31)}


def weekday_of(said: str) -> int:
    """0 for 一 or 1 … 6 for 日, 天 or 7."""
    return "一二三四五六日".find(said) if said in "一二三四五六日" else ("天1234567".find(said) - 1) % 7


def find_days(text: str, today: date) -> tuple[list[DayPiece], str]:
    """All days named in a plain text, in order of place, and the text with them blanked out."""
    found: list[DayPiece] = []
    for pattern, resolve in _RULES:
        for match in list(pattern.finditer(text)):
            first, last = resolve(match, today)
            weekly = resolve is _bare_weekday
            found.append(DayPiece(match.start(), match.end(), first, last, weekly))
            text = masked(text, match.start(), match.end())
    return sorted(found, key=lambda piece: piece.start), text


def make_date(year: int | None, month: int | None, day: int | None) -> date | None:
    """The date, or None where the calendar has none (13月, 2月30号)."""
    if not year or not month or not day or not (1 <= year <= 9998 and month <= 12):
        return None
    return date(year, month, day) if day <= clock.month_length(year, month) else None


def _one(day: date | None) -> Days:
    return day, day


def _not_solar(match: re.Match[str], today: date) -> Days:
    """Days of the lunar calendar are refused, never taken for solar ones."""
    return None, None


def _iso(match: re.Match[str], today: date) -> Days:
    return _one(make_date(int(match[1]), int(match[2]), int(match[3])))


def _year(said: str | None, today: date) -> int | None:
    if said is None:
        return None
    if said in _YEARS:
        return today.year + _YEARS[said]
    year = read_int(said[:-1]) or 0
    return 2000 + year if year < 100 else year


def _month_day(match: re.Match[str], today: date) -> Days:
    year, month, day = _year(match[1], today), read_int(match[2]), read_int(match[3])
    return _one(make_date(year, month, day) if year else _nearest(month, day, today))


def _slashed(match: re.Match[str], today: date) -> Days:
    return _one(_nearest(int(match[1]), int(match[2]), today))


def _nearest(month: int | None, day: int | None, today: date) -> date | None:
    this = make_date(today.year, month, day)
    if this is not None and clock.days_between(this, today) <= RECENTLY_DAYS:
        return this
    # 2月29日 in a common year has no `this`; the next years are tried until one is leap.
    later = (make_date(today.year + ahead, month, day) for ahead in range(1, 9))
    return next((found for found in later if found is not None), None)


def _festival(match: re.Match[str], today: date) -> Days:
    month, day = _FESTIVALS[match[2]]
    year = _year(match[1], today)
    return _one(make_date(year, month, day) if year else _nearest(month, day, today))


def _ahead(match: re.Match[str], today: date) -> Days:
    amount = read_number(match[1])
    if amount is None:
        return None, None
    sign = -1 if match[3] == "前" else 1
    if match[2] in "月年":
        months = amount * (12 if match[2] == "年" else 1)
        if months == months.to_integral_value():
            return _one(clock.month_shifted(today, sign * int(months)))
        return _one(clock.shifted(today, sign * int(months * 30)))
    days = amount * (1 if match[2] in "天日" else 7)
    return _one(clock.shifted(today, sign * int(days)))


def _within(match: re.Match[str], today: date) -> Days:
    return today, _ahead(match, today)[0]


def _weekday(match: re.Match[str], today: date) -> Days:
    ahead = 7 * WHICH[match[1]] - today.weekday()
    if match[2] == "末":
        return clock.shifted(today, ahead + 5), clock.shifted(today, ahead + 6)
    return _one(clock.shifted(today, ahead + weekday_of(match[2])))


def _bare_weekday(match: re.Match[str], today: date) -> Days:
    if match[1] == "末":
        saturday = clock.shifted(today, 5 - today.weekday())
        return (today, today) if today.weekday() == 6 else (saturday, clock.shifted(today, 6 - today.weekday()))
    return _one(clock.shifted(today, (weekday_of(match[1]) - today.weekday()) % 7))


def _week(match: re.Match[str], today: date) -> Days:
    monday = clock.shifted(today, 7 * WHICH[match[1]] - today.weekday())
    if monday is None:
        return None, None
    return max(monday, today) if match[1] in "这本" else monday, clock.shifted(monday, 6)


def _months_day(match: re.Match[str], today: date) -> Days:
    month = clock.month_shifted(today.replace(day=1), WHICH[match[1]])
    return _one(None if month is None else make_date(month.year, month.month, read_int(match[2])))


def _part_of_month(match: re.Match[str], today: date) -> Days:
    month = _month_meant(match[1], match[2], match[3], today)
    if month is None:
        return None, None
    if not match[4]:
        first, last = (today.day if month == today.replace(day=1) else 1), 31
    else:
        first, last = _THIRDS[match[4].replace("末", "底")]
    length = clock.month_length(month.year, month.month)
    return month.replace(day=first if first > 0 else length + first), month.replace(day=min(last, length))


def _month_meant(year: str | None, which: str | None, number: str | None, today: date) -> date | None:
    if number is None:
        return clock.month_shifted(today.replace(day=1), WHICH[which] if which else 0)
    month = read_int(number)
    if year or month is None:
        return make_date(_year(year, today), month, 1)
    return make_date(today.year + (month < today.month), month, 1)


def _bare_day(match: re.Match[str], today: date) -> Days:
    day = read_int(match[1]) or 0
    if not 1 <= day <= 31:
        return None, None
    months = (clock.month_shifted(today.replace(day=1), ahead) for ahead in range(13))
    candidates = (make_date(month.year, month.month, day) for month in months if month)
    return _one(next((found for found in candidates if found and found >= today), None))


def _word(match: re.Match[str], today: date) -> Days:
    return _one(clock.shifted(today, _WORDS[match[1]]))


_NOT_COUNT: Final = rf"(?![0-9{CHINESE}次片粒点个天周月年小克毫袋支瓶度岁])"
_SPAN: Final = rf"({NUMBER})(?:个)?(天|日|周|星期|礼拜|月|年)"
_THIRD: Final = rf"(初|末|底|上旬|中旬|下旬|中(?![{CHINESE}午]))"
_NO_PLACE: Final = r"(?![楼线床门诊窗馆院房口机])"
_FAR_WORDS: Final = rf"(?<![{CHINESE}0-9])"

_LUNAR: Final = (
    rf"(?:农历|阴历|旧历){_YEAR}(?:{INTEGER}|正|冬|腊)?月?(?:初?{INTEGER})?日?"
    rf"|(?:正月|冬月|腊月)(?:初?{INTEGER}|底|里)?|(?<![最当起])初[一二三四五六七八九十](?![中高次步])"
)

_RULES: Final[tuple[Rule, ...]] = (
    (re.compile(_LUNAR), _not_solar),
    (re.compile(r"(?<![0-9])([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})[日号]?(?![0-9])"), _iso),
    (re.compile(r"(?<![0-9])(20[0-9]{2})([01][0-9])([0-3][0-9])(?![0-9])"), _iso),
    (re.compile(rf"{_YEAR}(?<!个)({INTEGER})月份?的?({INTEGER})(?:[日号]|{_NOT_COUNT})"), _month_day),
    (re.compile(r"(?<![0-9/.])(1[0-2]|[1-9])/([1-3][0-9]|[1-9])(?![0-9/片粒袋支颗])"), _slashed),
    (re.compile(rf"{_SPAN}(?:之|以)?(内)"), _within),
    (re.compile(rf"(?<![{CHINESE}0-9]){_SPAN}(?:之|以)?(后|前)"), _ahead),
    (re.compile(rf"过{_SPAN}()"), _ahead),
    (re.compile(rf"{_WHICH}(?:{WEEK}的?(?={WEEK}))?{WEEK}([一二三四五六日天末1-7])(?!次)"), _weekday),
    (re.compile(rf"(?<![每0-9两半几双]){WEEK}([一二三四五六日天末1-7])(?![0-9次个])"), _bare_weekday),
    (re.compile(rf"{_WHICH}{WEEK}(?!次)"), _week),
    (re.compile(rf"{_WHICH}月的?({INTEGER})[日号]"), _months_day),
    (re.compile(rf"{_YEAR}(?:{_WHICH}|(?<!个)({INTEGER}))?月{_THIRD}"), _part_of_month),
    (re.compile(rf"{_YEAR}(?:{_WHICH}|(?<![每个连]){_FAR_WORDS}({INTEGER}))月份?()?(?!一?次)"), _part_of_month),
    (re.compile(rf"(?<![每第连服共0-9{CHINESE}.])({INTEGER})(?:号|日(?!{_NUMERAL}{{1,3}}次)){_NO_PLACE}"), _bare_day),
    (re.compile(r"(?<![以之饭餐])(大大后|大后|大前|今|明|后|前|昨|次)(?:天(?!天)|日|儿个?)"), _word),
    (re.compile(r"(?<![以之饭餐])(今|明|昨|后)(?=早|晚|晨|夜|上午|下午|中午)"), _word),
    (re.compile(rf"{_YEAR}({'|'.join(_FESTIVALS)})节?"), _festival),
)  # fmt: skip
