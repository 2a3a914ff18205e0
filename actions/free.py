"""Openings of the next days with the places left in each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from actions.deps import Deps
from actions.wish import ANY, Wish
from knowledge.clinic import Doctor
from schedules.openings import Opening, openings, parse_opening_id

DAYS_OPEN = 14  # bookable days, today included


@dataclass(frozen=True, slots=True)
class Free:
    """One opening and the places left."""

    opening: Opening
    left: int  # 0: full
    day: date  # local
    start: time  # local

    def fits(self, wish: Wish) -> bool:
        """Whether it is what was wished for, as far as anything was."""
        return (
            (wish.doctor in (None, ANY) or self.opening.doctor == wish.doctor)
            and (wish.day is None or self.day == wish.day)
            and (wish.hours is None or self._overlaps(wish))
            and (wish.time is None or self.start == wish.time)
        )

    def _overlaps(self, wish: Wish) -> bool:
        return wish.hours is not None and wish.hours.covers(self.start)


def zone_of(deps: Deps) -> ZoneInfo:
    """The clinic's wall clock."""
    return ZoneInfo(deps.library.clinic.timezone)


def openings_of(deps: Deps, doctors: Iterable[Doctor], at: datetime) -> tuple[Opening, ...]:
    """The openings of some doctors that have not begun, for the next days, in order of time."""
    zone = zone_of(deps)
    return openings(doctors, at.astimezone(zone).date(), DAYS_OPEN, at, zone)


async def free_in(deps: Deps, clinic: str, department: str, at: datetime) -> tuple[Free, ...]:
    """The openings of a department in order of time, full ones too."""
    zone = zone_of(deps)
    found = openings_of(deps, deps.library.clinic.doctors_of(department), at)
    taken = await deps.appointments.taken(clinic, [one.id for one in found])
    return tuple(_free(one, taken.get(one.id, 0), zone) for one in found)


def _free(opening: Opening, taken: int, zone: ZoneInfo) -> Free:
    local = opening.starts_at.astimezone(zone)
    return Free(opening, max(0, opening.capacity - taken), local.date(), local.time())


def with_places(found: Iterable[Free]) -> tuple[Free, ...]:
    """Those that are not full."""
    return tuple(one for one in found if one.left)


def days_of(found: Iterable[Free]) -> list[date]:
    """The days, in order, each once."""
    return list(dict.fromkeys(one.day for one in found))


def times_of(found: Iterable[Free]) -> list[time]:
    """The start times, in order, each once."""
    return sorted({one.start for one in found})


def opening_by_id(deps: Deps, opening_id: str, at: datetime) -> Opening | None:
    """The opening, unless it has begun or lies beyond the bookable days."""
    said = parse_opening_id(opening_id)
    doctors = [one for one in deps.library.clinic.doctors if said is not None and one.id == said.doctor]
    return next((one for one in openings_of(deps, doctors, at) if one.id == opening_id), None)


def nearest(found: Sequence[Free], day: date, limit: int) -> list[date]:
    """The days with places that lie nearest to the one wished for, in order of time."""
    days = [one for one in days_of(with_places(found)) if one != day]
    return sorted(sorted(days, key=lambda one: abs((one - day).days))[:limit])
