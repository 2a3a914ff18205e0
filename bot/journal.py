"""The journal of a person's changes: with each, the rows as they were, so that it can be taken back.

It is written in the transaction of the change. Its own clock never runs back: the order is kept where the house's does.
"""

import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Table, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dose_tables import doses, habits, plan_changes, regimens, rounds
from bot.drafting import Draft
from bot.plan_rows import Change
from bot.tables import Instant

UNDO_WITHIN = timedelta(minutes=30)
"""How far back the person may take back what they did."""
SETTLED_KEPT = timedelta(days=1)
"""Entries of settled doses are many and of no use for longer."""
OF_REGIMEN = (
    "timing", "status", "starts_at", "queued_until", "stopped_at", "after", "after_minutes", "paused_from",
    "paused_until", "stock", "stock_at",
)  # fmt: skip
"""Columns of a regimen that a change may touch."""
OF_DOSE = (
    "id", "regimen", "due_at", "planned_at", "late_until", "outcome", "outcome_at", "reason", "round",
)  # fmt: skip
OF_HABITS = ("id", "day_plan", "timezone", "quiet_first", "quiet_last", "told_at")

Values = Mapping[str, Any]
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Before:
    """The rows as they were, held while the change is made."""

    draft: Draft
    scope: tuple[str, ...]  # regimens whose doses may change
    doses: Mapping[str, Row[Any]]
    rounds: Mapping[str, datetime | None]  # when each was to be looked at
    habits: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One change, as it is kept."""

    id: str
    what: Change
    at: datetime
    scope: list[str]
    regimens: dict[str, dict[str, Any]]  # by id: the columns that changed, as they were
    new: list[str]  # regimens that the change made
    doses: dict[str, dict[str, Any]]
    ended: list[str]  # doses of these that the change ended, or removed
    made: list[str]  # doses that the change made
    rounds: dict[str, datetime | None]
    habits: dict[str, Any] | None
    renewed: bool  # what lies ahead was laid out anew


async def look(
    draft: Draft, scope: Collection[str], also: Collection[str] = (), *, own_day: bool = False
) -> Before:  # fmt: skip
    """Hold the doses that a change of these regimens may touch, those of `also`, and the habits where they change."""
    found = await draft.unsettled(scope, also)
    in_rounds = {row.round for row in found.values() if row.round is not None}
    mine = and_(rounds.c.clinic == draft.clinic, rounds.c.id.in_(in_rounds))
    looked_at = {row.id: row.next_at for row in await draft.connection.execute(select(rounds).where(mine))}
    own = and_(habits.c.clinic == draft.clinic, habits.c.id == draft.person)
    told = (await draft.connection.execute(select(habits).where(own))).mappings().one_or_none()
    return Before(
        draft, tuple(scope), found, looked_at, None if told is None else {name: told[name] for name in OF_HABITS}
    )


async def before_settling(
    connection: AsyncConnection, clinic: str, person: str | None, which: Collection[str], at: datetime
) -> Before | None:
    """Hold what ending these doses of a person may touch: their regimens, and those that follow a taking of them.

    None where nobody is to take it back: it is not the person who ends them, or they are not the person's.
    """
    mine = and_(doses.c.clinic == clinic, doses.c.id.in_(which), doses.c.person == person)
    of_them = set((await connection.execute(select(doses.c.regimen).where(mine))).scalars()) if person else set()
    if person is None or not of_them:
        return None
    draft = await Draft.held(connection, clinic, person, at)
    tied = {row.id for row in draft.rows.values() if row.after in of_them}
    return await look(draft, sorted(of_them | tied), which)


async def note_settled(before: Before | None) -> None:
    """Keep that a person ended doses."""
    if before is not None:
        await note(before, Change.SETTLED)


async def note(
    before: Before, what: Change, *, new: Collection[str] = (), made: Collection[str] = (), renewed: bool = False
) -> None:
    """Keep a change that has been made: the regimens that are new, the doses it made beside open ones, and whether
    what lies ahead was laid out anew.
    """
    draft = before.draft
    scope = [*before.scope, *new]
    now = await draft.unsettled(scope, before.doses)
    entry = Entry(
        uuid.uuid4().hex, what, await _next_moment(draft), scope, await _changed(before, renewed, what), list(new),
        {key: _values(row, OF_DOSE) for key, row in before.doses.items()},
        [key for key, row in before.doses.items() if key not in now or now[key].outcome != row.outcome],
        [*made, *(key for key in now if key not in before.doses)],
        dict(before.rounds), before.habits, renewed,
    )  # fmt: skip
    await _write(draft, entry)


async def last(draft: Draft) -> Entry | None:
    """The last change within reach that has not been taken back."""
    mine = and_(plan_changes.c.clinic == draft.clinic, plan_changes.c.person == draft.person)
    within = and_(mine, plan_changes.c.undone_at.is_(None), plan_changes.c.at >= draft.at - UNDO_WITHIN)
    query = select(plan_changes).where(within).order_by(plan_changes.c.at.desc()).limit(1)
    row = (await draft.connection.execute(query)).one_or_none()
    return _entry(row) if row is not None else None


async def close(draft: Draft, entry: Entry) -> None:
    """Mark a change as taken back."""
    this = and_(plan_changes.c.clinic == draft.clinic, plan_changes.c.id == entry.id)
    await draft.connection.execute(update(plan_changes).where(this).values(undone_at=draft.at))


async def _changed(before: Before, renewed: bool, what: Change) -> dict[str, dict[str, Any]]:
    draft, changed = before.draft, {}
    if what is Change.SETTLED:
        return {}  # it is done a thousand times more often than all others, and touches no regimen
    always = {"queued_until"} if renewed else set[str]()
    for row in await draft.now(before.scope):
        old = _values(draft.rows[row.id], OF_REGIMEN)
        new = _values(row, OF_REGIMEN)
        changed[row.id] = {name: old[name] for name in OF_REGIMEN if old[name] != new[name] or name in always}
    return changed


async def _next_moment(draft: Draft) -> datetime:
    mine = and_(plan_changes.c.clinic == draft.clinic, plan_changes.c.person == draft.person)
    latest = (await draft.connection.execute(select(func.max(plan_changes.c.at)).where(mine))).scalar_one()
    return draft.at if latest is None else max(draft.at, latest + MICROSECOND)


async def _write(draft: Draft, entry: Entry) -> None:
    kept = {name: value for name, value in asdict(entry).items() if name not in ("id", "what", "at")}
    values = {
        "clinic": draft.clinic, "id": entry.id, "person": draft.person, "at": entry.at, "what": entry.what.value,
        "before": json.dumps(kept, default=datetime.isoformat),
    }  # fmt: skip
    await draft.connection.execute(insert(plan_changes).values(values))
    if entry.what is Change.SETTLED:
        await _forget(draft.connection, draft)


async def _forget(connection: AsyncConnection, draft: Draft) -> None:
    mine = and_(plan_changes.c.clinic == draft.clinic, plan_changes.c.person == draft.person)
    old = and_(mine, plan_changes.c.what == Change.SETTLED.value, plan_changes.c.at < draft.at - SETTLED_KEPT)
    await connection.execute(delete(plan_changes).where(old))


def _entry(row: Row[Any]) -> Entry:
    kept = json.loads(row.before)
    kept["regimens"] = {key: _read(regimens, values) for key, values in kept["regimens"].items()}
    kept["doses"] = {key: _read(doses, values) for key, values in kept["doses"].items()}
    kept["habits"] = _read(habits, kept["habits"]) if kept["habits"] else None
    kept["rounds"] = {key: datetime.fromisoformat(at) if at else None for key, at in kept["rounds"].items()}
    return Entry(row.id, Change(row.what), row.at, **kept)


def _values(row: Row[Any], names: Collection[str]) -> dict[str, Any]:
    return {name: row._mapping[name] for name in names}


def _read(table: Table, values: Values) -> dict[str, Any]:
    """Values out of JSON: instants are strings there."""
    return {
        name: datetime.fromisoformat(value) if value is not None and isinstance(table.c[name].type, Instant) else value
        for name, value in values.items()
    }
