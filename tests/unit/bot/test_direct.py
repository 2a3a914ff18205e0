"""What is answered at once: menus, numbers, pictures, an awaited nurse, cries for help, danger that is not left."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import phrases
from bot.answers import Answer, HandoffWanted
from bot.conversation import Route
from bot.house import House
from bot.messages import Attachment, AttachmentKind, Button, Reply
from bot.noting import Noting
from bot.turn import handle
from tests.unit.bot.conftest import AT, structured, texts
from tests.unit.bot.texting import OFFERS, all_sent, says, written


async def test_a_menu_means_a_new_matter_and_leaves_the_open_form(house: House) -> None:
    rasa = says(house, structured("好"))
    await handle(house, written("", "m1", pressed=Button("问药", say="我想问药怎么吃")))
    assert rasa.heard == ["left", "我想问药怎么吃"]


async def test_a_nurse_has_no_number(house: House) -> None:
    human = Button("转人工", command="request_human")
    says(house, Answer(Route.STRUCTURED, (Reply("哪个？", (human, *OFFERS)),)), structured("好"))
    turn = await all_sent(house, await handle(house, written("挂号", "m1")))
    assert [(one.label, one.number) for one in turn.replies[0].buttons] == [("转人工", 0), ("上午", 1), ("下午", 2)]
    assert (await handle(house, written("转人工", "m2"))).replies[0].buttons[0].command == "cancel_handoff"


async def test_a_number_beyond_the_list_is_told_so_unless_a_number_was_asked_for(house: House) -> None:
    rasa = says(house, Answer(Route.STRUCTURED, (Reply("上午还是下午？", OFFERS),)), structured("好"))
    await all_sent(house, await handle(house, written("挂号", "m1")))
    turn = await all_sent(house, await handle(house, written("6", "m2")))
    assert texts(turn) == [phrases.NOT_A_NUMBER.format(number="6", numbers="1 到 2")]
    await handle(house, written("2", "m3"))
    assert rasa.heard == ["挂号", "下午的"]
    says(house, Answer(Route.STRUCTURED, (Reply("早上几点？", OFFERS),)), structured("好"))
    await all_sent(house, await handle(house, written("提醒", "m4")))
    assert texts(await handle(house, written("6", "m5"))) == ["好"]


async def test_a_question_that_stands_is_asked_again_after_a_picture(house: House) -> None:
    rasa = says(house, Answer(Route.STRUCTURED, (Reply("上午还是下午？", OFFERS),)), structured("好"))
    await all_sent(house, await handle(house, written("挂号", "m1")))
    picture = (Attachment(AttachmentKind.IMAGE, "a"),)
    turn = await all_sent(house, await handle(house, written("", "m2", attachments=picture)))
    assert texts(turn) == [phrases.GOT_IMAGE, phrases.STILL_ASKED + "上午还是下午？"]
    await handle(house, written("1", "m3"))
    assert rasa.heard == ["挂号", "上午的"]


@pytest.mark.parametrize(("said_", "words"), [("？", phrases.ONLY_ASKS), ("[微笑]", phrases.NO_WORDS)])
async def test_signs_without_words(house: House, said_: str, words: str) -> None:
    assert texts(await handle(house, written(said_, "m1"))) == [words]


async def test_a_message_as_long_as_a_book_is_stored_and_answered(house: House) -> None:
    turn = await handle(house, written("我不太舒服，" * 4_000, "m1"))
    assert texts(turn) == [phrases.TOO_LONG] and len(turn.inbound.text) > 20_000


async def test_who_waits_for_a_nurse_is_told_so_again_after_a_while_and_at_each_touch(house: House) -> None:
    says(house, Answer(Route.STRUCTURED, change=HandoffWanted("患者要求人工服务")))
    await all_sent(house, await handle(house, written("转人工", "m1", blind=True)))
    later = AT + timedelta(minutes=4)
    asked = [
        written("有人吗", "m2", blind=True), written("快点", "m3", blind=True),
        written("", "m4", pressed=Button("我的预约", say="查看我的预约"), blind=True),
        written("", "m5", pressed=Button("关注", command="welcome"), blind=True),
        written("人呢", "m6", blind=True, received_at=later),
    ]  # fmt: skip
    said_back = [texts(await handle(house, each)) for each in asked]
    told = [phrases.KEPT_FOR_NURSE]
    assert said_back == [told, [], told, told, told]


async def test_while_the_nurse_is_there_only_a_menu_is_answered(house: House) -> None:
    says(house, Answer(Route.STRUCTURED, change=HandoffWanted("患者要求人工服务")))
    await handle(house, written("转人工", "m1", blind=True))
    (handoff,) = await house.handoffs.listing("demo")
    await house.handoffs.accept("demo", handoff.id, "王护士", AT)
    assert texts(await handle(house, written("您好", "m2", blind=True))) == []
    menu = Button("我的预约", say="查看我的预约")
    assert texts(await handle(house, written("", "m3", pressed=menu, blind=True))) == [phrases.NURSE_IS_HERE]


async def test_a_danger_is_not_left_by_a_number_only_in_plain_words(house: House) -> None:
    flag = await all_sent(house, await handle(house, written("我不想活了", "m1", blind=True)))
    assert flag.route is Route.RED_FLAG
    waiting = await all_sent(house, await handle(house, written("嗯", "m2", blind=True)))
    assert texts(waiting) == [phrases.KEPT_RED_FLAG] and waiting.replies[0].buttons == ()
    for n, words in enumerate(("1", "不等了")):
        said_back = texts(await handle(house, written(words, f"m3{n}", blind=True)))
        assert said_back[0] in (phrases.KEPT_RED_FLAG, phrases.SURE_NO_DANGER)
        assert len(await house.handoffs.listing("demo")) == 1
    assert texts(await handle(house, written("确定没有危险", "m4", blind=True))) == [phrases.RED_FLAG_CANCELLED]
    assert await house.handoffs.listing("demo") == []


async def test_an_old_button_does_not_leave_a_danger_either(house: House) -> None:
    says(house, Answer(Route.STRUCTURED, change=HandoffWanted("患者要求人工服务")))
    asked = await all_sent(house, await handle(house, written("转人工", "m1", blind=True)))
    await handle(house, written("我胸口压着疼，出冷汗，喘不上气", "m2", blind=True))
    turn = await handle(house, written("", "m3", button=asked.replies[-1].buttons[0].id, blind=True))
    assert texts(turn) == [phrases.SURE_NO_DANGER]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("听不懂", "没说清楚"),
        ("字太小了看不清", "字体大小"),
        ("你是人吗", "不是真人"),
        ("你是真人还是机器人？", "电脑程序"),
    ],
)
async def test_cries_for_help_are_heard(house: House, words: str, answer: str) -> None:
    assert answer in texts(await handle(house, written(words, "m1")))[0]


async def test_who_calls_for_somebody_gets_a_nurse(house: House) -> None:
    await handle(house, written("快来人", "m1"))
    assert len(await house.handoffs.listing("demo")) == 1


async def test_a_task_of_the_nurse_does_not_silence_the_bot(house: House) -> None:
    rasa = says(house, structured("好"))
    turn = await handle(house, written("你好", "m1"))
    (parcel,) = await house.outbox.take("demo", AT, 10)
    await house.outbox.give_up("demo", parcel, AT)
    assert len(await house.handoffs.listing("demo")) == 1
    await handle(house, written("我要挂号", "m2"))
    assert rasa.heard == ["你好", "我要挂号"] and turn.route is Route.STRUCTURED


async def test_the_name_of_a_reminders_button_works_whenever_it_is_typed(house: House) -> None:
    taken = Button("已服药", command="dose_taken", args={"dose": "nothing"})
    says(house, Answer(Route.STRUCTURED, (Reply("到时间吃药啦", (taken,)),)), structured("好"), structured("好"))
    await all_sent(house, await handle(house, written("提醒", "m1")))
    await all_sent(house, await handle(house, written("你好", "m2")))
    turn = await handle(house, written("已服药", "m3"))
    assert turn.route is Route.COMMAND


async def test_a_danger_told_in_bits_is_a_danger(house: House) -> None:
    noting = Noting(lambda _: [], lambda text: {"fever": "孩子发烧"} if "发烧" in text else {})
    careful = replace(house, noting=noting)
    routes = [
        (await handle(careful, written(words, f"m{n}"))).route
        for n, words in enumerate(("孩子发烧", "睡着了", "起疹子了，按下去不褪色"))
    ]
    assert routes[-1] is Route.RED_FLAG and Route.RED_FLAG not in routes[:-1]
