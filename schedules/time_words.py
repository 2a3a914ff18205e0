"""Which words of a text tell a time, and of what kind: how often, from when until when, meals, days, clock times."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.amounts import find_amount
from schedules.clock_words import hour_meant
from schedules.corrections import AnyPiece, meant
from schedules.courses import find_course
from schedules.meal_words import find_ties
from schedules.pieces import AheadPiece, ClockPiece, DayPart, DayPiece, PartPiece
from schedules.rhythm_words import find_rhythm
from schedules.spelling import plain
from schedules.timing import EVERY_MEAL
from schedules.when import pieces_of

Span = tuple[int, int]

_EVERY_PART: Final = re.compile(r"每(?=[早晚晨夜](?![饭餐]))")


@dataclass(frozen=True, slots=True)
class Moment:
    """A clock time with its part of the day, or a part alone."""

    part: DayPart | None
    clock: ClockPiece | None
    words: str
    """The clock's own, without the part."""

    @property
    def half(self) -> str:
        """The half of the day it lies in: two times of one half correct each other."""
        hour = hour_meant(self.clock, self.part) if self.clock else None
        first = hour.time.hour if hour else self.part.hours[0] if self.part else 0
        return "first" if first < 12 else "second"

    @property
    def open(self) -> bool:
        """七点半, which half of the day is not said."""
        return self.part is None and self.clock is not None and not self.clock.literal

    def told(self) -> str:
        """In words that are read again the same."""
        return (self.part.chinese if self.part else "") + self.words


@dataclass(frozen=True, slots=True)
class TimeWords:
    """A plain text, and where in it which kind of time words stands."""

    text: str
    rhythm: tuple[Span, ...]
    rhythmic: bool
    """Says on which days it comes again, more than a bare 三次."""
    weekly: bool
    course: tuple[Span, ...]
    ties: tuple[Span, ...]
    any_meal: bool
    """Its meals are any (饭后): beside clock times a note."""
    days: tuple[DayPiece, ...]
    ahead: bool
    moments: tuple[Moment, ...]
    moment_spans: tuple[Span, ...]
    """Of the refused ones too (不是八点)."""

    @property
    def clocks(self) -> bool:
        """Whether a clock time is said."""
        return any(one.clock for one in self.moments)

    @property
    def whole(self) -> bool:
        """Whether it says by itself on which days."""
        return self.rhythmic or bool(self.days) or self.ahead

    @property
    def tells(self) -> bool:
        """Whether it says anything of time."""
        return bool(self.rhythm or self.course or self.ties or self.days or self.moments or self.ahead)

    def without(self, *kinds: Iterable[Span]) -> str:
        """The text with some spans cut out."""
        gone = {place for kind in kinds for start, end in kind for place in range(start, end)}
        return "".join(letter for place, letter in enumerate(self.text) if place not in gone)


def find_time_words(text: str, at: datetime, timezone: ZoneInfo) -> TimeWords:
    """The time words of a text, its amounts left out. `at` is the aware instant of speaking."""
    said = _EVERY_PART.sub("每天", plain(text))
    _, left = find_amount(said)
    said = "".join(letter for letter, kept in zip(said, left, strict=True) if kept != "\0")
    _, after_course = find_course(said, at, timezone)
    ties, after_ties = find_ties(after_course)
    rhythm, rest = find_rhythm(after_ties)
    pieces = pieces_of(rest, clock.local(at, timezone).date())
    stand = meant(rest, pieces)
    return TimeWords(
        said,
        _blanked(after_ties, rest),
        bool(rhythm.periods or rhythm.weekdays or rhythm.month_days),
        bool(rhythm.weekdays),
        _blanked(said, after_course),
        _blanked(after_course, after_ties),
        all(code in EVERY_MEAL for tie in ties for code in tie.codes),
        tuple(piece for piece in stand if isinstance(piece, DayPiece)),
        any(isinstance(piece, AheadPiece) for piece in stand),
        tuple(_moments(said, stand)),
        tuple((one.start, one.end) for one in pieces if isinstance(one, ClockPiece | PartPiece)),
    )


def _blanked(before: str, after: str) -> tuple[Span, ...]:
    """Where one reading has blanked out what stood there before it."""
    return tuple(
        (place, place + 1)
        for place, (letter, now) in enumerate(zip(before, after, strict=True))
        if now == "\0" and letter != "\0"
    )


def _moments(said: str, pieces: Sequence[AnyPiece]) -> Iterable[Moment]:
    """Each clock time with the part said before it (早上7点、8点: both), and each part that no clock time follows."""
    part: DayPart | None = None
    for piece, after in zip(pieces, [*pieces, None][1:], strict=True):
        if isinstance(piece, PartPiece):
            part = piece.part
            if not isinstance(after, ClockPiece):
                yield Moment(part, None, "")
        elif isinstance(piece, ClockPiece):
            yield Moment(part, piece, said[piece.start : piece.end])
