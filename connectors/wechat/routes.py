"""The wire in: WeChat's callback. It waits 5 s, asks twice more with the same message, and shows the person a notice
that the account is out of order when it gets nothing proper (被动回复用户消息).

What is ready in time is said in the reply itself, which costs nothing. What is not: an account that may send
customer-service messages says that it is working and sends the answer by the courier; one that may not lets WeChat ask
three times and then tells the person to reply 1.
"""

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aiohttp import ClientConnectionResetError, web

from bot import phrases
from bot.conversation import Conversation, Route, Turn
from bot.errors import StoreUnavailable, XinglinError
from bot.house import House
from bot.messages import InboundMessage
from bot.outbox import InReply
from bot.turn import handle
from connectors.base import Bundle, Capabilities, Waiting
from connectors.in_time import Kept, in_time
from connectors.splitting import Names, byte_count
from connectors.tencent.crypto import Envelope, WrongSignature, fresh
from connectors.tencent.xml import Fields, NotXml, read_xml, text, write_xml
from connectors.wechat import codec, packing
from connectors.wechat.client import WeChatClient
from connectors.wechat.happenings import Happenings
from connectors.wechat.places import Places

log = logging.getLogger(__name__)

PATH = "/wechat"
BODY_BYTES = 192 * 1024  # a text of 20,000 characters, sealed; the gateway takes no larger body
NOTHING = "success"  # what WeChat takes for: received, nothing to say
TRY = timedelta(seconds=5)  # how long WeChat waits
TRIES = 3
HELD = timedelta(milliseconds=800)  # after our own time is up: for the way from the answer to the wire
TAKEN_FOR = TRY * TRIES + timedelta(seconds=2)  # a reply that was not heard is asked for again within this
FOLLOWS = timedelta(seconds=1)  # what does not fit into the reply must not overtake it


@dataclass(frozen=True, slots=True)
class Letter:
    """A callback as it came: what the answer has to go back to."""

    fields: Fields
    key: int | None  # index of the key that opened it; None in plain mode
    came_at: datetime


