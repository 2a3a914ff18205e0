"""Regimens and their doses: laid out ahead, reminded once, ended once.

A dose is a row unique by `(clinic, regimen, due_at)`. It is open until its first outcome, which stays.
Putting a dose off ends it as snoozed and makes a new row that remembers the first due time.
"""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db import Databases
from bot.errors import NotFound
from bot.regimen_rows import ACTIVE, STOPPED, DueDose, Regimen, Settled, due_dose_of, regimen_of, row_of
from bot.tables import doses, regimens
from schedules.doses import TOO_LATE_AFTER, Dose, Outcome, due_times, snooze
from schedules.timing import Timing, TimingError

log = logging.getLogger(__name__)

__all__ = ["DueDose", "Regimen", "Regimens", "Settled"]

BATCH = 200  # regimens laid out in one transaction
TAKEN_EARLY = timedelta(minutes=60)  # `吃了` this long before the time means the coming dose
STILL_MEANT = timedelta(hours=12)  # and this long after it the past one


class Regimens:
    """The store. Every method works in the clinic's own database."""

    def __init__(self, database_of: Databases) -> None:
        self._database_of = database_of

    async def add(self, clinic: str, regimen: Regimen, at: datetime, *, replacing: str | None = None) -> Regimen:
        """Store a regimen; `replacing` names one of the same person that is stopped in the same transaction."""
        async with self._database_of.of(clinic).begin() as connection:
            if replacing is not None:
                await _stop(connection, clinic, regimen.person, replacing, at)
            await connection.execute(insert(regimens).values(row_of(clinic, regimen, at)))
        return regimen

    async def active(self, clinic: str, person: str) -> tuple[Regimen, ...]:
        """The person's active regimens, oldest first."""
        mine = and_(regimens.c.clinic == clinic, regimens.c.person == person, regimens.c.status == ACTIVE)
        query = select(regimens).where(mine).order_by(regimens.c.created_at, regimens.c.id)
        async with self._database_of.of(clinic).read() as connection:
            return tuple(regimen_of(row) for row in await connection.execute(query))

    async def stop(self, clinic: str, person: str, regimen: str, at: datetime) -> bool:
        """Stop a regimen and cancel its open doses; False when it was stopped before or is not the person's."""
        async with self._database_of.of(clinic).begin() as connection:
            return await _stop(connection, clinic, person, regimen, at)

    async def lay_out(self, clinic: str, at: datetime, horizon: timedelta) -> int:
        """Write the doses of active regimens that are due before `at + horizon`; how many were new."""
        until, new = at + horizon, 0
        while batch := await self._to_lay_out(clinic, until):
            async with self._database_of.of(clinic).begin() as connection:
                for row in batch:
                    new += await _lay_out_one(connection, clinic, row, until)
        return new

    async def _to_lay_out(self, clinic: str, until: datetime) -> list[Row[Any]]:
        ready = and_(regimens.c.clinic == clinic, regimens.c.status == ACTIVE, regimens.c.queued_until < until)
        async with self._database_of.of(clinic).read() as connection:
            return list(await connection.execute(select(regimens).where(ready).limit(BATCH)))

    async def claim_due(self, clinic: str, at: datetime, limit: int) -> tuple[DueDose, ...]:
        """Open doses that are due and not reminded, earliest first."""
        still_wanted = and_(doses.c.outcome.is_(None), regimens.c.status == ACTIVE)
        ready = and_(doses.c.due_at <= at, doses.c.reminded_at.is_(None), still_wanted)
        query = _with_regimen(clinic, ready).order_by(doses.c.due_at, doses.c.id).limit(limit)
        return await self._doses(clinic, query)

    async def mark_reminded(
        self, clinic: str, dose: str, message: str, at: datetime, *, within: AsyncConnection | None = None
    ) -> bool:
        """Note the reminder message of a dose; False when another one was noted before.

        `within` joins a transaction of the caller, so that message and mark are written together or not at all.
        """
        this = and_(doses.c.clinic == clinic, doses.c.id == dose, doses.c.reminded_at.is_(None))
        change = update(doses).where(this).values(reminded_at=at, message=message)
        if within is not None:
            return (await within.execute(change)).rowcount == 1
        async with self._database_of.of(clinic).begin() as connection:
            return (await connection.execute(change)).rowcount == 1

    async def settle(
        self, clinic: str, dose: str, outcome: Outcome, at: datetime, *, minutes: int = 10, person: str | None = None
    ) -> Settled:
        """End a dose. The first outcome wins; settling again changes nothing.

        SNOOZED makes a new dose, due `minutes` later. `person` restricts it to the person's own doses.
        Raises NotFound, and schedules.doses.SnoozeRefused when the dose can't be put off any more.
        """
        async with self._database_of.of(clinic).begin() as connection:
            found = await _dose(connection, clinic, dose, person)
            if found.outcome is not None:
                return Settled(found, changed=False)
            again_at = await _put_off(connection, clinic, found, minutes, at) if outcome is Outcome.SNOOZED else None
            changed = await _end(connection, clinic, doses.c.id == dose, outcome, at) == 1
            now = await _dose(connection, clinic, dose, person)
        return Settled(now, changed, again_at)

    async def end_overdue(self, clinic: str, due_before: datetime, at: datetime) -> int:
        """Open doses due before a moment are missed; how many."""
        async with self._database_of.of(clinic).begin() as connection:
            return await _end(connection, clinic, doses.c.due_at < due_before, Outcome.MISSED, at)

    async def latest_open(self, clinic: str, person: str, at: datetime) -> DueDose | None:
        """The open dose that `吃了` means: the last one due, else one due soon."""
        found = await self.open_doses(clinic, person, at)
        past = [dose for dose in found if dose.due_at <= at]
        return past[-1] if past else next(iter(found), None)

    async def open_doses(self, clinic: str, person: str, at: datetime) -> tuple[DueDose, ...]:
        """The person's open doses around now (12 hours back, 1 hour ahead), earliest first."""
        around = doses.c.due_at.between(at - STILL_MEANT, at + TAKEN_EARLY)
        mine = and_(regimens.c.person == person, doses.c.outcome.is_(None), around)
        return await self._doses(clinic, _with_regimen(clinic, mine).order_by(doses.c.due_at, doses.c.id))

    async def reminded_by(self, clinic: str, message: str) -> DueDose | None:
        """The dose that a message reminds of."""
        found = await self._doses(clinic, _with_regimen(clinic, doses.c.message == message).limit(1))
        return found[0] if found else None

    async def history(self, clinic: str, person: str, since: datetime, until: datetime) -> tuple[DueDose, ...]:
        """The person's doses due in a span (first included, last not), earliest first."""
        mine = and_(regimens.c.person == person, doses.c.due_at >= since, doses.c.due_at < until)
        return await self._doses(clinic, _with_regimen(clinic, mine).order_by(doses.c.due_at, doses.c.id))

    async def _doses(self, clinic: str, query: Select[Any]) -> tuple[DueDose, ...]:
        async with self._database_of.of(clinic).read() as connection:
            return tuple(due_dose_of(row) for row in await connection.execute(query))


