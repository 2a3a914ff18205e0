"""Nurses are told of handoffs, on SQLite and on PostgreSQL, through a stand-in of WeCom over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.alert_rows import spend_ticket
from bot.conversation import Urgency
from bot.db import Databases
from bot.roster import Nurse
from connectors.wecom.client import GroupRobot
from deploy.standin.wechat.faults import Fault, Trouble
from tests.contract.conftest import AT
from tests.contract.ward import LI, PATIENT_WORDS, Ward, make_ward, open_ward


@pytest.fixture
async def ward(databases: Databases, clinic: str) -> AsyncIterator[Ward]:
    async with open_ward(databases, clinic) as opened:
        yield opened


async def test_group_and_first_nurse_are_told_once_with_nothing_of_the_patient(ward: Ward) -> None:
    await ward.asks("p1")
    await ward.beat()
    await ward.beat(seconds=5)
    (said,) = ward.wecom.group()
    (card,) = ward.wecom.cards("wang")
    assert said.kind == "markdown" and "患者要求人工服务" in said.text and "访客" in said.text
    assert ward.wecom.cards("li") == []
    assert card.fields["card_action"]["url"].startswith("https://xl.example/desk/enter")
    for words in (PATIENT_WORDS, "胸口", "13800138000"):
        assert words not in said.text and words not in str(card.fields)


async def test_a_restart_neither_repeats_nor_forgets(ward: Ward) -> None:
    await ward.asks("p1")
    await ward.beat()
    after_restart = make_ward(
        ward.databases,
        ward.clinic,
        ward.clock,
        ward.wecom,
        ward.http,
        ward.alerting.alerters[0].api.base_url,  # type: ignore[attr-defined]
    )
    await after_restart.beat(seconds=10)
    assert len(ward.wecom.group()) == 1 and len(ward.wecom.cards("wang")) == 1
    await after_restart.beat(minutes=3)
    assert len(ward.wecom.cards("li")) == 1


async def test_two_processes_tell_once(ward: Ward) -> None:
    other = make_ward(
        ward.databases,
        ward.clinic,
        ward.clock,
        ward.wecom,
        ward.http,
        ward.alerting.alerters[0].api.base_url,  # type: ignore[attr-defined]
    )
    for n in range(5):
        await ward.asks(f"p{n}")
    await asyncio.gather(*(one.beat() for one in (ward, other, ward, other)))
    told = "".join(one.text for one in ward.wecom.group())
    assert told.count("访客") == 5
    assert len(ward.wecom.cards("wang")) == 5


async def test_not_taken_it_goes_to_the_next_nurse_then_to_everybody(ward: Ward) -> None:
    await ward.asks("p1")
    await ward.beat()
    await ward.beat(minutes=3)
    assert (len(ward.wecom.cards("wang")), len(ward.wecom.cards("li"))) == (1, 1)
    await ward.beat(minutes=3)
    assert (len(ward.wecom.cards("wang")), len(ward.wecom.cards("li"))) == (2, 2)
    assert [one.mentioned for one in ward.wecom.group()] == [(), ("@all",)]
    for _ in range(5):
        await ward.beat(minutes=3)
    assert len(ward.wecom.group()) == 2


async def test_a_red_flag_calls_by_name_and_goes_on_sooner(ward: Ward) -> None:
    await ward.asks("p1", Urgency.RED_FLAG, "疑似心肌梗死")
    await ward.beat()
    (said,) = ward.wecom.group()
    assert said.kind == "text" and said.mentioned == ("wang",) and "疑似心肌梗死" in said.text
    await ward.beat(minutes=1)
    assert len(ward.wecom.cards("li")) == 1


async def test_a_waiting_handoff_that_becomes_a_red_flag_is_told_at_once(ward: Ward) -> None:
    await ward.asks("p1")
    await ward.beat()
    await ward.asks("p1", Urgency.RED_FLAG, "疑似中风")
    await ward.beat(seconds=5)
    assert [(one.kind, one.mentioned) for one in ward.wecom.group()] == [("markdown", ()), ("text", ("wang",))]
    assert len(ward.wecom.cards("wang")) == 2


async def test_another_danger_is_told_at_once_with_both(ward: Ward) -> None:
    await ward.asks("p1", Urgency.RED_FLAG, "昏迷")
    await ward.beat()
    await ward.asks("p1", Urgency.RED_FLAG, "抽搐")
    await ward.beat(seconds=5)
    await ward.beat(seconds=5)
    old, new = ward.wecom.cards("wang")
    assert (old.replaced, new.replaced) == ("已重新通知", "")
    assert new.fields["main_title"]["desc"] == "昏迷；抽搐"
    assert [one.mentioned for one in ward.wecom.group()] == [("wang",)] * 2
    assert "昏迷；抽搐" in ward.wecom.group()[-1].text


async def test_what_was_told_is_forgotten_90_days_after_the_end(ward: Ward) -> None:
    ended, open_still = await ward.asks("p1"), await ward.asks("p2")
    await ward.beat()
    await ward.nursing.accept(ward.clinic, ended, "王护士")
    await ward.nursing.close(ward.clinic, ended, "王护士", "好了")
    await spend_ticket(ward.databases, ward.clinic, "t1", ward.clock.at)
    rows = ward.alerting.rows
    await ward.beat(days=89, hours=23)
    assert set(await rows.told(ward.clinic, [ended, open_still])) == {ended, open_still}
    assert await spend_ticket(ward.databases, ward.clinic, "t1", ward.clock.at), "a ticket is kept for a day"
    assert not await spend_ticket(ward.databases, ward.clinic, "t1", ward.clock.at)
    await ward.beat(hours=2)
    assert set(await rows.told(ward.clinic, [ended, open_still])) == {open_still}
    assert not await spend_ticket(ward.databases, ward.clinic, "t1", ward.clock.at)


async def test_with_the_robot_alone_nurses_are_called_in_the_group_one_after_the_other(ward: Ward) -> None:
    ward.alerting = replace(ward.alerting, alerters=ward.alerting.alerters[:1])
    await ward.asks("p1")
    for _ in range(4):
        await ward.beat(minutes=3)
    assert [one.mentioned for one in ward.wecom.group()] == [(), ("li",), ("@all",)]


async def test_with_cards_alone_whoever_comes_on_duty_is_told(ward: Ward) -> None:
    ward.alerting = replace(ward.alerting, alerters=ward.alerting.alerters[1:])
    ward.roster.clear()
    await ward.asks("p1")
    await ward.beat()
    ward.roster.append(LI)
    await ward.beat(seconds=5)
    assert len(ward.wecom.cards("li")) == 1


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.SERVER_ERROR, Fault.GARBAGE, Fault.DROP_BEFORE])
async def test_a_failed_call_is_made_again_at_the_next_beat(ward: Ward, fault: Fault) -> None:
    for path in ("/cgi-bin/webhook/send", "/cgi-bin/message/send"):
        ward.wecom.faults.order(Trouble(fault), path)
    await ward.asks("p1")
    await ward.beat()
    assert ward.wecom.group() == [] and ward.wecom.cards("wang") == []
    await ward.beat(seconds=5)
    assert len(ward.wecom.group()) == 1 and len(ward.wecom.cards("wang")) == 1


async def test_an_ended_token_is_replaced_within_the_beat(ward: Ward) -> None:
    await ward.asks("p1")
    await ward.beat()
    ward.wecom.company.end_tokens()
    await ward.asks("p2")
    await ward.beat(seconds=5)
    assert len(ward.wecom.cards("wang")) == 2


async def test_a_nurse_whom_wecom_does_not_know_is_passed_over_at_once(ward: Ward) -> None:
    ward.roster.insert(0, Nurse("周护士", "not-a-member"))
    await ward.asks("p1")
    await ward.beat()
    await ward.beat(seconds=5)
    assert len(ward.wecom.cards("wang")) == 1


async def test_a_storm_is_told_in_few_messages_within_the_robots_limit(ward: Ward) -> None:
    for n in range(120):
        await ward.asks(f"p{n}")
    await ward.beat()
    assert "".join(one.text for one in ward.wecom.group()).count("访客") == 120
    assert len(ward.wecom.cards("wang")) == 30  # WeCom takes no more for one member in a minute
    await ward.beat(seconds=61)
    assert len(ward.wecom.cards("wang")) == 60
    assert len(ward.wecom.group()) == 2 and all(len(one.text.encode()) <= 4_096 for one in ward.wecom.group())


async def test_beats_survive_everything(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    await ward.asks("p1")

    async def broken(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patched:
        patched.setattr(GroupRobot, "tell", broken)
        await ward.beat()
    assert len(ward.wecom.cards("wang")) == 1
    await ward.beat(minutes=2)
    assert len(ward.wecom.group()) == 1


async def test_a_ticket_is_used_once(databases: Databases, clinic: str) -> None:
    used = await asyncio.gather(*(spend_ticket(databases, clinic, "t1", AT) for _ in range(5)))
    assert sorted(used) == [False] * 4 + [True]
