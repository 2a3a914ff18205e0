"""Doses are laid out ahead: rows that a heartbeat finds when they are due.

A regimen is looked at once a day and laid out for two, so that a beat costs the same however many regimens there are.
What is planned for a pause is written too, as cancelled: every due dose is accounted for.
"""

import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Row, and_, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db import Databases
from bot.dose_tables import doses, occasions, regimens
from bot.habits import USUAL, Habits, habits_of
from bot.occasion_rows import note_stocks
from bot.regimen_rows import ACTIVE
from schedules.doses import Outcome, due_times, next_due
from schedules.lateness import LateRule, late_until
from schedules.timing import Timing, TimingError

log = logging.getLogger(__name__)

BATCH = 200  # regimens laid out in one transaction
LOOKED_AT = timedelta(hours=24)  # a regimen laid out less far than this is looked at
NEVER = datetime(9000, 1, 1, tzinfo=UTC)  # laid out to the end: nothing of it is due any more
AHEAD = "ahead"

Planned = Mapping[str, Any]


async def lay_out(databases: Databases, clinic: str, at: datetime, horizon: timedelta) -> int:
    """Write the doses of active regimens that are due before `at + horizon`; how many were new."""
    new = 0
    while True:
        async with databases.of(clinic).begin() as connection:
            rows = await _to_lay_out(connection, clinic, at + min(LOOKED_AT, horizon))
            new += await lay_out_rows(connection, clinic, rows, at + horizon)
        if len(rows) < BATCH:
            return new


async def lay_out_rows(connection: AsyncConnection, clinic: str, rows: Iterable[Row[Any]], until: datetime) -> int:
    """Lay out these rows of `regimens` within a transaction; how many doses were new."""
    rows = list(rows)
    if not rows:
        return 0
    told = await habits_of(connection, clinic, [row.person for row in rows])
    planned: list[Planned] = []
    reached = []
    for row in rows:
        found, to = _planned(row, until, told.get(row.person, USUAL))
        planned += found
        reached.append({"of_clinic": clinic, "of_id": row.id, "to": to})
    await note_ahead(connection, clinic, rows, planned)
    await note_stocks(connection, clinic, rows)
    await connection.execute(_REACHED, reached)
    return await insert_doses(connection, planned)


async def insert_doses(connection: AsyncConnection, planned: Iterable[Planned]) -> int:
    """Write doses; those that a regimen has at that moment already stay as they are. How many were new."""
    rows = list(planned)
    if not rows:
        return 0
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    once = dialect.insert(doses).on_conflict_do_nothing(index_elements=["clinic", "regimen", "due_at"])
    return len((await connection.execute(once.returning(doses.c.id), rows)).all())


def dose_row(row: Row[Any], due_at: datetime, until: datetime, planned_at: datetime | None = None) -> dict[str, Any]:
    """An open dose of a row of `regimens`."""
    return {
        "clinic": row.clinic, "id": uuid.uuid4().hex, "regimen": row.id, "person": row.person,
        "conversation": row.conversation, "due_at": due_at, "planned_at": planned_at or due_at, "late_until": until,
        "outcome": None, "outcome_at": None,
    }  # fmt: skip


_REACHED = (
    update(regimens)
    .where(regimens.c.clinic == bindparam("of_clinic"), regimens.c.id == bindparam("of_id"))
    .values(queued_until=bindparam("to"))
)


async def _to_lay_out(connection: AsyncConnection, clinic: str, before: datetime) -> list[Row[Any]]:
    ready = and_(regimens.c.clinic == clinic, regimens.c.status == ACTIVE, regimens.c.queued_until < before)
    query = select(regimens).where(ready).order_by(regimens.c.queued_until).limit(BATCH)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    return list(await connection.execute(query))


def _planned(row: Row[Any], until: datetime, habits: Habits) -> tuple[list[Planned], datetime]:
    """The rows of a regimen's doses up to `until`, and how far it is laid out then."""
    since = max(row.queued_until, row.starts_at)
    if since >= until:
        return [], until
    if row.after is not None:
        # What follows another taking is due when that happens; counted from its own last taking, it begins once.
        return (
            [dose_row(row, row.starts_at, _late(row, habits, row.starts_at, None))] if row.after == row.id else []
        ), NEVER
    try:
        timing = Timing.from_fhir(row.timing)
        moments = list(due_times(timing, since, until, habits.day_plan, habits.timezone))
        following = next_due(timing, until - timedelta(microseconds=1), habits.day_plan, habits.timezone)
    except TimingError:
        # One unreadable timing must not silence the reminders of all others.
        log.exception("timing not readable", extra={"action": "regimen_unreadable", "regimen": row.id})
        return [], until
    after_last = following or (_usual_next(timing, moments[-1], habits) if moments else None)
    return list(_rows(row, [*moments, after_last], habits)), NEVER if following is None else until


def _usual_next(timing: Timing, last: datetime, habits: Habits) -> datetime | None:
    """When the next dose would be if the course did not end: its last one is late like all others."""
    return None if timing.events else next_due(
        replace(timing, end=None, count=None), last, habits.day_plan, habits.timezone
    )  # fmt: skip


def _rows(row: Row[Any], moments: list[datetime | None], habits: Habits) -> Iterator[Planned]:
    for due_at, following in pairwise(moments):
        assert due_at is not None  # only the last may be
        planned = dose_row(row, due_at, _late(row, habits, due_at, following))
        if row.paused_from is not None and row.paused_from <= due_at < row.paused_until:
            planned |= {"outcome": Outcome.CANCELLED.value, "outcome_at": row.paused_from}
        yield planned


def _late(row: Row[Any], habits: Habits, due_at: datetime, following: datetime | None) -> datetime:
    gap = timedelta(minutes=row.least_gap or 0)
    return late_until(LateRule.read(row.late), due_at, following, habits.timezone, gap)


async def note_ahead(
    connection: AsyncConnection, clinic: str, rows: Iterable[Row[Any]], planned: Iterable[Planned]
) -> None:
    """What is to be told some time before a dose is due is told by the occasions."""
    ahead = {row.id: timedelta(minutes=row.ahead) for row in rows if row.ahead}
    told = [
        {
            "clinic": clinic, "id": uuid.uuid4().hex, "kind": AHEAD, "person": dose["person"],
            "conversation": dose["conversation"], "subject": dose["regimen"], "due_at": dose["due_at"],
            "until": dose["due_at"], "body": "{}", "status": "waiting",
            "next_at": dose["due_at"] - ahead[dose["regimen"]],
        }
        for dose in planned
        if dose["regimen"] in ahead and dose["outcome"] is None
    ]  # fmt: skip
    if told:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        once = dialect.insert(occasions).on_conflict_do_nothing(index_elements=["clinic", "kind", "subject", "due_at"])
        await connection.execute(once, told)
