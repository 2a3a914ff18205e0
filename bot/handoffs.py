"""Conversations on their way to a nurse: requested, accepted, closed or expired."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Conversation, Handoff, HandoffStatus, Mode, Urgency
from bot.db import Databases
from bot.errors import HandoffTaken, NotFound
from bot.rows import new_id
from bot.store import set_mode
from bot.tables import handoffs

LONGEST_REASON = 300  # characters; more tasks than these are in the audit
OPEN = (HandoffStatus.REQUESTED, HandoffStatus.ACCEPTED)
_BY_URGENCY = case((handoffs.c.urgency == Urgency.RED_FLAG, 0), else_=1)


class HandoffStore:
    """Reads and writes handoffs. Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def listing(self, clinic: str, limit: int = 200) -> Sequence[Handoff]:
        """Open handoffs, red flags first, then who has waited longest."""
        query = select(handoffs).where(handoffs.c.clinic == clinic, handoffs.c.status.in_(OPEN))
        async with self._databases.of(clinic).read() as connection:
            rows = await connection.execute(query.order_by(_BY_URGENCY, handoffs.c.requested_at).limit(limit))
            return [_handoff(row) for row in rows.mappings()]

    async def get(self, clinic: str, handoff: str) -> Handoff:
        """One handoff. Raises NotFound."""
        query = select(handoffs).where(handoffs.c.clinic == clinic, handoffs.c.id == handoff)
        async with self._databases.of(clinic).read() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            raise NotFound
        return _handoff(row)

    async def open_of(self, conversation: Conversation) -> Handoff | None:
        """The open handoff of a conversation."""
        async with self._databases.of(conversation.clinic).read() as connection:
            return await open_handoff(connection, conversation)

    async def newest_of(self, conversation: Conversation) -> Handoff | None:
        """The latest handoff of a conversation, open or over."""
        query = select(handoffs).where(
            handoffs.c.clinic == conversation.clinic, handoffs.c.conversation == conversation.id
        )
        async with self._databases.of(conversation.clinic).read() as connection:
            row = (await connection.execute(query.order_by(handoffs.c.requested_at.desc()).limit(1))).mappings().first()
        return _handoff(row) if row else None

    async def ahead(self, clinic: str, handoff: Handoff) -> int:
        """How many still waiting handoffs a nurse would take first."""
        async with self._databases.of(clinic).read() as connection:
            return await waiting_ahead(connection, clinic, handoff)

    async def accept(self, clinic: str, handoff: str, nurse: str, at: datetime) -> Handoff:
        """Take a handoff. Raises HandoffTaken when another nurse has it, NotFound when it is over."""
        mine = (handoffs.c.status == HandoffStatus.REQUESTED) | (handoffs.c.nurse == nurse)
        query = (
            update(handoffs)
            .where(handoffs.c.clinic == clinic, handoffs.c.id == handoff, handoffs.c.status.in_(OPEN), mine)
            .values(status=HandoffStatus.ACCEPTED, nurse=nurse, accepted_at=func.coalesce(handoffs.c.accepted_at, at))
        )
        async with self._databases.of(clinic).begin() as connection:
            taken = (await connection.execute(query)).rowcount
        found = await self.get(clinic, handoff)
        if not taken:
            raise HandoffTaken(f"{found.nurse or ''}")
        return found

    async def waiting_since(self, clinic: str, before: datetime) -> Sequence[Handoff]:
        """Requested handoffs that nobody took since `before`."""
        query = select(handoffs).where(handoffs.c.clinic == clinic, handoffs.c.requested_at < before)
        async with self._databases.of(clinic).read() as connection:
            rows = await connection.execute(query.where(handoffs.c.status == HandoffStatus.REQUESTED))
            return [_handoff(row) for row in rows.mappings()]


async def open_handoff(connection: AsyncConnection, conversation: Conversation) -> Handoff | None:
    """The open handoff of a conversation, within a transaction."""
    query = select(handoffs).where(
        handoffs.c.clinic == conversation.clinic,
        handoffs.c.conversation == conversation.id,
        handoffs.c.status.in_(OPEN),
    )
    row = (await connection.execute(query)).mappings().first()
    return _handoff(row) if row else None


async def waiting_ahead(connection: AsyncConnection, clinic: str, handoff: Handoff) -> int:
    """How many still waiting handoffs a nurse would take first, within a transaction."""
    earlier = handoffs.c.requested_at < handoff.requested_at
    red_flag = handoffs.c.urgency == Urgency.RED_FLAG
    first = (red_flag & earlier) if handoff.urgency is Urgency.RED_FLAG else (red_flag | earlier)
    query = select(func.count()).select_from(handoffs).where(handoffs.c.clinic == clinic, first)
    query = query.where(handoffs.c.status == HandoffStatus.REQUESTED, handoffs.c.id != handoff.id)
    return int((await connection.execute(query)).scalar_one())


async def request_handoff(
    connection: AsyncConnection,
    conversation: Conversation,
    urgency: Urgency,
    reason: str,
    summary: str,
    at: datetime,
    *,
    quiet: bool = False,
) -> Handoff:
    """Ask for a nurse within a transaction; an open request is only made more urgent, or gets another reason.

    A `quiet` one is a task of the nurse that the person did not ask for: the bot goes on answering until she takes it.
    """
    found = await open_handoff(connection, conversation)
    if found is None:
        found = Handoff(new_id(), conversation.id, HandoffStatus.REQUESTED, urgency, reason, summary, at)
        await connection.execute(insert(handoffs), _row(conversation.clinic, found))
    elif urgency is Urgency.RED_FLAG and (found.urgency is not urgency or reason not in found.reason):
        also = f"{found.reason}；{reason}" if found.urgency is urgency else reason  # another danger beside the first
        await _change(connection, conversation.clinic, found.id, urgency=urgency, reason=also, summary=summary)
    elif quiet and reason not in found.reason and len(found.reason) < LONGEST_REASON:
        await _change(connection, conversation.clinic, found.id, reason=f"{found.reason}；{reason}")
    if not quiet:
        await set_mode(connection, conversation, Mode.HANDOFF)
    return found


def _row(clinic: str, handoff: Handoff) -> dict[str, Any]:
    return {
        "clinic": clinic, "id": handoff.id, "conversation": handoff.conversation, "status": handoff.status,
        "urgency": handoff.urgency, "reason": handoff.reason, "summary": handoff.summary, "note": handoff.note,
        "requested_at": handoff.requested_at,
    }  # fmt: skip


async def end_handoff(
    connection: AsyncConnection, conversation: Conversation, status: HandoffStatus, at: datetime, note: str = ""
) -> Handoff | None:
    """Close or expire the open handoff within a transaction; the bot answers again."""
    found = await open_handoff(connection, conversation)
    if found is not None:
        await _change(connection, conversation.clinic, found.id, status=status, note=note, closed_at=at)
    await set_mode(connection, conversation, Mode.ASSISTANT)
    return found


async def _change(connection: AsyncConnection, clinic: str, handoff: str, **values: Any) -> None:
    await connection.execute(
        update(handoffs).where(handoffs.c.clinic == clinic, handoffs.c.id == handoff).values(**values)
    )


def _handoff(row: RowMapping) -> Handoff:
    return Handoff(
        id=row["id"], conversation=row["conversation"], status=HandoffStatus(row["status"]),
        urgency=Urgency(row["urgency"]), reason=row["reason"], summary=row["summary"],
        requested_at=row["requested_at"], nurse=row["nurse"], note=row["note"],
        patient=f"访客 {row['conversation'][:4].upper()}",
    )  # fmt: skip