def _with_regimen(clinic: str, condition: ColumnElement[bool]) -> Select[Any]:
    both = and_(doses.c.clinic == regimens.c.clinic, doses.c.regimen == regimens.c.id)
    columns = (doses, regimens.c.person, regimens.c.conversation, regimens.c.drug, regimens.c.drug_id, regimens.c.dose)
    return select(*columns).join(regimens, both).where(doses.c.clinic == clinic, condition)


async def _dose(connection: AsyncConnection, clinic: str, dose: str, person: str | None) -> DueDose:
    mine = doses.c.id == dose if person is None else and_(doses.c.id == dose, regimens.c.person == person)
    row = (await connection.execute(_with_regimen(clinic, mine))).one_or_none()
    if row is None:
        raise NotFound("no such dose")
    return due_dose_of(row)


async def _stop(connection: AsyncConnection, clinic: str, person: str, regimen: str, at: datetime) -> bool:
    mine = and_(regimens.c.clinic == clinic, regimens.c.id == regimen, regimens.c.person == person)
    change = update(regimens).where(mine, regimens.c.status == ACTIVE).values(status=STOPPED, stopped_at=at)
    if (await connection.execute(change)).rowcount == 0:
        return False
    await _end(connection, clinic, doses.c.regimen == regimen, Outcome.CANCELLED, at)
    return True


async def _end(
    connection: AsyncConnection, clinic: str, which: ColumnElement[bool], outcome: Outcome, at: datetime
) -> int:
    still_open = and_(doses.c.clinic == clinic, which, doses.c.outcome.is_(None))
    change = update(doses).where(still_open).values(outcome=outcome.value, outcome_at=at)
    return (await connection.execute(change)).rowcount


async def _lay_out_one(connection: AsyncConnection, clinic: str, row: Row[Any], until: datetime) -> int:
    since, new = max(row.queued_until, row.starts_at), 0
    for due_at in _due(row, since, until):
        new += await _insert_dose(connection, clinic, row.id, due_at, due_at)
    this = and_(regimens.c.clinic == clinic, regimens.c.id == row.id)
    await connection.execute(update(regimens).where(this).values(queued_until=until))
    return new


def _due(row: Row[Any], since: datetime, until: datetime) -> tuple[datetime, ...]:
    if since >= until:
        return ()
    try:
        return tuple(due_times(Timing.from_fhir(row.timing), since, until))
    except TimingError:
        # One unreadable timing must not silence the reminders of all others.
        log.exception("timing not readable", extra={"action": "regimen_unreadable", "regimen": row.id})
        return ()


async def _put_off(connection: AsyncConnection, clinic: str, dose: DueDose, minutes: int, at: datetime) -> datetime:
    follows = dose.planned_at if dose.planned_at != dose.due_at else None
    _, later = snooze(Dose(dose.regimen, dose.due_at, follows=follows), minutes, at, grace=TOO_LATE_AFTER)
    due_at = later.due_at
    while not await _insert_dose(connection, clinic, dose.regimen, due_at, dose.planned_at):
        due_at += timedelta(seconds=1)  # a regular dose is due at this very moment
    return due_at


async def _insert_dose(
    connection: AsyncConnection, clinic: str, regimen: str, due_at: datetime, planned_at: datetime
) -> int:
    """1, or 0 when the regimen has a dose at this moment already."""
    values = {"clinic": clinic, "id": uuid.uuid4().hex, "regimen": regimen, "due_at": due_at, "planned_at": planned_at}
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    once = dialect.insert(doses).values(values).on_conflict_do_nothing(index_elements=["clinic", "regimen", "due_at"])
    return (await connection.execute(once)).rowcount
