"""Encounters in words, as in a chat, and the model's comment on them; on both databases."""

from dataclasses import replace
from typing import Any

import pytest

from bot.answers import Asked
from bot.commenting import Commenting
from bot.conversation import Conversation
from bot.db import Databases
from bot.debriefs import Debriefs
from bot.errors import ModelUnavailable
from bot.llm import Task
from bot.messages import Author, Message
from bot.practice import Practice
from bot.responders.patient import PatientResponder
from bot.sittings import Seat
from cases.comment import replay
from cases.debrief import Debrief
from cases.ending import Ending
from deploy.replay import scored_again
from tests.contract.conftest import AT
from tests.contract.practice_parts import CASE, CASES, EXAM, FREE, Model, Room

pytestmark = pytest.mark.contract


@pytest.fixture
def room(databases: Databases, clinic: str) -> Room:
    return Room(databases, clinic)


# -- in words ---------------------------------------------------------------------------------------------------------


async def seated(room: Room, seat: Seat = FREE) -> tuple[Practice, Conversation]:
    practice = room.practice()
    await practice.begin(room.address(), CASE.id, seat)
    return practice, await practice.store.open(room.address(), AT)


def asked(conversation: Conversation, text: str, message: str = "m") -> Asked:
    inbound = Message(1, message, Author.PATIENT, text, AT)
    return Asked(conversation, "t", inbound, text)


async def replied(practice: Practice, conversation: Conversation, text: str, message: str = "m") -> tuple[str, bool]:
    answer = await PatientResponder(practice).respond(asked(conversation, text, message))
    assert answer is not None and len(answer.replies) == 1
    return answer.replies[0].text, answer.change is not None


async def test_a_whole_talk_in_words(room: Room) -> None:
    practice, conversation = await seated(room)
    for number, line in enumerate(CASE.key.expert):
        words, left = await replied(practice, conversation, line, f"m{number}")
        assert words and not left
    form, left = await replied(practice, conversation, "结束问诊")
    assert "诊断：" in form and "交班" in form and not left
    end = CASE.key.ending
    text = (
        f"结束问诊 诊断：{end.diagnosis} 鉴别：{end.differentials} 依据：{end.reasons} 计划：{end.plan} "
        f"交班：S：{end.sbar.situation} B：{end.sbar.background} A：{end.sbar.assessment} R：{end.sbar.recommendation}"
    )
    words, left = await replied(practice, conversation, text)
    assert left and "通过" in words and "未通过" not in words and CASE.key.diagnosis.truth in words
    encounter = conversation.encounter or ""
    sheet = await practice.end(room.clinic, encounter, Ending())
    assert sheet["passed"] is True and sheet["total"] >= 0.9 * sheet["max"]


@pytest.mark.parametrize("words", ["退出练习", "不练了。", "我真的很难受，不是练习", "我自己也不想活"])
async def test_one_word_or_real_distress_leaves(room: Room, words: str) -> None:
    practice, conversation = await seated(room)
    said, left = await replied(practice, conversation, words)
    assert left and said


async def test_a_hint_in_words_and_none_in_an_exam(room: Room) -> None:
    practice, conversation = await seated(room)
    words, left = await replied(practice, conversation, "提示")
    assert words.startswith("提示：") and not left
    exam = replace(room, clinic=room.clinic)
    _, encounter = await practice.begin(exam.address("e"), CASE.id, EXAM)
    sitting = await practice.store.open(exam.address("e"), AT)
    assert sitting.encounter == encounter
    words, left = await replied(practice, sitting, "给点提示")
    assert "考试" in words and not left


async def test_a_talk_that_is_over_says_so_and_lets_the_person_go(room: Room) -> None:
    practice, conversation = await seated(room)
    await practice.end(room.clinic, conversation.encounter or "", Ending())
    words, left = await replied(practice, conversation, "疼吗？")
    assert "结束" in words and left


# -- the model's comment ----------------------------------------------------------------------------------------------


async def commented(room: Room, model: Model) -> tuple[str, Debriefs]:
    """An encounter that is over, after whatever the model had to say of it."""
    debriefs = Debriefs(room.databases)
    commenting = Commenting(model, debriefs, "small-model")
    practice = replace(room.practice(), scored=commenting.begin)
    _, encounter = await practice.begin(room.address(), CASE.id)
    await practice.say(room.clinic, encounter, "疼了多久了？", "m1")
    await practice.end(room.clinic, encounter, Ending(diagnosis="急性心肌梗死"))
    await commenting.close()
    return encounter, debriefs


async def test_a_models_comment_is_kept_beside_the_sheet_and_can_be_replayed(room: Room) -> None:
    said = {
        "strengths": [{"item": "c_onset", "text": "您问了起病时间，问得清楚。"}],
        "gaps": [{"item": "c_ecg", "text": "下次先开心电图，再接着问。"}],
        "next": "先把要紧的检查做在前面。",
    }
    model = Model([said])
    encounter, debriefs = await commented(room, model)
    kept = await debriefs.get(room.clinic, encounter)
    assert model.asked == [Task.COMMENT] and kept.comment is not None and kept.sheet is not None
    assert kept.comment.model == "small-model" and len(kept.comment.prompt_hash) == 64
    assert replay(kept.comment, Debrief.from_json(kept.sheet)).gaps[0].item == "c_ecg"
    assert scored_again(kept, CASES).same


@pytest.mark.parametrize(
    "said",
    [
        ModelUnavailable("down"),
        {"strengths": [], "gaps": [{"item": "c_nothing", "text": "没有这一条也要说。"}], "next": "再练一次就好了。"},
        {"strengths": [], "gaps": [], "next": "您漏了肺癌，应当开300毫克阿司匹林。"},
    ],
)
async def test_no_comment_or_a_wrong_one_leaves_the_rules_comment(room: Room, said: Any) -> None:
    encounter, debriefs = await commented(room, Model([said]))
    kept = await debriefs.get(room.clinic, encounter)
    assert kept.comment is None and kept.sheet is not None and kept.sheet["comment"]
