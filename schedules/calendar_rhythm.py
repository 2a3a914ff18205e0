"""Chinese words for what recurs by the calendar: 每年国庆, 每月第一个周一, 每月最后一天, 每季度, 每隔两周, 每15分钟."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from schedules.day_values import WEEK, weekday_of
from schedules.day_words import NAMED_DAY_RULES, find_days
from schedules.durations import LENGTH, read_length
from schedules.numbers import INTEGER, read_int
from schedules.recurrence import DAYS, Frequency, Recurrence
from schedules.span_words import RULES
from schedules.spelling import masked

_MONTHLY: Final = r"(?:每一?个?月|月月)的?"
_NTH: Final = rf"(?:第({INTEGER})个?|(最后)一?个?)"
_NTH_WEEKDAY: Final = re.compile(rf"{_MONTHLY}{_NTH}{WEEK}([一二三四五六日天])")
_NTH_DAY: Final = re.compile(rf"{_MONTHLY}(?:{_NTH}天|月?(初)(?![一二三四五六七八九十])|月?(底|末))")
_YEARLY: Final = re.compile(r"(?:每一?年|年年(?![初中底末]))的?(?!级|龄)")
_EVERY: Final = re.compile(rf"(?:(每隔|每间隔|隔)|每)(?:({LENGTH})|个?(季度|半年|分钟|秒钟?))(?:1|一)?(?:次)?")


def find_calendar_rule(said: str, today: date) -> tuple[Recurrence | None, str]:
    """A rule of the calendar that dosing does not know, and the plain text with it blanked out."""
    for pattern, read in ((_NTH_WEEKDAY, _nth_weekday), (_NTH_DAY, _nth_day), (_EVERY, _every)):
        match = pattern.search(said)
        rule = read(match) if match else None
        if match and rule:
            return rule, masked(said, match.start(), match.end())
    yearly = _YEARLY.search(said)
    if yearly is None:
        return None, said
    rule, end = _yearly(said, yearly.end(), today)
    return rule, masked(said, yearly.start(), end)


def _nth_weekday(match: re.Match[str]) -> Recurrence | None:
    number = -1 if match[2] else read_int(match[1]) or 0
    day = DAYS[weekday_of(match[3])]
    return Recurrence(Frequency.MONTHLY, by_day=(f"{number}{day}",)) if -1 <= number <= 5 and number else None


def _nth_day(match: re.Match[str]) -> Recurrence | None:
    number = -1 if match[2] or match[4] else 1 if match[3] else read_int(match[1]) or 0
    return Recurrence(Frequency.MONTHLY, by_month_day=(number,)) if number and number <= 31 else None


def _every(match: re.Match[str]) -> Recurrence | None:
    """Every so many of a unit; those that dosing reads (每天, 每周一) carry no number and do not come here."""
    if match[3]:
        units = {"季度": (Frequency.MONTHLY, 3), "半年": (Frequency.MONTHLY, 6), "分钟": (Frequency.MINUTELY, 1)}
        return Recurrence(*units.get(match[3], (Frequency.SECONDLY, 1)))
    length = read_length(match[2], bare_months=True)
    if length is None or length.months % 1 or (length.months and (length.days or length.seconds)):
        return None
    more = 1 if match[1] and not length.clocked else 0
    if length.months:
        return _months(int(length.months), match[2], more)
    if length.days and length.seconds:
        return None
    if length.days:
        days, weeks = int(length.days), not match[2].endswith(("天", "日"))
        if weeks and not match[1]:
            return None
        return Recurrence(Frequency.WEEKLY, days // 7 + more) if weeks else Recurrence(Frequency.DAILY, days + more)
    return every_seconds(length.seconds)


def _months(months: int, said: str, more: int) -> Recurrence:
    if said.endswith("年") and months % 12 == 0:
        return Recurrence(Frequency.YEARLY, months // 12 + more)
    return Recurrence(Frequency.MONTHLY, months + more)


def every_seconds(seconds: Decimal) -> Recurrence | None:
    """Every so many seconds, in the largest unit that fits; None for a fraction of a second."""
    for frequency, unit in ((Frequency.HOURLY, 3600), (Frequency.MINUTELY, 60), (Frequency.SECONDLY, 1)):
        if seconds % unit == 0:
            return Recurrence(frequency, int(seconds) // unit)
    return None


def _yearly(said: str, place: int, today: date) -> tuple[Recurrence, int]:
    """The day or month that stands behind 每年: seen in three years, it shows whether it keeps date or weekday."""
    words = "\0" * place + said[place:]
    years = [date(today.year + ahead, 1, 1) for ahead in range(3)]
    seen = [find_days(words, year, (*RULES, *NAMED_DAY_RULES))[0] for year in years]
    pieces = [found[0] for found in seen if found and found[0].start <= place + 1]
    days = [piece.first for piece in pieces if piece.first]
    if len(days) < len(years):
        return Recurrence(Frequency.YEARLY), place
    piece = pieces[0]
    if piece.first != piece.last:
        return Recurrence(Frequency.YEARLY, by_month=days[0].month), piece.end
    if len({(day.month, day.day) for day in days}) == 1:
        return Recurrence(Frequency.YEARLY, by_month=days[0].month, by_month_day=(days[0].day,)), piece.end
    if len({(day.month, _place_in_month(day)) for day in days}) == 1:
        return Recurrence(Frequency.YEARLY, by_month=days[0].month, by_day=(_place_in_month(days[0]),)), piece.end
    return Recurrence(Frequency.YEARLY, lunar=said[piece.start : piece.end]), piece.end


def _place_in_month(day: date) -> str:
    return f"{(day.day - 1) // 7 + 1}{DAYS[day.weekday()]}"
