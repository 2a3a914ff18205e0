"""Follow-up at the desk: for nurses who are logged in, checked, set once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.conversation import Conversation, Urgency
from bot.crypto import Keyring
from bot.db import Databases
from bot.errors import BadInput
from bot.follow_ups import FollowUps
from bot.handoffs import HandoffStore, request_handoff
from bot.messages import Address
from bot.migrate import migrate
from bot.nursing import Nursing
from bot.outcomes import Outcomes
from bot.store import ConversationStore
from bot.stream import MemoryStream
from connectors.desk import client
from connectors.desk.follow_ups import DeskFollowUps, decode_plan
from connectors.problem import problems
from knowledge.follow_ups import load_follow_ups

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
KEY, KEYS = "desk-key", Keyring({"k": b"0" * 32}, "k")
WANTED = {"follow_up": "pneumonia", "discharged_on": "2026-11-21"}


class Desk:
    """The routes with their stores, and one handoff."""

    def __init__(self, databases: Databases) -> None:
        self.databases, self.store = databases, ConversationStore(databases)
        outcomes = Outcomes(databases, self.store, MemoryStream(), {})
        nursing = Nursing(databases, self.store, HandoffStore(databases), outcomes, lambda: AT, lambda: "")
        book = load_follow_ups()
        follow_ups = FollowUps(databases, lambda: book, outcomes.tell_message)
        self.routes = DeskFollowUps("demo", KEY, nursing, follow_ups, lambda: AT).routes()
        self.client: TestClient[web.Request, web.Application]
        self.patient: Conversation
        self.handoff = ""

    async def fill(self) -> None:
        self.patient = await self.store.open(Address("demo", "wechat", "openid"), AT)
        async with self.databases.of("demo").begin() as connection:
            self.handoff = (await request_handoff(connection, self.patient, Urgency.ASKED, "出院", "", AT)).id

    async def ask(self, method: str, path: str, body: Any = None, nurse: str | None = "王护士") -> tuple[int, Any]:
        cookies = {client.COOKIE: client.sign(KEY, nurse, AT)} if nurse else {}
        where = f"/api/v1/desk/{path}".replace("HANDOFF", self.handoff)
        async with self.client.request(method, where, json=body, cookies=cookies) as response:
            return response.status, await response.json()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path}/{{clinic}}.sqlite3", KEYS)
    await migrate(databases.of("demo"))
    desk = Desk(databases)
    await desk.fill()
    app = web.Application(middlewares=[problems])
    app.add_routes(desk.routes)
    async with TestClient(TestServer(app)) as desk.client:
        yield desk
    await databases.close()


async def test_a_nurse_chooses_sets_reads_and_ends(desk: Desk) -> None:
    _, offered = await desk.ask("GET", "follow-ups")
    (pneumonia,) = [one for one in offered["follow_ups"] if one["id"] == "pneumonia"]
    assert pneumonia["title"] == "肺炎出院后" and pneumonia["questions"] and pneumonia["sources"]

    status, planned = await desk.ask("POST", "handoffs/HANDOFF/follow-ups", WANTED)
    assert status == 200
    assert [(day["day"], day["status"]) for day in planned["days"]] == [(n, "waiting") for n in (1, 3, 7)]
    assert (status, planned) == await desk.ask("POST", "handoffs/HANDOFF/follow-ups", WANTED)
    assert planned["days"][0]["at"] == "2026-11-22T10:00:00+08:00"
    assert len(await desk.store.last(desk.patient, 9)) == 1

    _, read = await desk.ask("GET", "handoffs/HANDOFF/follow-ups")
    assert read == planned
    _, ended = await desk.ask("POST", f"handoffs/HANDOFF/follow-ups/{read['days'][0]['plan']}/stop")
    assert {day["status"] for day in ended["days"]} == {"cancelled"}


async def test_a_nurse_may_choose_the_days(desk: Desk) -> None:
    _, planned = await desk.ask("POST", "handoffs/HANDOFF/follow-ups", WANTED | {"days": [2, 5]})
    assert [day["day"] for day in planned["days"]] == [2, 5]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "follow-ups"), ("GET", "handoffs/HANDOFF/follow-ups"), ("POST", "handoffs/HANDOFF/follow-ups")],
)
async def test_nobody_else_may(desk: Desk, method: str, path: str) -> None:
    assert (await desk.ask(method, path, nurse=None))[0] == 401


async def test_what_is_not_there_is_said(desk: Desk) -> None:
    post = "handoffs/HANDOFF/follow-ups"
    assert (await desk.ask("POST", "handoffs/none/follow-ups", WANTED))[0] == 404
    assert (await desk.ask("POST", post, WANTED | {"follow_up": "none"}))[0] == 404
    assert (await desk.ask("POST", post, WANTED | {"discharged_on": "2027-01-01"}))[0] == 400
    assert (await desk.ask("POST", f"{post}/none/stop"))[0] == 409


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b'{"follow_up": 1, "discharged_on": "2026-11-21"}',
        b'{"follow_up": "a", "discharged_on": "21.11.2026"}',
        b'{"follow_up": "a", "discharged_on": "2026-11-21", "days": 3}',
        b'{"follow_up": "a", "discharged_on": "2026-11-21", "days": [0]}',
        b'{"follow_up": "a", "discharged_on": "2026-11-21", "days": [true]}',
        b'{"follow_up": "a", "discharged_on": "2026-11-21", "days": [1.5]}',
        b'{"follow_up": "a", "discharged_on": "2026-11-21", "days": [91]}',
    ],
)  # fmt: skip
def test_another_form_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        decode_plan(body)
