"""The wire in: WeCom says that something is new, never what."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from aiohttp import web

from bot.conversation import Conversation
from bot.errors import XinglinError
from bot.house import House
from bot.messages import Author, Message
from bot.outbox import Parcel
from bot.reach import Standing
from bot.turn import handle
from connectors.base import Bundle, Capabilities, Fate, Waiting
from connectors.in_time import Kept
from connectors.kf import codec, packing
from connectors.kf.client import KfClient
from connectors.kf.codec import Entered, Failed
from connectors.kf.pulling import Pulling
from connectors.splitting import Names
from connectors.tencent.callback import Callback
from connectors.tencent.tokens import Shelf
from connectors.tencent.xml import text

log = logging.getLogger(__name__)

PATH = "/kf/callback"
GREET_WITHIN = timedelta(seconds=15)  # of the 20 that KF gives
SEEN = 60  # messages among which one that did not arrive is looked for


@dataclass(slots=True)
class KfConnector:
    """The KF channel."""

    clinic: str
    house: House
    callback: Callback
    client: KfClient
    shelf: Shelf
    names: Names | None = None
    name: str = codec.CHANNEL
    # Repeating does no harm, but it would spend the five messages: each one that left is noted at once.
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(text_bytes=packing.TEXT_BYTES))
    kept: Kept = field(default_factory=Kept)
    pulling: Pulling = field(init=False)

    def __post_init__(self) -> None:
        self.pulling = Pulling(self.clinic, self.house, self.client, self.shelf, self.happened, self.kept)

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        return web.get(PATH, self.callback.echo), web.post(PATH, self.receive)

    def pack(self, _conversation: Conversation, waiting: Sequence[Waiting]) -> Sequence[Bundle]:
        """Joined and split for five messages of 2,048 bytes."""
        return packing.pack(waiting, self.names)

    async def send(self, conversation: Conversation, bundle: Bundle) -> None:
        """The wire out. Raises ChannelRefused."""
        await self.client.send(conversation, bundle)

    async def receive(self, request: web.Request) -> web.Response:
        """200 at once: what is new lies at WeCom for three days, and the cursor stands until it is ours."""
        event = await self.callback.read(request)
        if text(event, "Event") == "kf_msg_or_event" and (open_kfid := text(event, "OpenKfId")):
            self.pulling.called(open_kfid, text(event, "Token"))
        return web.Response()

    async def happened(self, found: Entered | Failed) -> None:
        """What is no message."""
        if isinstance(found, Entered):
            await self._greet(found)
        else:
            await self._failed(found)

    async def _greet(self, entered: Entered) -> None:
        """The welcome is the turn's answer; it leaves by the event's code, since entering opens no window."""
        until = entered.inbound.received_at + GREET_WITHIN
        turn = await handle(self.house, replace(entered.inbound, reply_by=until))
        conversation = await self.house.store.by_id(self.clinic, turn.conversation)
        if conversation is None or turn.repeated or not turn.replies:
            return
        bundle = packing.pack([Waiting(message) for message in turn.replies], self.names)[0]
        try:
            await self.client.greet(entered.welcome_code, bundle)
        except XinglinError as error:  # it waits in the outbox for the person's first word
            log.warning("not greeted", extra={"action": "kf_not_greeted", "why": str(error)})
            return
        await self.house.outbox.sent(self.clinic, [message.id for message in bundle.done], self.house.clock())

    async def _failed(self, failed: Failed) -> None:
        """What KF had taken and then could not deliver waits again, or is given up to a nurse."""
        log.warning("not delivered", extra={"action": "kf_not_delivered", "fail_type": failed.fail_type})
        await self._note(failed)
        conversation = await self.house.store.find(failed.address)
        if conversation is None:
            return
        fate = codec.FATES.get(failed.fail_type, Fate.GIVE_UP)
        for message in await self._of(conversation, failed.wire_id):
            if fate is Fate.WAIT:
                await self.house.outbox.park(self.clinic, [message.id])
            else:
                await self.house.outbox.give_up(self.clinic, Parcel(conversation, message, 0), self.house.clock())

    async def _note(self, failed: Failed) -> None:
        match failed.fail_type:
            case codec.WINDOW_ENDED:
                await self.house.reach.closed(failed.address)
            case codec.NONE_LEFT:
                await self.house.reach.ran_out(failed.address)
            case codec.REFUSED_BY_PERSON:
                await self.house.reach.mark(failed.address, Standing.BLOCKED)

    async def _of(self, conversation: Conversation, wire_id: str) -> Sequence[Message]:
        """The messages that went under a wire id: packed again, they are joined as they were."""
        said = await self.house.store.last(conversation, SEEN)
        runs: list[list[Waiting]] = [[]]
        for message in said:
            if message.author is Author.PATIENT:
                runs.append([])
            else:
                runs[-1].append(Waiting(message))
        for run in runs[::-1]:
            for start in range(len(run)):
                for bundle in packing.pack(run[start:], self.names):
                    if codec.wire_id(bundle.messages[-1].id, bundle.part) == wire_id:
                        return bundle.messages
        return ()
