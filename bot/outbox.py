"""The one exit: what is queued, being sent, sent or given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from bot import phrases
from bot.audit import write_audit
from bot.conversation import Conversation, Mode, Urgency
from bot.db import Databases
from bot.handoffs import request_handoff
from bot.messages import Address, Message
from bot.rows import message_of
from bot.tables import addresses, conversations, messages, outbox

QUEUED, SENDING, SENT, FAILED = "queued", "sending", "sent", "failed"
LEASE = timedelta(minutes=2)  # a courier that was killed while sending is forgotten after this


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message on its way out."""

    conversation: Conversation
    message: Message
    attempts: int


class Outbox:
    """Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def take(self, clinic: str, at: datetime, limit: int) -> Sequence[Parcel]:
        """Take due messages for sending, oldest first; another courier does not get them while the lease lasts."""
        due = (
            select(outbox.c.message)
            .where(outbox.c.clinic == clinic, outbox.c.status.in_((QUEUED, SENDING)), outbox.c.next_at <= at)
            .order_by(outbox.c.next_at, outbox.c.seq)
            .limit(limit)
        )
        database = self._databases.of(clinic)
        async with database.read() as connection:
            if (await connection.execute(due.limit(1))).first() is None:
                return ()
        if database.engine.dialect.name == "postgresql":
            due = due.with_for_update(skip_locked=True)
        async with database.begin() as connection:
            taken = list((await connection.execute(due)).scalars())
            leased = update(outbox).where(outbox.c.clinic == clinic, outbox.c.message.in_(taken))
            await connection.execute(leased.values(status=SENDING, next_at=at + LEASE))
        return await self._parcels(clinic, taken)

    async def _parcels(self, clinic: str, taken: Sequence[str]) -> Sequence[Parcel]:
        query = (
            select(messages, outbox.c.attempts, conversations.c.mode, conversations.c.encounter)
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
            )
            for row in rows
        ]  # fmt: skip

    async def sent(self, clinic: str, message_ids: Sequence[str], at: datetime) -> None:
        """These have left the house."""
        if message_ids:
            query = update(outbox).where(outbox.c.clinic == clinic, outbox.c.message.in_(message_ids))
            async with self._databases.of(clinic).begin() as connection:
                await connection.execute(query.values(status=SENT, sent_at=at))

    async def retry(self, clinic: str, message: str, next_at: datetime) -> None:
        """The channel did not take it; try again at `next_at`."""
        await self._change(clinic, message, status=QUEUED, next_at=next_at, attempts=outbox.c.attempts + 1)

    async def hold(self, clinic: str, message: str, next_at: datetime) -> None:
        """It was not tried, because an earlier message of the same person waits until `next_at`."""
        await self._change(clinic, message, status=QUEUED, next_at=next_at)

    async def _change(self, clinic: str, message: str, **values: Any) -> None:
        query = update(outbox).where(outbox.c.clinic == clinic, outbox.c.message == message)
        async with self._databases.of(clinic).begin() as connection:
            await connection.execute(query.values(**values))

    async def give_up(self, clinic: str, parcel: Parcel, at: datetime) -> None:
        """It can't be delivered: a nurse is told."""
        query = update(outbox).where(outbox.c.clinic == clinic, outbox.c.message == parcel.message.id)
        async with self._databases.of(clinic).begin() as connection:
            await connection.execute(query.values(status=FAILED))
            await write_audit(connection, clinic, "courier", "message_undeliverable", parcel.message.id, at)
            reason, words = phrases.UNDELIVERABLE, parcel.message.text
            await request_handoff(connection, parcel.conversation, Urgency.ASKED, reason, words, at)
