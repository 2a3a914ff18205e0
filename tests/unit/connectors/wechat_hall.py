"""A client of ours in front of the stand-in of WeChat's server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from aiohttp.web import Application, Request, Response, post

from bot.conversation import Conversation, Mode
from bot.crypto import Keyring
from bot.db import Databases
from bot.locks import MemoryLocks
from bot.messages import Address, Author, Button, Kind, Message, Touch
from bot.migrate import migrate
from bot.outbox import Outbox
from bot.reach import Reach, Standing
from bot.shelf import Shelf
from connectors.base import Bundle, ChannelRefused, Waiting
from connectors.tencent.api import Api
from connectors.tencent.tokens import TokenHolder
from connectors.wechat.client import SEND, WeChatClient
from connectors.wechat.fates import TemplateFates
from connectors.wechat.packing import pack
from connectors.wechat.templates import Detail, Details, Purpose, Template, TemplateKind, Templates
from connectors.wechat.token import fetch_token
from deploy.standin.clock import JumpingClock
from deploy.standin.wechat.faults import Fault, Trouble
from deploy.standin.wechat.people import Shown, Way
from deploy.standin.wechat.server import WECHAT, make_wechat
from deploy.standin.wechat.settings import EXAMPLE_TEMPLATES, StandInSettings
from deploy.standin.wechat.wechat import WeChat
from knowledge.drug_names import DrugBook

OPENID = "oPatient0123456789ABCDEFGHIJ"
WHO = Address("demo", "wechat", OPENID)
CONVERSATION = Conversation("c1", WHO, "p1", Mode.ASSISTANT)
LONG_TERM, ONE_TIME, PLAIN = (one.id for one in EXAMPLE_TEMPLATES[:3])
FIELDS: dict[str, Detail | str] = {
    "thing1": Detail.DRUG,
    "thing2": Detail.DOSE,
    "time3": Detail.TIME,
    "thing4": "按时吃药",
}
LONG = "每天按时服药，每次0.5克，不要自己停药。" * 120


@dataclass
class Hall:
    """A client of ours, its counting, and the other side."""

    client: WeChatClient
    reach: Reach
    wechat: WeChat
    clock: JumpingClock

    async def said(self) -> None:
        """The person writes: both sides open their windows."""
        await self.wechat.say(OPENID, "你好")
        await self.reach.opened(WHO, Touch.SAID, self.clock())

    async def send(self, *messages: Message) -> None:
        for bundle in bundles(*messages):
            await self.client.send(CONVERSATION, bundle)

    async def refused(self, *messages: Message) -> ChannelRefused:
        with pytest.raises(ChannelRefused) as refused:
            await self.send(*messages)
        return refused.value

    async def left(self) -> int:
        return (await self.reach.left(WHO, self.clock())).messages

    async def standing(self) -> Standing:
        return (await self.reach.left(WHO, self.clock())).standing

    def shown(self) -> list[Shown]:
        return [one for one in self.wechat.shown(OPENID) if one.way is not Way.SAID]

    def is_typing(self) -> bool:
        return self.wechat.world.people.meet(OPENID).types(self.clock())

    def trouble(self, code: int, path: str = SEND, times: int = 1) -> None:
        self.wechat.faults.order(Trouble(Fault.CODE, code), path, times)


def bundles(*messages: Message) -> list[Bundle]:
    return pack([Waiting(message) for message in messages])


def message(
    seq: int = 1, text: str = "好的。", *labels: str, kind: Kind = Kind.TEXT, by: Author = Author.BOT
) -> Message:
    buttons = tuple(Button(label, id=f"m{seq}-{n}", number=n + 1) for n, label in enumerate(labels))
    return Message(seq, f"m{seq}", by, text, datetime(2026, 11, 21, 8, tzinfo=UTC), kind, buttons=buttons)


REMINDER = message(1, "到时间吃药啦：氨氯地平 每次1片。", "已服药", kind=Kind.REMINDER)
WARNING = message(1, "请马上拨打120！", kind=Kind.RED_FLAG)
NURSE = message(1, "您好，我是王护士。", by=Author.NURSE)


async def dose(_conversation: Conversation, about: Message) -> Details:
    """What a house that knows its regimens says of a reminder."""
    return Details(about.text, about.at, "苯磺酸左氨氯地平片（施慧达）2.5mg×14片/盒", "每次1片")


def templates(kind: TemplateKind) -> Templates:
    ids = {TemplateKind.LONG_TERM: LONG_TERM, TemplateKind.ONE_TIME: ONE_TIME, TemplateKind.TEMPLATE: PLAIN}
    fields = dict(FIELDS) if kind is TemplateKind.LONG_TERM else {name: FIELDS[name] for name in list(FIELDS)[:3]}
    if kind is TemplateKind.TEMPLATE:
        fields = {"thing1": Detail.DRUG, "time2": Detail.TIME, "thing3": Detail.DOSE}
    return Templates({Purpose.REMINDER: Template(ids[kind], kind, fields)})


def silent_house() -> Application:
    """Takes every callback and says nothing."""

    async def receive(_request: Request) -> Response:
        return Response(text="success")

    app = Application()
    app.add_routes([post("/", receive)])
    return app


def calls(told: StandInSettings, base: str, http: ClientSession, shelf: Shelf) -> Api:
    """Our calls to the stand-in, with a token."""
    without = Api(base, None, http)
    fetch = partial(fetch_token, without, told.app_id, told.secret)
    return replace(without, holder=TokenHolder(fetch, shelf, MemoryLocks(), told.clock, "token:wechat"))


@asynccontextmanager
async def open_hall(
    tmp_path: Path, book: DrugBook, having: Templates | None = None, **account: Any
) -> AsyncIterator[Hall]:
    """A client and a stand-in with this account; `customer_service`: whether ours believes it may send."""
    allowed = account.pop("customer_service", True)
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path}/{{clinic}}.sqlite3", Keyring({"k": b"0" * 32}, "k"))
    await migrate(databases.of("demo"))
    clock, reach = JumpingClock(), Reach(databases)
    try:
        async with TestServer(silent_house()) as house, ClientSession() as http:
            told = StandInSettings(clock=clock, callback_url=str(house.make_url("/")), **account)
            app = make_wechat(told)
            async with TestServer(app) as server:
                shelf = Shelf(databases, "demo")
                api = calls(told, str(server.make_url("/")).rstrip("/"), http, shelf)
                fates = TemplateFates("demo", shelf, Outbox(databases).undelivered, clock)
                client = WeChatClient(api, reach, having or Templates(), dose, lambda: book, clock, fates, allowed)
                await app[WECHAT].follow(OPENID)
                yield Hall(client, reach, app[WECHAT], clock)
    finally:
        await databases.close()
