"""Bookable openings made from the weekly timetables of doctors, and choosing among them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.clock import SHANGHAI
from schedules.pieces import DayPart
from schedules.when import Side, When

MOST_DAYS: Final = 366
"""Openings are never made further ahead than a year."""

_ID: Final = re.compile(r"([A-Za-z0-9_.-]{1,40})-([0-9]{8})T([0-9]{4})")
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")


class Session(Protocol):
    """One weekly consulting session; `capacity` is the number of patients of each opening."""

    @property
    def weekday(self) -> int: ...
    @property
    def start(self) -> str: ...
    @property
    def end(self) -> str: ...
    @property
    def minutes_each(self) -> int: ...
    @property
    def capacity(self) -> int: ...


class TimetabledDoctor(Protocol):
    """What of a doctor is needed here: ids and the weekly timetable (weekday 0 = Monday, "HH:MM" local)."""

    @property
    def id(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def timetable(self) -> Sequence[Session]: ...


@dataclass(frozen=True, slots=True)
class Opening:
    """A bookable time of one doctor. Instants are UTC; the id carries the clinic's local wall time."""

    id: str
    doctor: str
    department: str
    starts_at: datetime
    ends_at: datetime
    capacity: int


@dataclass(frozen=True, slots=True)
class OpeningId:
    """The parts of an opening's id: doctor, and the clinic's local day and time of its start."""

    doctor: str
    day: date
    time: time


def openings(
    doctors: Iterable[TimetabledDoctor], first_day: date, days: int, at: datetime, timezone: ZoneInfo = SHANGHAI
) -> tuple[Opening, ...]:
    """All openings of `days` days from `first_day` (clinic's local dates) that begin after `at`, in order of time.

    Raises ValueError for a broken timetable or more than a year of days. The same input gives the same ids.
    """
    if not 0 <= days <= MOST_DAYS:
        raise ValueError(f"openings for {days} days")
    clock.aware(at)
    found = {
        opening.id: opening
        for doctor in doctors
        for place in range(days)
        for opening in _on_day(doctor, first_day + timedelta(days=place), timezone)
        if opening.starts_at > at
    }
    return tuple(sorted(found.values(), key=lambda opening: (opening.starts_at, opening.id)))


def _on_day(doctor: TimetabledDoctor, day: date, timezone: ZoneInfo) -> Iterator[Opening]:
    for session in doctor.timetable:
        if session.weekday == day.weekday():
            yield from _in_session(doctor, session, day, timezone)


def _in_session(doctor: TimetabledDoctor, session: Session, day: date, timezone: ZoneInfo) -> Iterator[Opening]:
    start, end = _minutes(session.start), _minutes(session.end)
    if session.minutes_each <= 0 or session.capacity <= 0 or end <= start:
        raise ValueError(f"broken timetable of doctor {doctor.id}")
    for minute in range(start, end - session.minutes_each + 1, session.minutes_each):
        wall = time(minute // 60, minute % 60)
        starts_at = clock.instant(day, wall, timezone)
        ends_at = starts_at + timedelta(minutes=session.minutes_each)
        yield Opening(
            opening_id(doctor.id, day, wall), doctor.id, doctor.department, starts_at, ends_at, session.capacity
        )


def _minutes(said: str) -> int:
    if not _CLOCK.fullmatch(said):
        raise ValueError(f"not a time of a timetable: {said!r}")
    return int(said[:2]) * 60 + int(said[3:])


def opening_id(doctor: str, day: date, start: time) -> str:
    """The id of a doctor's opening: `d012-20261123T0830`."""
    return f"{doctor}-{day:%Y%m%d}T{start:%H%M}"


def parse_opening_id(text: str) -> OpeningId | None:
    """The parts of an opening's id, or None when it is none."""
    match = _ID.fullmatch(text)
    if match is None:
        return None
    try:
        start = datetime.strptime(match[2] + match[3], "%Y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        return None
    return OpeningId(match[1], start.date(), start.time())


def on_days(found: Iterable[Opening], first: date, last: date, timezone: ZoneInfo = SHANGHAI) -> tuple[Opening, ...]:
    """Those that begin on a local day from `first` to `last`, both included."""
    return tuple(one for one in found if first <= clock.local(one.starts_at, timezone).date() <= last)


def in_part(found: Iterable[Opening], part: DayPart, timezone: ZoneInfo = SHANGHAI) -> tuple[Opening, ...]:
    """Those that begin in a part of the day."""
    return tuple(one for one in found if part.covers(clock.local(one.starts_at, timezone).time()))


def nearest(
    found: Iterable[Opening], wanted: time, most: int = 3, timezone: ZoneInfo = SHANGHAI
) -> tuple[Opening, ...]:
    """At most `most` of them, nearest to the wanted local time first; of equally near ones the earlier."""
    return tuple(sorted(found, key=lambda one: (_apart(one, wanted, timezone), one.starts_at, one.id))[:most])


def _apart(opening: Opening, wanted: time, timezone: ZoneInfo) -> int:
    start = clock.local(opening.starts_at, timezone)
    return abs(start.hour * 60 + start.minute - wanted.hour * 60 - wanted.minute)


def matching(found: Iterable[Opening], when: When, timezone: ZoneInfo = SHANGHAI) -> tuple[Opening, ...]:
    """Those that fit what was said of day, part of the day and time; an exact time must be met exactly."""
    fitting = tuple(found)
    if when.days is not None:
        fitting = on_days(fitting, *when.days, timezone)
    if when.time is None:
        return in_part(fitting, when.part, timezone) if when.part else fitting
    return tuple(one for one in fitting if _fits(clock.local(one.starts_at, timezone).time(), when))


def _fits(start: time, when: When) -> bool:
    if when.time is None:
        return True
    if when.until is not None:
        return when.time <= start < when.until
    if when.side is Side.AFTER:
        return start >= when.time
    return start < when.time if when.side is Side.BEFORE else start == when.time
