"""What a moment of `moments` is on the clock: a span of local time.

- A time without a day is the next of its name, a part of the day the next or the one going on; 今天八点 said at ten is
  twenty o'clock while that lies ahead; a weekday whose time has passed today is next week's.
- In a range the later end lies after the earlier one: 九点到三点 ends at three in the afternoon, 22:00-06:00 next day.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from schedules.clock_words import Hour, hour_meant, still_ahead
from schedules.moments import Moment, Range
from schedules.pieces import ClockPiece, DayPart, DayPiece

_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What an expression names."""

    INSTANT = "instant"
    DATE = "date"
    DAY_PART = "day_part"
    RANGE = "range"
    DURATION = "duration"
    RECURRENCE = "recurrence"
    NONE = "none"


class ImpossibleError(ValueError):
    """There is no such day or clock time."""


@dataclass(frozen=True, slots=True)
class Span:
    """A span on the person's wall clock, naive; `end` is excluded and equals `start` for an instant."""

    kind: Kind
    start: datetime
    end: datetime


def span_of(said: Range, now: datetime) -> Span:
    """The span of a moment or a range; `now` is the local, naive instant of speaking. Raises ImpossibleError."""
    first = _span(said.first, now)
    if said.last is None:
        return first
    last = _span(said.last, now, first, said.first)
    if last.end < first.start:
        raise ImpossibleError
    return _run(first.start, last.end)


def _span(moment: Moment, now: datetime, after: Span | None = None, before: Moment | None = None) -> Span:
    """The span of a moment; `after` and `before` are span and words of a range's earlier end."""
    if moment.window is not None:
        return _window(moment)
    if moment.clock is not None:
        return _clocked(moment, moment.clock, now, after, before)
    if moment.day is None:
        return _part(moment, now, after)
    first, last = moment.day.first, moment.day.last
    if first is None or last is None or last < first:
        raise ImpossibleError
    if moment.part is not None and first == last:
        return _part_of(first, moment.part.part)
    return Span(Kind.DATE if first == last else Kind.RANGE, _midnight(first), _midnight(last) + _DAY)


def _window(moment: Moment) -> Span:
    window = moment.window
    if window is None or window.first is None or (window.run and window.until is None):
        raise ImpossibleError
    if not window.run:
        return Span(Kind.INSTANT, window.first, window.first)
    return _run(window.first, window.until or window.first)


def _run(start: datetime, end: datetime) -> Span:
    one_day = start == _midnight(start.date()) and end - start == _DAY
    return Span(Kind.DATE if one_day else Kind.RANGE, start, end)


def _part(moment: Moment, now: datetime, after: Span | None) -> Span:
    part = moment.part.part if moment.part else DayPart.MORNING
    day = after.start.date() if after else now.date()
    span = _part_of(day, part)
    passed = span.end <= (after.start if after else now)
    return _part_of(day + _DAY, part) if passed else span


def _part_of(day: date, part: DayPart) -> Span:
    first, end = part.hours
    return Span(Kind.DAY_PART, _midnight(day) + timedelta(hours=first), _midnight(day) + timedelta(hours=end))


def _clocked(moment: Moment, said: ClockPiece, now: datetime, after: Span | None, before: Moment | None) -> Span:
    part = moment.part.part if moment.part else None
    if part is None and moment.day is None and not said.literal:
        part = _part_taken_over(said, before)
    hour = hour_meant(said, part)
    if hour is None:
        raise ImpossibleError
    if moment.day is not None:
        instant = _on_day(moment.day, hour, now, guess=part is None and not said.literal)
    elif after is not None:
        instant = _following(hour, after.start, part)
    else:
        instant = _at(now.date(), hour)
        instant = instant if instant >= now else instant + _DAY
    return Span(Kind.INSTANT, instant, instant)


def _part_taken_over(said: ClockPiece, before: Moment | None) -> DayPart | None:
    """下午三点到五点: the afternoon holds for both, where it can."""
    part = before.part.part if before and before.part else None
    return part if hour_meant(said, part) else None


def _on_day(day: DayPiece, hour: Hour, now: datetime, guess: bool) -> datetime:
    if day.first is None:
        raise ImpossibleError
    if guess and day.first == day.last == now.date():
        hour = still_ahead(hour, now)
    instant = _at(day.first, hour)
    return instant + 7 * _DAY if day.weekly and instant < now else instant


def _following(hour: Hour, after: datetime, part: DayPart | None) -> datetime:
    """The time of a range's later end, on the day of the earlier one or, past midnight, on the next."""
    instant = _at(after.date(), hour)
    if instant > after:
        return instant
    half_day = instant + timedelta(hours=12)
    return half_day if part is None and hour.time.hour < 12 and half_day > after else instant + _DAY


def _at(day: date, hour: Hour) -> datetime:
    return datetime.combine(day, hour.time) + (_DAY if hour.next_day else timedelta())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
