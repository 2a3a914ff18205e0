"""The wire in: Telegram's webhook; and the connector of the channel.

Telegram repeats an update until it gets a 2xx. So 200 means that the message is stored (the answering goes on by
itself), and what we can't use gets 200 too and is counted: it would come again for ever.
"""

import logging
import secrets
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.conversation import Conversation
from bot.errors import StoreUnavailable
from bot.house import House
from bot.messages import InboundMessage, Message
from bot.reach import Standing
from bot.turn import accept, answer_open_turns, handle
from connectors.base import Bundle, Capabilities, Waiting
from connectors.in_time import Kept
from connectors.plain import plain
from connectors.splitting import Names
from connectors.telegram import codec
from connectors.telegram.client import Refused, TelegramClient
from connectors.telegram.keyboards import Keyboards
from connectors.telegram.marks import Marks
from connectors.telegram.metrics import TelegramCounts
from connectors.telegram.packing import PART_BYTES, Screen, pack
from connectors.telegram.streaming import Previews
from connectors.telegram.words import ALREADY_CHOSEN, NOT_IN_GROUPS
from connectors.wire import NotOurForm, read_json

log = logging.getLogger(__name__)

PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
CLOSING_S = 2.0
GROUPS = 1_000  # remembered as told where we answer


@dataclass(slots=True)
class TelegramConnector:
    """The Telegram channel."""

    clinic: str
    house: House
    client: TelegramClient
    previews: Previews
    reach: Marks
    counts: TelegramCounts
    secret: str | None  # of the webhook; None: there is none, updates are fetched
    names: Names | None = None
    name: str = codec.CHANNEL
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(buttons=True, streaming=True, text_bytes=PART_BYTES)
    )
    _keyboards: Keyboards = field(default_factory=Keyboards)
    _told: dict[int, None] = field(default_factory=dict)
    _kept: Kept = field(default_factory=Kept)

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        return (web.post(PATH, self.receive),) if self.secret else ()

    def pack(self, conversation: Conversation, waiting: Sequence[Waiting]) -> Sequence[Bundle]:
        """Each message by itself, long ones in parts."""
        return pack(waiting, self.names)

    async def send(self, conversation: Conversation, bundle: Bundle) -> None:
        """The wire out; final words take the place of their preview. Raises ChannelRefused."""
        message, chat = bundle.messages[0], conversation.address.user
        preview = await self.previews.claim(conversation, message) if bundle.part == 1 else None
        try:
            number = await self._put(chat, bundle.body, preview)
        except Refused as refused:
            self.counts.refused(refused)
            if refused.blocked:
                await self.reach.mark(conversation.address, Standing.BLOCKED)
            raise
        if bundle.done:
            self._kept.start(self._offer_once(chat, number, message))

    async def _put(self, chat: str, screen: Screen, instead_of: int | None) -> int:
        if instead_of is not None:
            try:
                await self.client.change(chat, instead_of, screen)
            except Refused as refused:
                if not refused.bad_request:
                    raise
                log.info("preview lost", extra={"action": "preview_lost"})  # the person deleted it
            else:
                return instead_of
        return await self.client.show(chat, screen)

    async def _offer_once(self, chat: str, number: int, message: Message) -> None:
        for old in self._keyboards.shown(chat, number, message.buttons):
            await self._try(self.client.mark_chosen(chat, old, ""))

    async def receive(self, request: web.Request) -> web.Response:
        """One update. Who does not know the secret is not read."""
        shown = request.headers.get(SECRET_HEADER, "")
        if not self.secret or not secrets.compare_digest(shown.encode(errors="replace"), self.secret.encode()):
            self.counts.update("wrong_secret")
            raise web.HTTPForbidden
        try:
            update = read_json(await request.read())
        except NotOurForm:
            self._ignored("malformed")
        else:
            await self.take(update)
        return web.Response()

    async def take(self, update: Mapping[str, Any]) -> None:
        """Store what an update says; the rest goes on by itself. Raises StoreUnavailable: it has to come again."""
        match codec.decode(self.clinic, update, self.house.clock()):
            case codec.Said(inbound, press):
                self.counts.update("said")
                await self._take_in(inbound)
                if press:
                    self._kept.start(self._pressed(press))
            case codec.PressedAgain(press):
                self.counts.update("pressed_again")
                self._kept.start(self._try(self.client.answer_press(press.id, ALREADY_CHOSEN)))
            case codec.Elsewhere(chat):
                self.counts.update("elsewhere")
                self._kept.start(self._decline(chat))
            case codec.Membership(address, blocked):
                self.counts.update("blocked" if blocked else "unblocked")
                await self.reach.mark(address, Standing.BLOCKED if blocked else Standing.OPEN)
            case codec.Ignored(kind):
                self._ignored(kind)

    async def close(self) -> None:
        """Give what was begun a little time to end."""
        await self._kept.finish(CLOSING_S)
        await self.client.close()

    async def _take_in(self, inbound: InboundMessage) -> None:
        try:
            conversation = await accept(self.house, inbound)
        except StoreUnavailable:
            turn = await handle(self.house, inbound)  # in danger there are words even now; else it raises again
            if turn.id:  # the store is back, and the courier has the answer
                return
            for reply in turn.replies:
                await self._try(self.client.show(inbound.address.user, Screen(plain(reply))))
            return
        self._kept.start(self._answer(conversation))

    async def _answer(self, conversation: Conversation) -> None:
        async with self.previews.during(conversation):
            turns = await answer_open_turns(self.house, conversation)
        await self.previews.settle(conversation, list(turns.values()))

    async def _pressed(self, press: codec.Press) -> None:
        """End the waiting sign, and leave under the message what was chosen: nothing is pressed twice."""
        await self._try(self.client.answer_press(press.id))
        if press.message is not None:
            self._keyboards.answered(str(press.chat), press.message)
            await self._try(self.client.mark_chosen(press.chat, press.message, press.label))

    async def _decline(self, chat: int) -> None:
        if chat in self._told:
            return
        self._told[chat] = None
        if len(self._told) > GROUPS:
            del self._told[next(iter(self._told))]
        await self._try(self.client.show(chat, Screen(NOT_IN_GROUPS)))

    def _ignored(self, kind: str) -> None:
        self.counts.update(kind)
        log.info("update ignored", extra={"action": "telegram_update_ignored", "kind": kind})

    async def _try(self, call: Coroutine[Any, Any, object]) -> None:
        """A call that nobody misses: refused, it is counted and that is all."""
        try:
            await call
        except Refused as refused:
            self.counts.refused(refused)
            log.info("call refused", extra={"action": "telegram_call_refused", "why": refused.detail})
