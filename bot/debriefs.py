"""What is kept of a finished encounter: the sheet, the model's comment, the learner's reflection, teachers' changes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import write_audit
from bot.classes import learner_seen_by
from bot.db import Databases
from bot.encounters import read_encounter
from bot.errors import BadInput, NotFound
from bot.overrides import Override, check_points, shown
from bot.sittings import sheet_of, sitting_for_update
from bot.teaching_tables import overrides, sittings
from bot.text import clean
from cases.comment import Record
from cases.encounter import Encounter

LONGEST_REASON = 500


class NoReason(BadInput):
    """请写明改分的理由（最多500个字），学员会看到。"""


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything about an encounter that can be read, during it and afterwards."""

    encounter: Encounter
    sheet: Mapping[str, Any] | None  # None while it runs
    ending: Mapping[str, Any] | None
    comment: Record | None
    reflection: str
    overrides: Sequence[Override]  # oldest first


class Debriefs:
    """Sheets and what lies beside them. Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def get(self, clinic: str, encounter: str) -> Kept:
        """All that is kept of an encounter. Raises NotFound."""
        columns = (sittings.c.sheet, sittings.c.ending, sittings.c.comment, sittings.c.reflection)
        query = select(*columns).where(sittings.c.clinic == clinic, sittings.c.id == encounter)
        async with self._databases.of(clinic).read() as connection:
            row = (await connection.execute(query)).first()
            if row is None:
                raise NotFound
            state = await read_encounter(connection, clinic, encounter)
            changes = await overrides_of(connection, clinic, encounter)
        comment = Record.from_json(row.comment) if row.comment else None
        return Kept(state, _read(row.sheet), _read(row.ending), comment, row.reflection or "", changes)

    async def write_comment(self, clinic: str, encounter: str, record: Record) -> None:
        """Keep what a model said of the sheet. Raises NotFound."""
        this = and_(sittings.c.clinic == clinic, sittings.c.id == encounter, sittings.c.sheet.is_not(None))
        async with self._databases.of(clinic).begin() as connection:
            values = {"comment": record.to_json(), "kept_at": None}  # the copy is written again
            if (await connection.execute(update(sittings).where(this).values(**values))).rowcount == 0:
                raise NotFound

    async def learner_for(self, clinic: str, teacher: str, encounter: str) -> str:
        """Name of the learner, for a teacher of his class. Raises NotFound for everybody else."""
        async with self._databases.of(clinic).read() as connection:
            return await learner_seen_by(connection, clinic, teacher, encounter)

    async def override(
        self, clinic: str, encounter: str, item: str, points: int, reason: str, teacher: str, pass_share: Decimal,
        at: datetime,
    ) -> Sequence[Override]:  # fmt: skip
        """Give a mark other points; all changes so far. Said again, with the same reason, it changes nothing.

        Raises NotFound unless the encounter is of her class and scored, NoSuchMark, NoReason.
        """
        change = Override(item, points, clean(reason), teacher, at)
        if not 0 < len(change.reason) <= LONGEST_REASON:
            raise NoReason
        async with self._databases.of(clinic).begin() as connection:
            await learner_seen_by(connection, clinic, teacher, encounter)
            await sitting_for_update(connection, clinic, encounter)
            sheet = await sheet_of(connection, clinic, encounter)
            if sheet is None:
                raise NotFound
            check_points(sheet, item, points)
            before = await overrides_of(connection, clinic, encounter)
            if any(_same(each, change) for each in before[-1:]):
                return before
            await _write(connection, clinic, encounter, len(before) + 1, change)
            await _write_shown(connection, clinic, encounter, sheet, [*before, change], pass_share)
        return [*before, change]


async def overrides_of(connection: AsyncConnection, clinic: str, encounter: str) -> Sequence[Override]:
    """All changes of a sheet, oldest first."""
    columns = (overrides.c.item, overrides.c.points, overrides.c.reason, overrides.c.teacher, overrides.c.at)
    query = select(*columns).where(overrides.c.clinic == clinic, overrides.c.encounter == encounter)
    rows = await connection.execute(query.order_by(overrides.c.seq))
    return [Override(*row) for row in rows]


async def _write(connection: AsyncConnection, clinic: str, encounter: str, seq: int, change: Override) -> None:
    row = {
        "clinic": clinic, "encounter": encounter, "seq": seq, "item": change.item, "points": change.points,
        "reason": change.reason, "teacher": change.teacher, "at": change.at,
    }  # fmt: skip
    await connection.execute(insert(overrides), row)
    detail = {"item": change.item, "points": str(change.points)}
    await write_audit(connection, clinic, change.teacher, "mark_changed", encounter, change.at, detail)


async def _write_shown(
    connection: AsyncConnection, clinic: str, encounter: str, sheet: Mapping[str, Any], changes: Sequence[Override],
    pass_share: Decimal,
) -> None:  # fmt: skip
    """The figures that averages are made of; and the copy outside, if there is one, is to be written anew."""
    now = shown(sheet, changes, pass_share)
    values = {"total": now.total, "max": now.max, "passed": now.passed, "kept_at": None}
    this = and_(sittings.c.clinic == clinic, sittings.c.id == encounter)
    await connection.execute(update(sittings).where(this).values(values))


def _same(one: Override, other: Override) -> bool:
    return (one.item, one.points, one.reason, one.teacher) == (other.item, other.points, other.reason, other.teacher)


def _read(text: str | None) -> Mapping[str, Any] | None:
    return None if text is None else json.loads(text)
