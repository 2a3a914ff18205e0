"""A whole channel as somebody else would add one: words in by HTTP with a key, words out by HTTP, text only."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from bot.conversation import Conversation
from bot.house import House
from bot.messages import Address, InboundMessage
from bot.turn import accept, answer_open_turns
from connectors.base import Bundle, Capabilities, ChannelRefused, Waiting
from connectors.in_time import Kept
from connectors.numbered import numbered
from connectors.plain import plain
from connectors.splitting import split


@dataclass(slots=True)
class ExampleConnector:
    """The channel. `key` is what the outside server shows us, `url` is where it takes messages."""

    clinic: str
    house: House
    key: str
    url: str
    name: str = "example"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(buttons=False, text_bytes=2_048))
    kept: Kept = field(default_factory=Kept)

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        return (web.post("/example", self.receive),)

    async def receive(self, request: web.Request) -> web.Response:
        """Verify, store, say so; then answer."""
        if not secrets.compare_digest(request.headers.get("X-Key", "").encode(), self.key.encode()):
            raise web.HTTPForbidden
        try:
            said = json.loads(await request.read())
            address = Address(self.clinic, self.name, str(said["from"])[:64])
            inbound = InboundMessage(
                address, str(said["id"])[:64], str(said["text"]), self.house.clock(), numbered=True
            )
        except (ValueError, TypeError, KeyError, RecursionError):
            return web.Response(status=400)
        conversation = await accept(self.house, inbound)
        self.kept.start(answer_open_turns(self.house, conversation))
        return web.Response(status=204)

    def pack(self, _conversation: Conversation, waiting: Sequence[Waiting]) -> Sequence[Bundle]:
        """Each message by itself, cut where it is too long."""
        bundles = []
        for one in waiting:
            text = f"{plain(one.message)}\n{numbered(one.message.buttons)}".strip()
            parts = split(text, self.capabilities.text_bytes)
            for part, text in list(enumerate(parts, 1))[one.parts_sent :]:
                bundles.append(Bundle((one.message,), text, part, len(parts)))
        return bundles

    async def send(self, conversation: Conversation, bundle: Bundle) -> None:
        """The wire out."""
        body = {"to": conversation.address.user, "text": bundle.body}
        try:
            async with ClientSession(timeout=ClientTimeout(total=5)) as http, http.post(self.url, json=body) as answer:
                if answer.status != 204:
                    raise ChannelRefused(f"status {answer.status}")
        except (ClientError, TimeoutError, OSError) as error:
            raise ChannelRefused(type(error).__name__) from error
