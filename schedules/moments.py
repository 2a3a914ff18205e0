"""The pieces of a text put together to moments: a day, a part of the day and a clock time said side by side.

- A weekday beside a date only repeats it; a date after a longer run lies in it (下个月，15号).
- The later end of a range takes over from the earlier one what it does not say itself: the month (3月1号到5号), the
  day and the part of the day (明天下午三点到五点), and lies after it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from schedules import clock
from schedules.clock_words import find_clocks, find_parts
from schedules.corrections import meant
from schedules.day_values import RECENTLY_DAYS
from schedules.day_words import NAMED_DAY_RULES, find_days
from schedules.durations import Length, find_lengths
from schedules.pieces import ClockPiece, DayPiece, PartPiece
from schedules.span_words import RULES, YEAR_RULES
from schedules.windows import WindowPiece, find_now, find_windows

TimePiece = DayPiece | PartPiece | ClockPiece | WindowPiece

_MOST_PIECES: Final = 64
"""Pieces that are put together; the first expression of a text counts, not its hundredth."""
_GLUE: Final = re.compile(r"[\s,、()的在于大约那天当日一-]{0,5}")
_TO: Final = re.compile(r"\)?\s{0,3}(?:一直到|直到|到|至|-{1,3}|~)\s{0,3}")
_AND: Final = re.compile(r"\)?\s{0,3}[和与跟]\s{0,3}")
_BETWEEN: Final = re.compile(r"\)?\s{0,3}(?:的?这段时?间|之间|期间|间)")


@dataclass(frozen=True, slots=True)
class Moment:
    """Pieces that name one moment together; at least one is set."""

    start: int
    end: int
    day: DayPiece | None = None
    part: PartPiece | None = None
    clock: ClockPiece | None = None
    window: WindowPiece | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """From one moment to another one, or a single moment; `end` lies behind its last word."""

    first: Moment
    last: Moment | None
    end: int


def find_ranges(said: str, now: datetime) -> tuple[list[Range], list[Length]]:
    """All moments and ranges of a plain text, in order of place, and the mere lengths in it.

    `now` is the local, naive instant of speaking.
    """
    pieces, lengths = _pieces(said, now)
    moments = _moments(said, meant(said, pieces[:_MOST_PIECES]), now.date())
    ranges: list[Range] = []
    while moments:
        first = moments.pop(0)
        following = moments[0] if moments else None
        end = _joined(said, first, following) if following else None
        if following is None or end is None:
            ranges.append(Range(first, None, first.end))
        else:
            moments.pop(0)
            ranges.append(Range(first, _later(said, first, following), end))
    return ranges, lengths


def _pieces(said: str, now: datetime) -> tuple[list[TimePiece], list[Length]]:
    today = now.date()
    spans, rest = find_days(said, today, RULES)
    windows, rest = find_windows(rest, now)
    days, rest = find_days(rest, today, (*NAMED_DAY_RULES, *YEAR_RULES))
    moving, rest = find_now(rest, now)
    # Lengths go before clocks: 8天20时 is no eight o'clock in the evening.
    lengths, rest = find_lengths(rest)
    clocks, _ = find_clocks(rest)
    named: list[TimePiece] = [*spans, *days, *map(_as_day, windows)]
    taken = {place for piece in named for place in range(piece.start, piece.end)}
    # Parts need their neighbours (明晚, 早8点), so they are looked for in the whole text.
    parts = [part for part in find_parts(said)[0] if part.start not in taken]
    pieces: list[TimePiece] = [*named, *moving, *clocks, *parts]
    return sorted(pieces, key=lambda piece: (piece.start, isinstance(piece, ClockPiece) and piece.until)), lengths


def _as_day(piece: WindowPiece) -> TimePiece:
    """三天后 is a day like any other, and may have an hour."""
    if not piece.day:
        return piece
    day = piece.first.date() if piece.first else None
    return DayPiece(piece.start, piece.end, day, day)


def _moments(said: str, pieces: Sequence[TimePiece], today: date) -> list[Moment]:
    moments: list[Moment] = []
    for piece in pieces:
        last = moments[-1] if moments else None
        glued = last is not None and _GLUE.fullmatch(said[last.end : piece.start]) is not None
        grown = _grown(last, piece, said, today) if last is not None and glued else None
        if grown is None:
            moments.append(_alone(piece))
        else:
            moments[-1] = grown
    return moments


def _alone(piece: TimePiece) -> Moment:
    moment = Moment(piece.start, piece.end)
    if isinstance(piece, DayPiece):
        return replace(moment, day=piece)
    if isinstance(piece, PartPiece):
        return replace(moment, part=piece)
    return replace(moment, clock=piece) if isinstance(piece, ClockPiece) else replace(moment, window=piece)


def _grown(moment: Moment, piece: TimePiece, said: str, today: date) -> Moment | None:
    """The moment with one more piece, or None when the piece begins another one."""
    end = max(moment.end, piece.end)
    if moment.window or isinstance(piece, WindowPiece):
        return None
    if isinstance(piece, PartPiece):
        return None if moment.part else replace(moment, part=piece, end=end)
    if isinstance(piece, ClockPiece):
        return None if moment.clock or piece.until else replace(moment, clock=piece, end=end)
    if moment.day is None:
        # 下午三点，周五 is one moment; 早上，29号 too.
        return replace(moment, day=piece, end=end)
    if moment.part or moment.clock or "-" in said[moment.end : piece.start]:
        return None
    day = _same_day(moment.day, piece, said)
    return None if day is None else replace(moment, day=day, end=end)


def _same_day(first: DayPiece, second: DayPiece, said: str) -> DayPiece | None:
    """One day for two words that name the same, or None."""
    if (first.first, first.last) == (second.first, second.last) or (second.weekly and first.first == first.last):
        return first
    if first.weekly and second.first == second.last:
        return second
    if not second.floating or first.first is None or first.last is None or first.first == first.last:
        return None
    inside = _re_read(said, second, first.first)
    return inside if inside.first and inside.last and first.first <= inside.first <= inside.last <= first.last else None


def _re_read(said: str, piece: DayPiece, day: date) -> DayPiece:
    """A piece as it would be meant on another day."""
    words = "\0" * piece.start + said[piece.start : piece.end]
    again, _ = find_days(words, day, (*RULES, *NAMED_DAY_RULES))
    return again[0] if len(again) == 1 else piece


def _joined(said: str, first: Moment, second: Moment) -> int | None:
    """Where a range of the two ends, or None when they are no range."""
    if second.clock and second.clock.until and second.day is None:
        return second.end
    between = said[first.end : second.start]
    if _TO.fullmatch(between):
        return second.end
    behind = _BETWEEN.match(said, second.end)
    return behind.end() if behind and _AND.fullmatch(between) else None


def _later(said: str, first: Moment, second: Moment) -> Moment:
    """The later end of a range with its floating day read from the earlier one."""
    begin = _begin(first)
    if second.day is None or not second.day.floating or begin is None:
        return second
    day = _re_read(said, second.day, begin)
    if day.last and day.last < begin:
        # A date just before the earlier end is no slip here, but next year's.
        later = clock.shifted(begin, RECENTLY_DAYS + 1)
        day = _re_read(said, second.day, later) if later else day
    return replace(second, day=day)


def _begin(moment: Moment) -> date | None:
    if moment.window and moment.window.first:
        return moment.window.first.date()
    return moment.day.first if moment.day else None
