"""Rows of `families` on their way: a code is offered, a member agrees, the patient agrees, either ends it.

Every function works within the caller's transaction. Each step is written only where the row still stands as the step
before left it, so whoever comes second changes nothing.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Conversation
from bot.dose_tables import families
from bot.rows import new_id
from bot.tables import audit, people

MOST_OPEN = 3  # codes of one person at a time; a fourth ends the oldest
WRONG_CODE = "family_code_wrong"
_UNUSED = and_(families.c.member.is_(None), families.c.left_at.is_(None))


async def alone(connection: AsyncConnection, clinic: str, person: str) -> None:
    """Wait until nobody else changes the family of a person, or two who count would count the same few."""
    this = and_(people.c.clinic == clinic, people.c.id == person)
    await connection.execute(select(people.c.id).where(this).with_for_update())


async def put_offer(
    connection: AsyncConnection, conversation: Conversation, called: str, code: str, at: datetime, until: datetime
) -> None:
    """Offer one more code of a person. Those out of date go, and the oldest where there are too many."""
    clinic = families.c.clinic == conversation.clinic
    await connection.execute(delete(families).where(clinic, _UNUSED, families.c.until <= at))
    mine = and_(clinic, _UNUSED, families.c.person == conversation.person)
    newest_first = select(families.c.id).where(mine).order_by(families.c.until.desc(), families.c.id)
    too_many = list((await connection.execute(newest_first.offset(MOST_OPEN - 1))).scalars())
    await connection.execute(delete(families).where(clinic, families.c.id.in_(too_many)))
    row = {"clinic": conversation.clinic, "id": new_id(), "person": conversation.person}
    await connection.execute(insert(families), row | {"called": called, "patient": "", "code": code, "until": until})


async def offered(connection: AsyncConnection, clinic: str, code: str) -> RowMapping | None:
    """The newest row that a code was offered by."""
    return await _first(connection, clinic, families.c.code == code)


async def row_of(connection: AsyncConnection, clinic: str, family: str) -> RowMapping | None:
    """One row, locked until the transaction ends."""
    query = select(families).where(families.c.clinic == clinic, families.c.id == family)
    return (await connection.execute(query.with_for_update())).mappings().first()


async def take_offer(
    connection: AsyncConnection, member: Conversation, family: str, patient: str, at: datetime, until: datetime
) -> bool:
    """The member agrees, and waits for the patient until `until`; False when somebody else was faster."""
    free = and_(families.c.id == family, _UNUSED, families.c.until > at)
    agreed = {"member": member.person, "conversation": member.id, "patient": patient, "until": until}
    return await _change(connection, member.clinic, free, agreed)


async def agree(connection: AsyncConnection, clinic: str, family: str, at: datetime) -> bool:
    """The patient agrees; False when the request is over."""
    waits = and_(families.c.id == family, families.c.agreed_at.is_(None), families.c.left_at.is_(None))
    asked = and_(families.c.member.is_not(None), families.c.until > at)
    return await _change(connection, clinic, and_(waits, asked), {"agreed_at": at})


async def leave(connection: AsyncConnection, clinic: str, family: str, at: datetime) -> bool:
    """It is over; False when it was before."""
    return await _change(
        connection, clinic, and_(families.c.id == family, families.c.left_at.is_(None)), {"left_at": at}
    )


async def wrong_codes(connection: AsyncConnection, conversation: Conversation, since: datetime) -> int:
    """How many wrong codes somebody has tried lately."""
    tried = and_(audit.c.clinic == conversation.clinic, audit.c.at > since, audit.c.action == WRONG_CODE)
    query = select(func.count()).select_from(audit).where(tried, audit.c.subject == conversation.id)
    return int((await connection.execute(query)).scalar_one())


async def _first(connection: AsyncConnection, clinic: str, which: ColumnElement[bool]) -> RowMapping | None:
    query = select(families).where(families.c.clinic == clinic, which).order_by(families.c.until.desc(), families.c.id)
    return (await connection.execute(query.limit(1))).mappings().first()


async def _change(connection: AsyncConnection, clinic: str, which: ColumnElement[bool], values: dict[str, Any]) -> bool:
    change = update(families).where(families.c.clinic == clinic, which).values(**values)
    return (await connection.execute(change)).rowcount == 1
