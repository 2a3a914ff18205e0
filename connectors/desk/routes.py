"""The wire in: what a nurse's page asks for."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import web

from bot.conversation import Conversation, Handoff
from bot.errors import XinglinError
from bot.messages import Message
from bot.nursing import Nursing
from bot.outbox import Outbox
from bot.store import ConversationStore
from bot.stream import DESK, Stream, StreamEvent
from connectors.base import Bundle, Capabilities, Waiting, one_by_one
from connectors.desk import client, codec
from connectors.sse import EventWriter, event_stream, with_pings
from connectors.wire import json_answer

HISTORY = 100


class WrongKey(XinglinError):
    """口令不对，请找管理员确认护士台口令。"""

    status = 401


class NotLoggedIn(XinglinError):
    """请先登录护士台。"""

    status = 401


@dataclass(slots=True)
class DeskConnector:
    """The nurse desk."""

    clinic: str
    key: str
    nursing: Nursing
    store: ConversationStore
    stream: Stream
    outbox: Outbox
    name: str = "desk"
    capabilities: Capabilities = field(default_factory=Capabilities)

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        one = "/api/v1/desk/handoffs/{handoff}"
        return (
            web.post("/api/v1/desk/login", self.login),
            web.get("/api/v1/desk/handoffs", self.listing),
            web.get("/api/v1/desk/events", self.watch),
            web.get(one, self.open),
            web.post(f"{one}/accept", self.accept),
            web.post(f"{one}/messages", self.say),
            web.post(f"{one}/close", self.close),
        )

    def pack(self, _conversation: Conversation, waiting: Sequence[Waiting]) -> Sequence[Bundle]:
        """Each message by itself."""
        return one_by_one(waiting)

    async def send(self, _conversation: Conversation, _bundle: Bundle) -> None:
        """No patient lives at the desk; nurses watch the stream."""

    async def login(self, request: web.Request) -> web.Response:
        """Check the key and remember the nurse for one shift."""
        login = codec.decode_login(await request.read())
        if not secrets.compare_digest(login.key.encode(errors="replace"), self.key.encode()):
            raise WrongKey
        response = web.Response(status=204)
        client.seat(request, response, self.key, login.nurse, self.nursing.clock())
        return response

    async def listing(self, request: web.Request) -> web.Response:
        """Open handoffs, the most urgent first."""
        self._nurse(request)
        found = await self.nursing.handoffs.listing(self.clinic)
        return json_answer({"handoffs": [await self._encoded(handoff) for handoff in found]})

    async def open(self, request: web.Request) -> web.Response:
        """One handoff with the conversation so far; who reads it is written down."""
        nurse = self._nurse(request)
        handoff = await self.nursing.handoffs.get(self.clinic, request.match_info["handoff"])
        await self.nursing.note_reading(self.clinic, handoff, nurse)
        said = await self._said(handoff)
        messages = await self._with_delivery(handoff, said)
        return json_answer({"handoff": codec.encode_handoff(handoff, said), "messages": messages})

    async def accept(self, request: web.Request) -> web.Response:
        """Take it."""
        nurse = self._nurse(request)
        handoff = await self.nursing.accept(self.clinic, request.match_info["handoff"], nurse)
        return json_answer({"handoff": await self._encoded(handoff)})

    async def say(self, request: web.Request) -> web.Response:
        """Answer the patient."""
        nurse = self._nurse(request)
        client_id, text = codec.decode_words(await request.read())
        handoff_id = request.match_info["handoff"]
        message = await self.nursing.say(self.clinic, handoff_id, nurse, client_id, text)
        handoff = await self.nursing.handoffs.get(self.clinic, handoff_id)
        (encoded,) = await self._with_delivery(handoff, [message])
        return json_answer({"message": encoded})

    async def close(self, request: web.Request) -> web.Response:
        """End it; the bot answers again."""
        nurse = self._nurse(request)
        note = codec.decode_note(await request.read())
        handoff = await self.nursing.close(self.clinic, request.match_info["handoff"], nurse, note)
        return json_answer({"handoff": await self._encoded(handoff)})

    async def watch(self, request: web.Request) -> web.StreamResponse:
        """New and changed handoffs and their messages. After a gap the page lists again."""
        self._nurse(request)
        async with self.stream.watch(f"{self.clinic}.{DESK}") as events, event_stream(request) as writer:
            async for event in with_pings(events, writer):
                await self._pass_on(event, writer)
        return writer.response

    async def _pass_on(self, event: StreamEvent, writer: EventWriter) -> None:
        conversation = await self.store.by_id(self.clinic, str(event.data["conversation"]))
        handoff = conversation and await self.nursing.handoffs.newest_of(conversation)
        if not conversation or not handoff:
            return
        if event.name == "message":
            found = await self.store.since(conversation, int(event.data["seq"]) - 1, 1)
            for message in await self._with_delivery(handoff, found):
                await writer.write("message", {"handoff": handoff.id, "message": message})
        await writer.write("handoff", await self._encoded(handoff))

    async def _encoded(self, handoff: Handoff) -> dict[str, object]:
        return codec.encode_handoff(handoff, await self._said(handoff))

    async def _with_delivery(self, handoff: Handoff, said: Sequence[Message]) -> list[dict[str, object]]:
        conversation = await self.nursing.conversation(self.clinic, handoff)
        delivery = await self.outbox.deliveries(conversation, [message.id for message in said])
        return [codec.encode_said(message, delivery.get(message.id)) for message in said]

    async def _said(self, handoff: Handoff) -> list[Message]:
        conversation = await self.nursing.conversation(self.clinic, handoff)
        return await self.store.last(conversation, HISTORY)

    def _nurse(self, request: web.Request) -> str:
        nurse = client.nurse_of(self.key, request.cookies.get(client.COOKIE, ""), self.nursing.clock())
        if nurse is None:
            raise NotLoggedIn
        return nurse
