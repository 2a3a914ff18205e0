"""An expression read back in canonical Chinese: 明天（3月2日 周一）下午3点. It is read to the same value again."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from schedules import clock
from schedules.day_values import RECENTLY_DAYS
from schedules.expressions import Expression, Kind
from schedules.numbers import plain_number
from schedules.pieces import DayPart
from schedules.recurrence import DAYS, Frequency, Recurrence

_NEAR: Final = {-3: "大前天", -2: "前天", -1: "昨天", 0: "今天", 1: "明天", 2: "后天", 3: "大后天"}
_WEEKDAYS: Final = "一二三四五六日"
_HALVES: Final = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
"""First hour that no longer belongs to the word."""
_UNITS: Final = ((86_400, "天"), (3600, "小时"), (60, "分钟"), (1, "秒"))
_EVERY: Final = {
    Frequency.SECONDLY: "秒", Frequency.MINUTELY: "分钟", Frequency.HOURLY: "小时", Frequency.DAILY: "天",
    Frequency.WEEKLY: "周", Frequency.MONTHLY: "个月", Frequency.YEARLY: "年",
}  # fmt: skip


def told(expression: Expression, at: datetime) -> str | None:
    """The expression in words, or None when no time was said. `at` is the aware instant of speaking."""
    start, end = expression.start, expression.end
    if expression.kind is Kind.NONE:
        return None
    if expression.recurrence is not None:
        return _recurrence(expression.recurrence, at.astimezone(start.tzinfo) if start else clock.local(at))
    if expression.seconds is not None:
        return told_length(expression.seconds)
    now = at.astimezone((start or end or at).tzinfo)
    if start is None or end is None:
        return _open(expression, now)
    if expression.kind is Kind.DAY_PART:
        return told_day(start.date(), now.date()) + _part(start, end)
    return told_day(start.date(), now.date()) if expression.kind is Kind.DATE else _range(start, end, now)


def _open(expression: Expression, now: datetime) -> str:
    bound, side = (expression.start, "以后") if expression.start else (expression.end, "以前")
    if bound is None:
        return ""
    words = told_day(bound.date(), now.date())
    if expression.kind is Kind.INSTANT or bound.time() != time():
        words += told_clock(bound.time())
    return words if expression.kind is Kind.INSTANT else words + side


def _range(start: datetime, end: datetime, now: datetime) -> str:
    first, today = told_day(start.date(), now.date()), now.date()
    # A bare date behind one of another year would be taken for that year's.
    year = "年" in first
    if start.time() == end.time() == time():
        last = end.date() - timedelta(days=1)
        return first if last == start.date() else f"{first}到{told_day(last, today, year)}"
    last_day = "" if end.date() == start.date() else told_day(end.date(), today, year)
    return f"{first}{told_clock(start.time())}到{last_day}{told_clock(end.time())}"


def _part(start: datetime, end: datetime) -> str:
    hours = (start.hour, end.hour or 24)
    return next(part.chinese for part in DayPart if part.hours == hours)


def told_day(day: date, today: date, with_year: bool = False) -> str:
    """A day with its weekday, with its year where it would be taken for another one without."""
    away = clock.days_between(today, day)
    year = f"{day.year}年" if with_year or day.year != today.year or -away > RECENTLY_DAYS else ""
    written = f"{year}{day.month}月{day.day}日"
    weekday = f"周{_WEEKDAYS[day.weekday()]}"
    return f"{_NEAR[away]}（{written} {weekday}）" if away in _NEAR else f"{written}（{weekday}）"


def told_clock(moment: time) -> str:
    """A clock time with its part of the day: 下午3点, 上午9点05分."""
    word = next(word for until, word in _HALVES if moment.hour < until)
    hour = moment.hour - 12 if moment.hour > 12 else moment.hour
    minute = f"{moment.minute:02}分" if moment.minute or moment.second else ""
    second = f"{moment.second:02}秒" if moment.second else ""
    return f"{word}{hour}点{minute}{second}"


def told_length(seconds: Decimal) -> str:
    """A length in days, hours, minutes and seconds: 2小时30分钟."""
    words = []
    for size, unit in _UNITS:
        count, seconds = (seconds, Decimal(0)) if size == 1 else divmod(seconds, size)
        words += [f"{plain_number(count)}{unit}"] if count else []
    return "".join(words)


def _recurrence(rule: Recurrence, now: datetime) -> str:
    words = _every(rule)
    if rule.times and rule.frequency is not Frequency.HOURLY:
        words += " " + "、".join(f"{moment:%H:%M}" for moment in rule.times)
    if rule.lasts and rule.times:
        words += f"到{datetime.combine(now.date(), rule.times[0]) + rule.lasts:%H:%M}"
    if rule.first_day:
        words = f"从{told_day(rule.first_day, now.date())}开始，{words}"
    return f"{words}，到{told_day(rule.last_day, now.date())}为止" if rule.last_day else words


def _every(rule: Recurrence) -> str:
    number = str(rule.interval) if rule.interval > 1 else ""
    if rule.frequency is Frequency.YEARLY:
        return f"每{number}年" + (rule.lunar or _in_year(rule))
    if rule.frequency is Frequency.MONTHLY:
        every = f"每{number}个月" if number else "每月"
        return every + (_in_month(rule) if rule.by_day or rule.by_month_day else "")
    if rule.frequency is Frequency.WEEKLY and rule.by_day:
        weekdays = "、".join(f"周{_WEEKDAYS[DAYS.index(day)]}" for day in rule.by_day)
        return f"每{number}周的{weekdays}" if number else f"每{weekdays}"
    if rule.frequency is Frequency.DAILY and rule.interval == 2:
        return "隔天"
    return f"每{number}{_EVERY[rule.frequency]}"


def _in_year(rule: Recurrence) -> str:
    month = f"{rule.by_month}月" if rule.by_month else ""
    return month + (_in_month(rule).replace("号", "日") if rule.by_day or rule.by_month_day else "")


def _in_month(rule: Recurrence) -> str:
    if rule.by_day:
        number, day = int(rule.by_day[0][:-2]), DAYS.index(rule.by_day[0][-2:])
        return ("最后一个" if number < 0 else f"第{number}个") + f"周{_WEEKDAYS[day]}"
    return "、".join("最后一天" if day < 0 else f"{day}号" for day in rule.by_month_day)
