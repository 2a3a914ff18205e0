"""Where a person is spoken to who did not write just now: the conversation in which they wrote last."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Conversation
from bot.tables import addresses, conversations, turns
from bot.writing import conversations_of


async def latest_of(connection: AsyncConnection, clinic: str, person: str) -> Conversation | None:
    """The conversation in which a person wrote last, within a transaction; None where they have none."""
    same_address = and_(
        conversations.c.clinic == addresses.c.clinic,
        conversations.c.channel == addresses.c.channel,
        conversations.c.user_hash == addresses.c.user_hash,
    )
    theirs = and_(turns.c.clinic == conversations.c.clinic, turns.c.conversation == conversations.c.id)
    wrote_at: ColumnElement[datetime] = func.coalesce(func.max(turns.c.started_at), conversations.c.created_at)
    places = addresses.join(conversations, same_address).outerjoin(turns, theirs)
    query: Any = (
        select(conversations.c.id)
        .select_from(places)
        .where(addresses.c.clinic == clinic, addresses.c.person == person)
        .group_by(conversations.c.id, conversations.c.created_at)
        .order_by(wrote_at.desc())
        .limit(1)
    )
    found = (await connection.execute(query)).scalar_one_or_none()
    return (await conversations_of(connection, clinic, [found])).get(found) if found else None
