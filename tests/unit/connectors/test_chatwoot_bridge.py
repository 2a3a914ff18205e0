"""Handoffs at Chatwoot: nothing lost, nothing twice, nothing said to a patient whom somebody else has."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.conversation import Conversation, HandoffStatus, Mode, Urgency
from bot.handoffs import request_handoff
from bot.house import House
from connectors.base import ChannelRefused, Fate
from connectors.chatwoot import codec
from tests.unit.bot import conftest as bots
from tests.unit.connectors.chatwoot_hall import CLINIC, Hall, asked, open_hall

house, red_flags = bots.house, bots.red_flags


@pytest.fixture
async def hall(house: House) -> AsyncIterator[Hall]:
    async with open_hall(house) as opened:
        yield opened


async def red_flag(hall: Hall, conversation: Conversation) -> None:
    async with hall.nursing.databases.of(CLINIC).begin() as connection:
        await request_handoff(connection, conversation, Urgency.RED_FLAG, "胸痛", "压着疼", hall.clock())


async def test_a_handoff_is_shown_with_its_summary_and_every_word_since(hall: Hall) -> None:
    conversation = await asked(hall, "头晕三天", "吃过降压药")
    said = hall.talk().said
    assert said[0].private and "要求人工" in said[0].text
    assert hall.words() == ["我要人工", "头晕三天", "吃过降压药"]
    (contact,) = hall.desk.contacts
    assert contact["name"] == f"访客 {conversation.id[:4].upper()}"
    assert "openid-of-zhang" not in repr((hall.desk.contacts, hall.desk.talks))
    for _ in range(3):
        await hall.beat(40)
    assert len(said) == 4 and len(hall.desk.talks) == 1


async def test_without_a_handoff_nothing_goes_there(hall: Hall) -> None:
    await hall.say("你好")
    await hall.beat(40)
    assert hall.desk.contacts == [] and hall.desk.talks == {}


async def test_what_happens_in_the_house_is_told_at_once(hall: Hall) -> None:
    watching = asyncio.ensure_future(hall.bridge.work())
    await asyncio.sleep(0)
    await hall.say("我要人工")
    await hall.say("还在吗")
    for _ in range(500):
        if hall.desk.talks and hall.words() == ["我要人工", "还在吗"]:
            break
        await asyncio.sleep(0.01)
    else:
        pytest.fail("not told without the heartbeat")
    watching.cancel()


async def test_words_said_while_the_asking_turn_ran_are_seen(hall: Hall) -> None:
    await hall.say("先说一句")
    hall.clock.on(1)
    await hall.say("我要人工")
    await hall.beat()
    assert hall.words() == ["先说一句", "我要人工"]


async def test_an_agent_answers_and_is_the_patients_nurse(hall: Hall) -> None:
    conversation = await asked(hall)
    said = hall.desk.agent_says(hall.talk().id, "您好，请讲")
    await hall.settle()
    handoff = await hall.handoff(conversation)
    assert (handoff.status, handoff.nurse) == (HandoffStatus.ACCEPTED, "客服 小王")
    assert hall.phone.shown[-1] == "您好，请讲"
    await hall.beat()
    assert (said.status, said.error) == ("delivered", "")


async def test_a_colleague_may_go_on(hall: Hall) -> None:
    await asked(hall)
    hall.desk.agent_says(hall.talk().id, "第一句", "小王")
    hall.desk.agent_says(hall.talk().id, "第二句", "小李")
    await hall.settle()
    assert hall.phone.shown[-2:] == ["第一句", "第二句"]


async def test_a_repeated_callback_changes_nothing(hall: Hall) -> None:
    await asked(hall)
    said = hall.desk.agent_says(hall.talk().id, "您好")
    event = {"event": "message_created", "message_type": "outgoing", "conversation": {"id": said.chat}}
    for _ in range(3):
        hall.desk._call(event, None)
    await hall.settle()
    assert hall.phone.shown.count("您好") == 1


async def test_private_notes_stay_there(hall: Hall) -> None:
    await asked(hall)
    hall.desk.agent_notes(hall.talk().id, "这位患者脾气急")
    await hall.beat(40)
    assert not any("脾气" in each for each in hall.phone.shown)


async def test_resolving_ends_the_handoff_and_the_house_answers_again(hall: Hall) -> None:
    conversation = await asked(hall)
    hall.desk.agent_says(hall.talk().id, "好了")
    await hall.settle()
    hall.desk.agent_resolves(hall.talk().id)
    await hall.settle()
    assert (await hall.handoff(conversation)).status is HandoffStatus.CLOSED
    assert (await hall.say("谢谢")).mode is Mode.ASSISTANT
    await hall.beat(40)
    assert "谢谢" not in hall.words() and hall.talk().status == "resolved"
    assert list(await hall.bridge.mirrors.shown()) == []


async def test_resolving_without_a_word_counts_as_taken_by_who_did(hall: Hall) -> None:
    conversation = await asked(hall)
    hall.desk.agent_resolves(hall.talk().id, "小李")
    await hall.settle()
    handoff = await hall.handoff(conversation)
    assert (handoff.status, handoff.nurse) == (HandoffStatus.CLOSED, "客服 小李")


async def test_a_red_flag_is_urgent_and_needs_a_note_to_end(hall: Hall) -> None:
    conversation = await asked(hall)
    await red_flag(hall, conversation)
    await hall.beat()
    assert "危险信号" in hall.notes()[-1].text and hall.talk().priority == "urgent"
    hall.desk.agent_resolves(hall.talk().id)
    await hall.settle()
    assert hall.talk().status == "open" and hall.notes()[-1].text == codec.NOTE_NEEDED
    assert (await hall.handoff(conversation)).status is HandoffStatus.ACCEPTED
    hall.desk.agent_notes(hall.talk().id, "已转急诊")
    hall.desk.agent_resolves(hall.talk().id)
    await hall.settle()
    handoff = await hall.handoff(conversation)
    assert (handoff.status, handoff.note) == (HandoffStatus.CLOSED, "已转急诊")


async def test_taken_at_our_own_desk_agents_are_told_and_their_words_do_not_cross(hall: Hall) -> None:
    conversation = await asked(hall)
    handoff = await hall.handoff(conversation)
    await hall.nursing.accept(CLINIC, handoff.id, "王护士")
    said = hall.desk.agent_says(hall.talk().id, "我来")
    await hall.settle()
    assert "我来" not in hall.phone.shown
    assert (said.status, said.error) == ("failed", "没有发给患者：已由王护士在护士台接待。")
    await hall.beat()
    assert hall.notes()[-1].text == "已由王护士在护士台接待。" and hall.talk().status == "resolved"
    await hall.say("护士你好")
    await hall.beat(40)
    assert "护士你好" not in hall.words() and hall.talk().status == "resolved"


async def test_words_after_the_end_are_refused_aloud(hall: Hall) -> None:
    conversation = await asked(hall)
    await hall.say("不等了")
    await hall.beat()
    assert (await hall.handoff(conversation)).status is HandoffStatus.CLOSED
    assert "患者取消等待" in hall.notes()[-1].text and hall.talk().status == "resolved"
    said = hall.desk.agent_says(hall.talk().id, "还在吗")
    await hall.settle()
    assert "还在吗" not in hall.phone.shown and (said.status, said.error) == ("failed", codec.NOT_OPEN)


async def test_the_next_handoff_goes_to_the_same_chat_opened_again(hall: Hall) -> None:
    await asked(hall, "第一回")
    hall.desk.agent_resolves(hall.talk().id)
    await hall.settle()
    await hall.beat(600)
    await hall.say("又有事，要人工")
    await hall.beat()
    assert len(hall.desk.talks) == 1 and hall.talk().status == "open"
    assert hall.words() == ["我要人工", "第一回", "又有事，要人工"]
    hall.desk.agent_says(hall.talk().id, "请讲")
    await hall.settle()
    assert hall.phone.shown[-1] == "请讲"


async def test_a_chat_that_was_deleted_there_is_opened_anew(hall: Hall) -> None:
    await asked(hall)
    hall.desk.talks.clear()
    await hall.say("有人吗")
    await hall.beat()
    await hall.beat()
    assert hall.words() == ["我要人工", "有人吗"]


async def test_the_agent_sees_when_the_patients_channel_does_not_take_it(hall: Hall) -> None:
    await asked(hall)
    await hall.settle()
    hall.phone.refuses = ChannelRefused("45015", Fate.WAIT)
    waits = hall.desk.agent_says(hall.talk().id, "请回电话")
    await hall.settle()
    await hall.beat()
    await hall.beat()
    assert [each.text for each in hall.notes()].count(codec.WAITS) == 1 and waits.status == "sent"
    hall.phone.refuses = None
    await hall.say("来了")
    await hall.settle()
    await hall.beat()
    assert waits.status == "delivered"
    hall.phone.refuses = ChannelRefused("40003", Fate.GIVE_UP)
    lost = hall.desk.agent_says(hall.talk().id, "收得到吗")
    await hall.settle()
    await hall.beat()
    assert (lost.status, lost.error) == ("failed", codec.NOT_DELIVERED)


async def test_files_are_declined_and_the_words_with_them_go(hall: Hall) -> None:
    await asked(hall)
    hall.desk.agent_says(hall.talk().id, "请看图", files=("http://x/1.jpg",))
    only = hall.desk.agent_says(hall.talk().id, "", files=("http://x/2.jpg",))
    await hall.settle()
    assert hall.phone.shown[-1] == "请看图" and only.status == "failed"
    assert [each.text for each in hall.notes()].count(codec.NO_FILES) == 2
