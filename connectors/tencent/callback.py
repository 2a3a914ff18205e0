"""A callback address of WeCom: the echo that proves it is ours, and sealed events.

developer.work.weixin.qq.com/document/path/90930: every request carries msg_signature, timestamp and nonce; the body is
always encrypted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from connectors.tencent.crypto import Envelope, WrongSignature, fresh
from connectors.tencent.xml import Fields, NotXml, read_xml, text

BODY_BYTES = 64 * 1024  # a sealed event is about one kilobyte


@dataclass(frozen=True, slots=True)
class Callback:
    """One callback address and its secrets."""

    envelope: Envelope
    clock: Callable[[], datetime]

    async def echo(self, request: web.Request) -> web.Response:
        """Answer the check of the address. Raises EnvelopeRefused."""
        opened = self.envelope.open(*self._signed(request), request.query.get("echostr", ""))
        return web.Response(body=opened.text, content_type="text/plain")

    async def read(self, request: web.Request) -> Fields:
        """The event inside; a request without a fresh signature is not read. Raises EnvelopeRefused, NotXml."""
        signed = self._signed(request)
        if (request.content_length or 0) > BODY_BYTES:
            raise NotXml("too large")
        sealed = read_xml(await request.read(), BODY_BYTES)
        return read_xml(self.envelope.open(*signed, text(sealed, "Encrypt")).text, BODY_BYTES)

    def _signed(self, request: web.Request) -> tuple[str, str, str]:
        signature, timestamp, nonce = (request.query.get(name, "") for name in ("msg_signature", "timestamp", "nonce"))
        if not signature or not fresh(timestamp, self.clock()):
            raise WrongSignature
        return signature, timestamp, nonce
