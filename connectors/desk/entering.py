"""The wire in by a nurse's message: a signed link opens the desk at one handoff."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from connectors.desk import client, tickets

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """The door for tickets."""

    key: str
    spend: tickets.Spend
    clock: Callable[[], datetime]

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in. No HEAD: who only looks at a link must not use it up."""
        return (web.get(tickets.PATH, self.enter, allow_head=False),)

    async def enter(self, request: web.Request) -> web.Response:
        """Seat the nurse and show the handoff. A used ticket shows the desk, where the cookie decides."""
        at = self.clock()
        try:
            ticket = tickets.read(self.key, request.query.get("ticket", ""), at)
        except tickets.TicketRefused:
            log.info("ticket refused", extra={"action": "ticket_refused"})
            return web.Response(text=tickets.REFUSED_PAGE, status=403, content_type="text/html")
        seated = await self.spend(ticket.id, at)
        page = ticket.page(seated=seated)
        response = web.Response(status=303, headers={"Location": page, "Cache-Control": "no-store"})
        if seated:
            client.seat(request, response, self.key, ticket.nurse, at)
        return response
