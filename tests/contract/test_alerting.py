"""Nurses are told of handoffs, on SQLite and on PostgreSQL, through a stand-in of WeCom over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from sqlalchemy import select, update

from bot.alert_rows import AlertRows, spend_ticket
from bot.alerting import Alerting
from bot.conversation import Conversation, HandoffStatus, Urgency
from bot.db import Databases
from bot.escalation import Pace
from bot.handoffs import HandoffStore, request_handoff
from bot.locks import MemoryLocks
from bot.messages import Address
from bot.nursing import Nursing
from bot.outcomes import Outcomes
from bot.roster import Nurse, Roster
from bot.shelf import Shelf
from bot.store import ConversationStore
from bot.stream import MemoryStream
from bot.tables import audit, handoffs
from connectors.in_time import Kept
from connectors.problem import problems
from connectors.tencent.api import Api
from connectors.tencent.callback import Callback
from connectors.tencent.crypto import Envelope
from connectors.tencent.remedies import WECOM_REMEDIES
from connectors.tencent.tokens import TokenHolder
from connectors.wecom.client import GroupRobot, NurseCards, fetch_token
from connectors.wecom.routes import PATH, WeComRoutes
from connectors.wecom.taking import NOT_A_NURSE, Taking
from deploy.standin.wechat.faults import Fault, Trouble
from deploy.standin.wecom.company import Card
from deploy.standin.wecom.server import WECOM, make_wecom
from deploy.standin.wecom.settings import WeComSettings
from deploy.standin.wecom.wecom import WeCom
from tests.contract.conftest import AT

PACE = Pace(timedelta(minutes=3), timedelta(minutes=1))
WANG, LI = Nurse("王护士", "wang"), Nurse("李护士", "li")
PATIENT_WORDS = "我胸口疼得厉害，电话13800138000"


class Clock:
    """A clock set by hand."""

    at = AT

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


@dataclass(slots=True)
class Ward:
    """A hospital with its nurses' desk and WeCom."""

    clinic: str
    databases: Databases
    nursing: Nursing
    alerting: Alerting
    wecom: WeCom
    clock: Clock
    roster: list[Nurse]
    http: ClientSession
    url: str

    async def beat(self, **later: float) -> None:
        await self.alerting.beat(self.clock.forward(**later))

    async def asks(self, patient: str, urgency: Urgency = Urgency.ASKED, reason: str = "患者要求人工服务") -> str:
        conversation = await self.nursing.store.open(Address(self.clinic, "web", patient), self.clock.at)
        return await self.hands_off(conversation, urgency, reason)

    async def hands_off(self, conversation: Conversation, urgency: Urgency, reason: str) -> str:
        async with self.databases.of(self.clinic).begin() as connection:
            wanted = await request_handoff(connection, conversation, urgency, reason, PATIENT_WORDS, self.clock.at)
        return wanted.id

    async def press(self, userid: str, card: Card) -> bool:
        taken = await self.wecom.press(userid, card)
        await asyncio.sleep(0.05)  # the card is changed after the answer
        return taken

    async def audited(self, action: str) -> list[dict[str, str]]:
        async with self.databases.of(self.clinic).read() as connection:
            rows = await connection.execute(
                select(audit.c.detail).where(audit.c.clinic == self.clinic, audit.c.action == action)
            )
            return list(rows.scalars())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def ward(databases: Databases, clinic: str, clock: Clock) -> AsyncIterator[Ward]:
    settings = WeComSettings(clock)
    server = TestServer(make_wecom(settings))
    await server.start_server()
    wecom = server.app[WECOM]
    async with ClientSession() as http:
        made = make_ward(databases, clinic, clock, wecom, http, str(server.make_url("")).rstrip("/"))
        kept = Kept()
        gateway = TestServer(gateway_of(made, settings, kept))
        await gateway.start_server()
        assert await wecom.callbacks.call_at(str(gateway.make_url(PATH)))
        made.url = str(gateway.make_url(PATH))
        yield made
        await kept.finish(5)
        await gateway.close()
    await server.close()


def make_ward(databases: Databases, clinic: str, clock: Clock, wecom: WeCom, http: ClientSession, url: str) -> Ward:
    store, roster = ConversationStore(databases), [WANG, LI]
    handoffs = HandoffStore(databases)
    nursing = Nursing(
        databases, store, handoffs, Outcomes(databases, store, MemoryStream(), {}), clock, lambda: "010-12345678"
    )
    alerters = (robot(wecom.settings, http, url), cards(databases, clinic, clock, wecom.settings, http, url))
    alerting = Alerting(clinic, AlertRows(databases), handoffs, alerters, lambda: Roster(tuple(roster)), PACE)
    return Ward(clinic, databases, nursing, alerting, wecom, clock, roster, http, "")


