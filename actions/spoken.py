"""A timing as it is read back to a person, with the clock times that it comes to on their own day."""

import re
from datetime import datetime, timedelta
from typing import Final

from actions.dates import clock_label
from bot.habits import Habits
from schedules.due import due_times
from schedules.timing import Timing

MOST_CLOCKS: Final = 6  # clock times read back; more confuse
_FROM: Final = re.compile(r"从[0-9]{4}年([0-9]+月[0-9]+日)(?:[0-9]+:[0-9]+)?开始")
_A_DAY: Final = timedelta(days=1)


def spoken(timing: Timing, at: datetime, habits: Habits) -> str:
    """The timing with the clock times it comes to, where the words give none (一天三次)."""
    words = _FROM.sub(r"从\1起", timing.read_back().removesuffix("，提醒一次"))
    if timing.time_of_day or timing.events or timing.as_needed:
        return words
    anchored = timing.anchored(at)
    first = next(due_times(anchored, at, at + 31 * _A_DAY, habits.day_plan, habits.timezone), at)
    day = due_times(anchored, first, first + _A_DAY, habits.day_plan, habits.timezone)
    clocks = sorted(clock_label(moment.astimezone(habits.timezone).time()) for moment in day)
    return f"{words}（{'、'.join(clocks)}）" if 0 < len(clocks) <= MOST_CLOCKS else words
