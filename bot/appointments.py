"""Appointments: taken openings. The database's unique indexes are the judge; this store only asks it politely.

An opening of capacity n has the numbers 1 … n. Booking takes the lowest free one; two who want the same
number meet at the index `number_taken_once`, and the loser tries the next.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Row, and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.appointment_notices import forget_appointment, note_appointment
from bot.db import Databases
from bot.errors import Conflict, NotFound, OpeningTaken
from bot.tables import appointments as table

BOOKED, CANCELLED = "booked", "cancelled"
IDS_PER_QUERY = 500  # both databases limit the parameters of one statement


class AlreadyBooked(Conflict):
    """您在这个时间已经有一个预约了，请换一个时间。"""


class BookableOpening(Protocol):
    """What the store needs to know of an opening (see schedules.openings.Opening)."""

    @property
    def id(self) -> str: ...
    @property
    def doctor(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def capacity(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booked opening."""

    id: str
    person: str
    opening: str  # id of the opening
    number: int  # 1 … capacity: the person's number within the opening
    doctor: str  # id in the clinic's data
    department: str  # id in the clinic's data
    starts_at: datetime  # UTC


class Appointments:
    """The store. Every method works in the clinic's own database."""

    def __init__(self, database_of: Databases) -> None:
        self._database_of = database_of

    async def book(self, clinic: str, person: str, opening: BookableOpening, at: datetime) -> Appointment:
        """Take the lowest free number. Raises OpeningTaken, or AlreadyBooked when the person is elsewhere then."""
        return await self._take(clinic, person, opening, at, leaving=None)

    async def move(
        self, clinic: str, person: str, appointment: str, opening: BookableOpening, at: datetime
    ) -> Appointment:
        """Book the new opening and cancel the old appointment, both or neither.

        Moving to the same opening changes nothing. Raises NotFound when the person has no such booked
        appointment, else as `book`.
        """
        return await self._take(clinic, person, opening, at, leaving=appointment)

    async def cancel(self, clinic: str, person: str, appointment: str, at: datetime) -> bool:
        """Cancel; False when it was cancelled before or is not the person's: then nothing changes."""
        async with self._database_of.of(clinic).begin() as connection:
            return await _cancel(connection, clinic, person, appointment, at)

    async def upcoming(self, clinic: str, person: str, at: datetime) -> tuple[Appointment, ...]:
        """The person's booked appointments that have not begun, earliest first."""
        mine = and_(table.c.clinic == clinic, table.c.person == person, table.c.status == BOOKED)
        query = select(table).where(mine, table.c.starts_at > at).order_by(table.c.starts_at)
        async with self._database_of.of(clinic).read() as connection:
            return tuple(_appointment(row) for row in await connection.execute(query))

    async def taken(self, clinic: str, opening_ids: Iterable[str]) -> Mapping[str, int]:
        """How many numbers of each opening are taken; openings without any are left out."""
        counts: dict[str, int] = {}
        async with self._database_of.of(clinic).read() as connection:
            ids = list(dict.fromkeys(opening_ids))
            for first in range(0, len(ids), IDS_PER_QUERY):
                counts.update(await _count(connection, clinic, ids[first : first + IDS_PER_QUERY]))
        return counts

    async def _take(
        self, clinic: str, person: str, opening: BookableOpening, at: datetime, leaving: str | None
    ) -> Appointment:
        database = self._database_of.of(clinic)
        # Each lost race means that somebody else got a number, so this ends: capacity rounds at most,
        # and a few more for those who cancel meanwhile.
        for _ in range(opening.capacity + 3):
            try:
                async with database.begin() as connection:
                    return await _take_once(connection, clinic, person, opening, at, leaving)
            except IntegrityError:
                continue
        raise OpeningTaken


async def _take_once(
    connection: AsyncConnection, clinic: str, person: str, opening: BookableOpening, at: datetime, leaving: str | None
) -> Appointment:
    if leaving is not None:
        old = await _booked(connection, clinic, person, leaving)
        if old.opening == opening.id:
            return old
        if not await _cancel(connection, clinic, person, leaving, at):
            raise NotFound("cancelled or moved by somebody else meanwhile")
    await _check_free_then(connection, clinic, person, opening.starts_at)
    number = await _lowest_free(connection, clinic, opening)
    new = Appointment(
        uuid.uuid4().hex, person, opening.id, number, opening.doctor, opening.department, opening.starts_at
    )
    await connection.execute(insert(table).values(_row(clinic, new, at)))
    await note_appointment(connection, clinic, person, new.id, new.starts_at, at)
    return new


async def _booked(connection: AsyncConnection, clinic: str, person: str, appointment: str) -> Appointment:
    query = select(table).where(
        table.c.clinic == clinic, table.c.id == appointment, table.c.person == person, table.c.status == BOOKED
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound("no such booked appointment")
    return _appointment(row)


async def _cancel(connection: AsyncConnection, clinic: str, person: str, appointment: str, at: datetime) -> bool:
    mine = and_(table.c.clinic == clinic, table.c.id == appointment, table.c.person == person)
    change = update(table).where(mine, table.c.status == BOOKED).values(status=CANCELLED, changed_at=at)
    if (await connection.execute(change)).rowcount == 0:
        return False
    await forget_appointment(connection, clinic, appointment)
    return True


async def _check_free_then(connection: AsyncConnection, clinic: str, person: str, starts_at: datetime) -> None:
    mine = and_(table.c.clinic == clinic, table.c.person == person, table.c.status == BOOKED)
    if (await connection.execute(select(table.c.id).where(mine, table.c.starts_at == starts_at))).first():
        raise AlreadyBooked


async def _lowest_free(connection: AsyncConnection, clinic: str, opening: BookableOpening) -> int:
    query = select(table.c.number).where(
        table.c.clinic == clinic, table.c.opening == opening.id, table.c.status == BOOKED
    )
    taken = set((await connection.execute(query)).scalars())
    free = next((number for number in range(1, opening.capacity + 1) if number not in taken), None)
    if free is None:
        raise OpeningTaken
    return free


async def _count(connection: AsyncConnection, clinic: str, ids: Sequence[str]) -> dict[str, int]:
    query = (
        select(table.c.opening, func.count())
        .where(table.c.clinic == clinic, table.c.opening.in_(ids), table.c.status == BOOKED)
        .group_by(table.c.opening)
    )
    return {row[0]: row[1] for row in await connection.execute(query)}


def _appointment(row: Row[tuple[object, ...]]) -> Appointment:
    return Appointment(row.id, row.person, row.opening, row.number, row.doctor, row.department, row.starts_at)


def _row(clinic: str, new: Appointment, at: datetime) -> dict[str, object]:
    return {
        "clinic": clinic,
        "id": new.id,
        "person": new.person,
        "opening": new.opening,
        "number": new.number,
        "doctor": new.doctor,
        "department": new.department,
        "starts_at": new.starts_at,
        "status": BOOKED,
        "booked_at": at,
        "changed_at": at,
    }
