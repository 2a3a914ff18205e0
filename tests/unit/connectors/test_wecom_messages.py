"""What nurses are told: few messages within WeCom's sizes, with nothing that the patient said."""

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.alerting import AlertFailed, Call
from bot.conversation import HandoffStatus, Urgency
from bot.escalation import Scope
from bot.roster import Nurse
from connectors.tencent.api import Api
from connectors.wecom import codec
from connectors.wecom.client import GroupRobot

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
NURSES = (Nurse("王护士", "wang"), Nurse("李护士", "li"))


def call(
    n: int, urgency: Urgency = Urgency.ASKED, scope: Scope = Scope.FIRST, reason: str = "患者要求人工服务"
) -> Call:
    return Call(f"h{n}", f"访客 {n:04X}", urgency, reason, AT - timedelta(minutes=n), AT, 0, scope, NURSES[: n % 3])


calls = st.lists(
    st.builds(call, st.integers(0, 500), st.sampled_from(Urgency), st.sampled_from(Scope), st.text(max_size=300)),
    max_size=150,
    unique_by=lambda one: one.handoff,
)


@settings(deadline=None)
@given(calls)
def test_every_call_is_in_one_message_that_fits(found: list[Call]) -> None:
    told: list[Call] = []
    for some, body in codec.group_bodies(found, AT):
        content = body[body["msgtype"]]["content"]
        assert len(content.encode()) <= {"text": 2_048, "markdown": 4_096}[body["msgtype"]]
        assert all(one.patient in content for one in some)
        assert f"{len(some)} 位患者" in content
        told += some
    assert sorted(told, key=lambda one: one.handoff) == sorted(found, key=lambda one: one.handoff)


def test_sixty_handoffs_are_one_message() -> None:
    assert len(list(codec.group_bodies([call(n) for n in range(60)], AT))) == 1


def test_red_flags_call_by_name_and_come_first() -> None:
    (_, red), (_, rest) = codec.group_bodies([call(3), call(1, Urgency.RED_FLAG)], AT)
    assert red["text"]["mentioned_list"] == ["wang"] and "危险信号 访客 0001" in red["text"]["content"]
    assert rest["msgtype"] == "markdown"


def test_everybody_is_called_when_nobody_took_it() -> None:
    ((_, body),) = codec.group_bodies([call(1, scope=Scope.ALL)], AT)
    assert body["text"]["mentioned_list"] == ["@all"] and "已等 1 分钟" in body["text"]["content"]


def test_a_reason_brings_no_markup_along() -> None:
    ((_, body),) = codec.group_bodies([call(0, reason="<@all> [点我](http://x)\n# 大")], AT)
    line = body["markdown"]["content"].splitlines()[1]
    assert not set("<[]()#`") & set(line.removeprefix("> "))


def test_where_not_all_dangers_find_room_the_newest_comes_first() -> None:
    first, second = "昏迷或呼吸心跳停止，正在等待急救人员到达现场", "抽搐超过五分钟仍未停止，面色发紫并且叫不醒"
    card = codec.card_body(1, "wang", call(1, Urgency.RED_FLAG, reason=f"{first}；{second}"), "")["template_card"]
    assert card["main_title"]["desc"].startswith(f"{second}；昏迷") and len(card["main_title"]["desc"]) == 40
    short = codec.card_body(1, "wang", call(1, Urgency.RED_FLAG, reason="昏迷；抽搐"), "")["template_card"]
    assert short["main_title"]["desc"] == "昏迷；抽搐"


def test_a_card_is_the_same_each_time_it_is_tried() -> None:
    one = codec.card_body(1, "wang", call(2), "https://x/desk/enter?ticket=t")
    assert one == codec.card_body(1, "wang", call(2), "https://x/desk/enter?ticket=t")
    assert one["template_card"]["task_id"] != codec.card_body(1, "li", call(2), "")["template_card"]["task_id"]
    assert len(one["template_card"]["task_id"]) <= 128


@pytest.mark.parametrize(
    ("status", "by", "words"),
    [
        (HandoffStatus.ACCEPTED, "王护士", "已由王护士接待"),
        (HandoffStatus.CLOSED, "王护士", "已由王护士接待"),
        (HandoffStatus.CLOSED, None, "患者不再等待"),
        (HandoffStatus.EXPIRED, None, "已超时退回，患者得到了医院电话"),
        (HandoffStatus.REQUESTED, None, "已重新通知"),
    ],
)
def test_endings(status: HandoffStatus, by: str | None, words: str) -> None:
    assert codec.ending(status, by) == words


@pytest.mark.parametrize("event", [{}, {"Event": "enter_agent"}, {"Event": "template_card_event", "EventKey": "other"}])
def test_other_events_are_no_press(event: dict[str, str]) -> None:
    assert codec.pressed(event) is None


@pytest.mark.parametrize(("step", "read"), [("3", 3), ("", 0), ("x", 0), ("9" * 30, 0), ("-1", 0)])
def test_a_press_tells_which_card(step: str, read: int) -> None:
    event = {"Event": "template_card_event", "FromUserName": "wang", "ResponseCode": "c"}
    assert codec.pressed(event | {"EventKey": f"take:h1:{step}"}) == codec.Pressed("wang", "h1", read, "c")


async def test_the_robot_keeps_to_twenty_a_minute_and_goes_on_later(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []

    async def taken(_api: Api, _path: str, **given: object) -> dict[str, object]:
        sent.append(given["body"])
        return {}

    monkeypatch.setattr(Api, "call", taken)
    async with ClientSession() as http:
        robot = GroupRobot(Api("http://127.0.0.1:9", None, http), SecretStr("key"))
        for n in range(25):
            told = await robot.tell(None, [call(n)], AT + timedelta(seconds=n))
            assert bool(told) == (n < 20)
        assert await robot.tell(None, [call(99)], AT + timedelta(seconds=60)) == {"h99": ""}
    assert len(sent) == 21


async def test_the_key_of_the_robot_is_in_no_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with ClientSession() as http:
        robot = GroupRobot(Api("http://127.0.0.1:9", None, http), SecretStr("very-secret-key"))
        with pytest.raises(AlertFailed) as failed:
            await robot.tell(None, [call(1)], AT)
    assert "very-secret-key" not in repr(failed.value) + repr(robot) + caplog.text
    assert failed.value.__cause__ is None
