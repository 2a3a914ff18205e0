"""What patients sent beside words, at the desk: a list for each handoff, and the files themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.handoffs import HandoffStore
from bot.media import MediaStore, Medium
from bot.media_types import ending_of
from connectors.desk import client
from connectors.desk.routes import NotLoggedIn
from connectors.wire import json_answer
from schedules.clock import SHANGHAI


@dataclass(frozen=True, slots=True)
class DeskMedia:
    """Routes beside those of the desk, for whoever is logged in there."""

    clinic: str
    key: str
    handoffs: HandoffStore
    media: MediaStore
    clock: Callable[[], datetime]

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in. No HEAD: who only asks for the size reads nothing."""
        return (
            web.get("/api/v1/desk/handoffs/{handoff}/media", self.listing),
            web.get("/api/v1/desk/media/{medium}", self.file, allow_head=False),
        )

    async def listing(self, request: web.Request) -> web.Response:
        """What the patient of a handoff has sent, oldest first."""
        self._nurse(request)
        handoff = await self.handoffs.get(self.clinic, request.match_info["handoff"])
        found = await self.media.of_conversation(self.clinic, handoff.conversation)
        return json_answer({"media": [_encoded(medium) for medium in found]})

    async def file(self, request: web.Request) -> web.Response:
        """One file; who reads it is written down. Nothing in it may run or be guessed at."""
        nurse = self._nurse(request)
        medium, content = await self.media.read(self.clinic, request.match_info["medium"], nurse, self.clock())
        kind = medium.content_type or "application/octet-stream"
        headers = {
            "Content-Disposition": f'attachment; filename="{medium.id[:8]}.{ending_of(kind)}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        }
        return web.Response(body=content, content_type=kind, headers=headers)

    def _nurse(self, request: web.Request) -> str:
        nurse = client.nurse_of(self.key, request.cookies.get(client.COOKIE, ""), self.clock())
        if nurse is None:
            raise NotLoggedIn
        return nurse


def _encoded(medium: Medium) -> dict[str, Any]:
    return {
        "id": medium.id, "kind": medium.kind, "status": medium.status, "type": medium.content_type,
        "size": medium.size, "at": medium.received_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
    }  # fmt: skip
