"""A moment said in Chinese, read for booking: 下周三上午九点半 → a day, a part of the day, a time.

Nothing is guessed silently: what was not said stays None, what contradicts itself carries a problem, and an
assumed half of the day is marked. The rules for ambiguous words stand in `day_words` and `clock_words`; besides:
- 今天八点 said after eight means twenty o'clock while that lies ahead.
- A bare weekday that is today, with a time or part that has passed, means the next week's.
- 不是明天，是后天 means 后天; 明天不行，后天上午 likewise; 明天或者后天 is a problem ("several").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.clock_words import Hour, find_ahead, find_clocks, find_parts, hour_meant, still_ahead
from schedules.corrections import AnyPiece, meant
from schedules.day_words import find_days
from schedules.pieces import AheadPiece, ClockPiece, DayPart, DayPiece, PartPiece, Piece, PieceKind
from schedules.spelling import MAX_SAID, plain

__all__ = ["AnyPiece", "DayPart", "Problem", "Side", "When", "hours_said", "pieces_of", "read_when"]


ClockTime = time
"""A second name, because `When` has a field `time`."""


class Problem(StrEnum):
    """Why a said moment cannot be used as it is."""

    PAST = "past"
    IMPOSSIBLE = "impossible"
    SEVERAL = "several"
    TOO_LONG = "too_long"

    @property
    def chinese(self) -> str:
        """A sentence for the person."""
        return _SENTENCES[self]


_SENTENCES: Final = {
    Problem.PAST: "这个时间已经过去了，请换一个以后的时间。",
    Problem.IMPOSSIBLE: "没有这样的日期或钟点，请再说一次。",
    Problem.SEVERAL: "您说了不止一个时间，请只说一个。",
    Problem.TOO_LONG: "这段话太长了，请用一句话说时间。",
}


class Side(StrEnum):
    """下午三点以后, 五点之前: the time said is a bound."""

    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class When:
    """A moment as far as it was said, on the wall clock of the person's zone."""

    day: date | None = None
    """One exact day; None when no day or a run of days was said."""
    part: DayPart | None = None
    time: ClockTime | None = None
    days: tuple[date, date] | None = None
    """First and last day said, both included; equal when one day was said (下周: Monday and Sunday)."""
    until: ClockTime | None = None
    """End of a range of times (三点到五点)."""
    side: Side | None = None
    span: tuple[int, int] = (0, 0)
    """From the first to past the last piece that counts, in the text as written."""
    problem: Problem | None = None
    assumed: bool = False
    """The half of the day was not said and has been assumed (三点 → 15:00)."""
    pieces: tuple[Piece, ...] = ()
    """Every piece that counts, in order, with what was said."""

    def instant(self, timezone: ZoneInfo = clock.SHANGHAI) -> datetime | None:
        """The UTC instant, when both day and time were said."""
        return clock.instant(self.day, self.time, timezone) if self.day and self.time else None


def read_when(text: str, at: datetime, timezone: ZoneInfo = clock.SHANGHAI) -> When | None:
    """The moment said in `text`, or None when no time was named.

    `at` is the aware instant of speaking (ValueError when naive); "today" is its date in `timezone`.
    A piece of text longer than 1,000 characters is not read: problem "too_long".
    """
    now = clock.local(at, timezone).replace(second=0, microsecond=0, tzinfo=None)
    if len(text) > MAX_SAID:
        return When(problem=Problem.TOO_LONG)
    said = plain(text)
    pieces = meant(said, pieces_of(said, now.date()))
    if not pieces:
        return None
    when = _assembled(said, pieces, now)
    span = (min(piece.start for piece in pieces), max(piece.end for piece in pieces))
    return replace(when, span=span, pieces=tuple(_told(text, pieces)))


def pieces_of(said: str, today: date) -> list[AnyPiece]:
    """Every piece of a moment in a plain text, in order of place."""
    ahead, near = find_ahead(said)
    days, rest = find_days(near, today)
    clocks, rest = find_clocks(rest)
    # Parts are found before days and clocks are blanked out: 明晚 and 早8点 need their neighbours.
    parts, _ = find_parts(near)
    days = [_from_today(piece, today) for piece in _joined(days, said)]
    return sorted([*ahead, *days, *clocks, *parts], key=lambda piece: piece.start)


def _from_today(piece: DayPiece, today: date) -> DayPiece:
    """Of a run of days that has begun only the rest can still be booked (这周, 月底)."""
    if piece.first and piece.last and piece.first < today <= piece.last:
        return replace(piece, first=today)
    return piece


def _joined(days: Sequence[DayPiece], said: str) -> list[DayPiece]:
    """周一到周五 is one run of days, not two days."""
    out: list[DayPiece] = []
    for piece in days:
        if out and said[out[-1].end : piece.start].strip() in ("到", "至", "-", "~"):
            first = out.pop()
            last = piece.last
            if piece.weekly and last and first.first and last < first.first:
                last = clock.shifted(last, 7)
            piece = replace(first, end=piece.end, last=last)
        out.append(piece)
    return out


