"""The wire in: Chatwoot says that something happened in a chat; what it was is read from its API.

Who calls has to know our secret path; from version 4.13 on Chatwoot also signs
(github.com/chatwoot/chatwoot/pull/13892). It waits 5 s for an answer and does not call again: a failure is shown at
the agent's message until the heartbeat has read and sent it after all.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from connectors.chatwoot import codec
from connectors.chatwoot.bridge import Bridge
from connectors.wire import read_json

log = logging.getLogger(__name__)

PATH = "/chatwoot/{door}"


@dataclass(frozen=True, slots=True)
class ChatwootRoutes:
    """The callback of the API inbox."""

    door: str  # the secret in our path
    secret: str | None  # of the inbox, as Chatwoot shows it; None: its version does not sign
    bridge: Bridge
    clock: Callable[[], datetime]

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        return (web.post(PATH, self.receive),)

    async def receive(self, request: web.Request) -> web.Response:
        """200 only after everything that agents have said is stored. Raises ChatwootRefused, StoreUnavailable."""
        shown = request.match_info["door"]
        if not secrets.compare_digest(shown.encode(errors="replace"), self.door.encode()):
            raise web.HTTPNotFound
        body = await request.read()
        if self.secret and not codec.is_signed(self.secret, request.headers, body, self.clock()):
            log.warning("callback not signed", extra={"action": "chatwoot_not_signed"})
            raise web.HTTPForbidden
        if (chat := codec.chat_told_of(read_json(body))) is not None:
            await self.bridge.called(chat)
        return web.Response()
