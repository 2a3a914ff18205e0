"""Chinese words for longer runs of days: years, halves, quarters, weeks of a month, and runs from today.

Rules where the language is ambiguous (each is read back):
- 未来三天, 下三天, 后三天: the three days after today; 过去三天, 前三天: the three before it; 最近三天: those and
  today up to now. In weeks, months and years 上两个月 and 下两个月 are calendar ones, others count from today.
- 十月的第一周: the week of the first Monday of October; 2026年第二周: of ISO 8601.
- 年初: January and February, 年底: November and December; 季度初, 季度末: its first, its last month.
- A season lasts from its solar term (立春, 立夏, 立秋, 立冬) to the day before the next.
- Dates with the year last are read day first (3-7-2026 is 3 July), or the other way when that is no date.
"""

import re
from datetime import date, timedelta
from typing import Final

from schedules import clock
from schedules.day_values import (
    DIGIT,
    WEEK,
    WHICH,
    WHICH_SAID,
    YEAR,
    YEAR_SAID,
    Days,
    Rule,
    full_year,
    make_date,
    nearest,
    one,
    weekday_of,
    year_said,
)
from schedules.festivals import nth_weekday
from schedules.lunar import solar_term
from schedules.numbers import CHINESE, INTEGER, read_int

_FAR: Final = rf"(?<![0-9{CHINESE}])"
_NTH: Final = rf"(?:第({INTEGER})个?|(首)个?|(最后)一?个?)"
_MONTH_OF: Final = rf"(?:{YEAR}(?:{WHICH_SAID}|{_FAR}({INTEGER}))月份?的?)"
_YEAR_ALONE: Final = (
    rf"((?<![0-9])[0-9]{{3,4}} ?年|(?<![0-9])(?:0[0-9]|[6-9][0-9]) ?年|[{DIGIT}]{{4}}年"
    rf"|(?:零|[六七八九])[{DIGIT}]年|[一二两三]千年|[今本明来次下后去上前]年|这一?年)(?!级|前后|纪|龄)"
)
"""A year that needs nothing beside it: 20年 and 三年 count years."""
_NO_YEAR: Final = rf"(?<![0-9{CHINESE}每前去今明后周])"
_COUNTED: Final = "[a-z%年元个次片块人毫克步天日秒分小周月多余几号]"
"""What makes a number of four digits no year."""
_QUARTERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "首": 1, "1": 1, "2": 2, "3": 3, "4": 4}
_SEASONS: Final = {"春": ("立春", "立夏"), "夏": ("立夏", "立秋"), "秋": ("立秋", "立冬"), "冬": ("立冬", "立春")}


def _months(year: int | None, first: int, last: int) -> Days:
    """From the first of one month to the end of another one of a year."""
    start, end = make_date(year, first, 1), make_date(year, last, 1)
    return start, end and end.replace(day=clock.month_length(end.year, end.month))


def _numbered(match: re.Match[str], group: int) -> int:
    """1 … for 第N, -1 for 最后, 0 for a number that cannot be."""
    if match[group + 2]:
        return -1
    return 1 if match[group + 1] else read_int(match[group]) or 0


def _month(match: re.Match[str], group: int, today: date) -> date | None:
    """The first day of the month of a match of _MONTH_OF whose groups begin at `group`."""
    year, which, number = match[group], match[group + 1], match[group + 2]
    if number is None:
        return clock.month_shifted(today.replace(day=1), WHICH[which])
    return make_date(year_said(year, today) or today.year, read_int(number), 1)


def _odd_date(match: re.Match[str], today: date) -> Days:
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    year = full_year(year, today) if year < 100 else year
    return one(make_date(year, second, first) or make_date(year, first, second))


def _spaced_date(match: re.Match[str], today: date) -> Days:
    return one(make_date(int(match[1]), int(match[2]), int(match[3])))


def _dotted_date(match: re.Match[str], today: date) -> Days:
    return one(nearest(int(match[1]), int(match[2]), today))


def _year_month(match: re.Match[str], today: date) -> Days:
    return _months(int(match[1]), int(match[2]), int(match[2])) if 1 <= int(match[2]) <= 12 else (None, None)


def _year(match: re.Match[str], today: date) -> Days:
    year = year_said(match[1], today)
    return _months(year, 1, 12)


def _bare_year(match: re.Match[str], today: date) -> Days:
    return _months(int(match[1]), 1, 12)


def _republic(match: re.Match[str], today: date) -> Days:
    """Year 1 of the Republic is 1912."""
    year = {"元": 1}.get(match[1]) or read_int(match[1]) or 0
    return _months(1911 + year, 1, 12)


def _half_year(match: re.Match[str], today: date) -> Days:
    year = year_said(match[1], today) or today.year
    return _months(year, 1, 6) if match[2] == "上" else _months(year, 7, 12)


def _quarter(match: re.Match[str], today: date) -> Days:
    return _part_of_quarter(year_said(match[1], today) or today.year, _QUARTERS[match[2]], match[3])


