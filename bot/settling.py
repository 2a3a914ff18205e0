"""How a dose ends, and what follows from it: the least gap to the next, doses that follow another. All functions work
within the caller's transaction. The first outcome of a dose stays.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dose_tables import doses, regimens
from bot.errors import NotFound
from bot.habits import USUAL, habits_of
from bot.laying import dose_row, insert_doses
from bot.regimen_rows import ACTIVE, DueDose, Settled, due_dose_of
from schedules.clock import local
from schedules.doses import Dose, Outcome, Reason, snooze
from schedules.lateness import LateRule, late_until
from schedules.timing import Timing

CORRECTABLE = (Outcome.MISSED, Outcome.UNDELIVERABLE)  # nobody had said anything: the person may still


def with_regimen(clinic: str, *conditions: ColumnElement[bool]) -> Select[Any]:
    """Doses joined with what their reminders need; `due_dose_of` reads a row."""
    both = and_(doses.c.clinic == regimens.c.clinic, doses.c.regimen == regimens.c.id)
    columns = (doses, regimens.c.drug, regimens.c.drug_id, regimens.c.dose, regimens.c.critical)
    return select(*columns).join(regimens, both).where(doses.c.clinic == clinic, *conditions)


async def settle_dose(
    connection: AsyncConnection,
    clinic: str,
    dose: str,
    outcome: Outcome,
    at: datetime,
    *,
    minutes: int = 10,
    person: str | None = None,
    reason: Reason | None = None,
) -> Settled:
    """End a dose. `at` is when it was taken, skipped or put off. `person` restricts it to the person's own.

    A missed dose may still be told as taken. Raises NotFound, and SnoozeRefused when it can't be put off any more.
    """
    found = await _dose(connection, clinic, dose, person)
    told_late = outcome is Outcome.TAKEN and found.outcome in CORRECTABLE
    if found.outcome is not None and not told_late:
        return Settled(found, changed=False)
    again_at = await _put_off(connection, clinic, found, at, minutes) if outcome is Outcome.SNOOZED else None
    if not await _end(connection, clinic, found, outcome, at, reason):
        return Settled(await _dose(connection, clinic, dose, person), changed=False)  # somebody else was faster
    if told_late:  # what follows a taking was laid out when it ended by itself
        await _keep_the_gap(connection, clinic, found, at)
    elif outcome is not Outcome.SNOOZED:
        await follow_up(connection, clinic, [found], outcome, at)
    return Settled(await _dose(connection, clinic, dose, person), True, again_at)


async def end_open(
    connection: AsyncConnection, clinic: str, which: ColumnElement[bool], outcome: Outcome, at: datetime
) -> int:
    """End all open doses that fit; how many."""
    still_open = and_(doses.c.clinic == clinic, which, doses.c.outcome.is_(None))
    change = update(doses).where(still_open).values(outcome=outcome.value, outcome_at=at)
    return (await connection.execute(change)).rowcount


async def follow_up(
    connection: AsyncConnection, clinic: str, ended: Sequence[DueDose], outcome: Outcome, at: datetime
) -> None:
    """What follows from ended doses: those tied to a taking become due, and those too close to one are moved."""
    if outcome is Outcome.TAKEN:
        for dose in ended:
            await _keep_the_gap(connection, clinic, dose, at)
    await _due_after(connection, clinic, ended, outcome, at)


async def _end(
    connection: AsyncConnection, clinic: str, found: DueDose, outcome: Outcome, at: datetime, reason: Reason | None
) -> bool:
    as_it_was = doses.c.outcome.is_(None) if found.outcome is None else doses.c.outcome == found.outcome.value
    this = and_(doses.c.clinic == clinic, doses.c.id == found.id, as_it_was)
    change = update(doses).where(this).values(outcome=outcome.value, outcome_at=at, reason=reason)
    return (await connection.execute(change)).rowcount == 1


async def _dose(connection: AsyncConnection, clinic: str, dose: str, person: str | None) -> DueDose:
    mine = [doses.c.id == dose, *([doses.c.person == person] if person is not None else [])]
    row = (await connection.execute(with_regimen(clinic, *mine))).one_or_none()
    if row is None:
        raise NotFound("no such dose")
    return due_dose_of(row)


async def _regimen(connection: AsyncConnection, clinic: str, regimen: str) -> Row[Any]:
    query = select(regimens).where(regimens.c.clinic == clinic, regimens.c.id == regimen)
    return (await connection.execute(query)).one()


async def _put_off(connection: AsyncConnection, clinic: str, dose: DueDose, at: datetime, minutes: int) -> datetime:
    follows = dose.planned_at if dose.planned_at != dose.due_at else None
    # Late is what the first due time makes late: putting off again and again does not move the end.
    longest = dose.late_until - dose.planned_at
    _, later = snooze(Dose(dose.regimen, dose.due_at, follows=follows), minutes, at, grace=longest)
    return await _insert_later(connection, clinic, dose, later.due_at)


async def _insert_later(connection: AsyncConnection, clinic: str, dose: DueDose, due_at: datetime) -> datetime:
    row = await _regimen(connection, clinic, dose.regimen)
    while not await insert_doses(connection, [dose_row(row, due_at, dose.late_until, dose.planned_at)]):
        due_at += timedelta(seconds=1)  # another dose is due at this very moment
    return due_at


async def _keep_the_gap(connection: AsyncConnection, clinic: str, taken: DueDose, at: datetime) -> None:
    """The next open dose of the same regimen is put off until the least gap has passed, or left out."""
    row = await _regimen(connection, clinic, taken.regimen)
    if not row.least_gap:
        return
    allowed = at + timedelta(minutes=row.least_gap)
    close = and_(doses.c.regimen == taken.regimen, doses.c.due_at < allowed, doses.c.due_at > taken.due_at)
    query = with_regimen(clinic, close, doses.c.outcome.is_(None)).order_by(doses.c.due_at)
    for found in [due_dose_of(each) for each in await connection.execute(query)]:
        if allowed <= found.late_until:
            await _insert_later(connection, clinic, found, allowed)
            await _end(connection, clinic, found, Outcome.SNOOZED, at, None)
        else:
            await _end(connection, clinic, found, Outcome.CANCELLED, at, None)


async def _due_after(
    connection: AsyncConnection, clinic: str, ended: Sequence[DueDose], outcome: Outcome, at: datetime
) -> None:
    """Regimens tied to these: a taking makes them due; one counted from its own last taking goes on in any case."""
    by_regimen = {dose.regimen: dose for dose in ended}
    if not by_regimen:
        return
    # Without the status, which SQLite would take for the better key: few follow another, nearly all are active.
    tied = and_(regimens.c.clinic == clinic, regimens.c.after.in_(by_regimen))
    rows = list(await connection.execute(select(regimens).where(tied)))
    if not rows:
        return
    told = await habits_of(connection, clinic, [row.person for row in rows])
    new = []
    for row in rows:
        zone = told.get(row.person, USUAL).timezone
        dose, gap = by_regimen[row.after], timedelta(minutes=row.after_minutes)
        if row.status != ACTIVE or (outcome is not Outcome.TAKEN and row.after != row.id):
            continue
        periods = 1 if outcome is Outcome.TAKEN else 1 + max((at - dose.planned_at) // gap, 0)
        due_at = (at if outcome is Outcome.TAKEN else dose.planned_at) + gap * periods
        paused = row.paused_from is not None and row.paused_from <= due_at < row.paused_until
        if paused and row.after == row.id:
            due_at, paused = row.paused_until, False  # counted from its own last taking it goes on after the pause
        if not paused and not is_over(row, due_at, zone):
            new.append(dose_row(row, due_at, late_after(row, due_at, gap, zone)))
    await insert_doses(connection, new)


def late_after(row: Row[Any], due_at: datetime, gap: timedelta, zone: ZoneInfo) -> datetime:
    """How late a dose counts that follows a taking; one counted from its own last taking has a following one."""
    following = due_at + gap if row.after == row.id else None
    return late_until(LateRule.read(row.late), due_at, following, zone)


def is_over(row: Row[Any], due_at: datetime, zone: ZoneInfo) -> bool:
    """Whether the course of a row of `regimens` has ended by then."""
    end = Timing.from_fhir(row.timing).end
    if isinstance(end, datetime):
        return due_at > end
    return end is not None and local(due_at, zone).date() > end
