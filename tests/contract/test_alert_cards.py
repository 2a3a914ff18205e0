"""Nurses take handoffs by their cards, and no card is left that could still be pressed in vain."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.conversation import HandoffStatus, Urgency
from bot.db import Databases
from connectors.tencent.crypto import Envelope
from connectors.wecom.taking import NOT_A_NURSE
from deploy.standin.wechat.faults import Fault, Trouble
from tests.contract.ward import WANG, Ward, open_ward


@pytest.fixture
async def ward(databases: Databases, clinic: str) -> AsyncIterator[Ward]:
    async with open_ward(databases, clinic) as opened:
        yield opened


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


async def test_a_card_whose_answer_was_lost_is_not_shown_twice(ward: Ward) -> None:
    ward.wecom.faults.order(Trouble(Fault.DROP_AFTER), "/cgi-bin/message/send")
    await ward.asks("p1")
    await ward.beat()
    await ward.beat(seconds=5)
    (card,) = ward.wecom.cards("wang")
    await ward.press("wang", card)
    assert card.replaced == "已由王护士接待"


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
