"""Occasions: what time brings besides doses, as values and as rows. All functions work within the caller's transaction.

An occasion is unique by kind, subject and time, so whoever notes it twice notes it once. Its `next_at` is when a beat
looks at it; NULL: no more.
"""

import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, RowMapping, Select, and_, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dose_tables import occasions
from schedules.clock import instant, local
from schedules.follow_ups import ASKED_AT

STOCK_LASTS = timedelta(days=400)  # a count of pills is not believed longer


class OccasionKind(StrEnum):
    """What an occasion is."""

    AHEAD = "ahead"  # some time before a dose
    REFILL = "refill"  # a medicine runs out
    APPOINTMENT = "appointment"
    FOLLOW_UP = "follow_up"  # questions after discharge


class Status(StrEnum):
    """Where an occasion stands."""

    WAITING = "waiting"
    TOLD = "told"
    ANSWERED = "answered"
    CANCELLED = "cancelled"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something to be said at a time."""

    kind: OccasionKind
    person: str
    conversation: str  # where; empty: where the person is then
    subject: str  # id of the appointment, the follow-up plan, the regimen
    due_at: datetime  # UTC
    until: datetime  # UTC; later it helps nobody
    body: Mapping[str, Any] = field(default_factory=dict)  # made and understood by the kind
    status: Status = Status.WAITING
    next_at: datetime | None = None  # UTC
    told_at: datetime | None = None  # UTC
    answer: str | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


async def note(connection: AsyncConnection, clinic: str, new: Sequence[Occasion]) -> int:
    """Write occasions; those that are there already stay as they are. How many were new."""
    if not new:
        return 0
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    once = dialect.insert(occasions).on_conflict_do_nothing(index_elements=["clinic", "kind", "subject", "due_at"])
    return len((await connection.execute(once.returning(occasions.c.id), [_row(clinic, one) for one in new])).all())


async def note_stocks(connection: AsyncConnection, clinic: str, rows: Iterable[Row[Any]]) -> int:
    """Rows of `regimens` whose medicine was counted are watched from the next morning on; how many were new."""
    return await note(connection, clinic, [_watched(row) for row in rows if row.stock is not None])


def _watched(row: Row[Any]) -> Occasion:
    first = instant(local(row.stock_at).date() + timedelta(days=1), ASKED_AT)
    until = row.stock_at + STOCK_LASTS
    return Occasion(OccasionKind.REFILL, row.person, row.conversation, row.id, row.stock_at, until, next_at=first)


async def due(
    connection: AsyncConnection, clinic: str, kinds: Collection[str], at: datetime, limit: int
) -> Sequence[Occasion]:
    """Occasions whose time to be looked at has come, locked; those that another beat has are left to it."""
    waiting = and_(occasions.c.clinic == clinic, occasions.c.next_at <= at, occasions.c.kind.in_(kinds))
    query = select(occasions).where(waiting).order_by(occasions.c.next_at, occasions.c.id).limit(limit)
    return await _read(connection, query.with_for_update(skip_locked=True))


async def one(connection: AsyncConnection, clinic: str, occasion: str) -> Occasion | None:
    """One occasion, locked until the transaction ends."""
    query = select(occasions).where(occasions.c.clinic == clinic, occasions.c.id == occasion)
    return next(iter(await _read(connection, query.with_for_update())), None)


async def of_subjects(
    connection: AsyncConnection, clinic: str, kind: OccasionKind, subjects: Collection[str]
) -> Sequence[Occasion]:
    """All occasions of some subjects, in the order of time."""
    mine = and_(occasions.c.clinic == clinic, occasions.c.kind == kind, occasions.c.subject.in_(subjects))
    return await _read(connection, select(occasions).where(mine).order_by(occasions.c.due_at, occasions.c.id))


async def keep(connection: AsyncConnection, clinic: str, *stated: Occasion) -> None:
    """Write how occasions stand now."""
    rows = [_row(clinic, one) for one in stated]
    named = [{f"of_{name}" if name in ("clinic", "id") else name: row[name] for name in _KEPT} for row in rows]
    if named:
        await connection.execute(_KEEP, named)


_KEPT = ("clinic", "id", "body", "status", "next_at", "told_at", "answer")
_KEEP = update(occasions).where(occasions.c.clinic == bindparam("of_clinic"), occasions.c.id == bindparam("of_id"))


async def cancel(connection: AsyncConnection, clinic: str, kind: OccasionKind, *subjects: str) -> int:
    """What still waits for these subjects does not happen; how many."""
    return await _cancel(connection, clinic, and_(occasions.c.kind == kind, occasions.c.subject.in_(subjects)))


async def _cancel(connection: AsyncConnection, clinic: str, which: ColumnElement[bool]) -> int:
    alive = and_(occasions.c.clinic == clinic, which, occasions.c.next_at.is_not(None))
    change = update(occasions).where(alive).values(status=Status.CANCELLED, next_at=None)
    return (await connection.execute(change)).rowcount


async def _read(connection: AsyncConnection, query: Select[Any]) -> Sequence[Occasion]:
    return [_occasion(row) for row in (await connection.execute(query)).mappings()]


def _occasion(row: RowMapping) -> Occasion:
    return Occasion(
        OccasionKind(row["kind"]), row["person"], row["conversation"], row["subject"], row["due_at"], row["until"],
        json.loads(row["body"]), Status(row["status"]), row["next_at"], row["told_at"], row["answer"], row["id"],
    )  # fmt: skip


def _row(clinic: str, new: Occasion) -> dict[str, Any]:
    return {
        "clinic": clinic, "id": new.id, "kind": new.kind, "person": new.person, "conversation": new.conversation,
        "subject": new.subject, "due_at": new.due_at, "until": new.until,
        "body": json.dumps(new.body, ensure_ascii=False), "status": new.status, "next_at": new.next_at,
        "told_at": new.told_at, "answer": new.answer,
    }  # fmt: skip
