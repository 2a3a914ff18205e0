"""What the ladders of Temporal ask of the rounds besides their climbing. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, select

from bot.db import Databases
from bot.dose_tables import doses, rounds

_OPEN = and_(doses.c.clinic == rounds.c.clinic, doses.c.round == rounds.c.id, doses.c.outcome.is_(None))


@dataclass(frozen=True, slots=True)
class Coming:
    """A round that is looked at soon."""

    round: str
    next_at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class Stands:
    """How far a round has climbed, and how many of its doses are open."""

    told: int
    family_told: bool
    nurse_told: bool
    open_doses: int


async def first_looks(databases: Databases, clinic: str, before: datetime, limit: int) -> Sequence[Coming]:
    """Up to `limit` rounds that were told once, are open still and are looked at again before an instant."""
    once = and_(rounds.c.clinic == clinic, rounds.c.told == 1, rounds.c.family_told.is_(False))
    query = select(rounds.c.id, rounds.c.next_at).where(once, rounds.c.next_at < before, exists().where(_OPEN))
    async with databases.of(clinic).read() as connection:
        rows = await connection.execute(query.order_by(rounds.c.next_at).limit(limit))
        return [Coming(row.id, row.next_at) for row in rows]


async def climbing(databases: Databases, clinic: str, after: str, limit: int) -> Sequence[Coming]:
    """Up to `limit` rounds that climb and are open, in the order of their ids, beginning `after` one."""
    mine = and_(rounds.c.clinic == clinic, rounds.c.next_at.is_not(None), rounds.c.id > after)
    query = select(rounds.c.id, rounds.c.next_at).where(mine, exists().where(_OPEN)).order_by(rounds.c.id).limit(limit)
    async with databases.of(clinic).read() as connection:
        return [Coming(row.id, row.next_at) for row in await connection.execute(query)]


async def stands(databases: Databases, clinic: str, round_id: str) -> Stands | None:
    """How a round stands; None when there is no such one."""
    still_open = select(func.count()).select_from(doses).where(_OPEN).correlate(rounds).scalar_subquery()
    query = select(rounds.c.told, rounds.c.family_told, rounds.c.nurse_told, still_open.label("open_doses"))
    async with databases.of(clinic).read() as connection:
        row = (await connection.execute(query.where(rounds.c.clinic == clinic, rounds.c.id == round_id))).one_or_none()
    return None if row is None else Stands(row.told, row.family_told, row.nurse_told, row.open_doses)
