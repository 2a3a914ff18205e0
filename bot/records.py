"""Reads the record of a person's medication from the store."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from bot.db import Databases
from bot.dose_tables import doses, rounds
from bot.habits import HabitStore
from bot.outbox import DELIVERIES
from bot.record import Record, SentReminder
from bot.regimen_rows import ACTIVE
from bot.regimens import DueDose, Regimen, Regimens
from bot.tables import outbox


@dataclass(frozen=True, slots=True)
class Records:
    """Raises StoreUnavailable when the database does not answer."""

    databases: Databases
    regimens: Regimens
    habits: HabitStore
    clinic_name: Callable[[], str]
    clock: Callable[[], datetime]

    async def record(self, clinic: str, person: str, since: datetime, until: datetime) -> Record:
        """What is known of a span (first included, last not); a person without regimens has an empty record."""
        now = self.clock()
        due = await self.regimens.history(clinic, person, since, min(until, now))
        every = await self.regimens.every(clinic, person)
        return Record(
            person, self.clinic_name(), since, until, now, _of_span(every, due, since), due,
            await self._sent(clinic, person, since, until), (await self.habits.of(clinic, person)).timezone,
        )  # fmt: skip

    async def _sent(self, clinic: str, person: str, since: datetime, until: datetime) -> tuple[SentReminder, ...]:
        """The last reminder of each round: earlier ones of the same round said the same."""
        mine = and_(rounds.c.clinic == clinic, rounds.c.person == person)
        within = and_(rounds.c.due_at >= since, rounds.c.due_at < until)
        left = and_(outbox.c.clinic == rounds.c.clinic, outbox.c.message == rounds.c.message)
        sent_at = func.coalesce(outbox.c.sent_at, outbox.c.next_at)
        told = (
            select(rounds.c.id, rounds.c.message, outbox.c.status, sent_at.label("at"))
            .join(outbox, left)
            .where(mine, within)
            .order_by(rounds.c.due_at)
        )
        of_them = select(doses.c.round, doses.c.regimen).where(
            doses.c.clinic == clinic, doses.c.person == person, doses.c.round.is_not(None)
        )
        about: dict[str, list[str]] = defaultdict(list)
        async with self.databases.of(clinic).read() as connection:
            for dose in await connection.execute(of_them.where(doses.c.due_at >= since, doses.c.due_at < until)):
                about[dose.round].append(dose.regimen)
            rows = (await connection.execute(told)).all()
        return tuple(SentReminder(row.message, tuple(about[row.id]), DELIVERIES[row.status], row.at) for row in rows)


def _of_span(every: Sequence[Regimen], due: Sequence[DueDose], since: datetime) -> tuple[Regimen, ...]:
    """Those that run, and those of which something was due."""
    seen = {dose.regimen for dose in due}
    return tuple(one for one in every if one.status == ACTIVE or one.id in seen or one.starts_at >= since)
