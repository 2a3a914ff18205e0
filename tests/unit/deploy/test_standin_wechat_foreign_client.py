"""wechatpy's client, which is not ours, works with the stand-in as with Tencent."""

import asyncio
import io
from collections.abc import Callable
from typing import Any

import pytest
from wechatpy import WeChatClient, WeChatClientException  # type: ignore[import-untyped]

from deploy.standin.wechat.settings import EXAMPLE_TEMPLATES, StandInSettings
from tests.unit.deploy.standin_hospital import Town, town

QUICK = StandInSettings()


class _Client(WeChatClient):  # type: ignore[misc]
    """The client with another base address."""

    def __init__(self, here: Town) -> None:
        self.API_BASE_URL = here.base + "/cgi-bin/"
        super().__init__(QUICK.app_id, QUICK.secret)
        self._http.trust_env = False  # no proxy of this machine

    def fetch_access_token(self) -> Any:
        """The old token from the stand-in: wechatpy has Tencent's address for it built in."""
        query = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        return self._fetch_access_token(url=self.API_BASE_URL + "token", params=query)


async def _in_thread(call: Callable[[], Any]) -> Any:
    return await asyncio.to_thread(call)


async def test_wechatpy_sends_messages() -> None:
    async with town(QUICK) as here:
        client = _Client(here)
        await here.wechat.say("o1", "在吗")
        await _in_thread(lambda: client.message.send_text("o1", "您好 🙂"))
        article = {"title": "就医指南", "description": "怎么走", "url": "https://example.com/", "image": ""}
        await _in_thread(lambda: client.message.send_articles("o1", [article]))
        visit = {"thing1": {"value": "内科"}, "time2": {"value": "2026-05-01 08:00"}, "thing3": {"value": "三楼"}}
        await _in_thread(lambda: client.message.send_template("o1", EXAMPLE_TEMPLATES[2].id, visit))
        assert [(one.way, one.title or one.text) for one in here.wechat.shown("o1")[1:]] == [
            ("customer_service", "您好 🙂"),
            ("customer_service", "就医指南"),
            ("template", "就诊提醒"),
        ]
        with pytest.raises(WeChatClientException, match="40003"):
            await _in_thread(lambda: client.message.send_text("nobody", "您好"))


async def test_wechatpy_uses_menu_codes_media_and_users() -> None:
    async with town(QUICK) as here:
        client = _Client(here)
        button = {"type": "click", "name": "挂号", "key": "book"}
        await _in_thread(lambda: client.menu.create({"button": [button]}))
        assert (await _in_thread(client.menu.get))["menu"]["button"] == [button]
        scene = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "ward-3"}}}
        code = await _in_thread(lambda: client.qrcode.create(scene))
        await here.wechat.follow("o1", code["ticket"])
        user = await _in_thread(lambda: client.user.get("o1"))
        assert (user["subscribe"], user["qr_scene_str"]) == (1, "ward-3")
        kept = await _in_thread(lambda: client.media.upload("image", ("图.png", io.BytesIO(b"\x89PNG"), "image/png")))
        got = await _in_thread(lambda: client.media.download(kept["media_id"]))
        assert got.content == b"\x89PNG"
