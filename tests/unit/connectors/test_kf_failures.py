"""KF when something is in the way: a person at WeCom, refusals, lost answers, odd kinds, wrong signatures."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.conversation import HandoffStatus, Mode
from bot.handoffs import HandoffStore
from bot.house import House
from bot.messages import Reply
from connectors.kf import codec
from deploy.standin.wechat.faults import Fault, Trouble
from tests.unit.bot import conftest as bots
from tests.unit.connectors.kf_hall import CLINIC, KFID, Hall, open_hall, who

SEND = "/cgi-bin/kf/send_msg"


house, red_flags = bots.house, bots.red_flags


@pytest.fixture
async def hall(house: House) -> AsyncIterator[Hall]:
    async with open_hall(house) as opened:
        yield opened


async def test_a_conversation_with_a_person_of_the_hospital_is_left_to_her(hall: Hall) -> None:
    await hall.say("您好呀")
    hall.wecom.kf.talks[who("wmOne")].state = 3
    await hall.say("我找人工")
    assert hall.echo.heard == ["您好呀"] and len(hall.shown()) == 1
    hall.wecom.kf.talks[who("wmOne")].state = 4
    await hall.say("又来了")
    assert hall.echo.heard == ["您好呀", "又来了"]


@pytest.mark.parametrize("fail_type", [4, 5, 6])
async def test_what_failed_for_the_window_comes_when_the_person_writes(hall: Hall, fail_type: int) -> None:
    await hall.say("您好呀")
    hall.wecom.kf.talks[who("wmOne")].fails_next.append(fail_type)
    hall.echo.replies = (Reply("甲"), Reply("乙"))
    await hall.say("说吧")
    await hall.settle()
    assert "甲" not in "".join(hall.shown())
    hall.echo.replies = (Reply("丙"),)
    await hall.say("再说")
    assert hall.shown()[-1] == "甲\n\n乙\n\n丙"


async def test_who_refuses_us_is_a_matter_for_a_nurse(hall: Hall) -> None:
    await hall.say("您好呀")
    hall.wecom.kf.talks[who("wmOne")].fails_next.append(10)
    await hall.say("说吧")
    await hall.settle()
    (handoff,) = await HandoffStore(hall.house.outbox._databases).listing(CLINIC)
    assert handoff.status is HandoffStatus.REQUESTED
    conversation = await hall.house.store.find(codec.address(CLINIC, KFID, "wmOne"))
    assert conversation is not None and conversation.mode is Mode.ASSISTANT, "the person did not ask for her"


async def test_a_sending_whose_answer_was_lost_is_not_shown_twice(hall: Hall) -> None:
    hall.wecom.faults.order(Trouble(Fault.DROP_AFTER), SEND)
    await hall.say("您好呀")
    hall.clock.at += timedelta(seconds=5)
    await hall.courier.round()
    assert hall.shown() == ["听到：您好呀"]


@pytest.mark.parametrize("kind", ["image", "voice", "video", "file", "location", "link", "business_card", "new_thing"])
async def test_every_kind_is_answered_kindly(hall: Hall, kind: str) -> None:
    hall.wecom.kf.say(who("wmOne"), kind, {"media_id": "m1", "name": "x", "title": "y"}, f"[{kind}]")
    await hall.settle()
    assert len(hall.shown()) == 1 and hall.echo.heard == []


async def test_no_words_and_no_ids_stand_in_the_logs(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "connectors")
    caplog.set_level("DEBUG", "bot")
    hall.wecom.faults.order(Trouble(Fault.CODE, 95018), SEND)
    hall.wecom.kf.enter(who("wmSecretPatient"))
    await hall.say("我的身份证是110101199003070000", "wmSecretPatient")
    logged = "\n".join(str(vars(record)) for record in caplog.records if not record.name.startswith("aiohttp"))
    for secret in ("110101199003070000", "wmSecretPatient", hall.wecom.settings.kf_secret):
        assert secret not in logged


async def test_a_callback_with_a_wrong_signature_pulls_nothing(hall: Hall) -> None:
    query = {"msg_signature": "0" * 40, "timestamp": str(int(hall.clock.at.timestamp())), "nonce": "n"}
    pulls = hall.wecom.kf.pulls
    async with hall.http.post(hall.url, params=query, data="<xml><Encrypt>AAAA</Encrypt></xml>") as answer:
        assert answer.status == 403
    async with hall.http.get(hall.url, params=query | {"echostr": "AAAA"}) as answer:
        assert answer.status == 403
    assert hall.wecom.kf.pulls == pulls
