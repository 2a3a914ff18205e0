"""Rounds: what one person is told at one time, and how it climbs the ladder while nobody confirms.

Every step is written in one transaction with the message it sends, and only where the round still stands as it was
read: whoever looks at it, twice or on two machines, it is taken once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.climbing import Told, know, take_steps
from bot.db import Databases
from bot.dose_tables import doses, rounds
from bot.round_rows import EVERYBODY, Round, Shard, read_rounds, untold
from bot.settling import end_open
from bot.writing import conversations_of
from schedules.doses import Outcome
from schedules.ladder import USUAL, Ladder, next_step

__all__ = ["EVERYBODY", "Rounds", "Shard", "Told"]


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds of all clinics. Raises StoreUnavailable when a database does not answer."""

    databases: Databases
    ladder: Ladder = USUAL

    async def begin(self, clinic: str, at: datetime, limit: int, shard: Shard = EVERYBODY) -> Told | None:
        """Tell the people of up to `limit` due doses for the first time; what was written. None: nothing is due."""
        async with self.databases.of(clinic).begin() as connection:
            groups = await untold(connection, clinic, at, limit, shard)
            if not groups:
                return None
            people = await conversations_of(connection, clinic, list(groups))
            gone = [dose.id for key, found in groups.items() if key not in people for dose in found]
            if gone:
                await end_open(connection, clinic, doses.c.id.in_(gone), Outcome.UNDELIVERABLE, at)
            new = [Round.begun(people[key], found) for key, found in groups.items() if key in people]
            return await self._step(connection, clinic, new, at)

    async def climb(self, clinic: str, at: datetime, limit: int) -> Told | None:
        """Look at up to `limit` rounds whose time has come; what was written. None: there was none to look at."""
        due = and_(rounds.c.clinic == clinic, rounds.c.next_at <= at)
        query = select(rounds).where(due).order_by(rounds.c.next_at).limit(limit).with_for_update(skip_locked=True)
        async with self.databases.of(clinic).begin() as connection:
            found = (await connection.execute(query)).mappings().all()
            if not found:
                return None
            return await self._step(connection, clinic, await read_rounds(connection, clinic, found), at)

    async def climb_one(self, clinic: str, round_id: str, at: datetime) -> tuple[datetime | None, Told]:
        """Look at one round if its time has come; when to look again (None: no more), and what was written."""
        this = and_(rounds.c.clinic == clinic, rounds.c.id == round_id)
        async with self.databases.of(clinic).begin() as connection:
            row = (await connection.execute(select(rounds).where(this).with_for_update())).mappings().first()
            if row is None or row["next_at"] is None or row["next_at"] > at:
                return (row["next_at"] if row else None), ()
            told = await self._step(connection, clinic, await read_rounds(connection, clinic, [row]), at)
            again = (await connection.execute(select(rounds.c.next_at).where(this))).scalar_one()
        return again, told

    async def climbing(self, clinic: str, after: str, limit: int) -> Sequence[str]:
        """Ids of rounds that still climb, in the order of their ids, beginning `after` one."""
        mine = and_(rounds.c.clinic == clinic, rounds.c.next_at.is_not(None), rounds.c.id > after)
        async with self.databases.of(clinic).read() as connection:
            found = await connection.execute(select(rounds.c.id).where(mine).order_by(rounds.c.id).limit(limit))
            return list(found.scalars())

    async def _step(self, connection: AsyncConnection, clinic: str, found: Sequence[Round], at: datetime) -> Told:
        """The next step of each round; a person with two at once is told of the second at the next look."""
        alone = list({each.conversation.id: each for each in reversed(found)}.values())
        known, habits = await know(connection, clinic, alone, at)
        steps = {each.id: next_step(each.climb, known[each.id], at, self.ladder) for each in alone}
        return await take_steps(connection, clinic, alone, steps, habits, at)
