"""A reminder that was sent, and the page that it opens."""

import html
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.conversation import Conversation
from bot.house import House
from bot.messages import Address, Author
from bot.regimen_rows import DueDose, Regimen
from bot.rounds import Rounds
from connectors.problem import problems
from connectors.wechat.dose_page import PATH, DosePage, address
from connectors.wechat.subscribe_tag import SubscribeTag
from schedules.doses import Outcome
from schedules.regimen import read_regimen
from tests.unit.connectors.wechat_hall import OPENID

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)  # eight in Shanghai
KEY = "key of the tickets"
DRUG = "氨氯地平<b>片"


@dataclass(slots=True)
class Door:
    """A reminder that was sent, and the page it opens."""

    house: House
    conversation: Conversation
    dose: DueDose
    reminder: str
    now: list[datetime]
    client: TestClient[web.Request, web.Application] = field(init=False)

    @property
    def path(self) -> str:
        return address("", KEY, self.conversation, self.reminder, self.dose.due_at)

    @property
    def ticket(self) -> str:
        return self.path.partition("=")[2]

    async def open(self, path: str | None = None) -> tuple[int, str]:
        async with self.client.get(path or self.path) as response:
            assert response.content_type == "text/html" and response.headers["Cache-Control"] == "no-store"
            return response.status, await response.text()

    async def press(self, action: str, ticket: str | None = None) -> tuple[int, str]:
        async with self.client.post(PATH, data={"ticket": ticket or self.ticket, "action": action}) as response:
            return response.status, html.unescape(await response.text())

    async def said(self) -> list[tuple[Author, str]]:
        return [(one.author, one.text) for one in await self.house.store.since(self.conversation, 0)]

    async def outcomes(self) -> list[Outcome | None]:
        doses = await self.house.regimens.history("demo", self.conversation.person, AT, MORNING + timedelta(hours=1))
        return [dose.outcome for dose in doses]


async def remind(house: House, conversation: Conversation) -> str:
    """Send one reminder; its message id."""
    timing = read_regimen("每天早上8点吃氨氯地平", AT).timing
    assert timing is not None
    regimen = Regimen("r1", conversation.person, conversation.id, DRUG, None, "一片", timing, AT)
    await house.regimens.add("demo", regimen, AT)
    await house.regimens.lay_out("demo", AT, timedelta(hours=24))
    ((_, message),) = await Rounds(house.outbox._databases).begin("demo", MORNING, 10) or ()
    await house.outbox.sent("demo", [message.id], MORNING)
    return message.id


async def opened(house: House, tag: SubscribeTag | None) -> AsyncIterator[Door]:
    now = [MORNING + timedelta(minutes=5)]
    here = replace(house, clock=lambda: now[0])
    conversation = await here.store.open(Address("demo", "wechat", OPENID), AT)
    reminder = await remind(here, conversation)
    (dose,) = await here.regimens.reminded_by("demo", reminder)
    door = Door(here, conversation, dose, reminder, now)
    app = web.Application(middlewares=[problems])
    app.add_routes(DosePage("demo", here, KEY, tag).routes())
    async with TestClient(TestServer(app)) as door.client:
        yield door
