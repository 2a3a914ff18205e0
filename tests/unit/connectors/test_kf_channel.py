"""Patients at WeChat customer service: nothing lost, nothing twice, five messages a word."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.errors import StoreUnavailable
from bot.handoffs import HandoffStore
from bot.house import House
from bot.messages import Author, Button, Kind, Reply
from bot.store import write_replies
from bot.tables import messages
from bot.turn import accept
from connectors.kf import codec, pulling
from deploy.standin.wechat.faults import Fault, Trouble
from tests.unit.bot import conftest as bots
from tests.unit.connectors.kf_hall import CLINIC, KFID, Hall, long_answer, open_hall, who

SYNC = "/cgi-bin/kf/sync_msg"
SEND = "/cgi-bin/kf/send_msg"


house, red_flags = bots.house, bots.red_flags


@pytest.fixture
async def hall(house: House) -> AsyncIterator[Hall]:
    async with open_hall(house) as opened:
        yield opened


@pytest.fixture
async def narrow(house: House) -> AsyncIterator[Hall]:
    """A server that hands out two items at a time."""
    async with open_hall(house, page_items=2) as opened:
        yield opened


async def heard_of(hall: Hall) -> list[str]:
    """What patients said, as it is stored."""
    async with hall.house.outbox._databases.of(CLINIC).read() as connection:
        query = select(messages.c.text).where(messages.c.author == Author.PATIENT)
        return list((await connection.execute(query.order_by(messages.c.seq))).scalars())


async def test_two_quick_messages_are_both_answered_in_order(hall: Hall) -> None:
    hall.wecom.say(who("wmOne"), "第一句")
    hall.wecom.say(who("wmOne"), "第二句")
    await hall.settle()
    assert "\n\n".join(hall.shown()) == "听到：第一句\n\n听到：第二句"
    assert hall.echo.heard == ["第一句", "第二句"]


async def test_many_pages_are_pulled_to_the_end_and_each_once(narrow: Hall) -> None:
    said = [f"第{n}句" for n in range(9)]
    for n, words in enumerate(said):
        narrow.wecom.say(who(f"wm{n % 3}"), words)
    await narrow.settle()
    assert sorted(narrow.echo.heard) == sorted(said)
    for person in range(3):
        mine = [words for words in narrow.echo.heard if int(words[1]) % 3 == person]
        assert mine == sorted(mine)


async def test_callbacks_that_were_lost_are_made_up_for_by_a_look(hall: Hall) -> None:
    hall.wecom.announcing = False
    await hall.say("没人通知")
    assert hall.shown() == []
    await hall.connector.pulling.look()
    await hall.settle()
    assert hall.shown() == ["听到：没人通知"]


async def test_killed_between_claim_and_cursor_nothing_is_lost_or_answered_twice(
    narrow: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow.wecom.announcing = False
    for n in range(5):
        narrow.wecom.say(who("wmOne"), f"第{n}句")

    async def killed(*_: object) -> None:
        raise asyncio.CancelledError

    await narrow.connector.client.accounts()  # its token is on the shelf already
    with monkeypatch.context() as patched:
        patched.setattr(type(narrow.connector.shelf), "put", killed)
        with pytest.raises(asyncio.CancelledError):
            await narrow.connector.pulling.pull(KFID, "")
    assert await heard_of(narrow) == ["第0句", "第1句"]
    narrow.restarted()
    await narrow.connector.pulling.look()
    await narrow.settle()
    assert await heard_of(narrow) == [f"第{n}句" for n in range(5)]
    assert narrow.echo.heard == [f"第{n}句" for n in range(5)]


async def test_two_processes_pull_one_account_without_doubling(narrow: Hall) -> None:
    narrow.wecom.announcing = False
    for n in range(8):
        narrow.wecom.say(who(f"wm{n}"), f"第{n}句")
    first, second = narrow.connector, narrow.restarted()
    await asyncio.gather(*(one.pulling.pull(KFID, "") for one in (first, second, first)))
    while first.kept._working:
        await first.kept.finish(5)
    await narrow.settle()
    assert sorted(narrow.echo.heard) == [f"第{n}句" for n in range(8)]
    assert all(len(narrow.shown(f"wm{n}")) == 1 for n in range(8))


async def test_many_callbacks_in_a_moment_make_few_pulls(hall: Hall) -> None:
    for n in range(30):
        hall.wecom.say(who(f"wm{n}"), "您好呀")
    await hall.settle()
    assert len(hall.echo.heard) == 30 and hall.wecom.kf.pulls < 20


async def test_one_item_that_breaks_us_keeps_nobody_else_waiting(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = codec.decode

    def breaks(clinic: str, item: codec.Item, at: datetime) -> object:
        if "毒" in str(item):
            raise RuntimeError
        return whole(clinic, item, at)

    monkeypatch.setattr(codec, "decode", breaks)
    hall.wecom.say(who("wmOne"), "毒")
    hall.wecom.say(who("wmTwo"), "我呢")
    await hall.settle()
    assert hall.shown("wmTwo") == ["听到：我呢"]


async def test_a_store_that_fails_for_a_moment_loses_nothing(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "PAUSES_S", (0.01, 0.01))
    failures = [StoreUnavailable(), StoreUnavailable()]
    whole = accept

    async def sometimes(*given: object) -> object:
        if failures:
            raise failures.pop()
        return await whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(pulling, "accept", sometimes)
    await hall.say("还在吗")
    assert hall.shown() == ["听到：还在吗"]


async def test_a_cursor_that_kf_does_not_know_starts_anew_and_nothing_is_doubled(hall: Hall) -> None:
    await hall.say("第一句")
    await hall.connector.shelf.put(f"kf:cursor:{KFID}", "c999", hall.clock.at + timedelta(days=1))
    await hall.say("第二句")
    assert hall.echo.heard == ["第一句", "第二句"]


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.SERVER_ERROR, Fault.GARBAGE, Fault.DROP_BEFORE, Fault.DROP_AFTER])
async def test_a_pull_that_fails_is_repeated(hall: Hall, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "PAUSES_S", (0.01, 0.01))
    hall.wecom.faults.order(Trouble(fault), SYNC)
    await hall.say("还在吗")
    assert hall.shown() == ["听到：还在吗"]


async def test_an_outdated_callback_token_is_left_out(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "PAUSES_S", (0.01, 0.01))
    hall.wecom.announcing = False
    hall.wecom.say(who("wmOne"), "晚到的通知")
    await hall.connector.pulling.pull(KFID, "ENC-of-an-hour-ago")
    hall.wecom.kf._tokens["old"] = hall.clock.at - timedelta(minutes=1)
    await hall.connector.pulling.pull(KFID, "old")
    await hall.settle()
    assert hall.shown() == ["听到：晚到的通知"]


async def test_buttons_are_a_menu_and_its_click_presses_them(hall: Hall) -> None:
    hall.echo.replies = (Reply("选一个", (Button("挂号", say="我要挂号"), Button("问药", say="我要问药"))),)
    await hall.say("您好呀")
    (shown,) = [one for one in hall.wecom.shown(who("wmOne")) if one.menu]
    assert [label for _, label in shown.menu] == ["【1】挂号", "【2】问药"]
    hall.wecom.choose(who("wmOne"), "问药")
    await hall.settle()
    assert hall.echo.heard == ["您好呀", "我要问药"]
    await hall.say("1")
    assert hall.echo.heard[-1] == "我要挂号"


async def test_entering_is_greeted_by_its_code_within_the_time_and_once(hall: Hall) -> None:
    hall.wecom.kf.enter(who("wmOne"))
    await hall.settle()
    (greeting,) = hall.shown()
    assert "示范医院" in greeting
    hall.wecom.kf.enter(who("wmOne"))
    await hall.settle()
    await hall.say("您好呀")
    assert len(hall.shown()) == 2


async def test_an_entering_seen_too_late_is_not_greeted(hall: Hall) -> None:
    hall.wecom.announcing = False
    hall.wecom.kf.enter(who("wmOne"))
    hall.clock.at += timedelta(seconds=21)
    await hall.connector.pulling.look()
    await hall.settle()
    assert hall.shown() == []


async def test_a_greeting_that_failed_comes_with_the_first_answer(hall: Hall) -> None:
    hall.wecom.faults.order(Trouble(Fault.CODE, 41051), "/cgi-bin/kf/send_msg_on_event")
    hall.wecom.kf.enter(who("wmOne"))
    await hall.settle()
    assert hall.shown() == []
    hall.clock.at += timedelta(seconds=30)
    await hall.courier.round()
    await hall.say("您好呀")
    assert "示范医院" in hall.shown()[0] and hall.shown()[-1].endswith("听到：您好呀")


async def test_a_long_answer_leaves_one_message_for_danger_and_goes_on_when_asked(hall: Hall) -> None:
    hall.echo.replies = (long_answer(300),)
    await hall.say("说说高血压")
    first = hall.shown()
    assert len(first) == 4 and first[-1].endswith("（还有内容，回复“继续”接着看）")
    assert hall.left() == 1
    await hall.say("继续")
    later = hall.shown()[4:]
    assert later and "说说高血压" in hall.echo.heard and "继续" not in hall.echo.heard
    sentences = [f"第{n}句" for n in range(300)]
    together = "".join(hall.shown())
    assert [words for words in sentences if together.count(f"这是{words}，") != 1] == []


async def test_danger_takes_the_reserved_message(hall: Hall) -> None:
    hall.echo.replies = (long_answer(300),)
    await hall.say("说说高血压")
    assert hall.left() == 1
    await write(hall, Reply("请马上来急诊", author=Author.NURSE))
    assert hall.shown()[-1] == "【护士】请马上来急诊" and hall.left() == 0


async def write(hall: Hall, *replies: Reply) -> None:
    """Let the house say something by itself."""
    conversation = await hall.house.store.find(codec.address(CLINIC, KFID, "wmOne"))
    assert conversation is not None
    async with hall.house.outbox._databases.of(CLINIC).begin() as connection:
        await write_replies(connection, conversation, replies, hall.clock.at)
    for _ in range(3):
        await hall.courier.round()


async def test_after_48_hours_words_wait_for_the_person(hall: Hall) -> None:
    await hall.say("您好呀")
    hall.clock.at += timedelta(hours=48, minutes=1)
    await write(hall, Reply("报告出来了", kind=Kind.NOTICE))
    assert len(hall.shown()) == 1
    await hall.say("我来了")
    assert hall.shown()[1:] == ["报告出来了\n\n听到：我来了"]


async def test_a_reminder_that_cannot_arrive_is_a_matter_for_a_nurse(hall: Hall) -> None:
    await hall.say("您好呀")
    hall.clock.at += timedelta(hours=48, minutes=1)
    await write(hall, Reply("该吃药了", kind=Kind.REMINDER))
    assert len(await HandoffStore(hall.house.outbox._databases).listing(CLINIC)) == 1


async def test_a_nurse_who_writes_more_than_is_left_loses_no_word(hall: Hall) -> None:
    await hall.say("您好呀")
    said = [f"护士第{n}句" for n in range(8)]
    for each in said:
        await write(hall, Reply(each, author=Author.NURSE))
    assert hall.shown()[1:] == [f"【护士】{each}" for each in said[:4]]
    await hall.say("我在听")
    shown = "".join(hall.shown())
    assert [shown.count(each) for each in said] == [1] * 8
    assert [shown.index(each) for each in said] == sorted(shown.index(each) for each in said)


async def test_danger_comes_before_what_waits(hall: Hall) -> None:
    await hall.say("您好呀")
    hall.clock.at += timedelta(hours=49)
    await write(hall, long_answer(100))
    await hall.say("我胸口压着疼，出冷汗，喘不上气")
    assert "120" in hall.shown()[1]
