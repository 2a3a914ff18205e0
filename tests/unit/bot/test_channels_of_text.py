"""Turns from a channel that shows only text: numbers, what still waits, voices, pictures, the channel's own buttons."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import phrases
from bot.answers import Answer, HandoffWanted
from bot.conversation import Route, Turn
from bot.house import House
from bot.messages import Attachment, AttachmentKind, Author, Button, InboundMessage, Reply
from bot.turn import handle
from tests.unit.bot.conftest import AT, Says, said, structured, texts

OFFERS = (Button("上午", say="上午的"), Button("下午", say="下午的"))


def written(text: str, message_id: str, **more: object) -> InboundMessage:
    return replace(said(text, message_id), numbered=True, **more)  # type: ignore[arg-type]


async def all_sent(house: House, turn: Turn) -> Turn:
    await house.outbox.sent("demo", [reply.id for reply in turn.replies], AT)
    return turn


def says(house: House, *answers: Answer) -> Says:
    responder = Says(list(answers))
    object.__setattr__(house, "rasa", responder)
    return responder


async def test_a_number_presses_the_button_it_stands_before(house: House) -> None:
    rasa = says(house, Answer(Route.STRUCTURED, (Reply("上午还是下午？", OFFERS),)), structured("好，下午"))
    first = await all_sent(house, await handle(house, written("挂号", "m1")))
    assert [button.number for button in first.replies[0].buttons] == [1, 2]
    await handle(house, written("第二个", "m2"))
    assert rasa.heard == ["挂号", "下午的"]


async def test_an_old_number_is_not_mistaken_for_a_new_one(house: House) -> None:
    rasa = says(house, Answer(Route.STRUCTURED, (Reply("上午还是下午？", OFFERS),)), structured("没有选项"))
    await all_sent(house, await handle(house, written("挂号", "m1")))
    await all_sent(house, await handle(house, written("等一下", "m2")))
    await handle(house, written("2", "m3"))
    assert rasa.heard == ["挂号", "等一下", "2"]


async def test_numbers_go_on_until_the_person_writes(house: House) -> None:
    says(house, Answer(Route.STRUCTURED, (Reply("一", OFFERS), Reply("二", OFFERS))))
    turn = await handle(house, written("挂号", "m1"))
    assert [button.number for reply in turn.replies for button in reply.buttons] == [1, 2, 3, 4]
    again = await handle(house, written("挂号", "m2"))
    assert [button.number for reply in again.replies for button in reply.buttons] == [1, 2, 3, 4]


async def test_a_list_that_has_not_left_yet_is_no_list(house: House) -> None:
    rasa = says(house, Answer(Route.STRUCTURED, (Reply("上午还是下午？", OFFERS),)), structured("好"))
    await handle(house, written("挂号", "m1"))
    await handle(house, written("2", "m2"))
    assert rasa.heard == ["挂号", "2"]


async def test_go_on_brings_what_waits_and_asks_nobody(house: House) -> None:
    rasa = says(house, structured("很长的话"), structured("再说一次"))
    await handle(house, written("问", "m1"))
    turn = await handle(house, written("1", "m2"))
    assert (turn.replies, turn.route, rasa.heard) == ((), Route.COMMAND, ["问"])


async def test_go_on_with_nothing_waiting_is_a_word_like_any_other(house: House) -> None:
    rasa = says(house, structured("好"))
    await all_sent(house, await handle(house, written("问", "m1")))
    await handle(house, written("继续", "m2"))
    assert rasa.heard == ["问", "继续"]


async def test_an_answer_is_kept_from_the_courier_while_the_channel_waits(house: House) -> None:
    await handle(house, written("问", "m1", reply_by=AT + timedelta(seconds=5)))
    assert await house.outbox.take("demo", AT + timedelta(seconds=4), 10) == ()
    assert len(await house.outbox.take("demo", AT + timedelta(seconds=5), 10)) == 1


@pytest.mark.parametrize("heard", ["每天吃两片", "提醒我八点吃药", "阿司匹林怎么吃", "我的电话是13800138000"])
async def test_what_was_heard_is_read_back_before_anything_is_done(house: House, heard: str) -> None:
    rasa = says(house, structured("好"))
    turn = await all_sent(house, await handle(house, written(heard, "m1", heard=True)))
    assert texts(turn) == [phrases.HEARD.format(words=heard)]
    assert rasa.heard == []
    await handle(house, written("是的", "m2"))
    assert rasa.heard == [heard]


async def test_plain_words_that_were_heard_need_no_reading_back(house: House) -> None:
    rasa = says(house, structured("好"))
    await handle(house, written("我想挂号，一直咳嗽", "m1", heard=True))
    assert rasa.heard == ["我想挂号，一直咳嗽"]


async def test_a_correction_alone_does_not_lose_what_was_heard(house: House) -> None:
    rasa = says(house, structured("好"))
    await all_sent(house, await handle(house, written("每天吃两片", "m1", heard=True, blind=True)))
    assert texts(await handle(house, written("不对，是一片", "m2", blind=True))) == [phrases.HEARD_AGAIN]
    assert rasa.heard == []


async def test_danger_that_was_heard_is_danger(house: House) -> None:
    turn = await handle(house, written("我胸口压着疼，出冷汗，有20分钟了", "m1", heard=True))
    assert turn.route is Route.RED_FLAG


async def test_heard_wrongly_asks_to_say_it_again(house: House) -> None:
    await all_sent(house, await handle(house, written("每天吃两片", "m1", heard=True)))
    turn = await handle(house, written("2", "m2"))
    assert texts(turn) == [phrases.HEARD_AGAIN]


@pytest.mark.parametrize("kind", AttachmentKind)
async def test_what_has_no_words_is_answered_kindly(house: House, kind: AttachmentKind) -> None:
    rasa = says(house, structured("好"))
    turn = await handle(house, written("", f"m-{kind}", attachments=(Attachment(kind, "ref"),)))
    assert turn.replies[0].text and rasa.heard == []


async def test_a_menu_button_runs_its_command_and_the_audit_has_it(house: House) -> None:
    follow = Button("关注", command="welcome", args={"scene": ""})
    turn = await handle(house, written("", "m1", pressed=follow))
    assert "示范医院" in turn.replies[0].text and "120" in turn.replies[0].text
    ward = Button("扫码", command="welcome", args={"words": "欢迎来到心内科病房。"})
    assert texts(await handle(house, written("", "m2", pressed=ward))) == ["欢迎来到心内科病房。"]
    own = Button("挂号", say="我要挂号")
    rasa = says(house, structured("好"))
    await handle(house, written("", "m3", pressed=own))
    assert rasa.heard == ["left", "我要挂号"]
    unknown = Button("坏", command="drop_all")
    assert (await handle(house, written("", "m4", pressed=unknown))).route is Route.COMMAND


async def test_leaving_a_link_is_understood_without_rasa(house: House) -> None:
    rasa = says(house, structured("好"))
    turn = await handle(house, written("解除绑定", "m1"))
    assert turn.route is Route.COMMAND and rasa.heard == []
    wrong = await handle(house, written("绑定 0000-0000-00000", "m2"))
    assert wrong.route is Route.COMMAND and rasa.heard == []
    await handle(house, written("绑定以后能看到预约吗", "m3"))
    assert rasa.heard == ["绑定以后能看到预约吗"]


async def test_what_came_with_a_message_is_noted_for_fetching(house: House) -> None:
    pictures = (Attachment(AttachmentKind.IMAGE, "a"), Attachment(AttachmentKind.IMAGE, "b"))
    turn = await handle(house, written("", "m1", attachments=pictures))
    noted = await house.media.of_conversation("demo", turn.conversation)
    assert [(each.client_id, each.kind) for each in noted] == [("m1", AttachmentKind.IMAGE)] * 2


async def test_the_nurse_reads_what_came_and_the_summary_has_only_words(house: House) -> None:
    says(house, Answer(Route.STRUCTURED, change=HandoffWanted("患者要求人工服务")))
    picture = (Attachment(AttachmentKind.IMAGE, "a"),)
    await handle(house, written("", "m1", pressed=Button("关注", command="welcome")))
    first = await handle(house, written("", "m2", attachments=picture))
    await handle(house, written("转人工", "m3"))
    conversation = await house.store.by_id("demo", first.conversation)
    assert conversation is not None
    said_so_far = [each.text for each in await house.store.last(conversation, 20) if each.author is Author.PATIENT]
    assert said_so_far == ["（关注）", "（图片）", "转人工"]


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
