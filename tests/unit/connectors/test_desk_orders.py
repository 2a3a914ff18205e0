"""A nurse's order: read back first, kept once, told to the patient, for her patient only."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from actions.ordering import Prescriptions
from bot.conversation import Conversation, Urgency
from bot.crypto import Keyring
from bot.db import Databases
from bot.habits import HabitStore
from bot.handoffs import HandoffStore, request_handoff
from bot.messages import Address
from bot.migrate import migrate
from bot.nursing import Nursing
from bot.outcomes import Outcomes
from bot.regimens import Regimen, Regimens
from bot.store import ConversationStore
from bot.stream import MemoryStream
from connectors.desk import client
from connectors.desk.orders import DeskOrders
from connectors.problem import problems
from knowledge.library import Library, load_library

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
KEY, KEYS = "desk-key", Keyring({"k": b"0" * 32}, "k")
ORDER = "缬沙坦80mg，每天早上一次；阿莫西林每日三次，每次0.5g，饭后半小时，连服7天"


@cache
def library() -> Library:
    """Loading takes two seconds."""
    return load_library()


class Desk:
    """The route with its stores, and a handoff that 王护士 has taken."""

    def __init__(self, databases: Databases) -> None:
        self.databases, self.store = databases, ConversationStore(databases)
        outcomes = Outcomes(databases, self.store, MemoryStream(), {})
        self.nursing = Nursing(databases, self.store, HandoffStore(databases), outcomes, lambda: AT, lambda: "")
        self.regimens = Regimens(databases)
        orders = Prescriptions(library, databases, self.regimens, HabitStore(databases), outcomes.tell_message)
        self.routes = DeskOrders("demo", KEY, self.nursing, orders, lambda: AT).routes()
        self.client: TestClient[web.Request, web.Application]
        self.patient: Conversation
        self.handoff = ""

    async def fill(self) -> None:
        self.patient = await self.store.open(Address("demo", "wechat", "openid"), AT)
        async with self.databases.of("demo").begin() as connection:
            self.handoff = (await request_handoff(connection, self.patient, Urgency.ASKED, "开药", "", AT)).id
        await self.nursing.accept("demo", self.handoff, "王护士")

    async def order(
        self, text: object = ORDER, keep: object = True, id: str = "o1", nurse: str | None = "王护士"
    ) -> tuple[int, Any]:
        cookies = {client.COOKIE: client.sign(KEY, nurse, AT)} if nurse else {}
        body = {"text": text, "id": id, "keep": keep}
        where = f"/api/v1/desk/handoffs/{self.handoff}/orders"
        async with self.client.post(where, json=body, cookies=cookies) as response:
            return response.status, await response.json()

    async def kept(self) -> tuple[Regimen, ...]:
        return await self.regimens.active("demo", self.patient.person)


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


async def test_an_order_is_read_back_before_anything_is_kept(desk: Desk) -> None:
    status, sheet = await desk.order(keep=False)
    assert (status, sheet["kept"], sheet["unread"]) == (200, False, [])
    assert [line.partition("：")[0] for line in sheet["lines"]] == ["缬沙坦", "阿莫西林"]
    assert await desk.kept() == ()


async def test_kept_once_and_told_to_the_patient(desk: Desk) -> None:
    for _ in range(2):
        status, sheet = await desk.order()
        assert (status, sheet["kept"]) == (201, True)
    found = await desk.kept()
    assert [(one.drug, one.ordered_by) for one in found] == [("缬沙坦", "王护士"), ("阿莫西林", "王护士")]
    told = [one for one in await desk.store.since(desk.patient, 0) if "按医嘱" in one.text]
    assert len(told) == 1 and "· 缬沙坦" in told[0].text


async def test_what_goes_badly_together_is_said_to_her(desk: Desk) -> None:
    await desk.order("华法林3mg，每天一次，晚上8点")
    _, sheet = await desk.order("阿司匹林100mg，每天早上一次", keep=False, id="o2")
    assert any("华法林" in caution and "出血" in caution for caution in sheet["cautions"])


@pytest.mark.parametrize("text", ["多喝水", "缬沙坦80mg", "缬沙坦0mg每天一次", "药" * 2_000])
async def test_what_is_not_understood_whole_is_not_kept(desk: Desk, text: str) -> None:
    status, sheet = await desk.order(text)
    assert (status, sheet["kept"]) == (200, False) and sheet["unread"]
    assert await desk.kept() == ()


@pytest.mark.parametrize(
    ("text", "keep", "id"),
    [("", True, "o"), (5, True, "o"), ("药" * 2_001, True, "o"), (ORDER, "yes", "o"), (ORDER, True, "é")],
)
async def test_what_is_no_order_is_refused(desk: Desk, text: object, keep: object, id: str) -> None:
    status, _ = await desk.order(text, keep, id)
    assert status == 400 and await desk.kept() == ()


@pytest.mark.parametrize(("nurse", "status"), [(None, 401), ("李护士", 409)])
async def test_only_the_nurse_who_has_the_patient_orders(desk: Desk, nurse: str | None, status: int) -> None:
    assert (await desk.order(nurse=nurse))[0] == status
    assert await desk.kept() == ()
