"""Short, pointing, refusing and useless answers inside forms; matters that wait for a form."""

from datetime import timedelta

import pytest

from actions.words import knows_not, refuses, thinks, wants_other
from bot.phrases import NOT_CAUGHT
from tests.unit.actions.conftest import Talk


async def book(talk: Talk, text: str, intent: str = "inform") -> str:
    return await talk.form_turn("booking_form", text, intent)


async def test_what_could_not_be_used_is_said_once_and_marked(talk: Talk) -> None:
    question = await book(talk, "挂心内科", "book_appointment")
    assert talk.said[-1]["asks"] and not talk.said[-1].get("missed")

    assert await book(talk, "哇啦哇啦") == NOT_CAUGHT + question
    assert talk.said[-1]["missed"]

    assert await book(talk, "呜呜") == NOT_CAUGHT + question, "the regret is not said twice in one answer"


async def test_an_answer_is_no_miss_even_where_it_can_not_be_had(talk: Talk) -> None:
    await book(talk, "挂心内科，不限医生", "book_appointment")
    assert "已经过去" in await book(talk, "昨天")
    assert not talk.said[-1].get("missed")


@pytest.mark.parametrize(
    ("text", "lead", "missed"),
    [("不想说", "不想说可以不说", True), ("不知道", "没关系", True), ("让我想想", "慢慢想", False)],
)
async def test_who_can_not_answer_is_asked_again_kindly(talk: Talk, text: str, lead: str, missed: bool) -> None:
    question = await book(talk, "挂心内科", "book_appointment")

    answer = await book(talk, text, "deny")

    assert lead in answer and answer.endswith(question)
    assert talk.said[-1]["missed"] is missed and talk.asked == "booking_doctor"


async def test_an_ordinal_means_the_button_that_was_shown(talk: Talk) -> None:
    await book(talk, "挂心内科", "book_appointment")
    second = talk.labels()[1].split()[0]

    assert second in await book(talk, "第二个吧")
    assert talk.slots["booking_doctor"] not in (None, "any")


async def test_this_one_is_clear_where_one_is_offered(talk: Talk) -> None:
    await book(talk, "挂心内科，下午", "book_appointment")
    offered = talk.labels()
    assert len(offered) == 2

    assert offered[0].split()[0] in await book(talk, "就他吧")


async def test_this_one_is_not_clear_where_several_are(talk: Talk) -> None:
    question = await book(talk, "挂心内科", "book_appointment")

    assert await book(talk, "就他吧") == NOT_CAUGHT + question


async def test_another_one_opens_what_was_read_back(talk: Talk) -> None:
    await book(talk, "挂心内科，最早的", "book_appointment")

    assert "哪里要改" in await book(talk, "换一个", "change_appointment")


async def test_the_department_suggested_is_still_suggested_after_something_else(talk: Talk) -> None:
    await book(talk, "我要挂号", "book_appointment")
    suggestion = await book(talk, "头疼", "describe_symptom")
    await book(talk, "停车怎么收费", "hospital_info")
    assert talk.rejected

    await talk.act("action_hospital_info")
    assert await talk.run_form("booking_form") == suggestion


async def test_a_bare_wish_to_book_is_offered_the_department_just_named(talk: Talk) -> None:
    await talk.hear("头疼三天了", "describe_symptom").act("action_ask_department")

    assert "给您挂神经内科" in await book(talk, "帮我挂上午的号", "book_appointment")
    assert "神经内科" in await book(talk, "好", "affirm") and talk.slots["booking_department"] == "neurology"


async def test_a_department_named_some_time_ago_is_not_offered(talk: Talk) -> None:
    await talk.hear("头疼三天了", "describe_symptom").act("action_ask_department")
    await talk.hear("停车怎么收费", "hospital_info").act("action_hospital_info")

    assert "哪个科室" in await book(talk, "帮我挂号", "book_appointment")


