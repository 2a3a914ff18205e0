"""Conversations, their messages and turns in the database.

A message is claimed once by `(conversation, client id)`; its turn is `running` until its replies are stored with the
outbox rows in one transaction. Seen under the conversation's lock, a running turn is one nobody works at.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import statements as sql
from bot.conversation import Conversation, Mode, Route, Turn
from bot.db import Database, Databases
from bot.errors import UnknownButton
from bot.messages import Address, Button, InboundMessage, Message, Reply
from bot.notes import Notes, as_text, from_text
from bot.rows import (
    OpenTurn,
    conversation_of,
    inbound_row,
    is_numbered,
    message_of,
    message_row,
    new_id,
    open_turn_of,
    outbound,
    outbox_row,
)
from bot.tables import addresses, conversations, people


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
            found = await connection.execute(sql.AT_ADDRESS, {"clinic": address.clinic} | key)
            row = found.mappings().first()
        return conversation_of(row) if row else None

    async def by_id(self, clinic: str, conversation: str) -> Conversation | None:
        """The conversation with an id."""
        async with self._databases.of(clinic).read() as connection:
            found = await connection.execute(sql.BY_ID, {"clinic": clinic, "conversation": conversation})
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
            rows = (await connection.execute(sql.OPEN_TURNS, _key(conversation))).mappings().all()
        return [
            (
                replace(
                    conversation,
                    person=row["person"],
                    mode=Mode(row["mode"]),
                    encounter=row["encounter"],
                    notes=from_text(row["notes"]),
                ),
                open_turn_of(row),
            )
            for row in rows
        ]

    async def unfinished(self, clinic: str, before: datetime) -> Sequence[str]:
        """Ids of conversations with a turn that began `before` and has no answer yet: running, or cut off."""
        async with self._databases.of(clinic).read() as connection:
            return list((await connection.execute(sql.UNFINISHED, {"clinic": clinic, "before": before})).scalars())

    async def turn_of(self, conversation: Conversation, client_id: str) -> Turn | None:
        """The finished turn of a message, as it was answered."""
        key = _key(conversation)
        async with self._databases.of(conversation.clinic).read() as connection:
            row = (await connection.execute(sql.TURN_OF, key | {"client_id": client_id})).mappings().first()
            if row is None or row["status"] != sql.DONE:
                return None
            rows = await connection.execute(sql.SAID_IN_TURN, {"clinic": conversation.clinic, "turn": row["id"]})
            said = [message_of(each) for each in rows.mappings()]
        hops = row["hops"] or {}
        return Turn(row["id"], conversation.id, said[0], Route(row["route"]), tuple(said[1:]), hops, repeated=True)

    async def since(self, conversation: Conversation, seq: int, limit: int = 200) -> list[Message]:
        """Messages after `seq`, oldest first."""
        return await self._messages(conversation, sql.SINCE, seq=seq, most=limit)

    async def last(self, conversation: Conversation, limit: int) -> list[Message]:
        """The newest messages, oldest first."""
        return (await self._messages(conversation, sql.LAST, most=limit))[::-1]

    async def shown(self, conversation: Conversation) -> list[Message]:
        """What the person has been sent since they last wrote, oldest first; not what still waits to leave."""
        return await self._messages(conversation, sql.SHOWN)

    async def first_seen(self, conversation: Conversation, client_id: str) -> datetime | None:
        """When a message was first received."""
        found = await self.by_client_id(conversation, client_id)
        return found.at if found else None

    async def by_client_id(self, conversation: Conversation, client_id: str) -> Message | None:
        """The message that a channel, or a nurse's page, gave this id."""
        found = await self._messages(conversation, sql.BY_CLIENT_ID, client_id=client_id)
        return found[0] if found else None

    async def button(self, conversation: Conversation, button_id: str) -> Button:
        """A button that this conversation was given. Raises UnknownButton."""
        found = await self._messages(conversation, sql.BY_MESSAGE_ID, message=button_id.rsplit("-", 1)[0])
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
    not_before: datetime | None = None,
) -> tuple[Message, ...]:
    """Store outbound messages and their outbox rows within a transaction: the one exit.

    A `client_id` is that of a nurse's single message; IntegrityError when it was written before.
    The courier leaves them alone until `not_before`: the channel's own reply may take them.
    """
    if not replies:
        return ()
    seq, offered = await _take_seqs(connection, conversation, len(replies), _numbers(replies))
    written = []
    for n, reply in enumerate(replies):
        written.append(outbound(reply, seq + n, at, turn, client_id, offered))
        offered += _numbers([reply])
    await connection.execute(sql.INSERT_MESSAGE, [message_row(conversation, message) for message in written])
    await connection.execute(sql.INSERT_OUTBOX, [outbox_row(conversation, message, not_before) for message in written])
    return tuple(written)


def _numbers(replies: Sequence[Reply]) -> int:
    return sum(is_numbered(button) for reply in replies for button in reply.buttons)


async def finish_turn(connection: AsyncConnection, clinic: str, turn: Turn, at: datetime) -> None:
    """Mark a turn answered, within the transaction that stores its replies."""
    values = {"status": sql.DONE, "route": turn.route, "hops": dict(turn.hops), "ended_at": at}
    await connection.execute(sql.FINISH, {"of_clinic": clinic, "of_turn": turn.id} | values)


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


async def _take_seqs(
    connection: AsyncConnection, conversation: Conversation, count: int, buttons: int
) -> tuple[int, int]:
    """Reserve `count` sequence numbers and `buttons` numbers of choices; the first of the one, the last before."""
    values = {"of_clinic": conversation.clinic, "of_conversation": conversation.id, "more": count, "buttons": buttons}
    row = (await connection.execute(sql.TAKE_SEQS, values)).one()
    return row.next_seq - count, row.offered - buttons


async def _write_inbound(connection: AsyncConnection, conversation: Conversation, inbound: InboundMessage) -> None:
    this = {"of_clinic": conversation.clinic, "of_conversation": conversation.id}
    seq = int((await connection.execute(sql.TAKE_SEQ_OF_WORDS, this)).scalar_one()) - 1
    await connection.execute(sql.TAKE_UP_PARKED, this | {"from_at": inbound.reply_by or inbound.received_at})
    turn = new_id()
    await connection.execute(sql.INSERT_MESSAGE, inbound_row(conversation, inbound, seq, turn))
    opened = {"inbound_seq": seq, "status": sql.RUNNING, "started_at": inbound.received_at}
    await connection.execute(sql.INSERT_TURN, _key(conversation) | {"id": turn} | opened)


async def _create(connection: AsyncConnection, database: Database, address: Address, at: datetime) -> Conversation:
    person, conversation, clinic = new_id(), new_id(), address.clinic
    key = {"clinic": clinic, "channel": address.channel, "user_hash": database.keyring.blind_index(address.user)}
    await connection.execute(insert(people), {"clinic": clinic, "id": person, "created_at": at})
    await connection.execute(insert(addresses), key | {"user": address.user, "person": person})
    row = key | {"id": conversation, "person": person, "mode": Mode.ASSISTANT, "next_seq": 1, "created_at": at}
    await connection.execute(insert(conversations), row)
    return Conversation(conversation, address, person, Mode.ASSISTANT)
