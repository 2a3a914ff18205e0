"""A house with its Telegram channel before the stand-in of Telegram, all over real HTTP."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from prometheus_client import CollectorRegistry

from bot.answers import Answer, Asked
from bot.conversation import Conversation, Route
from bot.crypto import Keyring
from bot.db import Databases
from bot.house import House
from bot.messages import Address, Author, Button, Kind, Reply
from bot.migrate import migrate
from bot.offers import OFFER_HUMAN
from bot.reach import Standing
from bot.store import write_replies
from bot.stream import Stream, StreamEvent
from cases.library import load_cases
from cases.model import Case
from connectors.app import BODY_BYTES
from connectors.courier import Courier
from connectors.problem import problems
from connectors.telegram.client import TelegramClient
from connectors.telegram.metrics import TelegramCounts
from connectors.telegram.routes import PATH, SECRET_HEADER, TelegramConnector
from connectors.telegram.streaming import Pacing, Previews
from deploy.standin.telegram.server import make_telegram
from deploy.standin.telegram.settings import Faults, StandInBot
from deploy.standin.telegram.world import Telegram
from knowledge.refusals import Refusals, load_refusals
from tests.unit.bot import conftest

SECRET = "the-secret_of-the-webhook"
LEARNER = 1001
QUICK = Pacing(patience_s=0.05, first_s=0.05, edit_s=0.05)
UNHURRIED = StandInBot(burst=1_000, per_s=1_000, all_per_s=1_000, again_s=0.05)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Rooms:
    """Loaded once."""

    tables: Path  # a database in which nothing was written yet
    refusals: Refusals
    cases: Mapping[str, Case]


@pytest.fixture(scope="session")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Rooms:
    """What takes seconds to make and is the same in every test."""
    folder = tmp_path_factory.mktemp("tables")

    async def make() -> None:
        databases = Databases(f"sqlite+aiosqlite:///{folder}/{{clinic}}.sqlite3", Keyring({"k": b"0" * 32}, "k"))
        await migrate(databases.of("demo"))
        await databases.close()

    asyncio.run(make())
    return Rooms(folder / "demo.sqlite3", load_refusals(), load_cases())


@pytest.fixture(autouse=True)
def quick_house(rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fixture `house` finds its tables made and its books read."""
    shutil.copy(rooms.tables, tmp_path / "demo.sqlite3")
    monkeypatch.setattr(conftest, "load_refusals", lambda: rooms.refusals)
    monkeypatch.setattr(conftest, "load_cases", lambda: rooms.cases)


@dataclass(slots=True)
class DictShelf:
    """What lies in the database of a real house."""

    values: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    async def get(self, name: str, /) -> tuple[str, datetime] | None:
        return self.values.get(name)

    async def put(self, name: str, value: str, until: datetime, /) -> None:
        self.values[name] = value, until


@dataclass(slots=True)
class Noted:
    """Who can't be reached any more."""

    marks: list[tuple[Address, Standing]] = field(default_factory=list)

    async def mark(self, address: Address, standing: Standing) -> None:
        self.marks.append((address, standing))


@dataclass(slots=True)
class Tells:
    """A model: says sentences one by one, as the real responder does, then answers."""

    stream: Stream
    sentences: list[str]
    pause_s: float = 0.1
    kind: Kind = Kind.GENERATED
    final: str | None = None

    async def respond(self, asked: Asked) -> Answer | None:
        for index, text in enumerate(self.sentences):
            await asyncio.sleep(self.pause_s)
            delta = {"turn": asked.turn, "index": index, "text": text}
            await self.stream.publish(asked.conversation.key, StreamEvent("delta", delta))
        await asyncio.sleep(self.pause_s)
        words = "".join(self.sentences) if self.final is None else self.final
        return Answer(Route.FALLBACK, (Reply(words, (OFFER_HUMAN,), kind=self.kind),))


@dataclass(slots=True)
class Hall:
    """Everything, running."""

    telegram: Telegram
    client: TelegramClient
    connector: TelegramConnector
    courier: Courier
    registry: CollectorRegistry
    noted: Noted
    shelf: DictShelf
    url: str  # of the gateway's webhook
    api: str  # of the stand-in

    def count(self, kind: str) -> float:
        return self.registry.get_sample_value("xinglin_telegram_updates_total", {"kind": kind}) or 0.0

    async def shows(self, true: Callable[[], object], within_s: float = 5.0) -> None:
        """Carry what is due until something holds."""
        end = time.monotonic() + within_s
        while not true():
            assert time.monotonic() < end, self.telegram.chats
            await self.courier.round()
            await asyncio.sleep(0.02)

    async def quiet(self) -> None:
        """Nothing waits any more, and what was begun has ended."""
        await self.shows(lambda: not self.telegram.updates)
        for _ in range(10):
            await asyncio.sleep(0.02)
            await self.courier.round()


@asynccontextmanager
async def hall(
    house: House, bot: StandInBot = UNHURRIED, pacing: Pacing = QUICK, secret: str | None = SECRET
) -> AsyncIterator[Hall]:
    """The stand-in's server, the gateway with its webhook set, and a courier that is driven by hand."""
    house = replace(house, clock=now)
    telegram, registry, noted, shelf = Telegram(bot, Faults()), CollectorRegistry(), Noted(), DictShelf()
    async with TestServer(make_telegram(telegram)) as outside:
        api = str(outside.make_url("")).rstrip("/")
        client = TelegramClient(bot.token, api)
        previews = Previews(client, house.outcomes.stream, house.locks, shelf, now, pacing)
        counts = TelegramCounts(registry)
        connector = TelegramConnector("demo", house, client, previews, noted, counts, secret)
        app = web.Application(middlewares=[problems], client_max_size=BODY_BYTES)
        app.add_routes(connector.routes())
        async with TestServer(app) as gateway:
            url = str(gateway.make_url(PATH))
            if secret:
                await client.set_webhook(url, secret)
            courier = Courier("demo", house.outbox, {"telegram": connector}, lambda: now() + timedelta(seconds=0.01))
            yield Hall(telegram, client, connector, courier, registry, noted, shelf, url, api)
            await connector.close()


ADDRESS = Address("demo", "telegram", str(LEARNER))
TAKEN = Button("已服药", command="dose_taken", args={"dose": "d1"})
SNOOZE = Button("10分钟后提醒", command="dose_snooze", args={"dose": "d1"})


async def conversation(here: Hall) -> Conversation:
    return await here.connector.house.store.open(ADDRESS, here.connector.house.clock())


async def tell(here: Hall, *replies: Reply) -> None:
    """Messages of the house that answer nothing."""
    mine = await conversation(here)
    async with here.connector.house.outcomes.databases.of("demo").begin() as connection:
        await write_replies(connection, mine, replies, here.connector.house.clock())


async def post(here: Hall, body: bytes, secret: str | None = SECRET) -> int:
    headers = {SECRET_HEADER: secret} if secret is not None else {}
    async with ClientSession() as http, http.post(here.url, data=body, headers=headers) as answer:
        return answer.status


def update(number: int, text: object = "你好") -> dict[str, Any]:
    chat = {"id": LEARNER, "type": "private", "first_name": "学员"}
    person = {"id": LEARNER, "is_bot": False, "first_name": "学员"}
    message = {"message_id": number, "date": 1_790_000_000, "chat": chat, "from": person, "text": text}
    return {"update_id": number, "message": message}


async def heard(here: Hall) -> list[str]:
    said = await here.connector.house.store.last(await conversation(here), 100)
    return [message.text for message in said if message.author is Author.PATIENT]
