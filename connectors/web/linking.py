"""The page asks for a code with which its visitor continues in WeChat."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import segno
from aiohttp import web

from bot import link_phrases
from bot.errors import UnknownConversation, XinglinError
from bot.linking import CODE_LIFE, Linking
from bot.linking_words import show_code
from bot.messages import Address
from bot.store import ConversationStore
from connectors.web.codec import CHANNEL, token_of
from connectors.wire import json_answer, read_json
from schedules.clock import SHANGHAI

log = logging.getLogger(__name__)

SCENE = "link-"  # before the code, in the scene that a scanned picture brings
QUIET_ZONE = 4  # modules of white around the picture, as ISO/IEC 18004 wants them

QrMaker = Callable[[str, int], Awaitable[str]]
"""Makes the channel's code for a scene that lives some seconds; the text that the picture has to hold."""


@dataclass(frozen=True, slots=True)
class LinkRoutes:
    """The wire in."""

    clinic: str
    store: ConversationStore
    linking: Linking
    make_qr: QrMaker
    clock: Callable[[], datetime]

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        return (web.post("/api/v1/link", self.offer),)

    async def offer(self, request: web.Request) -> web.Response:
        """A new code: to scan, or to type where the picture can't be had."""
        token = token_of(read_json(await request.read()).get("conversation"))
        conversation = await self.store.find(Address(self.clinic, CHANNEL, token)) if token else None
        if conversation is None:
            raise UnknownConversation
        offer = await self.linking.offer(conversation, self.clock())
        minutes = int(CODE_LIFE.total_seconds() // 60)
        body = {
            "code": show_code(offer.code),
            "until": offer.until.astimezone(SHANGHAI).isoformat(timespec="seconds"),
            "seconds": int(CODE_LIFE.total_seconds()),
            "qr": await self._picture(offer.code),
            "words": link_phrases.OFFERED.format(minutes=minutes),
            "typed": link_phrases.TYPED_INSTEAD.format(code=show_code(offer.code)),
        }
        return json_answer(body, status=201)

    async def _picture(self, code: str) -> str | None:
        """The picture as a data address; None while the channel makes none: the code can still be typed."""
        try:
            text = await self.make_qr(f"{SCENE}{code}", int(CODE_LIFE.total_seconds()))
        except (XinglinError, OSError, TimeoutError) as error:
            log.warning("no code to scan", extra={"action": "link_qr_failed", "error": type(error).__name__})
            return None
        return picture_of(text)


def picture_of(text: str) -> str:
    """A QR code as an SVG in a `data:` address, black on white in every theme: scanners want it so."""
    drawn = segno.make_qr(text, error="m")
    return str(drawn.svg_data_uri(border=QUIET_ZONE, omitsize=True, dark="#000", light="#fff", encode_minimal=True))
