"""A timing in natural Chinese, in words that `read_regimen` reads to the same timing again."""

from datetime import date, datetime, time, timedelta
from typing import Final

from schedules.clock import SHANGHAI
from schedules.numbers import plain_number
from schedules.timing import EVERY_MEAL, PeriodUnit, Timing, WhenCode

_WEEKDAYS: Final = "一二三四五六日"
CODE_WORDS: Final = {
    WhenCode.WAKE: "起床后", WhenCode.MORN: "早上", WhenCode.NOON: "中午", WhenCode.AFT: "下午",
    WhenCode.EVE: "晚上", WhenCode.NIGHT: "夜间", WhenCode.HS: "睡前", WhenCode.PHS: "入睡后",
    WhenCode.AC: "饭前", WhenCode.ACM: "早饭前", WhenCode.ACD: "午饭前", WhenCode.ACV: "晚饭前",
    WhenCode.C: "随餐", WhenCode.CM: "早饭时", WhenCode.CD: "午饭时", WhenCode.CV: "晚饭时",
    WhenCode.PC: "饭后", WhenCode.PCM: "早饭后", WhenCode.PCD: "午饭后", WhenCode.PCV: "晚饭后",
}  # fmt: skip
"""The words by which each code is told, and heard again."""
_PARTS: Final = ((6, "凌晨"), (9, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))


def spoken_timing(timing: Timing) -> str:
    """The whole timing: 每天早上8点，从2026年12月1日开始，连服7天."""
    if timing.events:
        return "、".join(_moment(moment) for moment in timing.events) + "，提醒一次"
    return "，".join(phrase for phrase in (_rhythm(timing), _needed(timing), *_bounds(timing)) if phrase)


def spoken_clock(clock: time) -> str:
    """A clock time as people say it: 早上8点, 晚上10点15分, 中午12点半."""
    part = next(word for end, word in _PARTS if clock.hour < end)
    hour = clock.hour - 12 if clock.hour > 12 else clock.hour
    minute = "" if clock.minute == 0 else "半" if clock.minute == 30 else f"{clock.minute:02d}分"
    return f"{part}{hour}点{minute}"


def spoken_day(day: date) -> str:
    """A date in full: 2026年12月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return spoken_day(local.date()) + spoken_clock(local.time())


def _rhythm(timing: Timing) -> str:
    if timing.period_unit is PeriodUnit.HOUR:
        return "" if timing.as_needed else f"每{_hours(timing)}1次"
    if timing.as_needed and timing.frequency is None:
        return ""
    return _days(timing) + _in_day(timing)


def _hours(timing: Timing) -> str:
    whole, half = divmod(timing.period, 1)
    if half and int(timing.period * 2) == timing.period * 2:
        return f"{int(whole)}个半小时"
    return f"{plain_number(timing.period)}小时"


def _days(timing: Timing) -> str:
    number = "" if timing.period == 1 else plain_number(timing.period)
    if timing.day_of_week:
        weekdays = "、".join(f"周{_WEEKDAYS[day.number]}" for day in timing.day_of_week)
        return (f"每{number}周的" if number else "每") + weekdays
    if timing.period_unit is PeriodUnit.DAY:
        return f"每{number}天"
    if timing.period_unit is PeriodUnit.WEEK:
        return f"每{number}周"
    day = f"{timing.start.day}号" if timing.start else ""
    return f"每{number}个月{day}" if number else f"每月{day}"


def _in_day(timing: Timing) -> str:
    if timing.time_of_day:
        return "、".join(spoken_clock(clock) for clock in timing.time_of_day)
    if timing.when:
        return _at_events(timing)
    count = f"{timing.frequency}次"
    return f"，一天{count}" if timing.day_of_week else count


def _at_events(timing: Timing) -> str:
    distance = "" if timing.offset is None else f"{timing.offset}分钟"
    if EVERY_MEAL & set(timing.when):
        meal = CODE_WORDS[timing.when[0]] + distance
        count = timing.frequency or 3
        return f"，一天{count}次，{meal}" if timing.day_of_week or not timing.every_day else f"{count}次，{meal}"
    words = "、".join(CODE_WORDS[code] + distance for code in timing.when)
    return f"{words}{'各' if len(timing.when) > 1 else ''}1次"


def _needed(timing: Timing) -> str:
    if not timing.as_needed:
        return ""
    phrases = [f"{timing.as_needed_for}时服用" if timing.as_needed_for else "必要时服用"]
    if timing.period_unit is PeriodUnit.HOUR:
        phrases.append(f"间隔至少{plain_number(timing.period)}小时")
    if timing.most_per_day is not None:
        phrases.append(f"一天不超过{timing.most_per_day}次")
    return "，".join(phrases)


def _bounds(timing: Timing) -> list[str]:
    phrases = [] if timing.count is None else [f"总共{timing.count}次"]
    if timing.duration_days is not None:
        return [f"连服{timing.duration_days}天", *phrases]
    start = [f"从{_bound(timing.start)}开始"] if timing.start else []
    days = _whole_days(timing)
    end = [f"连服{days}天"] if days else [f"到{_bound(timing.end)}为止"] if timing.end else []
    return [*start, *end, *phrases]


def _whole_days(timing: Timing) -> int | None:
    """Length of a course that begins at an instant and ends so many days later, less a minute."""
    if not isinstance(timing.start, datetime) or not isinstance(timing.end, datetime):
        return None
    length = timing.end - timing.start + timedelta(minutes=1)
    return length.days if length.days and length == timedelta(days=length.days) else None


def _bound(bound: date | datetime | None) -> str:
    if isinstance(bound, datetime):
        local = bound.astimezone(SHANGHAI)
        return f"{spoken_day(local.date())}{local:%H:%M}"
    return spoken_day(bound) if bound else ""
