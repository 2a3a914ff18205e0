"""When a medicine is due, reckoned anew and plainly: the house's own reckoning is what is examined."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from schedules.timing import PeriodUnit, Timing, Weekday

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Clock times on days: every so many days from the first, on weekdays, or on a day of the month; or every so many
    hours from an instant."""

    first: date
    times: tuple[time, ...] = ()
    every: int = 1  # days
    weekdays: tuple[int, ...] = ()  # 0: Monday
    day_of_month: int | None = None  # the last day of a month that is too short
    last: date | None = None  # included
    hours: int | None = None
    begins: datetime | None = None  # of a rhythm in hours

    def timing(self) -> Timing:
        """As the house is told."""
        if self.hours is not None:
            return Timing(1, Decimal(self.hours), PeriodUnit.HOUR, start=self.begins, end=self._end())
        common = {"time_of_day": self.times, "start": self.first, "end": self.last}
        if self.weekdays:
            days = tuple(list(Weekday)[number] for number in self.weekdays)
            return Timing(period_unit=PeriodUnit.WEEK, day_of_week=days, **common)  # type: ignore[arg-type]
        if self.day_of_month is not None:
            return Timing(period_unit=PeriodUnit.MONTH, **common)  # type: ignore[arg-type]
        return Timing(period=Decimal(self.every), **common)  # type: ignore[arg-type]

    def instants(self, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """UTC instants from `since` (included) to `until` (not included)."""
        if self.hours is not None:
            yield from self._hourly(since, until)
            return
        day = since.date() - 2 * DAY
        while day <= until.date() + 2 * DAY:
            for clock in self.times if self._takes_in(day) else ():
                moment = on_wall(datetime.combine(day, clock), zone)
                if since <= moment < until:
                    yield moment
            day += DAY

    def _hourly(self, since: datetime, until: datetime) -> Iterator[datetime]:
        assert self.begins is not None and self.hours is not None
        moment, end = self.begins, self._end()
        while moment < until and (end is None or moment <= end):
            if moment >= since:
                yield moment
            moment += timedelta(hours=self.hours)

    def _end(self) -> datetime | None:
        return None if self.last is None else datetime.combine(self.last, time(12), UTC)

    def _takes_in(self, day: date) -> bool:
        if day < self.first or (self.last is not None and day > self.last):
            return False
        if self.weekdays:
            return day.weekday() in self.weekdays
        if self.day_of_month is not None:
            length = ((day.replace(day=28) + 4 * DAY).replace(day=1) - DAY).day
            return day.day == min(self.day_of_month, length)
        return (day - self.first).days % self.every == 0


def on_wall(wall: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant at which a wall shows a time: the first of two; where the wall skips it, as long after the jump
    as the time lies after it."""
    offsets = [(wall + shift).replace(tzinfo=zone).utcoffset() or timedelta() for shift in (-DAY, DAY)]
    moments = [(wall - offset).replace(tzinfo=UTC) for offset in offsets]
    shown = [moment for moment in moments if moment.astimezone(zone).replace(tzinfo=None) == wall]
    return min(shown) if shown else moments[0]