async def test_from_today_leaves_the_time_as_it_is(talk: Talk) -> None:
    question = await talk.form_turn("reminder_form", "每天早上8点吃氨氯地平", "set_reminder")

    assert (await talk.form_turn("reminder_form", "从今天开始吧")).endswith(question)


async def test_a_drugs_name_forgotten_is_no_drugs_name(talk: Talk) -> None:
    await talk.form_turn("reminder_form", "提醒我吃药", "set_reminder")
    await talk.form_turn("reminder_form", "不记得叫什么了")

    assert talk.slots["reminder_drug"] is None and talk.asked == "reminder_drug"


async def test_a_time_taken_back_is_gone(talk: Talk) -> None:
    await talk.form_turn("reminder_form", "提醒我吃阿托伐他汀", "set_reminder")
    await talk.form_turn("reminder_form", "晚上吧")
    await talk.form_turn("reminder_form", "不是，早上")

    assert "每天早上" in await talk.form_turn("reminder_form", "每天")


async def test_a_time_half_told_is_asked_for_by_its_missing_half_after_something_else(talk: Talk) -> None:
    await talk.form_turn("reminder_form", "提醒我吃阿托伐他汀", "set_reminder")
    question = await talk.form_turn("reminder_form", "晚上吧")
    await talk.form_turn("reminder_form", "它能喝酒吗", "query_drug")
    assert "阿托伐他汀——能不能喝酒" in await talk.act("action_answer_drug"), "the drug being set is the one meant"

    assert await talk.run_form("reminder_form") == question


async def waiting(talk: Talk, minutes: int) -> None:
    said_at = talk.deps.clock() - timedelta(minutes=minutes)
    talk.slots["put_off"] = {"words": "提醒我吃阿司匹林", "at": said_at.isoformat()}


async def test_what_waited_comes_when_the_form_ends(talk: Talk) -> None:
    await book(talk, "挂心内科，最早的", "book_appointment")
    await waiting(talk, minutes=1)
    await book(talk, "确认", "affirm")
    await talk.act("action_book")

    assert talk.said[-1] == {"then": "提醒我吃阿司匹林"} and "挂好了" in talk.said[0]["text"]
    assert talk.slots["put_off"] is None


async def test_what_waited_too_long_is_forgotten(talk: Talk) -> None:
    await book(talk, "挂心内科", "book_appointment")
    await waiting(talk, minutes=31)
    await book(talk, "不挂了", "deny")
    await talk.act("action_book")

    assert [part.get("then") for part in talk.said] == [None] and talk.slots["put_off"] is None


async def test_who_asked_for_a_nurse_is_not_asked_for_the_rest(talk: Talk) -> None:
    await waiting(talk, minutes=1)
    await talk.hear("转人工", "request_human").act("action_handoff")

    assert talk.slots["put_off"] is None


@pytest.mark.parametrize("text", ["凭什么告诉你", "不想说", "不方便讲", "问这么多干嘛", "这是隐私"])
def test_refusals(text: str) -> None:
    assert refuses(text)


@pytest.mark.parametrize("text", ["不知道", "我也不清楚", "忘了叫啥了", "记不清了"])
def test_not_knowing(text: str) -> None:
    assert knows_not(text)


@pytest.mark.parametrize("text", ["让我想想", "等一下", "稍等一下", "我再考虑考虑", "等等"])
def test_thinking(text: str) -> None:
    assert thinks(text)


@pytest.mark.parametrize("text", ["换一个", "有没有别的", "不要这个", "要别的"])
def test_wanting_another(text: str) -> None:
    assert wants_other(text)


@pytest.mark.parametrize("text", ["心内科", "明天上午", "不限", "等等再提醒我", "不知道挂什么科", "氨氯地平"])
def test_answers_are_answers(text: str) -> None:
    assert not (refuses(text) or knows_not(text) or thinks(text) or wants_other(text))
