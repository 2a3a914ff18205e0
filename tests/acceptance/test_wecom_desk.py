"""A nurse comes to the desk by the link of her card in WeCom, in a real browser: no key, no list to search."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from playwright.sync_api import Browser, expect

from deploy.standin.wecom.company import Card
from deploy.standin.wecom.server import WECOM, make_wecom
from deploy.standin.wecom.settings import WeComSettings
from deploy.standin.wecom.wecom import WeCom
from tests.acceptance.conftest import RunningHouse, Visitor, free_port, started
from tests.acceptance.pages import PHONE, device

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

NURSES = "nurses: [{name: 李护士, wecom: li}]\n"


@contextmanager
def wecom_beside(settings: WeComSettings, port: int) -> Iterator[WeCom]:
    """WeCom's stand-in on a thread of its own: the browser's hands are synchronous."""
    loop, app = asyncio.new_event_loop(), make_wecom(settings)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def serve() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()

    try:
        asyncio.run_coroutine_threadsafe(serve(), loop).result(10)
        yield app[WECOM]
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@pytest.fixture(scope="module")
def wecom() -> WeComSettings:
    """The hospital's company."""
    return WeComSettings(lambda: datetime.now(UTC))


@pytest.fixture(scope="module")
def ward(
    wecom: WeComSettings, tmp_path_factory: pytest.TempPathFactory, model: Path
) -> Iterator[tuple[RunningHouse, WeCom]]:
    """A house whose nurses are told in WeCom."""
    var, port = tmp_path_factory.mktemp("wecom"), free_port()
    (var / "nurses.yml").write_text(NURSES, "utf-8")
    told = {
        "CORP_ID": wecom.corp_id, "AGENT_ID": str(wecom.agent_id), "SECRET": wecom.secret, "TOKEN": wecom.token,
        "AES_KEY": wecom.aes_key, "WEBHOOK_KEY": wecom.robot_key, "API_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    settings = {f"XINGLIN_WECOM_{name}": value for name, value in told.items()}
    with wecom_beside(wecom, port) as beside, started(var, model, **settings) as running:
        yield running, beside


def card_of(wecom: WeCom, known: int, within_s: float = 20) -> Card:
    """The next card on the nurse's phone."""
    end = time.monotonic() + within_s
    while len(cards := wecom.cards("li")) <= known:
        assert time.monotonic() < end, "no card has come"
        time.sleep(0.1)
    return cards[known]


def waiting(house: RunningHouse, words: str) -> Visitor:
    """A patient who has asked for a nurse."""
    patient = house.visitor()
    patient.say(words)
    patient.say("转人工")
    return patient


def test_the_link_of_a_card_opens_the_patient_and_the_nurse_answers(
    browser: Browser, ward: tuple[RunningHouse, WeCom]
) -> None:
    house, wecom = ward
    known = len(wecom.cards("li"))
    patient = waiting(house, "妈妈的化验单看不懂")
    link = card_of(wecom, known).fields["card_action"]["url"]
    with device(browser, house.url, PHONE) as phone:
        desk = phone.screen()
        desk.page.goto(link)
        expect(desk.page.locator(".handoff-view")).to_contain_text("妈妈的化验单看不懂")
        expect(desk.page.locator(".nurse-name")).to_have_text("李护士")
        assert "#" not in desk.page.url, "her name stays in the address"
        desk.page.get_by_role("button", name="接手").click()
        desk.say("您好，我是李护士，请把化验单拍给我")
        patient.wait_for("请把化验单拍给我")
        written, composer = (desk.page.locator(where).bounding_box() for where in ("xl-messages", "xl-composer"))
        assert written and composer and composer["y"] >= written["y"] + written["height"], "she writes below the talk"
        desk.shot("wecom-1-answered")
        desk.page.reload()
        expect(desk.page.locator(".nurse-name")).to_have_text("李护士")


def test_a_used_link_asks_for_the_key_and_then_opens_the_same_patient(
    browser: Browser, ward: tuple[RunningHouse, WeCom]
) -> None:
    house, wecom = ward
    known = len(wecom.cards("li"))
    waiting(house, "出院以后什么时候复查")
    link = card_of(wecom, known).fields["card_action"]["url"]
    with device(browser, house.url, PHONE) as hers:
        hers.screen().page.goto(link)
    with device(browser, house.url, PHONE) as another:
        desk = another.screen()
        desk.page.goto(link)
        desk.page.get_by_label("密钥").fill(house.announced["desk_key"])
        desk.page.get_by_label("您的姓名").fill("王敏")
        desk.page.get_by_role("button", name="登录").click()
        expect(desk.page.locator(".handoff-view")).to_contain_text("出院以后什么时候复查")
        expect(desk.page.locator(".nurse-name")).to_have_text("王敏")