def _told(text: str, pieces: Iterable[AnyPiece]) -> Iterable[Piece]:
    kinds = {
        DayPiece: PieceKind.DAY,
        PartPiece: PieceKind.PART,
        ClockPiece: PieceKind.TIME,
        AheadPiece: PieceKind.AHEAD,
    }
    for piece in pieces:
        yield Piece(kinds[type(piece)], piece.start, piece.end, text[piece.start : piece.end])


def _assembled(said: str, pieces: Sequence[AnyPiece], now: datetime) -> When:
    for piece in pieces:
        if isinstance(piece, AheadPiece):
            return _moment_ahead(piece, now)
    days = _days_meant([piece for piece in pieces if isinstance(piece, DayPiece)], now.date())
    parts = {piece.part for piece in pieces if isinstance(piece, PartPiece)}
    clocks = [piece for piece in pieces if isinstance(piece, ClockPiece)]
    if any(piece.first is None or piece.last is None or piece.last < piece.first for piece in days):
        return When(problem=Problem.IMPOSSIBLE)
    hours = hours_said(pieces)
    if None in hours:
        return When(problem=Problem.IMPOSSIBLE)
    several = len({(piece.first, piece.last) for piece in days}) > 1 or _several_times(clocks, said)
    if several or (len(parts) > 1 and len(clocks) < 2):
        return When(problem=Problem.SEVERAL)
    part = parts.pop() if len(parts) == 1 else None
    return _placed(days[0] if days else None, part, [hour for hour in hours if hour], _side(said, clocks), now)


def _moment_ahead(piece: AheadPiece, now: datetime) -> When:
    moment = now + timedelta(minutes=piece.minutes)
    problem = Problem.PAST if piece.minutes < 0 else None
    return When(moment.date(), None, moment.time(), (moment.date(), moment.date()), problem=problem)


def _days_meant(days: list[DayPiece], today: date) -> list[DayPiece]:
    """Of several days those not past: 昨天发烧，想约明天 means 明天."""
    dated = [piece for piece in days if not piece.weekly and piece.first is not None and piece.first == piece.last]
    if len(dated) == 1 and dated[0].first is not None:
        number = dated[0].first.weekday()
        # 11月25日周三: the weekday only repeats the date; one that contradicts it stays and is "several".
        days = [one for one in days if not (one.weekly and one.first and one.first.weekday() == number)]
        if any(one.weekly for one in days):
            return days
    ahead = [piece for piece in days if piece.last is None or piece.last >= today]
    return list(ahead or days)


def hours_said(pieces: Iterable[AnyPiece]) -> list[Hour | None]:
    """The wall-clock time of every clock piece, each in the part of the day said last before it.

    A part said only after a lone time counts for it too (三点，下午).
    """
    ordered = list(pieces)
    clocks = [piece for piece in ordered if isinstance(piece, ClockPiece)]
    parts = [piece for piece in ordered if isinstance(piece, PartPiece)]
    hours: list[Hour | None] = []
    for piece in clocks:
        before = [part for part in parts if part.start < piece.start]
        lone = parts if len(clocks) == 1 else []
        hours.append(hour_meant(piece, (before or lone)[-1].part if before or lone else None))
    return hours


def _several_times(clocks: Sequence[ClockPiece], said: str) -> bool:
    if len(clocks) == 2 and (
        clocks[1].until or said[clocks[0].end : clocks[1].start].strip("上下午晚早中 ") in ("到", "至", "-", "~")
    ):
        return False
    return len({(piece.hour, piece.minute) for piece in clocks}) > 1


def _side(said: str, clocks: Sequence[ClockPiece]) -> Side | None:
    if len(clocks) != 1:
        return None
    after = said[clocks[0].end : clocks[0].end + 2]
    if after in ("以后", "之后", "过后") or after[:1] == "后":
        return Side.AFTER
    return Side.BEFORE if after in ("以前", "之前") or after[:1] == "前" else None


def _placed(
    days: DayPiece | None, part: DayPart | None, hours: Sequence[Hour], side: Side | None, now: datetime
) -> When:
    first = hours[0] if hours else None
    until = _until(hours)
    if days is None or days.first is None or days.last is None:
        return When(
            part=part, time=first.time if first else None, until=until, side=side, assumed=bool(first and first.assumed)
        )
    start, last = days.first, days.last
    if start == last == now.date() and first and part is None:
        first = still_ahead(first, now)
    if days.weekly and start == last and _has_passed(start, part, first, now):
        start, last = start + timedelta(days=7), last + timedelta(days=7)
    problem = Problem.PAST if _has_passed(last, part, first, now) else None
    if first and first.next_day:
        start, last = start + timedelta(days=1), last + timedelta(days=1)
    day = start if start == last else None
    clock_time = first.time if first else None
    return When(
        day, part, clock_time, (start, last), until, side, problem=problem, assumed=bool(first and first.assumed)
    )


def _until(hours: Sequence[Hour]) -> time | None:
    if len(hours) < 2:
        return None
    first, end = hours[0].time, hours[1].time
    return end.replace(hour=end.hour + 12) if end < first and end.hour < 12 else end


def _has_passed(day: date, part: DayPart | None, hour: Hour | None, now: datetime) -> bool:
    if hour is not None:
        shift = timedelta(days=1 if hour.next_day else 0)
        return datetime.combine(day, hour.time) + shift < now
    if day == now.date() and part is not None:
        return now.hour >= part.hours[1]
    return day < now.date()
