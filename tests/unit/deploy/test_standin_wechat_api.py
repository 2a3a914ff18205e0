"""The WeChat stand-in answers API calls as Tencent does: tokens, windows, quotas, customer-service messages."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from deploy.standin.wechat.settings import Right, StandInSettings
from tests.unit.deploy.standin_hospital import Town, town

QUICK = StandInSettings()
SEND = "/cgi-bin/message/custom/send"


def asks(settings: StandInSettings, **changed: Any) -> dict[str, Any]:
    """The body of a stable_token call."""
    return {"grant_type": "client_credential", "appid": settings.app_id, "secret": settings.secret} | changed


async def test_the_stable_token_is_the_same_until_five_minutes_before_its_end() -> None:
    async with town(QUICK) as here:
        await here.wechat.say("o1", "在吗")
        first = await here.token()
        here.wechat.forward(timedelta(seconds=7200 - 302))
        assert await here.token() == first
        here.wechat.forward(timedelta(seconds=4))
        second = await here.token()
        assert second != first
        assert [await here.send("o1", token=one) for one in (first, second)] == [0, 0]
        here.wechat.forward(timedelta(minutes=5))
        assert [await here.send("o1", token=one) for one in (first, second)] == [42001, 0]


async def test_a_forced_refresh_ends_the_token_before_thirty_seconds_apart_and_twenty_a_day() -> None:
    async with town(QUICK) as here:
        await here.wechat.say("o1", "在吗")
        first = await here.token()
        second = await here.token(force=True)
        assert second != first
        assert await here.token(force=True) == second  # too soon
        assert await here.send("o1", token=first) == 40001
        for _ in range(19):
            here.wechat.forward(timedelta(seconds=31))
            assert await here.token(force=True)
        here.wechat.forward(timedelta(seconds=31))
        again = await here.post("/cgi-bin/stable_token", asks(QUICK, force_refresh=True))
        assert again["errcode"] == 45009


async def test_the_old_interface_knows_nothing_of_the_stable_one_and_ends_its_own_last() -> None:
    async with town(QUICK) as here:
        await here.wechat.say("o1", "在吗")
        stable = await here.token()
        old = [str((await here.get("/cgi-bin/token", **asks(QUICK)))["access_token"]) for _ in range(2)]
        assert [await here.send("o1", token=one) for one in (old[0], old[1], stable)] == [40001, 0, 0]


@pytest.mark.parametrize(
    ("changed", "code"), [({"appid": "wx9"}, 40013), ({"secret": "wrong"}, 40125), ({"grant_type": "password"}, 40002)]
)
async def test_wrong_keys_are_told_apart(changed: dict[str, str], code: int) -> None:
    async with town(QUICK) as here:
        answer = await here.post("/cgi-bin/stable_token", asks(QUICK, **changed))
        assert answer["errcode"] == code
        assert "rid: " in answer["errmsg"]


@pytest.mark.parametrize(("token", "code"), [("", 41001), ("short", 40014), ("x" * 130, 40001)])
async def test_wrong_tokens_are_told_apart(token: str, code: int) -> None:
    async with town(QUICK) as here:
        body = {"touser": "o1", "msgtype": "text", "text": {"content": "您好"}}
        assert (await here.post(SEND, body, access_token=token))["errcode"] == code


async def test_an_address_outside_the_list_is_named() -> None:
    async with town(replace(QUICK, allowed_ips=frozenset({"10.0.0.1"}))) as here:
        answer = await here.post("/cgi-bin/stable_token", asks(QUICK))
        assert answer["errcode"] == 40164
        assert "invalid ip 127.0.0.1 " in answer["errmsg"]


async def test_words_open_five_messages_for_48_hours() -> None:
    async with town(QUICK) as here:
        await here.wechat.say("o1", "在吗")
        assert [await here.send("o1", str(n)) for n in range(6)] == [0, 0, 0, 0, 0, 45047]
        assert here.wechat.answers("o1") == ["0", "1", "2", "3", "4"]
        await here.wechat.say("o1", "再问")
        here.wechat.forward(timedelta(hours=47, minutes=59))
        assert await here.send("o1") == 0
        here.wechat.forward(timedelta(minutes=2))
        assert await here.send("o1") == 45015


@pytest.mark.parametrize("act", ["follow", "scan", "press", "choose"])
async def test_a_touch_opens_three_messages_for_a_minute(act: str) -> None:
    async with town(QUICK) as here:
        wechat = here.wechat
        wechat.world.menu = [{"type": "click", "name": "挂号", "key": "book"}]
        if act == "choose":
            await wechat.say("o1", "在吗")
            menu = {"head_content": "选", "list": [{"id": "1", "content": "内科"}]}
            token = await here.token()
            await here.post(SEND, {"touser": "o1", "msgtype": "msgmenu", "msgmenu": menu}, access_token=token)
            wechat.forward(timedelta(hours=49))
        acts: dict[str, Callable[[], Any]] = {
            "follow": lambda: wechat.follow("o1"),
            "scan": lambda: wechat.scan("o1", scene="ward"),
            "press": lambda: wechat.press("o1", "挂号"),
            "choose": lambda: wechat.choose("o1", "内科"),
        }
        await acts[act]()
        assert [await here.send("o1") for _ in range(4)] == [0, 0, 0, 45047]
        wechat.forward(timedelta(seconds=61))
        assert await here.send("o1") == 45015


async def test_the_short_window_is_used_before_the_long_one_and_paying_lifts_the_count() -> None:
    async with town(QUICK) as here:
        await here.wechat.say("o1", "在吗")
        await here.wechat.scan("o1", scene="ward")
        assert [await here.send("o1") for _ in range(9)] == [0] * 8 + [45047]
        here.wechat.pay("o1")
        assert [await here.send("o1") for _ in range(9)] == [0] * 9


async def test_who_can_not_be_reached() -> None:
    async with town(QUICK) as here:
        for openid in ("gone", "off", "black"):
            await here.wechat.say(openid, "在吗")
        await here.wechat.unfollow("gone")
        here.wechat.receiving("off", False)
        here.wechat.world.people.meet("black").blacklisted = True
        codes = [await here.send(one) for one in ("nobody", "gone", "off", "black")]
        assert codes == [40003, 43004, 48002, 43019]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text", "text": {"content": "药" * 683}}, 45002),
        ({"msgtype": "text", "text": {"content": "药" * 682}}, 0),
        ({"msgtype": "text"}, 47001),
        ({"msgtype": "poem", "poem": {}}, 40008),
        ({"msgtype": "image", "image": {"media_id": "none"}}, 40007),
        ({"msgtype": "news", "news": {"articles": [{"title": "a", "url": "u"}, {"title": "b", "url": "u"}]}}, 45008),
        ({"msgtype": "news", "news": {"articles": [{"title": "a", "description": "b", "url": "u"}]}}, 0),
        ({"msgtype": "msgmenu", "msgmenu": {"head_content": "选", "list": []}}, 47001),
        ({"msgtype": "msgmenu", "msgmenu": {"head_content": "选", "list": [{"id": "1", "content": "甲"}]}}, 0),
    ],
)
async def test_bodies_of_customer_service_messages(body: dict[str, Any], code: int) -> None:
    async with town(QUICK) as here:
        await here.wechat.say("o1", "在吗")
        answer = await here.post(SEND, {"touser": "o1"} | body, access_token=await here.token())
        assert answer["errcode"] == code
        assert len(here.wechat.answers("o1")) == (code == 0)


async def test_a_refused_message_costs_nothing() -> None:
    async with town(QUICK) as here:
        await here.wechat.say("o1", "在吗")
        for _ in range(9):
            assert await here.send("o1", "") == 44004
        assert await here.send("o1", "好") == 0


async def test_what_is_no_json_and_what_is_nothing() -> None:
    async with town(QUICK) as here:
        token = await here.token()
        for data, code in ((b"{", 47001), (b"[]", 47001), (b"\xff", 47001), (b"", 44002)):
            async with here.http.post(here.base + SEND, data=data, params={"access_token": token}) as answer:
                assert json.loads(await answer.read())["errcode"] == code


async def test_an_unverified_account_has_no_menu_message() -> None:
    async with town(replace(QUICK, verified=False)) as here:
        await here.wechat.say("o1", "在吗")
        menu = {"head_content": "选", "list": [{"id": "1", "content": "甲"}]}
        body = {"touser": "o1", "msgtype": "msgmenu", "msgmenu": menu}
        assert (await here.post(SEND, body, access_token=await here.token()))["errcode"] == 40200


async def test_rights_and_daily_counts() -> None:
    settings = replace(QUICK, rights=frozenset(Right) - {Right.TEMPLATE}, daily_limits={SEND: 2})
    async with town(settings) as here:
        await here.wechat.say("o1", "在吗")
        token = await here.token()
        template = await here.post("/cgi-bin/message/template/send", {"touser": "o1"}, access_token=token)
        assert template["errcode"] == 48001
        assert [await here.send("o1") for _ in range(3)] == [0, 0, 45009]
        clear = [
            (await here.post("/cgi-bin/clear_quota", {"appid": QUICK.app_id}, access_token=token))["errcode"]
            for _ in range(11)
        ]
        assert clear == [0] * 10 + [48006]
        assert await here.send("o1") == 0
        here.wechat.forward(timedelta(days=1))
        await here.wechat.say("o1", "在吗")
        assert [await here.send("o1") for _ in range(3)] == [0, 0, 45009]


async def typed(here: Town, openid: str, command: str = "Typing") -> int:
    """Set the typing state; the errcode."""
    body = {"touser": openid, "command": command}
    return int((await here.post("/cgi-bin/message/custom/typing", body, access_token=await here.token()))["errcode"])


async def test_typing_lasts_fifteen_seconds_or_until_an_answer() -> None:
    async with town(QUICK) as here:
        patient = here.wechat.world.people.meet("o1")
        assert await typed(here, "o1") == 45080
        await here.wechat.say("o1", "在吗")
        assert [await typed(here, "o1", one) for one in ("Typing", "Typing", "Sing")] == [0, 45081, 45072]
        assert patient.types(here.wechat.world.now())
        await here.send("o1")
        assert not patient.types(here.wechat.world.now())
        assert await typed(here, "o1") == 0
        here.wechat.forward(timedelta(seconds=16))
        assert not patient.types(here.wechat.world.now())
        here.wechat.forward(timedelta(seconds=20))
        assert await typed(here, "o1") == 45080


async def test_an_answer_carries_the_date_of_the_stand_ins_own_clock() -> None:
    async with town(QUICK) as here:
        here.wechat.forward(timedelta(hours=5))
        async with here.http.post(here.base + "/cgi-bin/stable_token", json=asks(QUICK)) as answer:
            ahead = parsedate_to_datetime(answer.headers["Date"]) - datetime.now(UTC)
        assert timedelta(hours=4, minutes=59) < ahead < timedelta(hours=5, minutes=1)
