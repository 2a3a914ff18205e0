"""The one exit: what is queued, being sent, parked until the person writes again, sent or given up.

A person's messages leave in order: nobody takes one while an earlier one is being sent or has to wait. Parked ones do
not hold back the later ones: a reminder may still go another way.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import phrases
from bot.audit import write_audit
from bot.conversation import Conversation, Mode, Urgency
from bot.db import Databases
from bot.handoffs import request_handoff
from bot.messages import Address, Kind, Message
from bot.rows import message_of
from bot.statements import FAILED, PARKED, QUEUED, SENDING, SENT
from bot.tables import addresses, audit, conversations, messages, outbox, turns

LEASE = timedelta(minutes=2)  # a courier that was killed while sending is forgotten after this
UNSENT = (QUEUED, SENDING, PARKED)
TOLD_WAITING = "message_waiting"


class Delivery(StrEnum):
    """Whether a message has left, as a nurse sees it."""

    SENDING = "sending"
    WAITING = "waiting"  # until the person writes again
    SENT = "sent"
    FAILED = "failed"


DELIVERIES: Mapping[str, Delivery] = {
    QUEUED: Delivery.SENDING, SENDING: Delivery.SENDING, PARKED: Delivery.WAITING,
    SENT: Delivery.SENT, FAILED: Delivery.FAILED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message on its way out."""

    conversation: Conversation
    message: Message
    attempts: int
    parts_sent: int = 0  # of a message that the channel gets in parts


@dataclass(frozen=True, slots=True)
class InReply:
    """What the channel's own reply to a message says, and which of ours have left with it."""

    words: str
    whole: tuple[str, ...]  # ids of messages
    in_part: str | None = None  # id of a long one
    parts: int = 0  # of it that have left then


