"""The stand-in of WeCom refuses what WeCom refuses, and its callbacks are read by an implementation not ours."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from wechatpy.enterprise.crypto import WeChatCrypto  # type: ignore[import-untyped]

from deploy.standin.wecom.server import WECOM, make_wecom
from deploy.standin.wecom.settings import WeComSettings
from deploy.standin.wecom.wecom import WeCom

KFID = "wkXinglin01"


class Clock:
    """A clock set by hand."""

    at = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


class Company:
    """The stand-in and somebody who calls it."""

    def __init__(self, client: TestClient[web.Request, web.Application], wecom: WeCom, clock: Clock) -> None:
        self.client, self.wecom, self.clock = client, wecom, clock

    async def post(self, path: str, body: object, **query: str) -> int:
        async with self.client.post(f"/cgi-bin/{path}", params=query, json=body) as answer:
            assert answer.status == 200
            return int((await answer.json())["errcode"])

    async def token(self, secret: str) -> str:
        query = {"corpid": self.wecom.settings.corp_id, "corpsecret": secret}
        async with self.client.get("/cgi-bin/gettoken", params=query) as answer:
            return str((await answer.json())["access_token"])


@pytest.fixture
async def company() -> AsyncIterator[Company]:
    clock = Clock()
    app = make_wecom(WeComSettings(clock))
    async with TestClient(TestServer(app)) as client:
        yield Company(client, app[WECOM], clock)


async def test_tokens_last_two_hours_and_belong_to_one_secret(company: Company) -> None:
    settings = company.wecom.settings
    kf, application = await company.token(settings.kf_secret), await company.token(settings.secret)
    assert await company.token(settings.kf_secret) == kf
    assert await company.post("kf/account/list", {}, access_token=kf) == 0
    assert await company.post("kf/account/list", {}, access_token=application) == 48002
    assert await company.post("kf/account/list", {}, access_token="x") == 40014
    assert await company.post("kf/account/list", {}) == 41001
    company.clock.at += timedelta(hours=2)
    assert await company.post("kf/account/list", {}, access_token=kf) == 42001


async def test_the_robot_takes_twenty_a_minute_of_limited_size(company: Company) -> None:
    key = company.wecom.settings.robot_key

    async def say(kind: str, content: str) -> int:
        return await company.post("webhook/send", {"msgtype": kind, kind: {"content": content}}, key=key)

    assert await company.post("webhook/send", {}, key="wrong") == 93000
    assert [await say("text", "字" * 683), await say("markdown", "字" * 1_366), await say("text", "")] == [
        40058,
        40058,
        44004,
    ]
    assert [await say("text", "字" * 682) for _ in range(20)] == [0] * 20
    assert await say("text", "再一条") == 45009
    company.clock.at += timedelta(seconds=60)
    assert await say("text", "再一条") == 0


async def test_a_patients_word_allows_five_messages_for_48_hours(company: Company) -> None:
    token = await company.token(company.wecom.settings.kf_secret)
    body = {"open_kfid": KFID, "touser": "wm1", "msgtype": "text", "text": {"content": "您好"}}
    assert await company.post("kf/send_msg", body, access_token=token) == 40096
    company.wecom.say((KFID, "wm1"), "在吗")
    assert [await company.post("kf/send_msg", body, access_token=token) for _ in range(6)] == [0] * 5 + [95001]
    company.wecom.say((KFID, "wm1"), "在吗")
    assert await company.post("kf/send_msg", body | {"msgid": "a"}, access_token=token) == 0
    assert await company.post("kf/send_msg", body | {"msgid": "a"}, access_token=token) == 0
    assert len([one for one in company.wecom.shown((KFID, "wm1")) if not one.mine]) == 6
    move = {"open_kfid": KFID, "external_userid": "wm1", "service_state": 3}
    assert await company.post("kf/service_state/trans", move, access_token=token) == 0
    assert await company.post("kf/send_msg", body, access_token=token) == 95018
    assert await company.post("kf/service_state/trans", move | {"service_state": 1}, access_token=token) == 95018
    company.clock.at += timedelta(hours=48)
    token = await company.token(company.wecom.settings.kf_secret)
    assert await company.post("kf/send_msg", body, access_token=token) == 95002


async def test_pulling_without_the_callbacks_token_is_limited(company: Company) -> None:
    token = await company.token(company.wecom.settings.kf_secret)
    codes = [await company.post("kf/sync_msg", {"open_kfid": KFID}, access_token=token) for _ in range(11)]
    assert codes == [0] * 10 + [45009]


async def test_its_callbacks_are_read_by_others_and_repeated_until_taken(company: Company) -> None:
    settings, seen = company.wecom.settings, []
    crypto = WeChatCrypto(settings.kf_token, settings.kf_aes_key, settings.corp_id)

    async def echo(request: web.Request) -> web.Response:
        given = (request.query[name] for name in ("msg_signature", "timestamp", "nonce", "echostr"))
        return web.Response(text=crypto.check_signature(*given))

    async def receive(request: web.Request) -> web.Response:
        given = (request.query[name] for name in ("msg_signature", "timestamp", "nonce"))
        seen.append(crypto.decrypt_message(await request.text(), *given))
        return web.Response(status=200 if len(seen) == 3 else 500)

    app = web.Application()
    app.add_routes([web.get("/kf", echo), web.post("/kf", receive)])
    async with TestServer(app) as hospital, ClientSession():
        assert await company.wecom.kf_callbacks.call_at(str(hospital.make_url("/kf")))
        company.wecom.say((KFID, "wm1"), "在吗")
        await company.wecom.settled()
    assert len(seen) == 3 and len(set(seen)) == 1 and f"<OpenKfId><![CDATA[{KFID}]]>" in seen[0]
    assert "在吗" not in seen[0]
