"""Conversations, their messages and turns in the database.

A message is claimed once by `(conversation, client id)`; its turn is `running` until its replies are stored with the
outbox rows in one transaction. Seen under the conversation's lock, a running turn is one nobody works at.

The statements are made once: building them anew for each turn cost more than running them.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Conversation, Mode, Route, Turn
from bot.db import Database, Databases
from bot.errors import UnknownButton
from bot.messages import Address, Button, InboundMessage, Message, Reply
from bot.notes import Notes, as_text, from_text
from bot.rows import (
    OpenTurn,
    conversation_of,
    inbound_row,
    message_of,
    message_row,
    new_id,
    open_turn_of,
    outbound,
    outbox_row,
)
from bot.tables import addresses, conversations, messages, outbox, people, turns

RUNNING, DONE = "running", "done"

_clinic: BindParameter[str] = bindparam("clinic")
_conversation: BindParameter[str] = bindparam("conversation")

_CONVERSATION = (
    select(conversations, addresses.c.user)
    .join(
        addresses,
        (addresses.c.clinic == conversations.c.clinic)
        & (addresses.c.channel == conversations.c.channel)
        & (addresses.c.user_hash == conversations.c.user_hash),
    )
    .where(conversations.c.clinic == _clinic)
)
_BY_ID = _CONVERSATION.where(conversations.c.id == _conversation)
_AT_ADDRESS = _CONVERSATION.where(
    conversations.c.channel == bindparam("channel"), conversations.c.user_hash == bindparam("user_hash")
)
# The open turns first and their messages by key: a plain join makes SQLite walk the whole conversation.
_OPEN_SEQS = select(turns.c.inbound_seq).where(
    turns.c.clinic == _clinic, turns.c.conversation == _conversation, turns.c.status == RUNNING
)
_OPEN_TURNS = (
    select(messages, conversations.c.mode, conversations.c.encounter, conversations.c.notes)
    .join(
        conversations, (conversations.c.clinic == messages.c.clinic) & (conversations.c.id == messages.c.conversation)
    )
    .where(messages.c.clinic == _clinic, messages.c.conversation == _conversation, messages.c.seq.in_(_OPEN_SEQS))
    .order_by(messages.c.seq)
)
_UNFINISHED = select(turns.c.conversation).where(turns.c.clinic == _clinic, turns.c.status == RUNNING).distinct()
_MESSAGES = select(messages).where(messages.c.clinic == _clinic, messages.c.conversation == _conversation)
_SINCE = _MESSAGES.where(messages.c.seq > bindparam("seq")).order_by(messages.c.seq).limit(bindparam("most"))
_LAST = _MESSAGES.order_by(messages.c.seq.desc()).limit(bindparam("most"))
_BY_MESSAGE_ID = _MESSAGES.where(messages.c.id == bindparam("message"))
_TURN_OF = (
    select(turns)
    .join(messages, (messages.c.clinic == turns.c.clinic) & (messages.c.turn == turns.c.id))
    .where(messages.c.clinic == _clinic, messages.c.conversation == _conversation)
    .where(messages.c.client_id == bindparam("client_id"))
)
_SAID_IN_TURN = (
    select(messages).where(messages.c.clinic == _clinic, messages.c.turn == bindparam("turn")).order_by(messages.c.seq)
)
_TAKE_SEQS = (
    update(conversations)
    .where(conversations.c.clinic == bindparam("of_clinic"), conversations.c.id == bindparam("of_conversation"))
    .values(next_seq=conversations.c.next_seq + bindparam("more"))
    .returning(conversations.c.next_seq)
)
_FINISH = update(turns).where(turns.c.clinic == bindparam("of_clinic"), turns.c.id == bindparam("of_turn"))
_INSERT_MESSAGE, _INSERT_OUTBOX, _INSERT_TURN = insert(messages), insert(outbox), insert(turns)


class ConversationStore:
    """Reads and writes conversations. Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def open(self, address: Address, at: datetime) -> Conversation:
        """The conversation at an address; made, with its person, when it is new."""
        if found := await self.find(address):
            return found
        database = self._databases.of(address.clinic)
        try:
            async with database.begin() as connection:
                return await _create(connection, database, address, at)
        except IntegrityError:  # another message of the same person was faster
            if found := await self.find(address):
                return found
            raise

    async def find(self, address: Address) -> Conversation | None:
        """The conversation at an address, if there is one."""
        database = self._databases.of(address.clinic)
        key = {"channel": address.channel, "user_hash": database.keyring.blind_index(address.user)}
        async with database.read() as connection:
            found = await connection.execute(_AT_ADDRESS, {"clinic": address.clinic} | key)
            row = found.mappings().first()
        return conversation_of(row) if row else None

    async def by_id(self, clinic: str, conversation: str) -> Conversation | None:
        """The conversation with an id."""
        async with self._databases.of(clinic).read() as connection:
            found = await connection.execute(_BY_ID, {"clinic": clinic, "conversation": conversation})
            row = found.mappings().first()
        return conversation_of(row) if row else None

    async def claim(self, conversation: Conversation, inbound: InboundMessage) -> bool:
        """Store an inbound message and open its turn. False when this message was claimed before."""
        try:
            async with self._databases.of(conversation.clinic).begin() as connection:
                await _write_inbound(connection, conversation, inbound)
        except IntegrityError:
            return False
        return True

    async def open_turns(self, conversation: Conversation) -> Sequence[tuple[Conversation, OpenTurn]]:
        """The turns without an answer, oldest first, each with the conversation as it stands now."""
        async with self._databases.of(conversation.clinic).read() as connection:
            rows = (await connection.execute(_OPEN_TURNS, _key(conversation))).mappings().all()
        return [
            (
                replace(
                    conversation, mode=Mode(row["mode"]), encounter=row["encounter"], notes=from_text(row["notes"])
                ),
                open_turn_of(row),
            )
            for row in rows
        ]

    async def unfinished(self, clinic: str) -> Sequence[str]:
        """Ids of conversations with a turn that was cut off."""
        async with self._databases.of(clinic).read() as connection:
            return list((await connection.execute(_UNFINISHED, {"clinic": clinic})).scalars())

    async def turn_of(self, conversation: Conversation, client_id: str) -> Turn | None:
        """The finished turn of a message, as it was answered."""
        key = _key(conversation)
        async with self._databases.of(conversation.clinic).read() as connection:
            row = (await connection.execute(_TURN_OF, key | {"client_id": client_id})).mappings().first()
            if row is None or row["status"] != DONE:
                return None
            rows = await connection.execute(_SAID_IN_TURN, {"clinic": conversation.clinic, "turn": row["id"]})
            said = [message_of(each) for each in rows.mappings()]
        hops = row["hops"] or {}
        return Turn(row["id"], conversation.id, said[0], Route(row["route"]), tuple(said[1:]), hops, repeated=True)

    async def since(self, conversation: Conversation, seq: int, limit: int = 200) -> list[Message]:
        """Messages after `seq`, oldest first."""
        return await self._messages(conversation, _SINCE, seq=seq, most=limit)

    async def last(self, conversation: Conversation, limit: int) -> list[Message]:
        """The newest messages, oldest first."""
        return (await self._messages(conversation, _LAST, most=limit))[::-1]

    async def button(self, conversation: Conversation, button_id: str) -> Button:
        """A button that this conversation was given. Raises UnknownButton."""
        found = await self._messages(conversation, _BY_MESSAGE_ID, message=button_id.rsplit("-", 1)[0])
        for button in (button for message in found for button in message.buttons):
            if secrets.compare_digest(button.id.encode(), button_id.encode(errors="replace")):
                return button
        raise UnknownButton

    async def _messages(self, conversation: Conversation, query: Select[Any], **values: object) -> list[Message]:
        async with self._databases.of(conversation.clinic).read() as connection:
            rows = await connection.execute(query, _key(conversation) | values)
            return [message_of(row) for row in rows.mappings()]


