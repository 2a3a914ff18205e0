"""The phone page of the WeChat stand-in in a real browser, and the control behind it."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright, expect

from deploy.standin.wechat.callbacks import NOTICE
from deploy.standin.wechat.oauth import COOKIE
from deploy.standin.wechat.settings import EXAMPLE_TEMPLATES, StandInSettings
from tests.unit.deploy.standin_hospital import Town, slowly, success, town, words

QUICK = StandInSettings()
SEND = "/cgi-bin/message/custom/send"
MENU: list[dict[str, Any]] = [
    {"name": "看病", "sub_button": [{"type": "click", "name": "预约挂号", "key": "book"}]},
    {"type": "click", "name": "找护士", "key": "nurse"},
]


async def test_the_control_plays_a_patient_over_http() -> None:
    async with town(QUICK) as here:
        assert "error" in await here.post("/standin/act/say", {"openid": "o1"})
        done = await here.post("/standin/act/say", {"openid": "o1", "text": "在吗"})
        assert done == {"tries": ["silent"], "noticed": False}
        await here.send("o1", "在")
        found = await here.get("/standin/state", openid="o1")
        assert [(one["way"], one["text"]) for one in found["messages"]] == [
            ("said", "在吗"),
            ("customer_service", "在"),
        ]
        assert found["developer"]["left"] == 4
        assert found["developer"]["calls"][0]["code"] == 0
        assert (await here.get("/standin/state", openid="o1", after="2"))["messages"] == []
        assert await here.post("/standin/set/forward", {"seconds": 48 * 3600}) == {"done": True}
        assert await here.send("o1") == 45015


async def test_the_control_orders_faults_and_refuses_nonsense() -> None:
    async with town(QUICK) as here:
        await here.post("/standin/act/say", {"openid": "o1", "text": "在吗"})
        await here.post("/standin/set/fault", {"fault": "busy", "path": SEND})
        assert await here.send("o1") == -1
        await here.post("/standin/set/lot", {"rate": 1, "seed": 3, "faults": ["busy"]})
        assert (await here.post("/cgi-bin/stable_token", {}))["errcode"] == -1
        await here.post("/standin/set/clear", {})
        assert await here.send("o1") == 0
        for what, body in (("fault", {"fault": "nonsense"}), ("forward", {"seconds": -1}), ("magic", {})):
            assert "error" in await here.post(f"/standin/set/{what}", body)
        assert "error" in await here.post("/standin/act/press", {"openid": "o1", "name": "没有"})
        assert await here.post("/standin/set/url", {"url": here.base + "/nowhere"}) == {"done": False}


async def test_a_stranger_follows_first() -> None:
    async with town(QUICK) as here:
        assert (await here.get("/standin/state", openid="o1"))["followed"] is False
        assert "error" in await here.post("/standin/act/say", {"openid": "o1", "text": "在吗"})
        await here.post("/standin/act/follow", {"openid": "o1"})
        assert (await here.post("/standin/act/say", {"openid": "o1", "text": "在吗"}))["noticed"] is False


async def test_the_page_tells_web_logins_whose_phone_it_is() -> None:
    async with town(QUICK) as here:
        async with here.http.get(f"{here.base}/phone", params={"openid": "o1"}) as answer:
            assert answer.cookies[COOKIE].value == "o1"
        ask = {"appid": QUICK.app_id, "response_type": "code", "redirect_uri": "http://hospital.example/me"}
        headers = {"Cookie": f"{COOKIE}=o1"}
        url = f"{here.base}/connect/oauth2/authorize"
        async with here.http.get(url, params=ask, headers=headers, allow_redirects=False) as answer:
            assert answer.status == 302
        async with here.http.get(url, params=ask, headers={"Cookie": f"{COOKIE}=o2"}) as answer:
            assert answer.status == 403


class Phone:
    """A browser tab with one patient."""

    def __init__(self, page: Page, here: Town) -> None:
        self.page, self.here = page, here
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda one: self.troubles.append(one.text) if one.type == "error" else None)

    async def open(self, openid: str, **query: str) -> None:
        """Look at this patient's phone."""
        extra = "".join(f"&{name}={value}" for name, value in query.items())
        await self.page.goto(f"{self.here.base}/phone?openid={openid}{extra}")

    async def say(self, text: str) -> None:
        """Type and send."""
        await self.page.fill("#words", text)
        await self.page.keyboard.press("Enter")

    async def sees(self, text: str) -> None:
        """Wait until this stands on the screen."""
        await expect(self.page.locator("#screen li", has_text=text).last).to_be_visible(timeout=10_000)