class Outbox:
    """Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def take(self, clinic: str, at: datetime, limit: int) -> Sequence[Parcel]:
        """Take due messages for sending, oldest first; another courier does not get them while the lease lasts."""
        now_due = due(clinic, at).limit(limit)
        database = self._databases.of(clinic)
        async with database.read() as connection:
            if (await connection.execute(now_due.limit(1))).first() is None:
                return ()
        return await self._lease(clinic, now_due, at + LEASE)

    async def take_of(self, conversation: Conversation, at: datetime, until: datetime) -> Sequence[Parcel]:
        """Take everything that waits for one person, for a reply that has until `until` to arrive."""
        mine = _of(conversation)
        free = outbox.c.status.in_((QUEUED, PARKED)) | ((outbox.c.status == SENDING) & (outbox.c.next_at <= at))
        return await self._lease(conversation.clinic, select(outbox.c.message).where(mine, free), until)

    async def _lease(self, clinic: str, which: Select[Any], until: datetime) -> Sequence[Parcel]:
        database = self._databases.of(clinic)
        if database.engine.dialect.name == "postgresql":
            which = which.with_for_update(skip_locked=True)
        async with database.begin() as connection:
            taken = list((await connection.execute(which)).scalars())
            if not taken:
                return []
            leased = update(outbox).where(outbox.c.clinic == clinic, outbox.c.message.in_(taken))
            await connection.execute(leased.values(status=SENDING, next_at=until))
        return await self._parcels(clinic, taken)

    async def _parcels(self, clinic: str, taken: Sequence[str]) -> Sequence[Parcel]:
        query = (
            select(messages, outbox.c.attempts, outbox.c.parts_sent, conversations.c.mode, conversations.c.encounter)
            .add_columns(conversations.c.person, addresses.c.channel, addresses.c.user)
            .join(outbox, (outbox.c.clinic == messages.c.clinic) & (outbox.c.message == messages.c.id))
            .join(
                conversations,
                (conversations.c.clinic == messages.c.clinic) & (conversations.c.id == messages.c.conversation),
            )
            .join(
                addresses,
                (addresses.c.clinic == messages.c.clinic)
                & (addresses.c.channel == conversations.c.channel)
                & (addresses.c.user_hash == conversations.c.user_hash),
            )
            .where(messages.c.clinic == clinic, messages.c.id.in_(taken))
            .where(messages.c.conversation == outbox.c.conversation, messages.c.seq == outbox.c.seq)
            .order_by(messages.c.conversation, messages.c.seq)
        )
        async with self._databases.of(clinic).read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            Parcel(
                Conversation(
                    row["conversation"], Address(clinic, row["channel"], row["user"]), row["person"],
                    Mode(row["mode"]), row["encounter"],
                ),
                message_of(row),
                row["attempts"],
                row["parts_sent"],
            )
            for row in rows
        ]  # fmt: skip

    async def waits(self, conversation: Conversation, before_seq: int) -> bool:
        """Whether something said before a message of the person has not left yet."""
        query = select(outbox.c.message).where(_of(conversation), outbox.c.status.in_(UNSENT))
        async with self._databases.of(conversation.clinic).read() as connection:
            found = await connection.execute(query.where(outbox.c.seq < before_seq).limit(1))
            return found.first() is not None

    async def sent(self, clinic: str, message_ids: Sequence[str], at: datetime) -> None:
        """These have left the house. One of which the channel has already said that it did not arrive stays failed."""
        if message_ids:
            await self._change(clinic, message_ids, outbox.c.status != FAILED, status=SENT, sent_at=at)

    async def part_sent(self, clinic: str, message: str, parts: int) -> None:
        """So many parts of a long message have left."""
        await self._change(clinic, [message], parts_sent=parts)

    async def retry(self, clinic: str, message: str, next_at: datetime) -> None:
        """The channel did not take it; try again at `next_at`."""
        await self._change(clinic, [message], status=QUEUED, next_at=next_at, attempts=outbox.c.attempts + 1)

    async def hold(self, clinic: str, message_ids: Sequence[str], next_at: datetime) -> None:
        """They were not tried: an earlier message of the same person waits until `next_at`."""
        if message_ids:
            await self._change(clinic, message_ids, status=QUEUED, next_at=next_at)

    async def park(self, clinic: str, message_ids: Sequence[str]) -> None:
        """The channel allows nothing before the person writes again."""
        if message_ids:
            await self._change(clinic, message_ids, status=PARKED)

    async def deliveries(self, conversation: Conversation, message_ids: Sequence[str]) -> Mapping[str, Delivery]:
        """Which of these messages of the house have left, by id."""
        query = select(outbox.c.message, outbox.c.status).where(_of(conversation), outbox.c.message.in_(message_ids))
        async with self._databases.of(conversation.clinic).read() as connection:
            return {row.message: DELIVERIES[row.status] for row in await connection.execute(query)}

    async def _change(self, clinic: str, message_ids: Sequence[str], *only: ColumnElement[bool], **values: Any) -> None:
        query = update(outbox).where(outbox.c.clinic == clinic, outbox.c.message.in_(message_ids), *only)
        async with self._databases.of(clinic).begin() as connection:
            await connection.execute(query.values(**values))

    async def reply_with(self, conversation: Conversation, turn: str, reply: InReply) -> None:
        """Keep the channel's own reply to a turn before it is tried: a repeated delivery gets the same."""
        this = (turns.c.clinic == conversation.clinic) & (turns.c.id == turn)
        async with self._databases.of(conversation.clinic).begin() as connection:
            await connection.execute(update(turns).where(this).values(in_reply=json.dumps(asdict(reply))))

    async def replied_with(self, conversation: Conversation, turn: str) -> InReply | None:
        """The channel's own reply to a turn, if it was given one."""
        query = select(turns.c.in_reply).where(turns.c.clinic == conversation.clinic, turns.c.id == turn)
        async with self._databases.of(conversation.clinic).read() as connection:
            kept: str | None = (await connection.execute(query)).scalar()
        if kept is None:
            return None
        value = json.loads(kept)
        return InReply(value["words"], tuple(value["whole"]), value["in_part"], value["parts"])

    async def reply_heard(self, clinic: str, reply: InReply, at: datetime, rest_at: datetime) -> None:
        """The channel took the reply; the rest of a long message may go on at `rest_at`. Twice does no harm."""
        await self.sent(clinic, reply.whole, at)
        this = (outbox.c.clinic == clinic) & (outbox.c.message == reply.in_part) & (outbox.c.status == SENDING)
        if reply.in_part is not None:
            async with self._databases.of(clinic).begin() as connection:
                values = {"parts_sent": reply.parts, "status": QUEUED, "next_at": rest_at}
                await connection.execute(update(outbox).where(this, outbox.c.parts_sent < reply.parts).values(values))

    async def give_up(self, clinic: str, parcel: Parcel, at: datetime) -> None:
        """It can't be delivered: a nurse is told, where it matters (not of a greeting, nor of the notice that she is
        no longer there, which would call her for ever).
        """
        async with self._databases.of(clinic).begin() as connection:
            await _fail(connection, parcel, at)

    async def undelivered(self, clinic: str, message: str, at: datetime) -> bool:
        """The channel took a message and tells later that it did not arrive: as if given up. False when that was known
        before, or the message is none of ours.
        """
        parcels = await self._parcels(clinic, [message])
        async with self._databases.of(clinic).begin() as connection:
            return any([await _fail(connection, parcel, at) for parcel in parcels])

    async def tell_waiting(self, parcel: Parcel, at: datetime) -> None:
        """A nurse learns, once, that a message leaves only when the person writes again."""
        clinic, message = parcel.conversation.clinic, parcel.message
        lines = select(audit.c.id).where(audit.c.clinic == clinic, audit.c.at >= message.at)
        told = lines.where(audit.c.action == TOLD_WAITING, audit.c.subject == message.id)
        async with self._databases.of(clinic).begin() as connection:
            if (await connection.execute(told.limit(1))).first() is None:
                await write_audit(connection, clinic, "courier", TOLD_WAITING, message.id, at)
                await _tell_nurse(connection, parcel, phrases.WAITS_FOR_PATIENT, at)


