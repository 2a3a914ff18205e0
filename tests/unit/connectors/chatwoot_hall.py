"""A house, its bridge, and the stand-in of Chatwoot, all over real HTTP; the clock is set by hand."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.answers import Answer, Asked, HandoffWanted
from bot.conversation import Conversation, Handoff, Route
from bot.handoffs import HandoffStore
from bot.house import House
from bot.messages import Address, InboundMessage, Reply
from bot.nursing import Nursing
from bot.shelf import Shelf
from bot.turn import handle
from connectors.base import Bundle, Capabilities, ChannelRefused, Waiting, one_by_one
from connectors.chatwoot.bridge import Bridge
from connectors.chatwoot.client import ChatwootClient
from connectors.chatwoot.hearing import Hearing
from connectors.chatwoot.mirror import Mirrors
from connectors.chatwoot.routes import ChatwootRoutes
from connectors.chatwoot.telling import Telling
from connectors.courier import Courier
from connectors.problem import problems
from deploy.standin.chatwoot.desk import Desk, Said, Talk
from deploy.standin.chatwoot.server import DESK, FAULTS, make_chatwoot
from deploy.standin.chatwoot.settings import ChatwootSettings
from deploy.standin.wechat.faults import Faults
from tests.unit.bot.conftest import Says

CLINIC = "demo"
DOOR = "door-of-the-test"
AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """A clock set by hand."""

    at: datetime = AT

    def __call__(self) -> datetime:
        return self.at

    def on(self, seconds: float) -> datetime:
        self.at += timedelta(seconds=seconds)
        return self.at


class Listens(Says):
    """Asks for a person when it hears 人工."""

    async def respond(self, asked: Asked) -> Answer | None:
        if "人工" in asked.text:
            return Answer(Route.HANDOFF, change=HandoffWanted("要求人工"))
        return Answer(Route.STRUCTURED, (Reply(f"听到：{asked.text}"),))


@dataclass(slots=True)
class Phone:
    """The patients' channel."""

    shown: list[str] = field(default_factory=list)
    refuses: ChannelRefused | None = None
    name: str = "web"
    capabilities: Capabilities = field(default_factory=Capabilities)

    def routes(self) -> Sequence[web.RouteDef]:
        return ()

    def pack(self, _conversation: Conversation, waiting: Sequence[Waiting]) -> Sequence[Bundle]:
        return one_by_one(waiting)

    async def send(self, _conversation: Conversation, bundle: Bundle) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.shown.append(bundle.messages[0].text)


@dataclass(slots=True)
class Hall:
    """Both ends of the wire."""

    house: House
    nursing: Nursing
    desk: Desk
    faults: Faults
    bridge: Bridge
    courier: Courier
    phone: Phone
    clock: Clock
    url: str
    http: ClientSession
    app: web.Application
    _said: int = 0

    async def say(self, text: str, patient: str = "openid-of-zhang") -> Conversation:
        """A patient writes; the house answers."""
        self._said += 1
        address = Address(CLINIC, "web", patient)
        turn = await handle(self.house, InboundMessage(address, f"m{self._said}", text, self.clock()))
        found = await self.house.store.by_id(CLINIC, turn.conversation)
        assert found is not None
        return found

    async def beat(self, seconds: float = 5) -> None:
        """The heartbeat, a little later; callbacks and deliveries are done when it returns."""
        await self.bridge.beat(self.clock.on(seconds))
        await self.settle()

    async def settle(self) -> None:
        await self.desk.settled()
        await self.bridge.kept.finish(5)
        await self.courier.round()

    async def handoff(self, conversation: Conversation) -> Handoff:
        found = await self.nursing.handoffs.newest_of(conversation)
        assert found is not None
        return found

    def talk(self) -> Talk:
        """The newest chat."""
        return self.desk.talks[max(self.desk.talks)]

    def words(self) -> list[str]:
        """The patient's words as agents see them."""
        return [each.text for each in self.talk().said if each.kind == "incoming"]

    def notes(self) -> list[Said]:
        """What we noted for agents."""
        return [each for each in self.talk().said if each.private and each.source]

    def restarted(self) -> Bridge:
        """The bridge as another process has it."""
        self.bridge = make_bridge(self.house, self.nursing, self.bridge.hearing.client, self.clock)
        return self.bridge


def make_bridge(house: House, nursing: Nursing, client: ChatwootClient, clock: Clock) -> Bridge:
    mirrors = Mirrors(Shelf(nursing.databases, CLINIC), house.locks, CLINIC, clock)
    telling = Telling(house.store, house.outbox, client, mirrors)
    hearing = Hearing(nursing, client, telling)
    return Bridge(CLINIC, house.store, nursing.handoffs, house.locks, house.outcomes.stream, mirrors, telling, hearing)


@asynccontextmanager
async def open_hall(given: House, *, lists_sources: bool = True, wait_s: float = 5.0) -> AsyncIterator[Hall]:
    """Everything, running."""
    clock, databases = Clock(), given.outbox._databases
    house = replace(given, rasa=Listens([None]), clock=clock)
    nursing = Nursing(databases, house.store, HandoffStore(databases), house.outcomes, clock, lambda: "010-12345678")
    settings = ChatwootSettings(clock, lists_sources=lists_sources, wait_s=wait_s)
    server = TestServer(make_chatwoot(settings))
    await server.start_server()
    desk = server.app[DESK]
    async with ClientSession() as http:
        client = ChatwootClient(
            str(server.make_url("")).rstrip("/"), settings.account, settings.inbox, SecretStr(settings.token), http
        )
        bridge = make_bridge(house, nursing, client, clock)
        app = web.Application(middlewares=[problems])
        app.add_routes(ChatwootRoutes(DOOR, settings.secret, bridge, clock).routes())
        gateway = TestServer(app)
        await gateway.start_server()
        desk.url = str(gateway.make_url(f"/chatwoot/{DOOR}"))
        phone = Phone()
        courier = Courier(CLINIC, house.outbox, {phone.name: phone}, clock, house.outcomes.stream)
        hall = Hall(house, nursing, desk, server.app[FAULTS], bridge, courier, phone, clock, desk.url, http, server.app)
        yield hall
        server.app[FAULTS].clear()
        await hall.settle()
        await gateway.close()
    await server.close()


async def asked(hall: Hall, *more: str) -> Conversation:
    """A patient wants a person, says more, and agents see it."""
    conversation = await hall.say("我要人工")
    for words in more:
        hall.clock.on(1)
        await hall.say(words)
    await hall.beat()
    return conversation
