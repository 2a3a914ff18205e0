"""Empties the outbox: hands each message to its channel, tries again with growing pauses, gives up to a nurse."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import StoreUnavailable, XinglinError
from bot.outbox import Outbox, Parcel
from connectors.base import ChannelRefused, Connector

log = logging.getLogger(__name__)

PAUSES = tuple(timedelta(seconds=s) for s in (2, 10, 60, 300, 1_800))  # between tries; after the last: given up
BATCH = 100
PAUSE_S = 0.3


@dataclass(frozen=True, slots=True)
class Courier:
    """One per process; several may work at one outbox."""

    clinic: str
    outbox: Outbox
    connectors: Mapping[str, Connector]
    clock: Callable[[], datetime]

    async def work(self) -> None:
        """Deliver until cancelled."""
        while True:
            try:
                delivered = await self.round()
            except StoreUnavailable:
                delivered = 0
            if delivered < BATCH:  # a round costs two transactions: let a few messages gather for it
                await asyncio.sleep(PAUSE_S)

    async def round(self) -> int:
        """Deliver what is due now; how many messages left the house."""
        parcels = await self.outbox.take(self.clinic, self.clock(), BATCH)
        sent: list[str] = []
        held_until: dict[str, datetime] = {}
        for parcel in parcels:
            conversation = parcel.conversation.id
            if conversation in held_until:  # an earlier message of the same person waits: keep their order
                await self.outbox.hold(self.clinic, parcel.message.id, held_until[conversation])
            elif again_at := await self._deliver(parcel):
                held_until[conversation] = again_at
            else:
                sent.append(parcel.message.id)
        await self.outbox.sent(self.clinic, sent, self.clock())
        return len(sent)

    async def _deliver(self, parcel: Parcel) -> datetime | None:
        """Hand one message to its channel; None when it took it, else when the person's next one may go."""
        connector = self.connectors.get(parcel.conversation.address.channel)
        try:
            if connector is None:
                raise ChannelRefused("no such channel", retryable=False)
            await connector.send(parcel.conversation, parcel.message)
        except XinglinError as error:
            return await self._failed(parcel, error)
        return None

    async def _failed(self, parcel: Parcel, error: XinglinError) -> datetime:
        final = isinstance(error, ChannelRefused) and not error.can_retry
        last = final or parcel.attempts >= len(PAUSES)
        log.warning(
            "delivery failed", extra={"action": "delivery_failed", "message_id": parcel.message.id, "last": last}
        )
        if last:
            await self.outbox.give_up(self.clinic, parcel, self.clock())
            return self.clock()
        again_at = self.clock() + PAUSES[parcel.attempts]
        await self.outbox.retry(self.clinic, parcel.message.id, again_at)
        return again_at
