"""Where a regimen stands at a moment: running, paused, to come, over, stopped."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.regimen_rows import STOPPED, Regimen
from schedules.clock import SHANGHAI, instant
from schedules.timing import Timing


class Standing(StrEnum):
    """The value is what a doctor reads."""

    RUNNING = "正在用"
    PAUSED = "暂停中"
    TO_COME = "未开始"
    OVER = "疗程结束"
    STOPPED = "已停"


def standing_of(regimen: Regimen, at: datetime, timezone: ZoneInfo = SHANGHAI) -> Standing:
    """Where it stands at the aware instant `at`."""
    first, last = bounds(regimen.timing, timezone)
    if regimen.status == STOPPED:
        return Standing.STOPPED
    if last is not None and last < at:
        return Standing.OVER
    if regimen.paused and regimen.paused[0] <= at < regimen.paused[1]:
        return Standing.PAUSED
    return Standing.TO_COME if first is not None and first > at else Standing.RUNNING


def bounds(timing: Timing, timezone: ZoneInfo = SHANGHAI) -> tuple[datetime | None, datetime | None]:
    """The first and the last instant that a timing allows, as far as it says; a last day counts as a whole."""
    if timing.events:
        return min(timing.events), max(timing.events)
    first, last = timing.start, timing.end
    return (
        first if first is None or isinstance(first, datetime) else _midnight(first, timezone),
        last if last is None or isinstance(last, datetime) else _midnight(last + timedelta(days=1), timezone),
    )


def _midnight(day: date, timezone: ZoneInfo) -> datetime:
    return instant(day, time(0), timezone)
