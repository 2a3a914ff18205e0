"""The wire in for a nurse's orders: read back to her first, set and told to the patient when she says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.conversation import Conversation, HandoffStatus
from bot.errors import HandoffTaken
from bot.nursing import Nursing
from bot.ordering import Ordering
from connectors.desk import client
from connectors.desk.routes import NotLoggedIn
from connectors.wire import NotOurForm, json_answer, read_json

LONGEST = 2_000  # characters of one order


@dataclass(frozen=True, slots=True)
class Written:
    """The body of a POST."""

    text: str
    id: str  # given by the page: an order that is sent again is kept once
    keep: bool


@dataclass(frozen=True, slots=True)
class DeskOrders:
    """Routes beside those of the desk, for the nurse who has the handoff."""

    clinic: str
    key: str
    nursing: Nursing
    ordering: Ordering
    clock: Callable[[], datetime]

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        return (web.post("/api/v1/desk/handoffs/{handoff}/orders", self.order),)

    async def order(self, request: web.Request) -> web.Response:
        """`{"text", "id", "keep"}` in; what was understood, what was not and what is to be minded out."""
        nurse = client.nurse_of(self.key, request.cookies.get(client.COOKIE, ""), self.clock())
        if nurse is None:
            raise NotLoggedIn
        written = decode_order(await request.read())
        patient = await self._patient(request.match_info["handoff"], nurse)
        if written.keep:
            sheet = await self.ordering.keep(patient, nurse, f"order:{written.id}", written.text, self.clock())
        else:
            sheet = await self.ordering.read(patient, written.text, self.clock())
        kept = written.keep and sheet.complete
        return json_answer(
            {"lines": sheet.lines, "unread": sheet.unread, "cautions": sheet.cautions, "kept": kept},
            201 if kept else 200,
        )

    async def _patient(self, handoff_id: str, nurse: str) -> Conversation:
        handoff = await self.nursing.handoffs.get(self.clinic, handoff_id)
        if handoff.status is not HandoffStatus.ACCEPTED or handoff.nurse != nurse:
            raise HandoffTaken(handoff.nurse or "")
        return await self.nursing.conversation(self.clinic, handoff)


def decode_order(body: bytes) -> Written:
    """Raises NotOurForm."""
    value = read_json(body)
    text, id_, keep = value.get("text"), value.get("id"), value.get("keep", False)
    if not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST:
        raise NotOurForm(f"text: 1 to {LONGEST} characters")
    if not isinstance(id_, str) or not 0 < len(id_) <= 48 or not id_.isascii() or not isinstance(keep, bool):
        raise NotOurForm("id: 1 to 48 characters of ASCII; keep: true or false")
    return Written(text, id_, keep)
