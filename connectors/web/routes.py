"""The wire in: messages and events of the web channel."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import web

from bot.conversation import Conversation, Mode
from bot.errors import StoreUnavailable, UnknownConversation
from bot.handoffs import HandoffStore
from bot.house import House
from bot.messages import Address
from bot.stream import Stream, StreamEvent
from bot.turn import accept, answer_open_turns, handle
from connectors.base import Bundle, Capabilities, Waiting, one_by_one
from connectors.in_time import Kept
from connectors.sse import EventWriter, event_stream, with_pings
from connectors.web import client, codec
from connectors.wire import encode, json_answer

PAGE = 200  # messages read at once


@dataclass(slots=True)
class WebConnector:
    """The web channel."""

    clinic: str
    house: House
    handoffs: HandoffStore
    stream: Stream
    message_chars: int
    name: str = codec.CHANNEL
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(streaming=True, repeatable=True))
    kept: Kept = field(default_factory=Kept)

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        return (
            web.post("/api/v1/conversations", self.open_conversation),
            web.post("/api/v1/messages", self.post_message),
            web.get("/api/v1/messages", self.list_messages),
            web.get("/api/v1/events", self.watch),
        )

    def pack(self, _conversation: Conversation, waiting: Sequence[Waiting]) -> Sequence[Bundle]:
        """Each message by itself: the page reads it whole from the store."""
        return one_by_one(waiting)

    async def send(self, conversation: Conversation, bundle: Bundle) -> None:
        """The wire out."""
        await client.send(self.stream, conversation, bundle.messages[0])

    async def open_conversation(self, _request: web.Request) -> web.Response:
        """A new conversation and the secret that opens it."""
        token = codec.new_conversation()
        await self.house.store.open(self._address(token), self.house.clock())
        return json_answer({"conversation": token}, status=201)

    async def post_message(self, request: web.Request) -> web.Response:
        """One message of a person; answered in the response, or by events when the page prefers so."""
        said = codec.decode(await request.read(), self.message_chars)
        token = said.conversation or codec.new_conversation()
        known = await self._known_if_readable(token) if said.conversation else None
        inbound = codec.inbound(self.clinic, said, token, self.house.clock())
        if "respond-async" in request.headers.get("Prefer", ""):
            self.kept.start(answer_open_turns(self.house, await accept(self.house, inbound, known)))
            return json_answer({"conversation": token, "id": said.id}, status=202)
        # A page that closes must not cut its own turn off half-way: the turn is a task of its own.
        turn = await asyncio.shield(self.kept.start(handle(self.house, inbound, known)))
        return json_answer(codec.encode_turn(turn, token))

    async def list_messages(self, request: web.Request) -> web.Response:
        """A page of history."""
        conversation = await self._known(request.query.get("conversation"))
        since, limit = (_number(request, "since", 0), min(_number(request, "limit", PAGE), PAGE))
        found = await self.house.store.since(conversation, since, limit)
        return json_answer({"messages": [encode(message) for message in found]})

    async def watch(self, request: web.Request) -> web.StreamResponse:
        """Everything that happens in a conversation, from the last message the page has seen."""
        conversation = await self._known(request.query.get("conversation"))
        seen = _number(request, "since", 0)
        if (last := request.headers.get("Last-Event-ID", "")).isdecimal():
            seen = int(last)
        async with self.stream.watch(conversation.key) as events, event_stream(request) as writer:
            watcher = _Watcher(self, conversation, writer, seen)
            await watcher.state()
            await watcher.catch_up()
            async for event in with_pings(events, writer):
                await watcher.pass_on(event)
        return writer.response

    async def state(self, conversation: Conversation) -> dict[str, object]:
        """Who answers now, as it stands in the store."""
        current = await self.house.store.by_id(conversation.clinic, conversation.id)
        handoff = await self.handoffs.open_of(conversation)
        ahead = await self.handoffs.ahead(conversation.clinic, handoff) if handoff else 0
        return codec.encode_state(current.mode if current else Mode.ASSISTANT, handoff, ahead)

    async def _known(self, token: object) -> Conversation:
        known = codec.token_of(token)
        found = await self.house.store.find(self._address(known)) if known else None
        if found is None:
            raise UnknownConversation
        return found

    async def _known_if_readable(self, token: str) -> Conversation | None:
        """None while the store is down: `handle` still has to look for danger."""
        try:
            return await self._known(token)
        except StoreUnavailable:
            return None

    def _address(self, token: str) -> Address:
        return Address(self.clinic, codec.CHANNEL, token)


@dataclass(slots=True)
class _Watcher:
    """One listening page and the last message it has."""

    connector: WebConnector
    conversation: Conversation
    writer: EventWriter
    seen: int

    async def state(self) -> None:
        await self.writer.write("state", await self.connector.state(self.conversation))

    async def catch_up(self) -> None:
        while found := await self.connector.house.store.since(self.conversation, self.seen, PAGE):
            for message in found:
                await self.writer.write("message", encode(message), message.seq)
                self.seen = message.seq

    async def pass_on(self, event: StreamEvent) -> None:
        if event.name == "message":
            await self.catch_up()
        elif event.name == "state":
            await self.state()
        else:
            await self.writer.write(event.name, event.data)


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else default
