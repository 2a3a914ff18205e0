"""What a nurse's page is told of her own words: on their way, waiting, gone, lost; and that it hears of a change."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.conversation import Conversation, Urgency
from bot.handoffs import HandoffStore, request_handoff
from bot.house import House
from bot.messages import Address, InboundMessage
from bot.nursing import Nursing
from bot.stream import MemoryStream
from connectors.base import Bundle, ChannelRefused, Fate
from connectors.courier import Courier
from connectors.desk import client
from connectors.desk.routes import DeskConnector
from connectors.problem import problems
from tests.contract.test_outbox import Channel
from tests.unit.bot import conftest as bots

KEY = "desk-key"
AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

house, red_flags = bots.house, bots.red_flags


@dataclass(slots=True)
class Refuses(Channel):
    """A channel that takes nothing."""

    why: Fate = Fate.WAIT

    async def send(self, conversation: Conversation, bundle: Bundle) -> None:
        raise ChannelRefused("closed", self.why, tell=True)


@dataclass(slots=True)
class Desk:
    """A desk with one accepted handoff."""

    house: House
    stream: MemoryStream
    handoff: str
    page: TestClient[web.Request, web.Application] = field(init=False)

    @property
    def cookies(self) -> dict[str, str]:
        return {client.COOKIE: client.sign(KEY, "王护士", AT)}

    async def say(self, text: str) -> dict[str, str]:
        path = f"/api/v1/desk/handoffs/{self.handoff}/messages"
        async with self.page.post(path, json={"id": text, "text": text}, cookies=self.cookies) as response:
            said: dict[str, str] = (await response.json())["message"]
        return said

    async def deliveries(self) -> list[tuple[str, str | None]]:
        async with self.page.get(f"/api/v1/desk/handoffs/{self.handoff}", cookies=self.cookies) as response:
            messages = (await response.json())["messages"]
        return [(one["text"], one.get("delivery")) for one in messages if one["author"] != "bot"]

    async def carry(self, channel: Channel) -> None:
        await Courier("demo", self.house.outbox, {"web": channel}, lambda: AT, self.stream).round()


@pytest.fixture
async def desk(house: House) -> AsyncIterator[Desk]:
    databases, stream = house.outbox._databases, MemoryStream()
    conversation = await house.store.open(Address("demo", "web", "visitor"), AT)
    await house.store.claim(conversation, InboundMessage(conversation.address, "m1", "护士在吗", AT))
    async with databases.of("demo").begin() as connection:
        handoff = await request_handoff(connection, conversation, Urgency.ASKED, "患者要求", "", AT)
    outcomes = replace(house.outcomes, stream=stream)
    nursing = Nursing(databases, house.store, HandoffStore(databases), outcomes, lambda: AT, house.phone)
    await nursing.accept("demo", handoff.id, "王护士")
    app = web.Application(middlewares=[problems])
    app.add_routes(DeskConnector("demo", KEY, nursing, house.store, stream, house.outbox).routes())
    desk = Desk(house, stream, handoff.id)
    await desk.carry(Channel())  # that she has come
    async with TestClient(TestServer(app)) as desk.page:
        yield desk


async def test_the_patients_words_have_no_delivery_and_the_nurses_have(desk: Desk) -> None:
    assert (await desk.say("在的"))["delivery"] == "sending"
    assert await desk.deliveries() == [("护士在吗", None), ("在的", "sending")]
    await desk.carry(Channel())
    assert (await desk.deliveries())[1] == ("在的", "sent")
    assert (await desk.say("在的"))["delivery"] == "sent", "the same words sent again by an impatient page"


@pytest.mark.parametrize(("why", "seen"), [(Fate.WAIT, "waiting"), (Fate.GIVE_UP, "failed"), (Fate.RETRY, "sending")])
async def test_what_did_not_leave(desk: Desk, why: Fate, seen: str) -> None:
    await desk.say("在的")
    await desk.carry(Refuses(why=why))
    assert (await desk.deliveries())[1] == ("在的", seen)


async def test_the_open_page_hears_of_it(desk: Desk) -> None:
    async with desk.page.get("/api/v1/desk/events", cookies=desk.cookies) as events:
        await desk.say("在的")
        await desk.carry(Refuses())
        heard: list[str] = []
        while len(heard) < 2:
            line = (await events.content.readline()).decode()
            if line.startswith("data:") and "message" in (told := json.loads(line[5:])):
                assert told["handoff"] == desk.handoff
                heard.append(told["message"]["delivery"])
    assert heard[-1] == "waiting"
