"""Many people are told something at once: one message each, in few statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import statements as sql
from bot.conversation import Conversation
from bot.messages import Message, Reply
from bot.rows import conversation_of, is_numbered, message_row, outbound, outbox_row
from bot.tables import conversations

_TO: BindParameter[str] = bindparam("people", expanding=True)
_MANY = sql.CONVERSATION.where(conversations.c.id.in_(_TO))
_TAKE_SEQ_OF_EACH = (
    update(conversations)
    .where(conversations.c.clinic == bindparam("of_clinic"), conversations.c.id.in_(_TO))
    .values(next_seq=conversations.c.next_seq + 1, offered=conversations.c.offered + bindparam("buttons"))
    .returning(conversations.c.id, conversations.c.next_seq, conversations.c.offered)
)


async def conversations_of(connection: AsyncConnection, clinic: str, ids: Sequence[str]) -> Mapping[str, Conversation]:
    """Conversations by id; those that are no more are left out."""
    if not ids:
        return {}
    rows = (await connection.execute(_MANY, {"clinic": clinic, "people": list(ids)})).mappings()
    return {row["id"]: conversation_of(row) for row in rows}


async def write_each(
    connection: AsyncConnection, clinic: str, replies: Sequence[tuple[Conversation, Reply]], at: datetime
) -> Sequence[Message]:
    """Store one outbound message for each of several conversations within a transaction, with its outbox row.

    In the order given. A conversation may stand there once.
    """
    if not replies:
        return ()
    places = await _take_places(connection, clinic, replies)
    written = []
    for conversation, reply in replies:
        seq, offered = places[conversation.id]
        written.append(outbound(reply, seq, at, None, None, offered))
    pairs = [(conversation, message) for (conversation, _), message in zip(replies, written, strict=True)]
    await connection.execute(sql.INSERT_MESSAGE, [message_row(*pair) for pair in pairs])
    await connection.execute(sql.INSERT_OUTBOX, [outbox_row(*pair, None) for pair in pairs])
    return written


async def _take_places(
    connection: AsyncConnection, clinic: str, replies: Sequence[tuple[Conversation, Reply]]
) -> Mapping[str, tuple[int, int]]:
    """By conversation: the sequence number of its message, and the number of choices offered before."""
    by_buttons: dict[int, list[str]] = defaultdict(list)
    for conversation, reply in replies:
        by_buttons[sum(map(is_numbered, reply.buttons))].append(conversation.id)
    places = {}
    for buttons, ids in by_buttons.items():
        # Everybody locks in one order, or two who write to the same people at once would wait for each other.
        values = {"of_clinic": clinic, "people": sorted(ids), "buttons": buttons}
        for row in await connection.execute(_TAKE_SEQ_OF_EACH, values):
            places[row.id] = (row.next_seq - 1, row.offered - buttons)
    return places
