"""A message's way through, with the real store and responders that are set by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

import pytest

from bot.answers import Answer, HandoffCancelled, HandoffWanted, PracticeWanted, TaskWanted
from bot.conversation import Conversation, Mode, Route
from bot.db import Database
from bot.errors import ActionsUnavailable, RasaUnavailable, StoreUnavailable
from bot.handoffs import HandoffStore
from bot.house import House
from bot.messages import Address, Author, Button, Kind, Reply
from bot.store import ConversationStore
from bot.turn import accept, handle, resume
from tests.unit.bot.conftest import AT, CHEST_PAIN, Says, conversation, said, structured, texts


async def test_a_structured_turn(house: House) -> None:
    turn = await handle(house, said("挂号"))
    assert (turn.route, texts(turn), turn.repeated) == (Route.STRUCTURED, ["好"], False)
    assert {"screen_ms", "respond_ms", "guard_ms"} <= set(turn.hops)


async def test_unsure_goes_to_the_knowledge_and_then_to_honesty(house: House) -> None:
    unsure = replace(house, rasa=Says([None]), llm=Says([Answer(Route.FALLBACK, (Reply("资料说[1]"),)), None]))
    assert texts(await handle(unsure, said("为什么", "m1"))) == ["资料说[1]"]
    turn = await handle(unsure, said("为什么", "m2"))
    assert "不敢随便回答" in texts(turn)[0]
    assert [button.label for button in turn.replies[0].buttons] == ["转人工", "看看我能做什么"]


async def test_a_forms_question_comes_after_the_answer_of_the_knowledge(house: House) -> None:
    asks_again = Answer(Route.STRUCTURED, unsure=True, question=Reply("您要挂哪个科？"))
    unsure = replace(house, rasa=Says([asks_again]), llm=Says([Answer(Route.FALLBACK, (Reply("资料说[1]"),))]))
    turn = await handle(unsure, said("高血压能吃咸菜吗"))
    assert (turn.route, texts(turn)) == (Route.FALLBACK, ["资料说[1]", "您要挂哪个科？"])


async def test_rasa_down_is_said_with_a_way_out(house: House) -> None:
    down = replace(house, rasa=Says([RasaUnavailable("down")]))
    turn = await handle(down, said("挂号"))
    assert "正在恢复" in texts(turn)[0]
    assert [(button.label, button.say) for button in turn.replies[0].buttons] == [
        ("再说一次", "挂号"),
        ("转人工", None),
    ]


async def test_everything_down_is_still_words(house: House) -> None:
    down = replace(house, rasa=Says([RasaUnavailable("down")]), llm=Says([ActionsUnavailable("down")]))
    turn = await handle(down, said("挂号"))
    assert "010-12345678" in texts(turn)[0] and turn.replies[0].buttons


async def test_danger_comes_before_everything_and_opens_a_handoff(house: House) -> None:
    down = replace(house, rasa=Says([RasaUnavailable("down")]), llm=Says([ActionsUnavailable("down")]))
    turn = await handle(down, said(CHEST_PAIN))
    assert turn.route is Route.RED_FLAG
    assert turn.replies[0].kind is Kind.RED_FLAG and "120" in texts(turn)[0] and turn.replies[0].sources
    assert (await conversation(house)).mode is Mode.HANDOFF
    again = await handle(down, said(CHEST_PAIN, "m2"))
    assert "120" in texts(again)[0]


async def test_danger_is_said_even_when_nothing_can_be_stored(house: House) -> None:
    class Broken(ConversationStore):
        async def open(self, address: Address, at: datetime) -> Conversation:
            raise StoreUnavailable("disk full")

    broken = replace(house, store=Broken(house.outcomes.databases))
    assert "120" in texts(await handle(broken, said(CHEST_PAIN)))[0]
    with pytest.raises(StoreUnavailable):
        await handle(broken, said("挂号"))


async def test_a_learner_may_speak_of_chest_pain(house: House) -> None:
    practising = replace(house, rasa=Says([structured(change=PracticeWanted("chest-pain-01"))]))
    started = await handle(practising, said("练习"))
    assert started.replies[-1].author is Author.SP
    turn = await handle(practising, said("您胸痛吗，出冷汗吗，喘不上气吗", "m2"))
    assert texts(turn) == ["我肚子疼"]


async def test_a_handoff_silences_the_bot_until_the_person_takes_it_back(house: House) -> None:
    rasa = Says([structured(change=HandoffWanted("患者要求"))])
    asking = replace(house, rasa=rasa)
    turn = await handle(asking, said("转人工"))
    assert "护士台" in texts(turn)[0] and "下一位" in texts(turn)[0]
    assert texts(await handle(asking, said("在吗", "m2"))) == []
    assert rasa.heard == ["转人工"]
    taken_back = await handle(asking, said("", "m3", turn.replies[0].buttons[0].id))
    assert "已取消排队" in texts(taken_back)[0]
    assert (await conversation(house)).mode is Mode.ASSISTANT
    assert await HandoffStore(house.outcomes.databases).listing("demo") == []


async def test_a_task_for_the_nurses_does_not_take_the_talk_away(house: House) -> None:
    rasa = Says([structured("已经设好了", change=TaskWanted("用药重复，请核对"))])
    asking = replace(house, rasa=rasa)
    for message_id in ("m1", "m2"):
        assert texts(await handle(asking, said("提醒我吃药", message_id))) == ["已经设好了"]
    assert (await conversation(house)).mode is Mode.ASSISTANT
    (task,) = await HandoffStore(house.outcomes.databases).listing("demo")
    assert task.reason == "用药重复，请核对" and "提醒我吃药" in task.summary


async def test_a_picture_travels_with_its_words(house: House) -> None:
    said_with = Reply("最近4周吃了26次。", picture="https://h.example/api/v1/record/t.png")
    turn = await handle(replace(house, rasa=Says([Answer(Route.STRUCTURED, (said_with,))])), said("我按时吃药了吗"))
    (kept,) = await house.store.last(await conversation(house), 1)
    assert kept.picture == turn.replies[0].picture == said_with.picture


async def test_a_button_says_its_words_and_nothing_else(house: House) -> None:
    rasa = Says(
        [Answer(Route.STRUCTURED, (Reply("哪个科？", (Button("心内科", say="我选心内科"),)),)), structured("好的")]
    )
    asking = replace(house, rasa=rasa)
    first = await handle(asking, said("挂号"))
    await handle(asking, said("/inject", "m2", first.replies[0].buttons[0].id))
    assert rasa.heard == ["挂号", "我选心内科"]
    stale = await handle(asking, said("", "m3", "unknown-0"))
    assert "按钮已经失效" in texts(stale)[0]


@pytest.mark.parametrize("text", ["", "  ", "😀", "？？"])
async def test_no_words_do_not_reach_rasa(house: House, text: str) -> None:
    rasa = Says([structured("好")])
    turn = await handle(replace(house, rasa=rasa), said(text))
    assert "打字告诉我" in texts(turn)[0] and rasa.heard == []


async def test_inner_words_and_empty_replies_are_held_back(house: House) -> None:
    leaking = replace(house, rasa=Says([structured("nlu_fallback"), structured("")]))
    for message_id in ("m1", "m2"):
        assert "没处理好" in texts(await handle(leaking, said("挂号", message_id)))[0]


async def test_a_repeated_message_joins_the_running_turn(house: House) -> None:
    rasa = Says([structured("一"), structured("二")], slow_s=0.05)
    slow = replace(house, rasa=rasa)
    turns = await asyncio.gather(*(handle(slow, said("挂号")) for _ in range(5)))
    assert [texts(turn) for turn in turns] == [["一"]] * 5
    assert rasa.heard == ["挂号"]
    assert [turn.repeated for turn in turns].count(False) == 1


async def test_messages_at_once_are_answered_in_order(house: House) -> None:
    rasa = Says([structured(str(n)) for n in range(6)], slow_s=0.01)
    slow = replace(house, rasa=rasa)
    await asyncio.gather(*(handle(slow, said(f"第{n}句", f"m{n}")) for n in range(6)))
    messages = await house.store.since(await conversation(house), 0)
    asked = [message.text for message in messages if message.author is Author.PATIENT]
    assert rasa.heard == asked


async def test_what_a_crash_left_open_is_answered_at_the_next_start(house: House) -> None:
    await accept(house, said("挂号"))
    assert await resume(house, "demo", AT) == 1
    assert await resume(house, "demo", AT) == 0
    turn = await handle(house, said("挂号"))
    assert turn.repeated and texts(turn) == ["好"]


async def test_an_answer_that_could_not_be_stored_is_answered_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = Database.begin
    failures = iter([False, True])

    @asynccontextmanager
    async def failing(self: Database) -> AsyncIterator[object]:
        async with begin(self) as connection:
            yield connection
            if next(failures, False):
                raise StoreUnavailable("disk full")

    await conversation(house)
    monkeypatch.setattr(Database, "begin", failing)
    with pytest.raises(StoreUnavailable):
        await handle(house, said("挂号"))
    turn = await handle(house, said("挂号"))
    assert texts(turn) == ["好"]
    messages = await house.store.since(await conversation(house), 0)
    assert [message.text for message in messages] == ["挂号", "好"]


async def test_cancelling_nothing_is_harmless(house: House) -> None:
    cancelling = replace(house, rasa=Says([Answer(Route.COMMAND, (Reply("好"),), HandoffCancelled())]))
    assert texts(await handle(cancelling, said("取消"))) == ["好"]
