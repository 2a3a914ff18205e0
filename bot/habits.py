"""A person's own day: when they eat and sleep, where they are, when they are not to be called.

Told once; until then the usual day of the house counts, in Shanghai.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db import Databases
from bot.dose_tables import habits
from schedules.clock import SHANGHAI
from schedules.day_plan import DayPlan
from schedules.ladder import Quiet


@dataclass(frozen=True, slots=True)
class Habits:
    """A person's day."""

    day_plan: DayPlan = field(default_factory=DayPlan)
    timezone: ZoneInfo = SHANGHAI
    quiet: Quiet = field(default_factory=Quiet)
    told_at: datetime | None = None  # UTC; None: still to be asked


USUAL = Habits()


class HabitStore:
    """Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def of(self, clinic: str, person: str) -> Habits:
        """A person's habits, or the usual ones."""
        async with self._databases.of(clinic).read() as connection:
            return (await habits_of(connection, clinic, [person])).get(person, USUAL)

    async def keep(self, clinic: str, person: str, new: Habits) -> None:
        """Keep what a person told. Who changes the day or the zone lays out the doses anew: bot.plans does both."""
        async with self._databases.of(clinic).begin() as connection:
            await keep_habits(connection, clinic, person, new)


async def habits_of(connection: AsyncConnection, clinic: str, people: Sequence[str]) -> Mapping[str, Habits]:
    """The habits of those who told theirs, by person."""
    query = select(habits).where(habits.c.clinic == clinic, habits.c.id.in_(set(people)))
    return {row["id"]: _habits(row) for row in (await connection.execute(query)).mappings()}


async def keep_habits(connection: AsyncConnection, clinic: str, person: str, new: Habits) -> None:
    """Keep a person's habits within a transaction."""
    values = {
        "day_plan": _different(new.day_plan), "timezone": new.timezone.key, "told_at": new.told_at,
        "quiet_first": f"{new.quiet.first:%H:%M}", "quiet_last": f"{new.quiet.last:%H:%M}",
    }  # fmt: skip
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    kept = dialect.insert(habits).values({"clinic": clinic, "id": person} | values)
    await connection.execute(kept.on_conflict_do_update(index_elements=["clinic", "id"], set_=values))


def _different(plan: DayPlan) -> dict[str, str | int]:
    usual = asdict(DayPlan())
    told = {name: value for name, value in asdict(plan).items() if value != usual[name]}
    return {name: f"{value:%H:%M}" if isinstance(value, time) else value for name, value in told.items()}


def _habits(row: RowMapping) -> Habits:
    told: Mapping[str, Any] = row["day_plan"]
    plan = replace(DayPlan(), **{name: _clock(value) for name, value in told.items()})
    quiet = Quiet(time.fromisoformat(row["quiet_first"]), time.fromisoformat(row["quiet_last"]))
    return Habits(plan, ZoneInfo(row["timezone"]), quiet, row["told_at"])


def _clock(value: str | int) -> Any:
    """A wall-clock time, or a distance in minutes as it is."""
    return time.fromisoformat(value) if isinstance(value, str) else value
