"""A house with its KF channel before the stand-in of WeCom, all over real HTTP; the clock is set by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.answers import Answer, Asked
from bot.conversation import Route
from bot.db import Databases
from bot.house import House
from bot.locks import MemoryLocks
from bot.messages import Kind, Reply
from bot.shelf import Shelf
from connectors.courier import Courier
from connectors.kf.client import KfClient
from connectors.kf.routes import PATH, KfConnector
from connectors.problem import problems
from connectors.tencent.api import Api
from connectors.tencent.callback import Callback
from connectors.tencent.crypto import Envelope
from connectors.tencent.remedies import WECOM_REMEDIES
from connectors.tencent.tokens import TokenHolder
from connectors.wecom.client import fetch_token
from deploy.standin.wecom.kf import Who
from deploy.standin.wecom.server import WECOM, make_wecom
from deploy.standin.wecom.settings import WeComSettings
from deploy.standin.wecom.wecom import WeCom
from tests.unit.bot.conftest import Says

CLINIC = "demo"
KFID = "wkXinglin01"
AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """A clock set by hand."""

    at: datetime = AT

    def __call__(self) -> datetime:
        return self.at


@dataclass(slots=True)
class Echo:
    """A responder that says what it heard, or what it is told to."""

    replies: tuple[Reply, ...] = ()
    heard: list[str] = field(default_factory=list)

    async def respond(self, asked: Asked) -> Answer | None:
        self.heard.append(asked.text)
        return Answer(Route.STRUCTURED, self.replies or (Reply(f"听到：{asked.text}"),))

    matters = Says.matters
    put_off = Says.put_off
    leave = Says.leave

    splits: dict[str, list[object]] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    keeps: bool = True


@dataclass(slots=True)
class Hall:
    """Both ends of the wire."""

    house: House
    echo: Echo
    wecom: WeCom
    connector: KfConnector
    courier: Courier
    clock: Clock
    url: str
    http: ClientSession

    async def settle(self) -> None:
        """Until callbacks, pulls, turns and deliveries are done."""
        await self.wecom.settled()
        while self.connector.kept._working:
            await self.connector.kept.finish(5)
        await self.courier.round()

    async def say(self, text: str, patient: str = "wmOne") -> None:
        self.wecom.say(who(patient), text)
        await self.settle()

    def shown(self, patient: str = "wmOne") -> list[str]:
        """What the house said on a patient's phone."""
        return [one.text for one in self.wecom.shown(who(patient)) if not one.mine]

    def left(self, patient: str = "wmOne") -> int:
        return self.wecom.kf.talks[who(patient)].left

    def restarted(self) -> KfConnector:
        """The channel as another process has it."""
        old = self.connector
        house = replace(self.house, locks=self.house.locks)
        self.connector = KfConnector(CLINIC, house, old.callback, old.client, old.shelf)
        return self.connector


def who(patient: str) -> Who:
    return KFID, patient


def long_answer(sentences: int) -> Reply:
    return Reply("".join(f"这是第{n}句，请按医生的话服药。" for n in range(sentences)), kind=Kind.GENERATED)


@asynccontextmanager
async def open_hall(given: House, page_items: int = 1_000) -> AsyncIterator[Hall]:
    """Everything, running."""
    clock, echo = Clock(), Echo()
    house, databases = replace(given, rasa=echo, clock=clock), given.outbox._databases
    settings = WeComSettings(clock, page_items=page_items)
    server = TestServer(make_wecom(settings))
    await server.start_server()
    wecom = server.app[WECOM]
    async with ClientSession() as http:
        client = KfClient(
            make_api(settings, str(server.make_url("")).rstrip("/"), http, databases, clock), house.reach, clock
        )
        envelope = Envelope(settings.kf_token, (settings.kf_aes_key,), settings.corp_id)
        connector = KfConnector(CLINIC, house, Callback(envelope, clock), client, Shelf(databases, CLINIC))
        gateway = TestServer(gateway_of(connector))
        await gateway.start_server()
        url = str(gateway.make_url(PATH))
        assert await wecom.kf_callbacks.call_at(url)
        courier = Courier(CLINIC, house.outbox, {connector.name: connector}, clock)
        hall = Hall(house, echo, wecom, connector, courier, clock, url, http)
        yield hall
        await hall.connector.kept.finish(5)
        await gateway.close()
    await server.close()


def gateway_of(connector: KfConnector) -> web.Application:
    app = web.Application(middlewares=[problems])
    app.add_routes(connector.routes())
    return app


def make_api(settings: WeComSettings, url: str, http: ClientSession, databases: Databases, clock: Clock) -> Api:
    bare = Api(url, None, http, remedies=WECOM_REMEDIES)
    holder = TokenHolder(
        lambda: fetch_token(bare, settings.corp_id, SecretStr(settings.kf_secret)), Shelf(databases, CLINIC),
        MemoryLocks(), clock, "token:kf",
    )  # fmt: skip
    return Api(url, holder, http, remedies=WECOM_REMEDIES)
