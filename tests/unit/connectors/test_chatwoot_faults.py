"""Chatwoot fails, callbacks are lost, processes are killed: still nothing lost, nothing twice."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from bot.errors import StoreUnavailable
from bot.house import House
from bot.nursing import Nursing
from connectors.chatwoot import codec
from connectors.chatwoot.mirror import REMEMBERED, Mirror, Mirrors
from deploy.standin.wechat.faults import Fault, Trouble
from tests.unit.bot import conftest as bots
from tests.unit.connectors.chatwoot_hall import CLINIC, Hall, asked, open_hall

house, red_flags = bots.house, bots.red_flags

SOME_FAULTS = (Fault.SERVER_ERROR, Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.GARBAGE)


@pytest.fixture
async def hall(house: House) -> AsyncIterator[Hall]:
    async with open_hall(house) as opened:
        yield opened


async def test_lost_callbacks_are_made_up_for_by_a_look(hall: Hall) -> None:
    await asked(hall)
    hall.desk.calling = False
    hall.desk.agent_says(hall.talk().id, "没人通知")
    await hall.beat(5)
    await hall.beat(40)
    assert "没人通知" in hall.phone.shown


async def test_a_remark_stored_late_under_a_lower_id_is_heard(hall: Hall) -> None:
    await asked(hall)
    hall.desk.calling = False
    late = hall.desk.agent_says(hall.talk().id, "带图的，存得慢")
    hall.talk().said.remove(late)
    hall.desk.agent_says(hall.talk().id, "快的")
    await hall.bridge.called(hall.talk().id)
    hall.talk().said.append(late)
    await hall.bridge.called(hall.talk().id)
    await hall.settle()
    assert hall.phone.shown[-2:] == ["快的", "带图的，存得慢"]


async def test_a_callback_is_not_thanked_for_before_the_word_is_stored(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asked(hall)

    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(Nursing, "say", away)
        said = hall.desk.agent_says(hall.talk().id, "请马上来医院")
        await hall.desk.settled()
        assert (said.status, said.error) == ("failed", "503")
    await hall.beat(40)
    await hall.beat()
    assert hall.phone.shown.count("请马上来医院") == 1
    assert (said.status, said.error) == ("delivered", "")


async def test_a_word_that_could_not_be_stored_is_heard_later_however_much_came_after(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await asked(hall)
    hall.desk.calling = False
    hall.desk.agent_says(hall.talk().id, "请马上来医院")
    for n in range(2 * REMEMBERED):
        hall.desk.add(hall.talk().id, "在吗", "incoming", source=f"xinglin:word:{n + 10}")

    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(Nursing, "say", away)
        with pytest.raises(StoreUnavailable):
            await hall.bridge.hear(conversation.id)
    await hall.bridge.hear(conversation.id)
    await hall.settle()
    assert hall.phone.shown.count("请马上来医院") == 1


@pytest.mark.parametrize("remembered", [0, 1])
async def test_killed_before_it_could_remember_nothing_stands_there_twice(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, remembered: int
) -> None:
    await hall.say("我要人工")
    await hall.say("第二句")
    keep, left = Mirrors.keep, iter(range(remembered))

    async def killed(self: Mirrors, conversation: str, mirror: Mirror) -> None:
        if next(left, None) is None:
            raise asyncio.CancelledError
        await keep(self, conversation, mirror)

    with monkeypatch.context() as patched:
        patched.setattr(Mirrors, "keep", killed)
        with pytest.raises(asyncio.CancelledError):
            await hall.beat()
    assert len(hall.words()) == 2 * remembered
    hall.restarted()
    await hall.beat()
    assert hall.words() == ["我要人工", "第二句"]
    assert len(hall.notes()) == 1 and len(hall.desk.talks) == 1 and len(hall.desk.contacts) == 1


async def test_an_answer_lost_on_the_way_does_not_double_a_word(hall: Hall) -> None:
    await asked(hall)
    await hall.say("只说一次")
    hall.faults.order(Trouble(Fault.DROP_AFTER), "messages", times=3)
    for _ in range(5):
        await hall.beat()
    assert hall.words() == ["我要人工", "只说一次"]


@pytest.mark.parametrize("seed", range(4))
async def test_with_a_third_of_all_calls_failing_everything_arrives_once_and_in_order(hall: Hall, seed: int) -> None:
    await asked(hall)
    hall.faults.by_lot(0.3, seed, SOME_FAULTS)
    hall.desk.calling = False
    for n in range(8):
        await hall.say(f"患者第{n}句")
        hall.desk.agent_says(hall.talk().id, f"客服第{n}句")
        await hall.beat(35)
        hall.restarted()
    hall.faults.clear()
    for _ in range(3):
        await hall.beat(35)
    assert hall.words()[1:] == [f"患者第{n}句" for n in range(8)]
    assert [each for each in hall.phone.shown if "客服第" in each] == [f"客服第{n}句" for n in range(8)]
    assert len(hall.notes()) == 1


async def test_two_processes_tell_once(hall: Hall) -> None:
    conversation = await hall.say("我要人工")
    await hall.say("第二句")
    first = hall.bridge
    await asyncio.gather(*(bridge.tell(conversation.id) for bridge in (first, hall.restarted(), hall.restarted())))
    assert hall.words() == ["我要人工", "第二句"] and len(hall.desk.talks) == 1


async def test_killed_after_a_refusal_it_is_not_refused_again(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = await asked(hall)
    await hall.nursing.accept(CLINIC, (await hall.handoff(conversation)).id, "王护士")
    hall.desk.calling = False
    hall.desk.agent_says(hall.talk().id, "我来")

    async def killed(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(Mirrors, "keep", killed)
        with pytest.raises(asyncio.CancelledError):
            await hall.bridge.hear(conversation.id)
    await hall.restarted().hear(conversation.id)
    assert [each.text for each in hall.notes()].count("没有发给患者：已由王护士在护士台接待。") == 1


async def test_an_agent_who_was_faster_than_our_memory_is_heard_and_old_words_are_not(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: object) -> None:
        raise asyncio.CancelledError

    await hall.say("我要人工")
    with monkeypatch.context() as patched:
        patched.setattr(Mirrors, "begin", killed)
        with pytest.raises(asyncio.CancelledError):
            await hall.beat()
    old = hall.desk.agent_says(hall.talk().id, "上个月的话")
    old.at = hall.clock() - timedelta(days=30)
    hall.desk.agent_says(hall.talk().id, "抢先的话")
    hall.restarted()
    await hall.beat()
    await hall.beat(35)
    assert "抢先的话" in hall.phone.shown and "上个月的话" not in hall.phone.shown


async def test_a_chatwoot_that_gives_no_sources_back_is_told_once_too(house: House) -> None:
    async with open_hall(house, lists_sources=False) as hall:
        await asked(hall, "第二句")
        await hall.beat(40)
        hall.restarted()
        await hall.beat(40)
        assert hall.words() == ["我要人工", "第二句"] and len(hall.notes()) == 1


async def test_one_patient_whose_chat_fails_does_not_hide_the_others(hall: Hall) -> None:
    await asked(hall)
    hall.faults.order(Trouble(Fault.CODE, number=422), "messages")
    await hall.say("我要人工", "openid-of-li")
    await hall.beat()
    await hall.beat()
    assert len(hall.desk.talks) == 2 and hall.words() == ["我要人工"]


async def test_who_does_not_know_the_door_or_can_not_sign_is_refused(hall: Hall, http: ClientSession) -> None:
    await asked(hall)
    hall.desk.calling = False
    hall.desk.agent_says(hall.talk().id, "您好")
    body = f'{{"event":"message_created","message_type":"outgoing","conversation":{{"id":{hall.talk().id}}}}}'
    async with http.post(hall.url + "x", data=body) as wrong_door:
        assert wrong_door.status == 404
    async with http.post(hall.url, data=body) as unsigned:
        assert unsigned.status == 403
    await hall.settle()
    assert "您好" not in hall.phone.shown
    stamp = str(int(hall.clock().timestamp()))
    for garbage in (b"", b"[]", b"null", b"\xff\xfe", b'{"event":{}}', b'{"event":"message_created"}', b"[" * 5_000):
        signed = {
            "X-Chatwoot-Timestamp": stamp,
            "X-Chatwoot-Signature": codec.sign(hall.desk.settings.secret, stamp, garbage),
        }
        async with http.post(hall.url, data=garbage, headers=signed) as answer:
            assert answer.status in (200, 400), garbage


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def test_no_word_id_or_token_is_logged(hall: Hall, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "connectors")
    conversation = await asked(hall, "我叫张三")
    hall.faults.order(Trouble(Fault.SERVER_ERROR), "messages")
    await hall.say("住朝阳路")
    await hall.beat()
    await hall.nursing.accept(CLINIC, (await hall.handoff(conversation)).id, "王护士")
    hall.desk.agent_says(hall.talk().id, "我来吧")
    await hall.settle()
    ours = [record for record in caplog.records if record.name.startswith("connectors")]
    assert {vars(record)["action"] for record in ours} >= {"chatwoot_refused", "chatwoot_remark_not_said"}
    everything = " ".join(str(vars(record)) for record in ours)
    for secret in ("张三", "朝阳路", "我来吧", "openid", conversation.id, hall.desk.settings.token):
        assert secret not in everything
