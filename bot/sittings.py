"""A sitting: on what terms a learner works at an encounter (clock, pauses, attempts), and its sheet when it is over.

Who begins and ends encounters writes the sitting in the same transaction, by the functions that take a connection.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db import Databases
from bot.errors import Conflict, NotFound
from bot.tables import addresses, conversations, encounters
from bot.teaching_tables import sittings
from cases.encounter import Purpose

HAND_IN = timedelta(minutes=1)
"""How long after the clock has run out the conclusions are still taken: the page sends them at the very end."""


class AttemptsUsed(Conflict):
    """这个病例的作答次数已经用完了。"""


class AttemptRuns(Conflict):
    """这场考试已经开始了，请接着作答。"""


class ExamLocked(Conflict):
    """考试中不能暂停、提示或重来；结束后才能看讲评。"""


class EncounterOver(Conflict):
    """这次问诊已经结束了，请看讲评。"""


class Standing(StrEnum):
    """Whether the patient answers."""

    RUNNING = "running"
    PAUSED = "paused"
    OVER = "over"  # the clock has run out; conclusions may still come in
    ENDED = "ended"  # scored


@dataclass(frozen=True, slots=True)
class Seat:
    """The terms under which an encounter is begun."""

    purpose: Purpose = Purpose.TRAINING
    minutes: int | None = None  # None: no clock
    closes_at: datetime | None = None  # the clock runs out then at the latest
    learner: str | None = None
    assignment: str | None = None
    series: str | None = None  # attempts of one series count together; None: they are not counted
    most: int | None = None  # attempts in the series; None: no limit
    forked_from: str | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """A sitting as it stands."""

    encounter: str
    case_id: str
    person: str
    purpose: Purpose
    started_at: datetime
    learner: str | None = None
    assignment: str | None = None
    attempt: int = 1
    minutes: int | None = None
    ends_at: datetime | None = None  # moves on with each pause
    paused_at: datetime | None = None
    paused_s: int = 0
    forked_from: str | None = None
    notes: str = ""
    scored_at: datetime | None = None
    total: int | None = None  # as shown: with what teachers changed
    max: int | None = None
    passed: bool | None = None

    def standing(self, at: datetime) -> Standing:
        """Whether the patient answers at that time."""
        if self.scored_at is not None:
            return Standing.ENDED
        if self.paused_at is not None:
            return Standing.PAUSED
        return Standing.OVER if self.ends_at is not None and at >= self.ends_at else Standing.RUNNING

    def seconds(self, at: datetime) -> int:
        """Seconds worked so far, pauses not counted."""
        until = min(each for each in (self.scored_at, self.paused_at, self.ends_at, at) if each is not None)
        return max(int((until - self.started_at).total_seconds()) - self.paused_s, 0)


async def take_seat(connection: AsyncConnection, clinic: str, encounter: str, seat: Seat, at: datetime) -> None:
    """Write the sitting of an encounter that begins in this transaction.

    Raises AttemptsUsed; AttemptRuns for an exam whose last attempt is not over; IntegrityError when another device took
    the same attempt in this moment.
    """
    before, running = await _attempts(connection, clinic, seat)
    attempt = before + 1
    if running and seat.purpose is Purpose.EXAM:
        raise AttemptRuns
    if seat.most is not None and attempt > seat.most:
        raise AttemptsUsed
    ends = [at + timedelta(minutes=seat.minutes)] if seat.minutes else []
    ends += [seat.closes_at] if seat.closes_at and seat.purpose is Purpose.EXAM else []
    row = {
        "clinic": clinic, "id": encounter, "learner": seat.learner, "assignment": seat.assignment,
        "series": seat.series, "attempt": attempt, "purpose": seat.purpose, "minutes": seat.minutes,
        "ends_at": min(ends, default=None), "forked_from": seat.forked_from,
    }  # fmt: skip
    await connection.execute(insert(sittings), row)


async def sitting_for_update(connection: AsyncConnection, clinic: str, encounter: str) -> Sitting:
    """The sitting, which nobody else changes until this transaction ends. Raises NotFound."""
    query = _query().where(sittings.c.clinic == clinic, sittings.c.id == encounter)
    row = (await connection.execute(query.with_for_update())).mappings().first()
    if row is None:
        raise NotFound
    return sitting_of(row)


async def sheet_of(connection: AsyncConnection, clinic: str, encounter: str) -> Mapping[str, Any] | None:
    """The sheet (cases.debrief.Debrief on the wire) of an encounter that is scored."""
    query = select(sittings.c.sheet).where(sittings.c.clinic == clinic, sittings.c.id == encounter)
    text = (await connection.execute(query)).scalar()
    return None if text is None else json.loads(text)


async def write_sheet(
    connection: AsyncConnection, clinic: str, encounter: str, ending: Mapping[str, Any], sheet: Mapping[str, Any],
    at: datetime,
) -> bool:  # fmt: skip
    """Keep what an encounter came to. False, and nothing changed, when it was scored before."""
    open_ = and_(sittings.c.clinic == clinic, sittings.c.id == encounter, sittings.c.sheet.is_(None))
    values = {
        "ending": json.dumps(ending, ensure_ascii=False), "sheet": json.dumps(sheet, ensure_ascii=False),
        "earned": {mark["item"]: mark["asked"] for mark in sheet["items"] if mark["auto"]},
        "scored_at": at, "total": sheet["total"], "max": sheet["max"], "passed": sheet["passed"],
    }  # fmt: skip
    return (await connection.execute(update(sittings).where(open_).values(values))).rowcount == 1


class Sittings:
    """Reads sittings, stops and starts their clock. Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def get(self, clinic: str, encounter: str) -> Sitting:
        """The sitting of an encounter. Raises NotFound."""
        found = await self._select(clinic, sittings.c.id == encounter)
        if not found:
            raise NotFound
        return found[0]

    async def running(self, clinic: str, learner: str, series: str) -> Sitting | None:
        """The attempt of a series that is not scored yet."""
        mine = and_(sittings.c.learner == learner, sittings.c.series == series, sittings.c.scored_at.is_(None))
        found = await self._select(clinic, mine)
        return found[-1] if found else None

    async def of_learner(self, clinic: str, learner: str) -> Sequence[Sitting]:
        """Every sitting of a learner, in order of their beginnings."""
        return await self._select(clinic, sittings.c.learner == learner)

    async def page_of(self, clinic: str, sitting: Sitting) -> str | None:
        """The secret of the page whose conversation plays the encounter; None when it is played in a chat."""
        same = and_(
            conversations.c.clinic == addresses.c.clinic, conversations.c.channel == addresses.c.channel,
            conversations.c.user_hash == addresses.c.user_hash,
        )  # fmt: skip
        query = (
            select(addresses.c.user)
            .join_from(addresses, conversations, same)
            .where(addresses.c.clinic == clinic, addresses.c.person == sitting.person, addresses.c.channel == "web")
            .where(conversations.c.encounter == sitting.encounter)
        )
        async with self._databases.of(clinic).read() as connection:
            return (await connection.execute(query)).scalar()

    async def overdue(self, clinic: str, at: datetime, most: int = 100) -> Sequence[str]:
        """Encounters whose clock and time to hand in are over and that nobody has ended yet."""
        late = and_(sittings.c.sheet.is_(None), sittings.c.ends_at <= at - HAND_IN, sittings.c.paused_at.is_(None))
        query = select(sittings.c.id).where(sittings.c.clinic == clinic, late).order_by(sittings.c.ends_at).limit(most)
        async with self._databases.of(clinic).read() as connection:
            return list((await connection.execute(query)).scalars())

    async def pause(self, clinic: str, encounter: str, at: datetime) -> Sitting:
        """Stop the clock of a training. Said again it changes nothing. Raises ExamLocked, EncounterOver, NotFound."""
        async with self._databases.of(clinic).begin() as connection:
            sitting = await _open(connection, clinic, encounter, at)
            if sitting.paused_at is None:
                sitting = replace(sitting, paused_at=at)
                await _change(connection, clinic, encounter, {"paused_at": at})
        return sitting

    async def resume(self, clinic: str, encounter: str, at: datetime) -> Sitting:
        """Let the clock run on. Said again it changes nothing. Raises ExamLocked, EncounterOver, NotFound."""
        async with self._databases.of(clinic).begin() as connection:
            sitting = await _open(connection, clinic, encounter, at)
            if sitting.paused_at is not None:
                pause = max(at - sitting.paused_at, timedelta())
                ends_at = sitting.ends_at + pause if sitting.ends_at else None
                paused_s = sitting.paused_s + int(pause.total_seconds())
                sitting = replace(sitting, paused_at=None, ends_at=ends_at, paused_s=paused_s)
                values = {"paused_at": None, "ends_at": ends_at, "paused_s": paused_s}
                await _change(connection, clinic, encounter, values)
        return sitting

    async def write_notes(self, clinic: str, encounter: str, text: str) -> None:
        """Keep what the learner noted for himself. Raises NotFound."""
        await self._write(clinic, encounter, {"notes": text})

    async def write_reflection(self, clinic: str, encounter: str, text: str) -> None:
        """Keep what the learner thinks of it afterwards. Raises NotFound."""
        await self._write(clinic, encounter, {"reflection": text, "kept_at": None})  # the copy is written again

    async def _write(self, clinic: str, encounter: str, values: Mapping[str, object]) -> None:
        async with self._databases.of(clinic).begin() as connection:
            if not await _change(connection, clinic, encounter, values):
                raise NotFound

    async def _select(self, clinic: str, which: ColumnElement[bool]) -> Sequence[Sitting]:
        query = _query().where(sittings.c.clinic == clinic, which).order_by(encounters.c.started_at, sittings.c.id)
        async with self._databases.of(clinic).read() as connection:
            return [sitting_of(row) for row in (await connection.execute(query)).mappings()]


