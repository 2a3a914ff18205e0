"""A recurrence: what comes again and again, as a rule of RFC 5545 with the times of day beside it."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Final

from schedules.timing import Weekday


class Frequency(StrEnum):
    """FREQ of RFC 5545."""

    SECONDLY = "SECONDLY"
    MINUTELY = "MINUTELY"
    HOURLY = "HOURLY"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """What comes again, on the wall clock of the person."""

    frequency: Frequency
    interval: int = 1
    by_day: tuple[str, ...] = ()
    """MO … SU; with a number before it within a month: 1MO, -1FR."""
    by_month_day: tuple[int, ...] = ()
    """-1 is the last day."""
    by_month: int | None = None
    lunar: str | None = None
    """The words of a yearly day that no rule can tell (中秋节)."""
    times: tuple[time, ...] = ()
    lasts: timedelta | None = None
    """Length of each occurrence, when its end was said too."""
    first_day: date | None = None
    last_day: date | None = None
    """Bounds, both included, when they were said."""
    once: bool = False
    """Meals or sleep of `first_day` only (明天睡前)."""

    @property
    def rrule(self) -> str | None:
        """The RRULE value, without bounds and times of day; None where there is no such rule."""
        if self.lunar:
            return None
        parts = [f"FREQ={self.frequency}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval > 1 else []
        parts += [f"BYMONTH={self.by_month}"] if self.by_month else []
        parts += [f"BYMONTHDAY={','.join(map(str, self.by_month_day))}"] if self.by_month_day else []
        parts += [f"BYDAY={','.join(self.by_day)}"] if self.by_day else []
        return ";".join(parts)


DAYS: Final = tuple(day.value[:2].upper() for day in Weekday)
"""BYDAY of RFC 5545, in the order of `date.weekday()`."""
