"""The wire in: a nurse pressed the button of a card."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import web

from connectors.in_time import Kept
from connectors.tencent.callback import Callback
from connectors.wecom import codec
from connectors.wecom.taking import Taking

log = logging.getLogger(__name__)

PATH = "/wecom/callback"


@dataclass(slots=True)
class WeComRoutes:
    """The callback of the nurses' application."""

    callback: Callback
    taking: Taking
    kept: Kept = field(default_factory=Kept)

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        return web.get(PATH, self.callback.echo), web.post(PATH, self.receive)

    async def receive(self, request: web.Request) -> web.Response:
        """Take the handoff before answering, so that a killed process is asked again; the card is changed after."""
        pressed = codec.pressed(await self.callback.read(request))
        if pressed is None:
            log.info("event not used", extra={"action": "wecom_event_ignored"})
            return web.Response()
        taken = await self.taking.take(pressed)
        self.kept.start(self.taking.show(taken))
        return web.Response()
