"""The WeChat stand-in keeps media, menus, codes and logins, and misbehaves when told to."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientError, FormData

from deploy.standin.wechat.faults import Fault, Trouble
from deploy.standin.wechat.settings import StandInSettings
from tests.unit.deploy.standin_hospital import town

QUICK = StandInSettings()
SEND = "/cgi-bin/message/custom/send"


async def test_the_follower_is_described() -> None:
    async with town(QUICK) as here:
        token = await here.token()
        await here.wechat.follow("o1", scene="ward-3")
        found = await here.get("/cgi-bin/user/info", access_token=token, openid="o1")
        assert (found["subscribe"], found["qr_scene_str"]) == (1, "ward-3")
        await here.wechat.unfollow("o1")
        assert (await here.get("/cgi-bin/user/info", access_token=token, openid="o1"))["subscribe"] == 0
        assert (await here.get("/cgi-bin/user/info", access_token=token, openid="o9"))["errcode"] == 40003
        assert (await here.get("/cgi-bin/get_api_domain_ip", access_token=token))["ip_list"] == ["127.0.0.1"]


async def test_media_go_up_and_come_down_for_three_days() -> None:
    async with town(QUICK) as here:
        token = await here.token()

        async def up(kind: str, content: bytes) -> dict[str, Any]:
            form = FormData()
            form.add_field("media", content, filename="处方.png", content_type="image/png")
            url = f"{here.base}/cgi-bin/media/upload"
            async with here.http.post(url, data=form, params={"access_token": token, "type": kind}) as answer:
                found: dict[str, Any] = json.loads(await answer.read())
                return found

        kept = await up("image", b"\x89PNG")
        assert kept["type"] == "image"
        assert (await up("poem", b"x"))["errcode"] == 40004
        assert (await up("image", b""))["errcode"] == 41005
        assert (await up("thumb", bytes((64 << 10) + 1)))["errcode"] == 40006
        url, query = f"{here.base}/cgi-bin/media/get", {"access_token": token, "media_id": kept["media_id"]}
        async with here.http.get(url, params=query) as answer:
            assert (await answer.read(), answer.content_type) == (b"\x89PNG", "image/png")
        here.wechat.forward(timedelta(days=3, seconds=1))
        query["access_token"] = await here.token()
        async with here.http.get(url, params=query) as answer:
            assert json.loads(await answer.read())["errcode"] == 40007


CLICK = {"type": "click", "name": "挂号", "key": "book"}


@pytest.mark.parametrize(
    ("menu", "code"),
    [
        ([], 40016),
        ([CLICK] * 4, 40016),
        ([{"name": "看病", "sub_button": [CLICK] * 6}], 40023),
        ([{"name": "看病", "sub_button": [CLICK] * 5}, CLICK], 0),
        ([CLICK | {"name": "六个汉字太长"}], 40018),
        ([CLICK | {"type": "jump"}], 40015),
        ([{"type": "click", "name": "挂号"}], 40019),
        ([{"type": "view", "name": "主页", "url": "page"}], 40054),
    ],
)
async def test_menus_are_checked(menu: list[dict[str, Any]], code: int) -> None:
    async with town(QUICK) as here:
        token = await here.token()
        assert (await here.get("/cgi-bin/menu/get", access_token=token))["errcode"] == 46003
        made = await here.post("/cgi-bin/menu/create", {"button": menu}, access_token=token)
        assert made["errcode"] == code
        if not code:
            assert (await here.get("/cgi-bin/menu/get", access_token=token))["menu"]["button"] == menu
            assert [one["name"] for one in here.wechat.buttons()] == ["挂号"] * 6
            assert (await here.get("/cgi-bin/menu/delete", access_token=token))["errcode"] == 0
            assert here.wechat.buttons() == []


async def test_codes_carry_a_scene_until_they_end() -> None:
    async with town(QUICK) as here:
        body = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "link-7"}}, "expire_seconds": 90}
        made = await here.post("/cgi-bin/qrcode/create", body, access_token=await here.token())
        assert made["expire_seconds"] == 90
        async with here.http.get(f"{here.base}/cgi-bin/showqrcode", params={"ticket": made["ticket"]}) as picture:
            assert (await picture.read()).startswith(b"\x89PNG")
        await here.wechat.scan("o1", made["ticket"])
        assert (here.hospital.got[-1]["Event"], here.hospital.got[-1]["EventKey"]) == ("SCAN", "link-7")
        here.wechat.forward(timedelta(seconds=91))
        with pytest.raises(LookupError):
            await here.wechat.scan("o1", made["ticket"])
        wrong = await here.post("/cgi-bin/qrcode/create", {"action_name": "QR"}, access_token=await here.token())
        assert wrong["errcode"] == 40053


async def test_web_login_gives_a_code_that_is_used_once() -> None:
    async with town(replace(QUICK, oauth_domain="hospital.example")) as here:
        here.wechat.world.people.meet("o1")
        ask = {"appid": QUICK.app_id, "response_type": "code", "scope": "snsapi_base", "state": "s1", "openid": "o1"}
        url = f"{here.base}/connect/oauth2/authorize"

        async def code(target: str) -> tuple[int, str]:
            query = ask | {"redirect_uri": target}
            async with here.http.get(url, params=query, allow_redirects=False) as answer:
                return answer.status, answer.headers.get("Location", "")

        assert (await code("https://evil.example/"))[0] == 400
        status, back = await code("https://hospital.example/me?a=1")
        assert status == 302
        assert back.startswith("https://hospital.example/me?a=1&code=")
        assert back.endswith("&state=s1")
        given = back.split("code=")[1].split("&")[0]
        trade = {"appid": QUICK.app_id, "secret": QUICK.secret, "grant_type": "authorization_code"}
        assert (await here.get("/sns/oauth2/access_token", **trade, code=given))["openid"] == "o1"
        assert (await here.get("/sns/oauth2/access_token", **trade, code=given))["errcode"] == 40163
        assert (await here.get("/sns/oauth2/access_token", **trade, code="none"))["errcode"] == 40029
        late = (await code("https://hospital.example/me"))[1].split("code=")[1].split("&")[0]
        here.wechat.forward(timedelta(minutes=6))
        assert (await here.get("/sns/oauth2/access_token", **trade, code=late))["errcode"] == 42003


async def test_ordered_faults_strike_calls_once() -> None:
    async with town(QUICK) as here:
        await here.wechat.say("o1", "在吗")
        token = await here.token()
        faults = here.wechat.faults
        for trouble, code in (
            (Trouble(Fault.BUSY), -1),
            (Trouble(Fault.CODE, 45011), 45011),
            (Trouble(Fault.EXPIRED_TOKEN), 42001),
        ):
            faults.order(trouble, SEND)
            assert await here.send("o1", token=token) == code
        assert here.wechat.answers("o1") == []
        assert await here.send("o1", "换了令牌就好") == 0
        assert here.wechat.answers("o1") == ["换了令牌就好"]


async def test_a_connection_breaks_before_or_after_the_work() -> None:
    async with town(QUICK) as here:
        await here.wechat.say("o1", "在吗")
        token = await here.token()
        for fault, shown in ((Fault.DROP_BEFORE, 0), (Fault.DROP_AFTER, 1)):
            here.wechat.faults.order(Trouble(fault), SEND)
            with pytest.raises(ClientError):
                await here.send("o1", token=token)
            assert len(here.wechat.answers("o1")) == shown


async def test_servers_that_answer_no_json_and_slow_ones() -> None:
    async with town(QUICK) as here:
        await here.wechat.say("o1", "在吗")
        token = await here.token()
        here.wechat.faults.order(Trouble(Fault.SERVER_ERROR), SEND)
        async with here.http.post(here.base + SEND, json={}, params={"access_token": token}) as answer:
            assert answer.status == 502
        here.wechat.faults.order(Trouble(Fault.GARBAGE), SEND)
        with pytest.raises(ValueError, match="Expecting value"):
            await here.send("o1", token=token)
        here.wechat.faults.order(Trouble(Fault.SLOW, seconds=0.3), SEND)
        began = here.wechat.world.now()
        assert await here.send("o1", token=token) == 0
        assert (here.wechat.world.now() - began).total_seconds() >= 0.3