def robot(settings: WeComSettings, http: ClientSession, url: str) -> GroupRobot:
    return GroupRobot(Api(url, None, http, remedies=WECOM_REMEDIES), SecretStr(settings.robot_key))


def cards(
    databases: Databases, clinic: str, clock: Clock, settings: WeComSettings, http: ClientSession, url: str
) -> NurseCards:
    bare = Api(url, None, http, remedies=WECOM_REMEDIES)
    holder = TokenHolder(
        lambda: fetch_token(bare, settings.corp_id, SecretStr(settings.secret)), Shelf(databases, clinic),
        MemoryLocks(), clock, "token:wecom",
    )  # fmt: skip
    api = Api(url, holder, http, remedies=WECOM_REMEDIES)
    return NurseCards(api, settings.agent_id, lambda nurse, handoff, at: f"https://xl.example/desk/enter?h={handoff}")


def gateway_of(ward: Ward, settings: WeComSettings, kept: Kept) -> web.Application:
    envelope = Envelope(settings.token, (settings.aes_key,), settings.corp_id)
    card = next(one for one in ward.alerting.alerters if isinstance(one, NurseCards))
    taking = Taking(ward.clinic, ward.databases, ward.nursing, ward.alerting, card, ward.alerting.roster, ward.clock)
    app = web.Application(middlewares=[problems])
    app.add_routes(WeComRoutes(Callback(envelope, ward.clock), taking, kept).routes())
    return app


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


async def test_one_tap_takes_it_and_every_card_says_by_whom(ward: Ward) -> None:
    handoff = await ward.asks("p1")
    await ward.beat()
    await ward.beat(minutes=3)
    (hers,) = ward.wecom.cards("li")
    assert await ward.press("li", hers)
    taken = await ward.nursing.handoffs.get(ward.clinic, handoff)
    assert (taken.status, taken.nurse) == (HandoffStatus.ACCEPTED, "李护士")
    await ward.beat()
    assert [card.replaced for card in ward.wecom.company.cards] == ["已由李护士接待"] * 2
    await ward.beat(minutes=10)
    assert len(ward.wecom.group()) == 1 and len(ward.wecom.company.cards) == 2


async def test_a_tap_too_late_takes_nothing(ward: Ward) -> None:
    handoff = await ward.asks("p1")
    await ward.beat()
    await ward.nursing.accept(ward.clinic, handoff, "李护士")
    (hers,) = ward.wecom.cards("wang")
    assert await ward.press("wang", hers)
    assert (await ward.nursing.handoffs.get(ward.clinic, handoff)).nurse == "李护士"
    assert hers.replaced == "已由李护士接待"


async def test_who_is_not_in_the_roster_takes_nothing_and_it_is_written_down(ward: Ward) -> None:
    handoff = await ward.asks("p1")
    await ward.beat()
    (hers,) = ward.wecom.cards("wang")
    assert await ward.press("stranger", hers)
    assert (await ward.nursing.handoffs.get(ward.clinic, handoff)).status is HandoffStatus.REQUESTED
    assert await ward.audited("handoff_press_refused") == [{"userid": "stranger"}]
    assert hers.replaced == NOT_A_NURSE
    ward.roster.remove(WANG)  # she has left the hospital with the card on her phone
    hers.replaced = ""
    assert await ward.press("wang", hers)
    assert (await ward.nursing.handoffs.get(ward.clinic, handoff)).status is HandoffStatus.REQUESTED
    assert len(await ward.audited("handoff_press_refused")) == 2


async def test_taken_at_the_desk_ended_or_expired_the_card_tells_it(ward: Ward) -> None:
    accepted, expired = await ward.asks("p1"), await ward.asks("p2")
    await ward.beat()
    await ward.nursing.accept(ward.clinic, accepted, "护士长")
    ward.clock.forward(minutes=20)
    assert await ward.nursing.expire(ward.clinic, timedelta(minutes=15)) == 1
    await ward.beat()
    shown = {card.fields["button_list"][0]["key"]: card.replaced for card in ward.wecom.cards("wang")}
    assert shown == {f"take:{accepted}:0": "已由护士长接待", f"take:{expired}:0": "已超时退回，患者得到了医院电话"}