async def _fail(connection: AsyncConnection, parcel: Parcel, at: datetime) -> bool:
    """Once: False when it had failed before."""
    clinic, message = parcel.conversation.clinic, parcel.message
    this = (outbox.c.clinic == clinic) & (outbox.c.message == message.id) & (outbox.c.status != FAILED)
    if not (await connection.execute(update(outbox).where(this).values(status=FAILED))).rowcount:
        return False
    await write_audit(connection, clinic, "courier", "message_undeliverable", message.id, at)
    if message.kind is not Kind.NOTICE:
        await _tell_nurse(connection, parcel, phrases.UNDELIVERABLE, at)
    return True


async def _tell_nurse(connection: AsyncConnection, parcel: Parcel, reason: str, at: datetime) -> None:
    urgency = Urgency.RED_FLAG if parcel.message.kind is Kind.RED_FLAG else Urgency.ASKED
    await request_handoff(connection, parcel.conversation, urgency, reason, parcel.message.text, at, quiet=True)


def _of(conversation: Conversation) -> ColumnElement[bool]:
    return and_(outbox.c.clinic == conversation.clinic, outbox.c.conversation == conversation.id)


def due(clinic: str, at: datetime) -> Select[Any]:
    """The messages whose turn it is; none while an earlier one of the same person is being sent or has to wait."""
    earlier = outbox.alias("earlier")
    held_back = exists(
        select(earlier.c.message).where(
            earlier.c.clinic == clinic,
            earlier.c.conversation == outbox.c.conversation,
            earlier.c.status.in_((QUEUED, SENDING)),
            earlier.c.seq < outbox.c.seq,
            earlier.c.next_at > at,
        )
    )
    return (
        select(outbox.c.message)
        .where(outbox.c.clinic == clinic, outbox.c.status.in_((QUEUED, SENDING)), outbox.c.next_at <= at, ~held_back)
        .order_by(outbox.c.next_at, outbox.c.seq)
    )