@dataclass(slots=True)
class WeChatConnector:
    """The official account."""

    clinic: str
    house: House
    envelope: Envelope
    client: WeChatClient
    happenings: Happenings
    places: Places
    names: Names | None
    reply_s: float
    customer_service: bool
    try_for: timedelta = TRY
    allow_next: str = ""  # said below `已服药` where each reminder has to be allowed anew
    name: str = codec.CHANNEL
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(buttons=False, text_bytes=packing.TEXT_BYTES)
    )
    kept: Kept = field(default_factory=Kept)

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        return (web.get(PATH, self.echo), web.post(PATH, self.receive))

    def pack(self, _conversation: Conversation, waiting: Sequence[Waiting]) -> Sequence[Bundle]:
        """As few messages as possible: the account has five for each of the person's."""
        return packing.pack(waiting, self.names)

    async def send(self, conversation: Conversation, bundle: Bundle) -> None:
        """The wire out, outside of a reply."""
        await self.client.send(conversation, bundle)

    async def echo(self, request: web.Request) -> web.Response:
        """WeChat's check of this address when it is entered on the configuration page."""
        self._verify(request.query)
        return web.Response(text=request.query.get("echostr", ""))

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """One message or event; who can't sign does not get read."""
        self._verify(request.query)
        try:
            letter = self._open(request.query, await request.read())
            decoded = codec.decode(self.clinic, letter.fields, letter.came_at, self.places)
        except (NotXml, codec.NotAMessage) as error:  # signed: WeChat's own, and no better when it is asked for again
            log.warning("callback not readable", extra={"action": "wechat_unreadable", "why": error.detail})
            return web.Response(text=NOTHING)
        if isinstance(decoded, InboundMessage):
            return await self._kindly(request, letter, decoded)
        await self.happenings.note(codec.id_of(letter.fields), decoded, letter.came_at)
        return web.Response(text=NOTHING)

    async def _kindly(self, request: web.Request, letter: Letter, inbound: InboundMessage) -> web.StreamResponse:
        """Answer; whatever breaks, the person reads a sentence of ours and not WeChat's notice."""
        try:
            return await self._answer(request, letter, inbound)
        except XinglinError as error:
            return self._say(letter, error.title)
        except Exception as error:
            log.exception("answer broke", extra={"action": "wechat_broke", "error": type(error).__name__})
            return self._say(letter, phrases.HTTP_TITLES[500])

    def _verify(self, query: Mapping[str, str]) -> None:
        timestamp = query.get("timestamp", "")
        self.envelope.verify(query.get("signature", ""), timestamp, query.get("nonce", ""))
        if not fresh(timestamp, self.house.clock()):
            log.warning("callback too old", extra={"action": "wechat_clock"})
            raise WrongSignature

    def _open(self, query: Mapping[str, str], body: bytes) -> Letter:
        """Decrypt where a key is set: an open message to an account in safe mode is not WeChat's. Raises NotXml."""
        fields, at = read_xml(body, BODY_BYTES), self.house.clock()
        if not self.envelope.keys:
            return Letter(fields, None, at)
        opened = self.envelope.open(
            query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", ""), text(fields, "Encrypt")
        )
        return Letter(read_xml(opened.text, BODY_BYTES), opened.key, at)

    async def _answer(self, request: web.Request, letter: Letter, inbound: InboundMessage) -> web.StreamResponse:
        conversation = await self._conversation(inbound)
        first_at = await self._first_at(conversation, inbound, letter)
        held = timedelta(seconds=self.reply_s) + HELD if self.customer_service else self.try_for * TRIES
        inbound = replace(inbound, touch=codec.touch(letter.fields), reply_by=first_at + held)
        task = self.kept.start(handle(self.house, inbound, conversation))
        turn = await in_time(task, self.reply_s)
        if turn is not None:
            return await self._reply(request, letter, conversation, turn)
        last_try = letter.came_at - first_at >= self.try_for * (TRIES - 1) - FOLLOWS
        if self.customer_service or last_try:
            return self._busy(letter, inbound)
        # Anything said, even `success`, would end WeChat's asking: the line is kept until WeChat hangs up, then cut.
        await in_time(task, (self.try_for + HELD).total_seconds() - self.reply_s)
        if request.transport is not None:
            request.transport.abort()
        return web.Response(text=NOTHING)

    async def _conversation(self, inbound: InboundMessage) -> Conversation | None:
        """None while the store is down: danger is still looked for."""
        try:
            return await self.house.store.open(inbound.address, inbound.received_at)
        except StoreUnavailable:
            return None

    async def _first_at(self, conversation: Conversation | None, inbound: InboundMessage, letter: Letter) -> datetime:
        """When WeChat asked first; only an account that uses all three tries has to know."""
        if self.customer_service or conversation is None:
            return letter.came_at
        return await self.house.store.first_seen(conversation, inbound.id) or letter.came_at

    def _busy(self, letter: Letter, inbound: InboundMessage) -> web.Response:
        """Not ready in time: the person learns it once, the answer comes by the courier or with the next message."""
        way = "courier" if self.customer_service else "next_message"
        log.info("answer not in time", extra={"action": "wechat_reply", "way": way})
        if not self.customer_service:
            return self._say(letter, phrases.WORKING_REPLY_1)
        self.kept.start(self.client.typing(inbound.address))
        return self._say(letter, phrases.WORKING)

    async def _reply(
        self, request: web.Request, letter: Letter, conversation: Conversation | None, turn: Turn
    ) -> web.StreamResponse:
        """Say what is ready. It counts as said once it is on the wire."""
        if conversation is None or not turn.id:
            return self._say(letter, turn.replies[0].text if turn.replies else phrases.NOT_UNDERSTOOD)
        # Two deliveries of one message at once must say the same: WeChat listens to one of them only.
        async with self.house.locks.hold(f"{conversation.key}.reply"):
            reply = await self.house.outbox.replied_with(conversation, turn.id)
            reply = reply or await self._compose(conversation, turn)
        if reply is None:
            return web.Response(text=NOTHING)
        return await self._on_the_wire(request, self._say(letter, reply.words), reply)

    async def _compose(self, conversation: Conversation, turn: Turn) -> InReply | None:
        """Everything that waits for the person, as far as one text holds it; the courier has the rest."""
        outbox, now = self.house.outbox, self.house.clock()
        parcels = await outbox.take_of(conversation, now, now + TAKEN_FOR)
        bundles = self.pack(conversation, [Waiting(each.message, each.parts_sent) for each in parcels])
        if not bundles:
            return None
        first, here = bundles[0], {message.id for message in bundles[0].messages}
        later = [each.message.id for each in parcels if each.message.id not in here]
        await outbox.hold(self.clinic, later, now + FOLLOWS)
        done = tuple(message.id for message in first.done)
        in_part = None if done else first.messages[0].id
        words = packing.in_reply(first, ask=first.more and not self.customer_service)
        words = self._inviting(words, turn)
        reply = InReply(words, done, in_part, first.part if in_part else 0)
        await outbox.reply_with(conversation, turn.id, reply)
        return reply

    def _inviting(self, words: str, turn: Turn) -> str:
        """With how to be reminded again, after `已服药` was pressed."""
        took = turn.route is Route.COMMAND and turn.inbound.text == phrases.TAKEN
        longer = f"{words}\n{self.allow_next}"
        return longer if took and self.allow_next and byte_count(longer) <= packing.TEXT_BYTES else words

    async def _on_the_wire(self, request: web.Request, response: web.Response, reply: InReply) -> web.StreamResponse:
        """Write, then note: killed in between, WeChat asks again; if it does not, the courier takes it up."""
        try:
            await response.prepare(request)
            await response.write_eof()
        except (ConnectionResetError, ClientConnectionResetError):
            return response
        log.info("answer in time", extra={"action": "wechat_reply", "way": "reply"})
        now = self.house.clock()
        await self.house.outbox.reply_heard(self.clinic, reply, now, now + FOLLOWS)
        return response

    def _say(self, letter: Letter, words: str) -> web.Response:
        """The reply in WeChat's XML, sealed where the message was."""
        body = write_xml(codec.passive(letter.fields, words, letter.came_at))
        if letter.key is not None:
            stamp = int(letter.came_at.timestamp())
            sealed = self.envelope.seal(body, str(stamp), secrets.token_hex(8), letter.key)
            body = write_xml({**sealed.fields, "TimeStamp": stamp})
        return web.Response(body=body, content_type="application/xml", charset="utf-8")