async def test_a_card_that_arrives_while_another_nurse_takes_it_is_changed_by_the_next_beat(ward: Ward) -> None:
    handoff = await ward.asks("p1", Urgency.RED_FLAG, "疑似中风")
    await ward.beat()
    ward.wecom.faults.order(Trouble(Fault.SLOW, seconds=0.5), "/cgi-bin/message/send")
    telling = asyncio.create_task(ward.beat(minutes=1))
    await asyncio.sleep(0.2)
    assert ward.wecom.cards("li") == [], "her card must still be on its way"
    (wangs,) = ward.wecom.cards("wang")
    await ward.press("wang", wangs)
    ward.wecom.faults.order(Trouble(Fault.BUSY), "/cgi-bin/message/update_template_card")
    await telling
    assert (await ward.nursing.handoffs.get(ward.clinic, handoff)).nurse == "王护士"
    await ward.beat(seconds=5)
    assert [card.replaced for card in ward.wecom.company.cards] == ["已由王护士接待"] * 2


async def test_a_press_of_an_older_card_leaves_no_card_behind(ward: Ward) -> None:
    await ward.asks("p1")
    await ward.beat()
    await ward.beat(minutes=3)
    ward.wecom.faults.order(Trouble(Fault.BUSY), "/cgi-bin/message/update_template_card", times=2)
    await ward.beat(minutes=3)  # everybody has two cards, and the older ones could not be changed
    assert [card.replaced for card in ward.wecom.company.cards] == [""] * 4
    await ward.press("wang", ward.wecom.cards("wang")[0])
    await ward.beat(seconds=5)
    assert [card.replaced for card in ward.wecom.company.cards] == ["已由王护士接待"] * 4


async def test_a_nurse_has_one_card_that_can_be_pressed(ward: Ward) -> None:
    await ward.asks("p1", Urgency.RED_FLAG, "疑似中风")
    for _ in range(12):
        await ward.beat(minutes=1)
    for who in ("wang", "li"):
        *older, newest = [card.replaced for card in ward.wecom.cards(who)]
        assert newest == "" and older == ["已重新通知"] * len(older) and older
    assert [one.mentioned for one in ward.wecom.group()] == [("wang",)] + [("@all",)] * 4  # minutes 2, 3, 5, 9
    taken_by = ward.wecom.cards("wang")[-1]
    await ward.press("wang", taken_by)
    assert [taken_by.replaced, ward.wecom.cards("li")[-1].replaced] == ["已由王护士接待"] * 2


async def test_another_danger_is_told_at_once_with_both(ward: Ward) -> None:
    handoff = await ward.asks("p1", Urgency.RED_FLAG, "昏迷")
    await ward.beat()
    async with ward.databases.of(ward.clinic).begin() as connection:
        this = (handoffs.c.clinic == ward.clinic) & (handoffs.c.id == handoff)
        await connection.execute(update(handoffs).where(this).values(reason="昏迷；抽搐"))
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


async def test_a_card_whose_answer_was_lost_is_not_shown_twice(ward: Ward) -> None:
    ward.wecom.faults.order(Trouble(Fault.DROP_AFTER), "/cgi-bin/message/send")
    await ward.asks("p1")
    await ward.beat()
    await ward.beat(seconds=5)
    (card,) = ward.wecom.cards("wang")
    await ward.press("wang", card)
    assert card.replaced == "已由王护士接待"


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


@pytest.mark.parametrize("spoilt", ["signature", "body", "stale", "none"])
async def test_a_callback_that_is_not_wecoms_is_refused(ward: Ward, spoilt: str) -> None:
    envelope = Envelope(ward.wecom.settings.token, (ward.wecom.settings.aes_key,), ward.wecom.settings.corp_id)
    at = ward.clock.at - timedelta(hours=1) if spoilt == "stale" else ward.clock.at
    sealed = envelope.seal(b"<xml><Event>template_card_event</Event></xml>", str(int(at.timestamp())), "n")
    query = {"msg_signature": sealed.signature, "timestamp": sealed.timestamp, "nonce": "n"}
    body = f"<xml><Encrypt>{sealed.ciphertext}</Encrypt></xml>"
    query |= {"msg_signature": "0" * 40} if spoilt == "signature" else {}
    body = body.replace("<Encrypt>", "<Encrypt>AAAA") if spoilt == "body" else body
    async with ward.http.post(ward.url, params={} if spoilt == "none" else query, data=body) as answer:
        assert answer.status == 403
        assert "detail" not in await answer.json()


async def test_a_ticket_is_used_once(databases: Databases, clinic: str) -> None:
    used = await asyncio.gather(*(spend_ticket(databases, clinic, "t1", AT) for _ in range(5)))
    assert sorted(used) == [False] * 4 + [True]