async def write_replies(
    connection: AsyncConnection,
    conversation: Conversation,
    replies: Sequence[Reply],
    at: datetime,
    turn: str | None = None,
    client_id: str | None = None,
) -> tuple[Message, ...]:
    """Store outbound messages and their outbox rows within a transaction: the one exit.

    A `client_id` is that of a nurse's single message; IntegrityError when it was written before.
    """
    if not replies:
        return ()
    first = await _take_seqs(connection, conversation, len(replies))
    written = tuple(outbound(reply, first + n, at, turn, client_id) for n, reply in enumerate(replies))
    await connection.execute(_INSERT_MESSAGE, [message_row(conversation, message) for message in written])
    await connection.execute(_INSERT_OUTBOX, [outbox_row(conversation, message) for message in written])
    return written


async def finish_turn(connection: AsyncConnection, clinic: str, turn: Turn, at: datetime) -> None:
    """Mark a turn answered, within the transaction that stores its replies."""
    values = {"status": DONE, "route": turn.route, "hops": dict(turn.hops), "ended_at": at}
    await connection.execute(_FINISH, {"of_clinic": clinic, "of_turn": turn.id} | values)


async def set_notes(connection: AsyncConnection, conversation: Conversation, notes: Notes) -> None:
    """Keep what is noted of a conversation, within the transaction that stores the turn."""
    this = (conversations.c.clinic == conversation.clinic) & (conversations.c.id == conversation.id)
    await connection.execute(update(conversations).where(this).values(notes=as_text(notes)))


async def set_mode(
    connection: AsyncConnection, conversation: Conversation, mode: Mode, encounter: str | None = None
) -> None:
    """Change who answers a conversation."""
    this = (conversations.c.clinic == conversation.clinic) & (conversations.c.id == conversation.id)
    await connection.execute(update(conversations).where(this).values(mode=mode, encounter=encounter))


def _key(conversation: Conversation) -> dict[str, Any]:
    return {"clinic": conversation.clinic, "conversation": conversation.id}


async def _take_seqs(connection: AsyncConnection, conversation: Conversation, count: int) -> int:
    """Reserve `count` sequence numbers; the first of them."""
    values = {"of_clinic": conversation.clinic, "of_conversation": conversation.id, "more": count}
    return int((await connection.execute(_TAKE_SEQS, values)).scalar_one()) - count


async def _write_inbound(connection: AsyncConnection, conversation: Conversation, inbound: InboundMessage) -> None:
    seq, turn = await _take_seqs(connection, conversation, 1), new_id()
    await connection.execute(_INSERT_MESSAGE, inbound_row(conversation, inbound, seq, turn))
    opened = {"inbound_seq": seq, "status": RUNNING, "started_at": inbound.received_at}
    await connection.execute(_INSERT_TURN, _key(conversation) | {"id": turn} | opened)


async def _create(connection: AsyncConnection, database: Database, address: Address, at: datetime) -> Conversation:
    person, conversation, clinic = new_id(), new_id(), address.clinic
    key = {"clinic": clinic, "channel": address.channel, "user_hash": database.keyring.blind_index(address.user)}
    await connection.execute(insert(people), {"clinic": clinic, "id": person, "created_at": at})
    await connection.execute(insert(addresses), key | {"user": address.user, "person": person})
    row = key | {"id": conversation, "person": person, "mode": Mode.ASSISTANT, "next_seq": 1, "created_at": at}
    await connection.execute(insert(conversations), row)
    return Conversation(conversation, address, person, Mode.ASSISTANT)
