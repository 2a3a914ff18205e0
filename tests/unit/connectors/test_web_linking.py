"""The page's way to a code: JSON in, a code, a picture and words out."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from defusedxml.ElementTree import fromstring

from bot.conversation import Conversation
from bot.crypto import Keyring
from bot.db import Databases
from bot.errors import Unavailable
from bot.linking import Linking, Verdict
from bot.linking_words import read_code
from bot.locks import MemoryLocks
from bot.messages import Address, Message
from bot.migrate import migrate
from bot.store import ConversationStore
from connectors.problem import problems
from connectors.web.linking import LinkRoutes, picture_of

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
TOKEN = "a-visitors-token-1234"
Client = TestClient[web.Request, web.Application]


class Maker:
    """A channel that makes codes, or fails."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.error: Exception | None = None

    async def __call__(self, scene: str, seconds: int) -> str:
        self.asked.append((scene, seconds))
        if self.error:
            raise self.error
        return f"http://weixin.example/q/{scene}"


class House:
    """The route with its store."""

    def __init__(self, databases: Databases) -> None:
        self.store = ConversationStore(databases)
        self.maker = Maker()

        async def tell(_conversation: Conversation, _message: Message) -> None:
            return

        self.linking = Linking(databases, self.store, MemoryLocks(), tell)
        self.client: Client


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path}/{{clinic}}.sqlite3", Keyring({"k": b"0" * 32}, "k"))
    await migrate(databases.of("demo"))
    house = House(databases)
    await house.store.open(Address("demo", "web", TOKEN), AT)
    app = web.Application(middlewares=[problems])
    app.add_routes(LinkRoutes("demo", house.store, house.linking, house.maker, lambda: AT).routes())
    async with TestClient(TestServer(app)) as house.client:
        yield house
    await databases.close()


async def test_a_page_gets_a_code_that_works(house: House) -> None:
    response = await house.client.post("/api/v1/link", json={"conversation": TOKEN})
    body = await response.json()
    assert response.status == 201 and (body["until"], body["seconds"]) == ("2026-11-21T16:10:00+08:00", 600)
    code = read_code(body["code"])
    assert code is not None and house.maker.asked == [(f"link-{code}", 600)]
    assert body["code"] in body["typed"] and "10 分钟" in body["words"]
    phone = await house.store.open(Address("demo", "wechat", "openid"), AT)
    assert (await house.linking.look(phone, code, AT)).verdict is Verdict.FREE


async def test_the_picture_is_a_drawing_and_nothing_else(house: House) -> None:
    body = await (await house.client.post("/api/v1/link", json={"conversation": TOKEN})).json()
    head, _, drawn = body["qr"].partition(",")
    assert head.startswith("data:image/svg+xml")
    root = fromstring(unquote(drawn))
    assert {each.tag.rpartition("}")[2] for each in root.iter()} <= {"svg", "g", "path"}
    assert len(body["qr"]) < 6_000


def test_other_texts_make_other_pictures() -> None:
    assert picture_of("http://a") != picture_of("http://b")


@pytest.mark.parametrize("error", [Unavailable(), OSError(), TimeoutError()])
async def test_without_a_picture_the_code_can_be_typed(house: House, error: Exception) -> None:
    house.maker.error = error
    response = await house.client.post("/api/v1/link", json={"conversation": TOKEN})
    body = await response.json()
    assert response.status == 201 and body["qr"] is None and body["code"] in body["typed"]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"[]", 400), (b"{}", 404), (b'{"conversation": 1}', 400), (b'{"conversation": "../../../../x"}', 400),
     (b'{"conversation": "somebody-elses-token"}', 404)],
)  # fmt: skip
async def test_who_has_no_conversation_gets_no_code(house: House, body: bytes, status: int) -> None:
    response = await house.client.post("/api/v1/link", data=body)
    assert response.status == status and response.content_type == "application/problem+json"
    assert house.maker.asked == []


async def test_a_linked_page_is_told_how_to_leave(house: House) -> None:
    page = await house.store.open(Address("demo", "web", TOKEN), AT)
    phone = await house.store.open(Address("demo", "wechat", "openid"), AT)
    found = await house.linking.look(phone, (await house.linking.offer(page, AT)).code, AT)
    await house.linking.consent(phone, found.offer, AT)
    response = await house.client.post("/api/v1/link", json={"conversation": TOKEN})
    assert response.status == 409 and "解除绑定" in (await response.json())["title"]
