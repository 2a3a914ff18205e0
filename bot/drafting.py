"""A change of one person's plan while it is being made: the regimens under lock, and the doses as they were before.

Whoever changes a plan or ends doses for the person holds the person's regimens first and the doses then, always in the
order of their ids: two at once wait for each other and never deadlock.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dose_tables import doses, regimens
from bot.errors import NotFound
from bot.habits import USUAL, Habits, habits_of
from bot.laying import lay_out_rows
from bot.regimen_rows import ACTIVE, Regimen, regimen_of
from schedules.doses import Outcome

UNTAKEN = (Outcome.CANCELLED.value, Outcome.SNOOZED.value)


@dataclass(frozen=True, slots=True)
class Draft:
    """The plan of a person at the start of a change, locked until its transaction ends."""

    connection: AsyncConnection
    clinic: str
    person: str
    at: datetime
    habits: Habits
    rows: Mapping[str, Row[Any]]  # all regimens of the person, as they were, oldest first

    @classmethod
    async def begun(cls, connection: AsyncConnection, clinic: str, person: str, at: datetime) -> Self:
        """Lock a person's regimens; what was due up to now by the plan as it stands is written first."""
        rows = await _locked(connection, clinic, person)
        behind = [row for row in rows if row.status == ACTIVE and row.queued_until < at]
        if behind:
            await lay_out_rows(connection, clinic, behind, at)
            rows = await _locked(connection, clinic, person)
        habits = (await habits_of(connection, clinic, [person])).get(person, USUAL)
        return cls(connection, clinic, person, at, habits, {row.id: row for row in rows})

    @classmethod
    async def held(cls, connection: AsyncConnection, clinic: str, person: str, at: datetime) -> Self:
        """Lock a person's regimens, of which nothing is to change: their doses end."""
        rows = await _locked(connection, clinic, person)
        return cls(connection, clinic, person, at, USUAL, {row.id: row for row in rows})

    def chosen(self, which: Sequence[str] | None) -> Sequence[str]:
        """Ids of active regimens, each with all steps of its plan; None: all. Raises NotFound."""
        active = [row for row in self.rows.values() if row.status == ACTIVE]
        if which is None:
            return [row.id for row in active]
        if not set(which) <= {row.id for row in active}:
            raise NotFound("no such regimen")
        plans = {row.plan for row in active if row.id in which and row.plan is not None}
        return [row.id for row in active if row.id in which or row.plan in plans]

    async def now(self, which: Collection[str]) -> Sequence[Row[Any]]:
        """Rows of regimens as they stand now, oldest first."""
        mine = and_(regimens.c.clinic == self.clinic, regimens.c.id.in_(which))
        query = select(regimens).where(mine).order_by(regimens.c.created_at, regimens.c.id)
        return list(await self.connection.execute(query))

    async def regimens_now(self, which: Sequence[str]) -> tuple[Regimen, ...]:
        """Regimens as they stand now, in the order asked for; those that are no more are left out."""
        found = {row.id: row for row in await self.now(which)}
        return tuple(regimen_of(found[key]) for key in which if key in found)

    async def unsettled(self, which: Collection[str], also: Collection[str] = ()) -> Mapping[str, Row[Any]]:
        """Rows of the doses a change may touch, by id: open ones, and those ahead that are cancelled or were put off;
        `also` in any case.
        """
        ahead = and_(doses.c.outcome.in_(UNTAKEN), doses.c.due_at >= self.at)
        touched = and_(doses.c.regimen.in_(which), or_(doses.c.outcome.is_(None), ahead))
        mine = and_(doses.c.clinic == self.clinic, or_(touched, doses.c.id.in_(also)))
        query = select(doses).where(mine).order_by(doses.c.id).with_for_update()
        found = sorted(await self.connection.execute(query), key=lambda row: (row.due_at, row.id))
        return {row.id: row for row in found}


async def _locked(connection: AsyncConnection, clinic: str, person: str) -> Sequence[Row[Any]]:
    mine = and_(regimens.c.clinic == clinic, regimens.c.person == person)
    found = await connection.execute(select(regimens).where(mine).order_by(regimens.c.id).with_for_update())
    return sorted(found, key=lambda row: (row.created_at, row.id))
