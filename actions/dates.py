"""Days and times as a patient reads them, on the clinic's wall clock."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

_WEEKDAYS = "一二三四五六日"
_NEAR = ("今天", "明天", "后天")


def spoken_day(day: date) -> str:
    """`11月23日`: what a button says, read back by schedules.when without a doubt."""
    return f"{day.month}月{day.day}日"


def day_label(day: date, today: date) -> str:
    """`明天 11月22日 周日`."""
    ahead = (day - today).days
    near = f"{_NEAR[ahead]} " if 0 <= ahead < len(_NEAR) else ""
    return f"{near}{spoken_day(day)} 周{_WEEKDAYS[day.weekday()]}"


def clock_label(moment: time) -> str:
    """`14:00`."""
    return f"{moment:%H:%M}"


def moment_label(at: datetime, zone: ZoneInfo, today: date) -> str:
    """`明天 11月22日 周日 14:00`."""
    local = at.astimezone(zone)
    return f"{day_label(local.date(), today)} {clock_label(local.time())}"


def half_label(moment: time) -> str:
    """The half of the day a time lies in: 上午, 下午, 晚上."""
    if moment.hour < 12:
        return "上午"
    return "下午" if moment.hour < 18 else "晚上"
