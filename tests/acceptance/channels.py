"""Streets for the complaints: one house, one clinic, all channels, ready before the first person says something."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession, CookieJar

from bot.bootstrap import Memory, open_memory
from bot.messages import Address
from bot.regimen_rows import Regimen
from bot.settings import Settings
from schedules.clock import local
from schedules.regimen import read_regimen
from tests.contract.channels.houses import DESK_KEY, KEYS, House
from tests.contract.channels.street import Street
from tests.contract.channels.wechat_persons import WeChatPersons

DEMO = "demo"


@asynccontextmanager
async def memory_of(around: Street) -> AsyncIterator[Memory]:
    """What the house has written, for the time of the block."""
    folder, shape = around.houses[0].folder, around.shape
    url = shape.get("DATABASE_URL", "sqlite+aiosqlite:///{var}/{clinic}.sqlite3")
    memory = open_memory(Settings(var=folder, data_keys=KEYS, database_url=url, redis_url=None))
    try:
        yield memory
    finally:
        await memory.close()


def patients(around: Street) -> WeChatPersons:
    """The patients in WeChat."""
    found = around.drivers["wechat"]
    assert isinstance(found, WeChatPersons)
    return found


def logged(house: House, action: str) -> list[dict[str, Any]]:
    """The lines of the log about one action."""
    lines = (line for line in house.log.read_text().splitlines() if line.startswith("{"))
    return [found for line in lines if (found := json.loads(line)).get("action") == action]


@dataclass(slots=True)
class Nurse:
    """A nurse at the desk."""

    url: str
    http: ClientSession
    name: str = "王护士"
    said: int = 0

    async def log_in(self) -> None:
        """Show the key."""
        async with self.http.post(f"{self.url}/api/v1/desk/login", json={"key": DESK_KEY, "nurse": self.name}) as done:
            assert done.status == 204

    async def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One request; the JSON that comes back."""
        async with self.http.request(method, f"{self.url}/api/v1/desk/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def take(self, words: str) -> str:
        """Take the handoff in whose summary these words stand; its id."""
        for _ in range(50):
            found = [h for h in (await self.call("GET", "handoffs"))["handoffs"] if words in h["summary"] + h["last"]]
            if found:
                await self.call("POST", f"handoffs/{found[0]['id']}/accept", {})
                return str(found[0]["id"])
            await asyncio.sleep(0.1)
        raise AssertionError(f"no handoff about {words}")

    async def say(self, handoff: str, text: str) -> None:
        """Answer the patient."""
        await self.call("POST", f"handoffs/{handoff}/messages", {"id": uuid.uuid4().hex, "text": text})


@asynccontextmanager
async def nurse_at(around: Street) -> AsyncIterator[Nurse]:
    """A nurse who is logged in, for the time of the block."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        nurse = Nurse(around.houses[0].url, http)
        await nurse.log_in()
        yield nurse


async def ring(around: Street, person: str) -> str:
    """Let a dose of amlodipine be due for a patient at this minute; the id of its regimen."""
    now = datetime.now(UTC)
    async with memory_of(around) as memory:
        conversation = await memory.store.find(Address(DEMO, "wechat", person))
        assert conversation
        timing = read_regimen(f"每天{local(now):%H:%M}吃氨氯地平", now - timedelta(minutes=2)).timing
        assert timing
        id, from_at = uuid.uuid4().hex, now - timedelta(minutes=2)
        regimen = Regimen(id, conversation.person, conversation.id, "氨氯地平", None, "一片", timing, from_at)
        await memory.regimens.add(DEMO, regimen, from_at)
    return id
