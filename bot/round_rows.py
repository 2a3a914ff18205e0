"""A round as a value, and as rows: the doses one person is told of at one time."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import RowMapping, and_, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Conversation
from bot.dose_tables import doses, regimens, rounds
from bot.regimen_rows import ACTIVE, DueDose, due_dose_of
from bot.settling import with_regimen
from bot.writing import conversations_of
from schedules.ladder import Climb, Step


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of the conversations, by the first letter of their ids: several workers begin rounds side by side."""

    first: str = ""
    last: str = "~"  # not included

    @staticmethod
    def of(count: int) -> "Sequence[Shard]":
        """So many shards of about the same size: 1, 2, 4, 8 or 16 of hexadecimal ids."""
        bounds = ["", *"0123456789abcdef"[:: 16 // count][1:], "~"]
        return [Shard(first, last) for first, last in pairwise(bounds)]


EVERYBODY = Shard()
NOT_YET = Climb()


@dataclass(frozen=True, slots=True)
class Round:
    """What a person was told at one time, and what of it is still open."""

    id: str
    conversation: Conversation
    open: tuple[DueDose, ...]
    due_at: datetime  # UTC, of its first dose
    climb: Climb = NOT_YET
    message: str = ""  # id of the last reminder; empty: not told yet, the quiet hours may have kept it
    stored: bool = False  # whether it has a row

    @staticmethod
    def begun(conversation: Conversation, found: Sequence[DueDose]) -> "Round":
        """A new one."""
        return Round(uuid.uuid4().hex, conversation, tuple(found), min(dose.due_at for dose in found))


async def untold(
    connection: AsyncConnection, clinic: str, at: datetime, limit: int, shard: Shard
) -> Mapping[str, Sequence[DueDose]]:
    """Up to `limit` due doses of which nobody has been told, by conversation; those of one moment are not parted."""
    if connection.dialect.name == "postgresql":
        # One at a time in a shard: two would part the doses of one person into two messages.
        name = f"rounds.{clinic}.{shard.first}"
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
    waiting = and_(doses.c.outcome.is_(None), doses.c.round.is_(None), doses.c.due_at <= at, doses.c.late_until >= at)
    query = with_regimen(clinic, waiting, regimens.c.status == ACTIVE)
    if shard != EVERYBODY:
        query = query.where(doses.c.conversation >= shard.first, doses.c.conversation < shard.last)
    query = (
        query.order_by(doses.c.due_at, doses.c.conversation).limit(limit).with_for_update(of=doses, skip_locked=True)
    )
    found = [due_dose_of(row) for row in await connection.execute(query)]
    if len(found) == limit:
        last = (found[-1].due_at, found[-1].conversation)
        whole = [dose for dose in found if (dose.due_at, dose.conversation) != last]
        found = whole or found  # more than `limit` doses of one person at one moment are told in parts
    groups: dict[str, list[DueDose]] = defaultdict(list)
    for dose in found:
        groups[dose.conversation].append(dose)
    return groups


async def read_rounds(connection: AsyncConnection, clinic: str, rows: Sequence[RowMapping]) -> Sequence[Round]:
    """Rows of `rounds` with their open doses; those without any are closed."""
    open_doses: dict[str, list[DueDose]] = defaultdict(list)
    told = with_regimen(clinic, doses.c.round.in_([row["id"] for row in rows]), doses.c.outcome.is_(None))
    for row in await connection.execute(told.order_by(doses.c.due_at, doses.c.id)):
        open_doses[row.round].append(due_dose_of(row))
    people = await conversations_of(connection, clinic, [row["conversation"] for row in rows])
    over = [row["id"] for row in rows if row["id"] not in open_doses or row["conversation"] not in people]
    if over:
        this = and_(rounds.c.clinic == clinic, rounds.c.id.in_(over))
        await connection.execute(update(rounds).where(this).values(next_at=None))
    return [_round(row, people[row["conversation"]], open_doses[row["id"]]) for row in rows if row["id"] not in over]


def _round(row: RowMapping, conversation: Conversation, found: Sequence[DueDose]) -> Round:
    climb = Climb(row["told"], row["family_told"], row["nurse_told"])
    return Round(row["id"], conversation, tuple(found), row["due_at"], climb, row["message"], stored=True)


async def save(
    connection: AsyncConnection, clinic: str, found: Sequence[Round], steps: Mapping[str, Step], sent: Mapping[str, str]
) -> None:
    """Keep how far rounds have climbed; `sent` holds the id of the message a round's person was told by now."""
    rows = [_row(clinic, each, steps[each.id], sent.get(each.id, each.message)) for each in found]
    new = {each.id for each in found if not each.stored}
    begun = [row for row in rows if row["id"] in new]
    if begun:
        await connection.execute(insert(rounds), begun)
        named = [
            {"of_clinic": clinic, "of_id": dose.id, "to": one.id} for one in found if one.id in new for dose in one.open
        ]
        await connection.execute(_NAME, named)
    climbed = [
        {f"of_{name}" if name in ("clinic", "id") else name: value for name, value in row.items()}
        for row in rows
        if row["id"] not in new
    ]
    if climbed:
        await connection.execute(_CLIMBED, climbed)


_NAME = (
    update(doses)
    .where(doses.c.clinic == bindparam("of_clinic"), doses.c.id == bindparam("of_id"))
    .values(round=bindparam("to"))
)
_CLIMBED = update(rounds).where(rounds.c.clinic == bindparam("of_clinic"), rounds.c.id == bindparam("of_id"))


def _row(clinic: str, each: Round, step: Step, message: str) -> dict[str, Any]:
    return {
        "clinic": clinic, "id": each.id, "person": each.conversation.person, "conversation": each.conversation.id,
        "due_at": each.due_at, "told": step.climb.told, "family_told": step.climb.family_told,
        "nurse_told": step.climb.nurse_told, "next_at": step.again_at, "message": message,
    }  # fmt: skip