async def _dialogue(fields: Mapping[str, Any]) -> Any:
    if fields["MsgType"] == "event":
        return await (words("欢迎关注") if fields["Event"] == "subscribe" else success)(fields)
    if fields["Content"] == "坏了":
        return "oops"
    return await words(f"收到：{fields['Content']} <b>不是粗体</b>")(fields)


@pytest.mark.acceptance
@pytest.mark.parametrize("width", [320, 430])
async def test_a_person_plays_a_patient_in_the_browser(width: int, chromium: Path) -> None:
    async with town(QUICK) as here, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        here.hospital.answers = [_dialogue]
        here.wechat.world.menu = MENU
        phone = Phone(await browser.new_page(viewport={"width": width, "height": 780}), here)
        await phone.open("o1")
        await phone.page.click("#follow")
        await phone.sees("欢迎关注")
        await _uses_the_menu(phone)
        await _talks(phone)
        await _allows_notices(phone)
        assert not await phone.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert phone.troubles == []
        await browser.close()


async def _uses_the_menu(phone: Phone) -> None:
    await phone.page.click("#menu button:has-text('看病')")
    await phone.page.click(".below button:has-text('预约挂号')")
    await asyncio.sleep(0.3)
    assert phone.here.hospital.got[-1]["EventKey"] == "book"
    await phone.page.click("#menu button:has-text('键盘')")


async def _talks(phone: Phone) -> None:
    await phone.say("头疼")
    await phone.sees("收到：头疼 <b>不是粗体</b>")
    await phone.say("坏了")
    await phone.sees(NOTICE)
    menu = {"head_content": "请选科室", "list": [{"id": "b1", "content": "神经内科"}]}
    body = {"touser": "o1", "msgtype": "msgmenu", "msgmenu": menu}
    assert (await phone.here.post(SEND, body, access_token=await phone.here.token()))["errcode"] == 0
    await phone.page.click("button.choice:has-text('神经内科')")
    await phone.sees("收到：神经内科")
    assert phone.here.hospital.got[-1]["bizmsgmenuid"] == "b1"


async def _allows_notices(phone: Phone) -> None:
    await phone.page.click("#plus")
    await phone.page.click("[data-sheet=subscribe]")
    await phone.page.click("#sheet-yes")
    await asyncio.sleep(0.3)
    dose = {"thing1": {"value": "阿莫西林胶囊"}, "thing2": {"value": "每次1粒"}, "time3": {"value": "08:00"}}
    body = {"touser": "o1", "template_id": EXAMPLE_TEMPLATES[1].id, "data": dose}
    sent = await phone.here.post("/cgi-bin/message/subscribe/bizsend", body, access_token=await phone.here.token())
    assert sent["errcode"] == 0
    await phone.sees("阿莫西林胶囊")


@pytest.mark.acceptance
async def test_a_code_opened_by_a_camera_is_scanned_and_the_developer_sees_the_clock_jump(chromium: Path) -> None:
    async with town(QUICK) as here, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        here.hospital.answers = [slowly(0)]
        code = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "link-9"}}}
        made = await here.post("/cgi-bin/qrcode/create", code, access_token=await here.token())
        phone = Phone(await browser.new_page(), here)
        await phone.page.goto(here.base + "/q/" + made["url"].rsplit("/", 1)[1])
        await expect(phone.page.locator("#gauge")).to_contain_text("还可发 3 条", timeout=10_000)
        assert here.hospital.got[-1]["EventKey"] == "qrscene_link-9"
        await phone.page.click("#gauge")
        await phone.page.click("[data-forward='172800']")
        await expect(phone.page.locator("#gauge")).to_contain_text("窗口已关", timeout=10_000)
        assert phone.troubles == []
        await browser.close()
