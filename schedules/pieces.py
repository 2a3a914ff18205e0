"""The pieces of a said moment: days, parts of the day, clock times, each with its place in the text."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


class PieceKind(StrEnum):
    """What a piece of a sentence names."""

    DAY = "day"
    PART = "part"
    TIME = "time"
    AHEAD = "ahead"


class DayPart(StrEnum):
    """Part of a day as people name it; `hours` gives its bounds."""

    DAWN = "dawn"
    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"

    @property
    def hours(self) -> tuple[int, int]:
        """First hour and the hour that ends the part (local wall clock, 24 = midnight)."""
        return _HOURS[self]

    @property
    def chinese(self) -> str:
        """The word a patient reads."""
        return _CHINESE[self]

    def covers(self, clock: time) -> bool:
        """Whether the wall-clock time lies in this part of the day."""
        first, end = self.hours
        return first <= clock.hour < end


_HOURS = {
    DayPart.DAWN: (0, 6),
    DayPart.MORNING: (6, 12),
    DayPart.NOON: (11, 14),
    DayPart.AFTERNOON: (12, 18),
    DayPart.EVENING: (17, 24),
    DayPart.NIGHT: (21, 24),
}
_CHINESE = {
    DayPart.DAWN: "凌晨",
    DayPart.MORNING: "上午",
    DayPart.NOON: "中午",
    DayPart.AFTERNOON: "下午",
    DayPart.EVENING: "晚上",
    DayPart.NIGHT: "夜里",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a sentence. `start` and `end` are places in the text as the person wrote it."""

    kind: PieceKind
    start: int
    end: int
    said: str


@dataclass(frozen=True, slots=True)
class DayPiece:
    """A day, or a run of days from `first` to `last` (both included); None when no such day exists."""

    start: int
    end: int
    first: date | None
    last: date | None
    weekly: bool = False
    """A weekday said without a week: may mean the one of the next week."""
    floating: bool = False
    """Its year, month or week was not said: after an earlier day (1月3号到5号) it may mean another one."""


@dataclass(frozen=True, slots=True)
class PartPiece:
    """A part of the day: 上午, 晚上."""

    start: int
    end: int
    part: DayPart


@dataclass(frozen=True, slots=True)
class ClockPiece:
    """A clock time as said, before the part of the day has been applied; `hour` may be impossible."""

    start: int
    end: int
    hour: int
    minute: int
    literal: bool = False
    """Written the 24-hour way (08:30, 20时): no half of the day needs to be guessed."""
    until: bool = False
    """The later end of a range (三点到五点)."""
    second: int = 0


@dataclass(frozen=True, slots=True)
class AheadPiece:
    """So many minutes from now (半小时后 = 30), negative for the past; at most ten thousand hours."""

    start: int
    end: int
    minutes: int
