"""Empties the outbox: hands each person's messages to their channel in order, tries again with growing pauses, parks
what the channel allows only later, gives up to a nurse.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from redis.exceptions import RedisError

from bot.conversation import Conversation
from bot.errors import StoreUnavailable, XinglinError
from bot.messages import Author
from bot.outbox import Outbox, Parcel
from bot.stream import DESK, Stream, StreamEvent
from connectors.base import Bundle, ChannelRefused, Connector, Fate, Waiting

log = logging.getLogger(__name__)

PAUSES = tuple(timedelta(seconds=s) for s in (2, 10, 60, 300, 1_800))  # between tries; after the last: given up
BATCH = 100
AT_ONCE = 16  # people served side by side: a channel's answer takes a tenth of a second or more
PAUSE_S = 0.3


@dataclass(frozen=True, slots=True)
class Courier:
    """One per process; several may work at one outbox."""

    clinic: str
    outbox: Outbox
    connectors: Mapping[str, Connector]
    clock: Callable[[], datetime]
    stream: Stream | None = None  # where the desk hears what became of a nurse's words

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
        people = [list(mine) for _, mine in groupby(parcels, key=lambda parcel: parcel.conversation.id)]
        gate = asyncio.Semaphore(AT_ONCE)
        to_note: list[str] = []
        news = [parcel for parcel in parcels if parcel.message.author is Author.NURSE]

        async def serve(mine: Sequence[Parcel]) -> int:
            async with gate:
                return await self._serve(mine, to_note, news)

        left = sum(await asyncio.gather(*(serve(mine) for mine in people)))
        await self.outbox.sent(self.clinic, to_note, self.clock())
        await self._tell_desk(news)
        return left

    async def _tell_desk(self, news: Sequence[Parcel]) -> None:
        """Nurses see at once whether their words have left."""
        if self.stream is None:
            return
        try:
            for parcel in news:
                data = {"conversation": parcel.conversation.id, "seq": parcel.message.seq}
                await self.stream.publish(f"{self.clinic}.{DESK}", StreamEvent("message", data))
        except RedisError as error:  # a courtesy: the desk reads the same again when it connects
            log.warning("desk not told", extra={"action": "desk_not_told", "error": type(error).__name__})

    async def _serve(self, mine: Sequence[Parcel], to_note: list[str], news: list[Parcel]) -> int:
        """Hand one person's messages over, in order; how many left. Where repeating does no harm they are noted
        together in the end, else one by one: what a killed courier has not noted is sent again.
        """
        conversation, left = mine[0].conversation, set[str]()
        connector = self.connectors.get(conversation.address.channel)
        if connector is None:
            await self._stopped(mine, ChannelRefused("no such channel", Fate.GIVE_UP), news)
            return 0
        for bundle in connector.pack(conversation, [Waiting(each.message, each.parts_sent) for each in mine]):
            if error := await _hand_over(connector, conversation, bundle):
                refused = bundle.messages[0].id  # a channel may let a warning go before the rest
                rest = [each for each in mine if each.message.id not in left]
                await self._stopped(sorted(rest, key=lambda each: each.message.id != refused), error, news)
                break
            if connector.capabilities.repeatable:
                to_note += [message.id for message in bundle.done]
            else:
                await self._note(bundle)
            left.update(message.id for message in bundle.done)
        return len(left)

    async def _note(self, bundle: Bundle) -> None:
        if bundle.done:
            await self.outbox.sent(self.clinic, [message.id for message in bundle.done], self.clock())
        else:
            await self.outbox.part_sent(self.clinic, bundle.messages[0].id, bundle.part)

    async def _stopped(self, rest: Sequence[Parcel], error: ChannelRefused, news: list[Parcel]) -> None:
        """The first of the rest was not taken: what becomes of it, and of those behind it."""
        first, later, now = rest[0], [parcel.message.id for parcel in rest[1:]], self.clock()
        last = error.fate is Fate.GIVE_UP or (error.fate is Fate.RETRY and first.attempts >= len(PAUSES))
        event = {"action": "delivery_stopped", "message_id": first.message.id, "fate": error.fate, "last": last}
        log.warning("delivery stopped", extra=event | {"why": error.detail})
        tell = error.tell and error.fate is Fate.WAIT
        if (last or tell) and first not in news:
            news.append(first)
        if error.fate is Fate.WAIT:
            if tell:  # before it is parked: who is killed in between finds it again
                await self.outbox.tell_waiting(first, now)
            await self.outbox.park(self.clinic, [first.message.id])
            await self.outbox.hold(self.clinic, later, now)
        elif last:
            await self.outbox.give_up(self.clinic, first, now)
            await self.outbox.hold(self.clinic, later, now)
        else:
            again_at = now + (error.after or PAUSES[first.attempts])
            await self.outbox.retry(self.clinic, first.message.id, again_at)
            await self.outbox.hold(self.clinic, later, again_at)


async def _hand_over(connector: Connector, conversation: Conversation, bundle: Bundle) -> ChannelRefused | None:
    """Why the channel did not take it; None when it did. A fault of ours must not stop everybody's messages."""
    try:
        await connector.send(conversation, bundle)
    except ChannelRefused as refused:
        return refused
    except XinglinError as error:
        return ChannelRefused(type(error).__name__)
    except Exception as error:
        log.exception("connector broke", extra={"action": "connector_broke", "channel": connector.name})
        return ChannelRefused(type(error).__name__)
    return None
