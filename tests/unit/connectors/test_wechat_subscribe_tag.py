"""WeChat's own button in our pages, tried on the stand-in's script, ticket and dialog."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot import phrases
from bot.house import House
from bot.shelf import Shelf
from connectors.tencent.api import Api
from connectors.tencent.tokens import TokenUnavailable
from connectors.wechat.dose_page import ALLOW_PATH, PATH
from connectors.wechat.subscribe_tag import SDK_PATH, SubscribeTag, fetch_ticket, sign
from connectors.wechat.templates import SUBSCRIPTION_PATH, Template, TemplateKind
from deploy.standin.wechat.oauth import COOKIE
from deploy.standin.wechat.server import WECHAT, make_wechat
from deploy.standin.wechat.settings import StandInSettings
from tests.unit.bot import conftest as bots
from tests.unit.connectors.dose_door import DRUG, MORNING, Door, opened
from tests.unit.connectors.wechat_hall import ONE_TIME, OPENID, calls

PUBLIC = "https://xl.example.cn"

house, red_flags = bots.house, bots.red_flags


def test_the_signature_is_that_of_tencents_example() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    signed = sign(ticket, "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value")
    assert signed == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


@dataclass(slots=True)
class Phone:
    """The page inside WeChat: its script as the stand-in plays it."""

    door: Door
    wechat: ClientSession
    base: str
    taps: Callable[[], int | None]
    events: list[str]

    async def config(self, path: str) -> dict[str, object]:
        _, shown = await self.door.open(path)
        assert f'src="{self.base}{SDK_PATH}"' in shown and f'template="{ONE_TIME}"' in shown
        found = re.search(r'id="config">(.*?)</script>', shown)
        assert found is not None
        read: dict[str, object] = json.loads(found[1])
        return read

    async def ask(self, what: str, url: str, openid: str = OPENID, **body: object) -> bool:
        async with self.wechat.post(
            f"{self.base}/standin/tags/{what}", data=json.dumps({"url": url} | body), cookies={COOKIE: openid}
        ) as response:
            return bool((await response.json())["ok"])


@pytest.fixture
async def phone(house: House) -> AsyncIterator[Phone]:
    events: list[str] = []

    async def receive(request: web.Request) -> web.Response:
        events.append(await request.text())
        return web.Response(text="success")

    hospital = web.Application()
    hospital.add_routes([web.post("/", receive)])
    async with TestServer(hospital) as callback, ClientSession() as http:
        told = StandInSettings(clock=lambda: MORNING, callback_url=str(callback.make_url("/")))
        standin = make_wechat(told)
        async with TestServer(standin) as server:
            base, people = str(server.make_url("")).rstrip("/"), standin[WECHAT].world.people
            people.meet(OPENID)
            api = calls(told, base, http, Shelf(house.outbox._databases, "demo"))
            tag = SubscribeTag(told.app_id, ONE_TIME, _ticket(api), PUBLIC, base + SDK_PATH, lambda: MORNING)
            async for door in opened(house, tag):
                yield Phone(door, http, base, lambda: people.meet(OPENID).subscriptions.get(ONE_TIME), events)


def _ticket(api: Api) -> Callable[[], Awaitable[str]]:
    async def ticket() -> str:
        return (await fetch_ticket(api)).value

    return ticket


@pytest.mark.parametrize("where", ["dose", "allow"])
async def test_the_button_of_wechat_asks_for_the_next_reminder(phone: Phone, where: str) -> None:
    path = phone.door.path if where == "dose" else ALLOW_PATH
    config, url = await phone.config(path), PUBLIC + path
    assert await phone.ask("check", url + "#there", config=config)
    assert not await phone.ask("check", url + "&more=1", config=config)
    assert not await phone.ask(
        "subscribe", url, config=config | {"signature": "0" * 40}, template=ONE_TIME, accepted=True
    )
    assert phone.taps() is None
    assert await phone.ask("subscribe", url, config=config, template=ONE_TIME, accepted=True)
    assert phone.taps() == 1 and len(phone.events) == 1
    assert await phone.ask("subscribe", url, config=config, template=ONE_TIME, accepted=False)
    assert phone.taps() == 1 and len(phone.events) == 2
    assert not await phone.ask("subscribe", url, "oNobody", config=config, template=ONE_TIME, accepted=True)


async def test_only_the_pages_own_script_and_wechats_may_run(phone: Phone) -> None:
    async with phone.door.client.get(phone.door.path) as response:
        policy, shown = response.headers["Content-Security-Policy"], await response.text()
    (nonce,) = re.findall(r'<script nonce="([^"]+)">', shown)
    assert f"script-src 'nonce-{nonce}' {phone.base};" in policy and "script-src 'self'" not in policy
    async with phone.wechat.get(phone.base + SDK_PATH) as script:
        assert script.status == 200 and "wx-open-subscribe" in await script.text()


@pytest.mark.parametrize("action", ["taken", "snooze", "skip"])
async def test_the_plain_buttons_work_beside_it_and_show_the_way_to_the_next_reminder(
    phone: Phone, action: str
) -> None:
    status, shown = await phone.door.press(action)
    assert status == 200 and DRUG in shown and f'href="{ALLOW_PATH}"' in shown
    assert None not in (await phone.door.outcomes())[:1]


async def test_who_was_asked_is_not_asked_again(phone: Phone) -> None:
    form = {"ticket": phone.door.ticket, "action": "taken", "asked": "yes"}
    async with phone.door.client.post(PATH, data=form) as response:
        assert ALLOW_PATH not in await response.text()


async def test_while_wechat_gives_no_ticket_the_page_is_the_plain_one(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def unavailable() -> str:
        raise TokenUnavailable

    tag = SubscribeTag("wx1", ONE_TIME, unavailable, PUBLIC, "https://res.wx.qq.com" + SDK_PATH, lambda: MORNING)
    async for door in opened(house, tag):
        status, shown = await door.open()
        assert status == 200 and "<script" not in shown and phrases.TAKEN in shown
    assert "wechat_no_tag" in str([record.__dict__ for record in caplog.records])


def test_the_tag_belongs_to_the_call_by_which_the_template_leaves() -> None:
    """The other product's link (subscribemsg) would collect taps that this call can't use."""
    assert Template(ONE_TIME, TemplateKind.ONE_TIME, {}).path == SUBSCRIPTION_PATH