async def _attempts(connection: AsyncConnection, clinic: str, seat: Seat) -> tuple[int, int]:
    """Attempts of the series so far, and how many of them are not scored."""
    if seat.learner is None or seat.series is None:
        return 0, 0
    mine = and_(sittings.c.clinic == clinic, sittings.c.learner == seat.learner, sittings.c.series == seat.series)
    query = select(func.count(), func.count(sittings.c.scored_at)).where(mine)
    begun, scored = (await connection.execute(query)).one()
    return begun, begun - scored


async def _open(connection: AsyncConnection, clinic: str, encounter: str, at: datetime) -> Sitting:
    sitting = await sitting_for_update(connection, clinic, encounter)
    if sitting.purpose is Purpose.EXAM:
        raise ExamLocked
    if sitting.standing(at) in (Standing.ENDED, Standing.OVER):
        raise EncounterOver
    return sitting


async def _change(connection: AsyncConnection, clinic: str, encounter: str, values: Mapping[str, object]) -> bool:
    this = and_(sittings.c.clinic == clinic, sittings.c.id == encounter)
    return (await connection.execute(update(sittings).where(this).values(**values))).rowcount == 1


COLUMNS = (
    sittings.c.id, sittings.c.purpose, sittings.c.learner, sittings.c.assignment, sittings.c.attempt,
    sittings.c.minutes, sittings.c.ends_at, sittings.c.paused_at, sittings.c.paused_s, sittings.c.forked_from,
    sittings.c.notes, sittings.c.scored_at, sittings.c.total, sittings.c.max, sittings.c.passed,
    encounters.c.case_id, encounters.c.person, encounters.c.started_at,
)  # fmt: skip
"""What a Sitting is made of."""

OF_ENCOUNTER = and_(encounters.c.clinic == sittings.c.clinic, encounters.c.id == sittings.c.id)


def _query() -> Select[Any]:
    return select(*COLUMNS).join_from(sittings, encounters, OF_ENCOUNTER)


def sitting_of(row: RowMapping) -> Sitting:
    """A row of COLUMNS."""
    values = {column.name: row[column.name] for column in COLUMNS}
    encounter, purpose, notes = values.pop("id"), Purpose(values.pop("purpose")), values.pop("notes") or ""
    return Sitting(encounter=encounter, purpose=purpose, notes=notes, **values)
