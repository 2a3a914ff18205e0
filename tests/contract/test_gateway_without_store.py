"""The gateway when its database is gone: danger is answered, everything else is a kind 503."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.bootstrap import build, open_memory
from bot.migrate import migrate
from bot.neighbours import Neighbours
from bot.settings import Settings
from deploy.assemble import make_connectors, make_gateway_app
from deploy.channels import Channels
from knowledge.library import load_library
from knowledge.live import LiveLibrary
from tests.driver_threads import driver_threads_ended

NOBODY = "http://127.0.0.1:9"
Gateway = TestClient[web.Request, web.Application]


def destroy(folder: Path) -> None:
    """Overwrite the database under the running gateway."""
    for file in folder.glob("demo.sqlite3*"):
        file.write_bytes(b"broken" * 2_000)


@pytest.fixture(scope="module")
def library() -> LiveLibrary:
    return LiveLibrary(load_library, frozenset)


@pytest.fixture
async def gateway(tmp_path: Path, library: LiveLibrary) -> AsyncIterator[Gateway]:
    """A gateway whose Rasa and action server do not answer, over a database that is then broken."""
    settings = Settings(var=tmp_path, redis_url=None, llm_base_url=None)
    memory = open_memory(settings)
    await migrate(memory.databases.of(settings.clinic))
    bot = build(settings, memory, library, Neighbours(NOBODY, "r", NOBODY, "a"))
    app = make_gateway_app(settings, bot, make_connectors(settings, bot, Channels()), [], {})
    async with TestClient(TestServer(app)) as client:
        yield client
    await bot.close()
    await driver_threads_ended()


async def test_danger_is_said_and_the_rest_is_refused_kindly(gateway: Gateway, tmp_path: Path) -> None:
    opened = await (await gateway.post("/api/v1/conversations")).json()
    destroy(tmp_path)
    said = {"conversation": opened["conversation"], "id": "m1"}
    danger = await gateway.post("/api/v1/messages", json=said | {"text": "我胸口压着疼，出冷汗，喘不上气"})
    assert danger.status == 200
    assert "120" in (await danger.json())["replies"][0]["text"]
    other = await gateway.post("/api/v1/messages", json=said | {"text": "我要挂号"})
    assert other.status == 503 and other.headers["Retry-After"]
    assert "没能保存" in (await other.json())["title"]


async def test_with_rasa_and_actions_down_there_are_words_and_buttons(gateway: Gateway) -> None:
    answered = await gateway.post("/api/v1/messages", json={"id": "m1", "text": "我要挂号"})
    turn = await answered.json()
    assert answered.status == 200
    assert "请打医院电话" in turn["replies"][0]["text"]
    assert [button["label"] for button in turn["replies"][0]["buttons"]] == ["转人工"]