def _which_quarter(match: re.Match[str], today: date) -> Days:
    place = today.year * 4 + (today.month - 1) // 3 + WHICH[match[1]]
    return _part_of_quarter(place // 4, place % 4 + 1, match[2])


def _part_of_quarter(year: int, quarter: int, part: str | None) -> Days:
    first = 3 * quarter - 2
    if part == "初":
        return _months(year, first, first)
    return _months(year, first + 2, first + 2) if part else _months(year, first, first + 2)


def _edge_of_year(match: re.Match[str], today: date) -> Days:
    year = year_said(match[1], today) or today.year
    return _months(year, 1, 2) if match[2] in ("初", "伊始") else _months(year, 11, 12)


def _season(match: re.Match[str], today: date) -> Days:
    year = year_said(match[1], today) or today.year
    first, following = _SEASONS[match[2]]
    start, end = solar_term(year, first), solar_term(year + (match[2] == "冬"), following)
    return start, end and end - timedelta(days=1)


def _decade(match: re.Match[str], today: date) -> Days:
    ten = (read_int(match[2]) or 0) // 10 * 10
    century = read_int(match[1]) if match[1] else None
    year = (century - 1) * 100 + ten if century else full_year(ten, today) if ten < 100 else ten
    return make_date(year, 1, 1), make_date(year + 9, 12, 31)


def _century(match: re.Match[str], today: date) -> Days:
    last = (read_int(match[1]) or 0) * 100
    return make_date(last - 99, 1, 1), make_date(last, 12, 31)


def _week_of_month(match: re.Match[str], today: date) -> Days:
    month = _month(match, 1, today)
    monday = month and nth_weekday(month.year, month.month, _numbered(match, 4), 0)
    return monday or None, monday and monday + timedelta(days=6)


def _week_of_year(match: re.Match[str], today: date) -> Days:
    year, number = year_said(match[1], today) or today.year, read_int(match[2]) or 0
    fourth = make_date(year, 1, 4)  # lies in the first week
    monday = fourth and clock.shifted(fourth, 7 * (number - 1) - fourth.weekday())
    if not number or monday is None or monday.isocalendar()[:2] != (year, number):
        return None, None
    return monday, monday + timedelta(days=6)


def _weekday_of_month(match: re.Match[str], today: date) -> Days:
    month, number = _month(match, 1, today), _numbered(match, 4)
    return one(month and nth_weekday(month.year, month.month, number, weekday_of(match[7])) if number else None)


def _weekday_of_year(match: re.Match[str], today: date) -> Days:
    year, number = year_said(match[1], today) or today.year, _numbered(match, 2)
    day = nth_weekday(year, 12 if number < 0 else 1, -1 if number < 0 else 1, weekday_of(match[5]))
    day = day and clock.shifted(day, 7 * (number - 1) if number > 0 else 0)
    return one(day if number and day and day.year == year else None)


def _last_week_of_year(match: re.Match[str], today: date) -> Days:
    """That of 28 December: of ISO 8601 the last one of its year."""
    year = year_said(match[1], today) or today.year
    day = make_date(year, 12, 28)
    if day is None:
        return None, None
    return day - timedelta(days=day.weekday()), day + timedelta(days=6 - day.weekday())


def _same_day_of_year(match: re.Match[str], today: date) -> Days:
    day = read_int(match[2]) if match[2] else today.day
    return one(make_date(year_said(match[1], today), today.month, day))


def _half_month(match: re.Match[str], today: date) -> Days:
    month = _month(match, 1, today) if match[2] or match[3] else today.replace(day=1)
    if month is None:
        return None, None
    if match[7] == "上":
        return month, month.replace(day=15)
    return month.replace(day=16), month.replace(day=clock.month_length(month.year, month.month))


def _day_of_month(match: re.Match[str], today: date) -> Days:
    month = _month(match, 1, today)
    return one(month and _counted(month, _months(month.year, month.month, month.month)[1], _numbered(match, 4)))


def _day_of_year(match: re.Match[str], today: date) -> Days:
    year = year_said(match[1], today) or today.year
    return one(_counted(make_date(year, 1, 1), make_date(year, 12, 31), _numbered(match, 2)))


def _counted(first: date | None, last: date | None, number: int) -> date | None:
    """The n-th day (-1 = the last) from `first` to `last`."""
    if first is None or last is None or not number:
        return None
    day = last if number < 0 else clock.shifted(first, number - 1)
    return day if day and first <= day <= last else None


def _first_days_of_month(match: re.Match[str], today: date) -> Days:
    month, days = _month(match, 1, today), read_int(match[4]) or 0
    return month, month and _counted(month, _months(month.year, month.month, month.month)[1], days)


def _month_of_year(match: re.Match[str], today: date) -> Days:
    number = -1 if match[4] else _numbered(match, 2)
    return _months(year_said(match[1], today), 12 if number < 0 else number, 12 if number < 0 else number)


def _first_months(match: re.Match[str], today: date) -> Days:
    return _months(year_said(match[1], today), 1, read_int(match[2]) or 0)


def _months_to(match: re.Match[str], today: date) -> Days:
    first, last = read_int(match[2]) or 0, read_int(match[3]) or 0
    year = year_said(match[1], today) or today.year + (last < today.month and first <= last)
    start, end = _months(year, first, first)[0], _months(year + (last < first), last, last)[1]
    return start, end


def _days_to(match: re.Match[str], today: date) -> Days:
    """4月12-19日: both of the month said."""
    month, first, last = _month(match, 1, today), read_int(match[4]), read_int(match[5])
    if month is None:
        return None, None
    return make_date(month.year, month.month, first), make_date(month.year, month.month, last)


def _years_to(match: re.Match[str], today: date) -> Days:
    return _months(int(match[1]), 1, 12)[0], _months(int(match[2]), 1, 12)[1]


RULES: Final[tuple[Rule, ...]] = tuple(
    (re.compile(pattern), resolve)
    for pattern, resolve in (
        (r"(?<![0-9./])([0-9]{1,2})([./])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?![0-9年月日号]|\2[0-9])", _odd_date),
        (r"(?<![0-9-])([0-9]{1,2})(-)([0-9]{1,2})-([0-9]{4}|[0-9]{2})(?![0-9年月日号]|-[0-9])", _odd_date),
        (r"(?<![0-9])([0-9]{4}) ([0-9]{1,2}) ([0-9]{1,2})(?![0-9])", _spaced_date),
        (r"(?<![0-9.])([0-9]{1,2})[.·]([0-9]{1,2})[日号]", _dotted_date),
        (rf"{_MONTH_OF}{_NTH}{WEEK}([一二三四五六日天])", _weekday_of_month),
        (rf"{_MONTH_OF}{_NTH}{WEEK}", _week_of_month),
        (rf"{YEAR}第({INTEGER})个?{WEEK}(?![一二三四五六日天])", _week_of_year),
        (rf"{YEAR_SAID}的?{_NTH}{WEEK}([一二三四五六日天])", _weekday_of_year),
        (rf"{YEAR_SAID}的?最后一?个?{WEEK}", _last_week_of_year),
        (rf"{YEAR_SAID}的?(?:今[天日]|(?:本|这个?)月({INTEGER})[日号])", _same_day_of_year),
        (rf"(?:{_MONTH_OF}|(?<![0-9{CHINESE}])()()())(上|下)半个?月", _half_month),
        (rf"{_MONTH_OF}{_NTH}天", _day_of_month),
        (rf"{_MONTH_OF}[头前]({INTEGER})[天日](?!前|后|以|之)", _first_days_of_month),
        (rf"{YEAR_SAID}的?{_NTH}天", _day_of_year),
        (rf"{YEAR_SAID}的?(?:{_NTH}()月)", _month_of_year),
        (rf"{YEAR_SAID}的?前({INTEGER})个?月", _first_months),
        (rf"{_MONTH_OF}({INTEGER})[日号]?(?:-|~|到|至)({INTEGER})[日号]", _days_to),
        (rf"{YEAR}{_FAR}({INTEGER})月?份?(?:-|~|到|至)({INTEGER})月份?(?![0-9{CHINESE}初底末上中下])", _months_to),
        (r"(?<![0-9])([0-9]{4}) ?年? ?(?:-|~|到|至) ?([0-9]{4}) ?年(?![0-9])", _years_to),
        (r"(?:中华)?民国(元|" + INTEGER + r")年", _republic),
        (rf"{YEAR}(?<![0-9{CHINESE}])(上|下)个?半年", _half_year),
        (rf"{YEAR}第?([一二三四1-4首])个?季度?(初|末|底)?(?!节)", _quarter),
        (rf"{WHICH_SAID}季度?(初|末|底)?(?!节)", _which_quarter),
        (rf"(?:{YEAR_SAID}年?|{_NO_YEAR}年)(初(?![一二三四五六七八])|伊始|底|末|尾)", _edge_of_year),
        (rf"{YEAR}(?<![立清阳青长开迎回])(春|夏|秋|冬)(?:天|季|(?<=年[春夏秋冬])(?![天季节]))", _season),
        (rf"(?:({INTEGER})世纪)?(?<![0-9])([0-9]{{0,2}}[0-9]0|[二三四五六七八九][十零])年代", _decade),
        (rf"({INTEGER})世纪", _century),
        (r"(?<![0-9.])([12][0-9]{3})[.](0[1-9]|1[0-2])(?![0-9.])", _year_month),
    )
)
"""To be tried before the rules of `day_words`."""

YEAR_RULES: Final[tuple[Rule, ...]] = (
    (re.compile(_YEAR_ALONE), _year),
    (re.compile(rf"(?<![0-9.:/-])((?:19|20)[0-9]{{2}})(?![0-9]|[./:-][0-9]|{_COUNTED})"), _bare_year),
)
"""To be tried after them: 去年春节 is a day, 去年 a year."""
