"""Turns from a channel that shows only text: numbers, what still waits, voices, pictures, the channel's own buttons."""

from datetime import timedelta

import pytest

from bot import phrases
from bot.answers import Answer, HandoffWanted
from bot.conversation import Route
from bot.house import House
from bot.messages import Attachment, AttachmentKind, Author, Button, Reply
from bot.turn import handle
from tests.unit.bot.conftest import AT, structured, texts
from tests.unit.bot.texting import OFFERS, all_sent, says, written


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
