"""Regimens and their doses: kept, stopped, ended, looked up.

A dose is a row unique by `(clinic, regimen, due_at)`. It is open until its first outcome, which stays.
Putting a dose off ends it as snoozed and makes a new row that remembers the first due time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import laying
from bot.db import Databases
from bot.dose_tables import doses, regimens, rounds
from bot.errors import NotFound
from bot.journal import before_settling, note_settled
from bot.regimen_rows import (
    ACTIVE,
    STOPPED,
    After,
    Care,
    DueDose,
    Regimen,
    Settled,
    Stock,
    due_dose_of,
    regimen_of,
    row_of,
)
from bot.settling import end_open, settle_dose, with_regimen
from schedules.doses import Outcome, Reason, SnoozeRefused

__all__ = ["After", "Care", "DueDose", "Regimen", "Regimens", "Settled", "Stock"]

TAKEN_EARLY = timedelta(minutes=60)  # `吃了` this long before the time means the coming dose
STILL_MEANT = timedelta(hours=12)  # and this long after it the past one


class Regimens:
    """The store. Every method works in the clinic's own database."""

    def __init__(self, database_of: Databases) -> None:
        self._database_of = database_of

    async def add(self, clinic: str, regimen: Regimen, at: datetime, *, replacing: str | None = None) -> Regimen:
        """Store a regimen; `replacing` names one of the same person that is stopped in the same transaction."""
        await self.add_all(clinic, [regimen], at, replacing=[replacing] if replacing else [])
        return regimen

    async def add_all(
        self, clinic: str, new: Sequence[Regimen], at: datetime, *, replacing: Sequence[str] = ()
    ) -> None:
        """Store regimens, the steps of a taper among them, and stop those they replace: all or nothing."""
        async with self._database_of.of(clinic).begin() as connection:
            for one in replacing:
                await stop_regimen(connection, clinic, new[0].person, one, at)
            await connection.execute(insert(regimens), [row_of(clinic, one, at) for one in new])

    async def active(self, clinic: str, person: str) -> tuple[Regimen, ...]:
        """The person's active regimens, oldest first."""
        return await self._regimens(clinic, regimens.c.person == person, regimens.c.status == ACTIVE)

    async def every(self, clinic: str, person: str) -> tuple[Regimen, ...]:
        """All regimens of a person, stopped ones too, oldest first."""
        return await self._regimens(clinic, regimens.c.person == person)

    async def stop(self, clinic: str, person: str, regimen: str, at: datetime) -> bool:
        """Stop a regimen and cancel its open doses; False when it was stopped before or is not the person's."""
        async with self._database_of.of(clinic).begin() as connection:
            return await stop_regimen(connection, clinic, person, regimen, at)

    async def lay_out(self, clinic: str, at: datetime, horizon: timedelta) -> int:
        """Write the doses of active regimens that are due before `at + horizon`; how many were new."""
        return await laying.lay_out(self._database_of, clinic, at, horizon)

    async def settle(
        self,
        clinic: str,
        dose: str,
        outcome: Outcome,
        at: datetime,
        *,
        minutes: int = 10,
        person: str | None = None,
        reason: Reason | None = None,
        told_at: datetime | None = None,
    ) -> Settled:
        """End a dose. The first outcome wins; settling again changes nothing, but that a missed one was taken.

        SNOOZED makes a new dose, due `minutes` later. `person` restricts it to the person's own doses, and lets them
        take it back; `told_at` is when they said so, where that is later than `at`.
        Raises NotFound, and schedules.doses.SnoozeRefused when the dose can't be put off any more.
        """
        async with self._database_of.of(clinic).begin() as connection:
            before = await before_settling(connection, clinic, person, [dose], told_at or at)
            settled = await settle_dose(
                connection, clinic, dose, outcome, at, minutes=minutes, person=person, reason=reason
            )
            if settled.changed:
                await note_settled(before)
            return settled

    async def settle_round(
        self, clinic: str, round_id: str, outcome: Outcome, at: datetime, *, minutes: int = 10, person: str
    ) -> Sequence[Settled]:
        """End every open dose of a round alike, all or nothing; empty when all had ended. Raises NotFound when it is
        not the person's, SnoozeRefused when none can be put off (one that can't stays open).
        """
        ended: list[Settled] = []
        refused: SnoozeRefused | None = None
        async with self._database_of.of(clinic).begin() as connection:
            found = await _of_round(connection, clinic, round_id, person)
            before = await before_settling(connection, clinic, person, [dose.id for dose in found], at)
            for dose in await _of_round(connection, clinic, round_id, person):
                if dose.outcome is not None:
                    continue
                try:
                    ended.append(
                        await settle_dose(connection, clinic, dose.id, outcome, at, minutes=minutes, person=person)
                    )
                except SnoozeRefused as error:
                    refused = error
            if ended:
                await note_settled(before)
        if refused is not None and not ended:
            raise refused
        return ended

    async def give_reason(self, clinic: str, dose: str, reason: Reason, person: str) -> DueDose:
        """Note why a dose was skipped. Raises NotFound."""
        this = and_(doses.c.clinic == clinic, doses.c.id == dose, doses.c.person == person)
        skipped = doses.c.outcome == Outcome.SKIPPED.value
        async with self._database_of.of(clinic).begin() as connection:
            await connection.execute(update(doses).where(this, skipped).values(reason=reason))
            row = (await connection.execute(with_regimen(clinic, this))).one_or_none()
        if row is None:
            raise NotFound("no such dose")
        return due_dose_of(row)

    async def latest_open(self, clinic: str, person: str, at: datetime) -> DueDose | None:
        """The open dose that `吃了` means: the last one due, else one due soon."""
        found = await self.open_doses(clinic, person, at)
        past = [dose for dose in found if dose.due_at <= at]
        return past[-1] if past else next(iter(found), None)

    async def open_doses(self, clinic: str, person: str, at: datetime) -> tuple[DueDose, ...]:
        """The person's open doses around now (12 hours back, 1 hour ahead), earliest first."""
        around = doses.c.due_at.between(at - STILL_MEANT, at + TAKEN_EARLY)
        mine = with_regimen(clinic, doses.c.person == person, doses.c.outcome.is_(None), around)
        return await self._doses(clinic, mine.order_by(doses.c.due_at, doses.c.id))

    async def dose(self, clinic: str, dose: str, person: str) -> DueDose:
        """One dose of the person. Raises NotFound."""
        found = await self._doses(clinic, with_regimen(clinic, doses.c.id == dose, doses.c.person == person))
        if not found:
            raise NotFound("no such dose")
        return found[0]

    async def of_round(self, clinic: str, round_id: str, person: str) -> tuple[DueDose, ...]:
        """The doses that were told together, ended ones too. Raises NotFound when they are not the person's."""
        async with self._database_of.of(clinic).read() as connection:
            return await _of_round(connection, clinic, round_id, person)

    async def reminded_by(self, clinic: str, message: str) -> tuple[DueDose, ...]:
        """The doses that a message reminds of; empty when it is no reminder, or not the last one of its round."""
        this = and_(rounds.c.clinic == clinic, rounds.c.message == message)
        mine = with_regimen(clinic, doses.c.round.in_(select(rounds.c.id).where(this)))
        return await self._doses(clinic, mine.order_by(doses.c.due_at, doses.c.id))

    async def history(self, clinic: str, person: str, since: datetime, until: datetime) -> tuple[DueDose, ...]:
        """The person's doses due in a span (first included, last not), earliest first."""
        within = and_(doses.c.due_at >= since, doses.c.due_at < until)
        mine = with_regimen(clinic, doses.c.person == person, within)
        return await self._doses(clinic, mine.order_by(doses.c.due_at, doses.c.id))

    async def _doses(self, clinic: str, query: Select[Any]) -> tuple[DueDose, ...]:
        async with self._database_of.of(clinic).read() as connection:
            return tuple(due_dose_of(row) for row in await connection.execute(query))

    async def _regimens(self, clinic: str, *conditions: Any) -> tuple[Regimen, ...]:
        query = select(regimens).where(regimens.c.clinic == clinic, *conditions)
        async with self._database_of.of(clinic).read() as connection:
            rows = await connection.execute(query.order_by(regimens.c.created_at, regimens.c.id))
            return tuple(regimen_of(row) for row in rows)


async def stop_regimen(connection: AsyncConnection, clinic: str, person: str, regimen: str, at: datetime) -> bool:
    """Stop a regimen and cancel its open doses within a transaction; False when nothing was to stop."""
    mine = and_(regimens.c.clinic == clinic, regimens.c.id == regimen, regimens.c.person == person)
    change = update(regimens).where(mine, regimens.c.status == ACTIVE).values(status=STOPPED, stopped_at=at)
    if (await connection.execute(change)).rowcount == 0:
        return False
    await end_open(connection, clinic, doses.c.regimen == regimen, Outcome.CANCELLED, at)
    return True


async def _of_round(connection: AsyncConnection, clinic: str, round_id: str, person: str) -> tuple[DueDose, ...]:
    query = with_regimen(clinic, doses.c.round == round_id, doses.c.person == person)
    found = tuple(due_dose_of(row) for row in await connection.execute(query.order_by(doses.c.due_at, doses.c.id)))
    if not found:
        raise NotFound("no such round")
    return found
