"""Encounters on both databases, in words as in a chat: begun, spoken, ended, and what must not be lost or doubled."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.answers import Asked
from bot.conversation import Conversation, Mode
from bot.db import Databases
from bot.encounters import EncounterStore
from bot.errors import ModelUnavailable
from bot.llm import Job, JsonSchema, Prompt, Task
from bot.locks import MemoryLocks
from bot.messages import Address, Author, Message
from bot.outcomes import Outcomes
from bot.patient_voice import PatientVoice
from bot.practice import NoSuchCase, NoSuchTurn, Practice
from bot.responders.patient import PatientResponder
from bot.sittings import EncounterOver, ExamLocked, Seat, Sittings
from bot.store import ConversationStore
from bot.stream import MemoryStream
from cases.debrief import debrief
from cases.encounter import Purpose, Voice
from cases.ending import Ending
from cases.library import load_cases
from tests.contract.conftest import AT

pytestmark = pytest.mark.contract
CASES = load_cases()
CASE = CASES["chest-pain-01"]
FREE, EXAM = Seat(), Seat(Purpose.EXAM, minutes=10)


@dataclass(slots=True)
class Model:
    """A model that speaks as told: another wording, a lie, or not at all."""

    says: list[Mapping[str, Any] | Exception]
    asked: list[Task] = field(default_factory=list)

    def stream(self, messages: Prompt, job: Job) -> Any:
        raise NotImplementedError

    async def choose(self, messages: Prompt, schema: JsonSchema, job: Job) -> Mapping[str, Any]:
        self.asked.append(job.task)
        said = self.says[min(len(self.asked), len(self.says)) - 1]
        if isinstance(said, Exception):
            raise said
        return said


@dataclass(slots=True)
class Clock:
    at: datetime = AT

    def __call__(self) -> datetime:
        return self.at


@dataclass(slots=True)
class Room:
    """Practice over a database."""

    databases: Databases
    clinic: str
    clock: Clock = field(default_factory=Clock)
    locks: MemoryLocks = field(default_factory=MemoryLocks)

    def practice(self, model: Model | None = None) -> Practice:
        store = ConversationStore(self.databases)
        outcomes = Outcomes(self.databases, store, MemoryStream(), CASES)
        encounters, sittings = EncounterStore(self.databases), Sittings(self.databases)
        return Practice(
            self.databases, store, encounters, sittings, outcomes, CASES, self.locks, self.clock, PatientVoice(model)
        )

    def address(self, name: str = "a") -> Address:
        return Address(self.clinic, "web", name)

    async def begin(self, seat: Seat = FREE, name: str = "a") -> str:
        return (await self.practice().begin(self.address(name), CASE.id, seat))[1]


@pytest.fixture
def room(databases: Databases, clinic: str) -> Room:
    return Room(databases, clinic)


async def test_the_patient_speaks_first_and_answers(room: Room) -> None:
    practice = room.practice()
    case, encounter = await practice.begin(room.address(), CASE.id)
    conversation = await practice.store.open(room.address(), AT)
    (opening,) = await practice.store.last(conversation, 5)
    assert (opening.author, opening.text) == (Author.SP, case.opening)
    assert conversation.mode is Mode.PRACTICE and conversation.encounter == encounter
    spoken = await practice.say(room.clinic, encounter, "疼了多久了？", "m1")
    assert spoken.disclosed == ("onset",)


async def test_the_same_message_is_answered_once(room: Room) -> None:
    encounter, practice = await room.begin(), room.practice()
    first = await practice.say(room.clinic, encounter, "疼了多久了？", "m1")
    again = await practice.say(room.clinic, encounter, "疼了多久了？", "m1")
    assert again.text == first.text and again.disclosed == first.disclosed
    assert len((await practice.encounters.get(room.clinic, encounter)).turns) == 1


async def test_twenty_messages_at_once_from_two_devices_are_all_kept(room: Room) -> None:
    encounter, (one, other) = await room.begin(), (room.practice(), room.practice())
    said = [f"疼了多久了？第{number}遍" for number in range(20)]
    await asyncio.gather(
        *((one, other)[n % 2].say(room.clinic, encounter, words, f"m{n}") for n, words in enumerate(said)),
        one.order(room.clinic, encounter, "ecg"),
        other.hint(room.clinic, encounter),
    )
    state = await one.encounters.get(room.clinic, encounter)
    assert sorted(turn.said for turn in state.turns) == sorted([*said, "开单：十二导联心电图"])
    assert state.hints == 1 and "ecg" in state.ordered


async def test_who_comes_after_a_restart_finds_everything(room: Room) -> None:
    encounter = await room.begin()
    await room.practice().say(room.clinic, encounter, "您抽烟吗？", "m1")
    room.locks = MemoryLocks()  # another process
    spoken = await room.practice().say(room.clinic, encounter, "跟您再确认一下，一天抽多少烟？", "m2")
    assert "smoking" in spoken.disclosed


async def test_the_desk_answers_ids_and_words_and_knows_what_it_does_not(room: Room) -> None:
    encounter, practice = await room.begin(), room.practice()
    assert [each.id for each in await practice.order(room.clinic, encounter, "troponin")] == ["troponin"]
    assert [each.id for each in await practice.order(room.clinic, encounter, "量血压")] == ["vitals"]
    assert [each.id for each in await practice.order(room.clinic, encounter, "phq9")] == ["phq9"]  # another case's
    assert list(await practice.order(room.clinic, encounter, "来一份黄焖鸡")) == []
    assert list(await practice.order(room.clinic, encounter, "x" * 5_000)) == []


async def test_an_end_is_scored_once_and_can_be_replayed(room: Room) -> None:
    encounter, practice = await room.begin(), room.practice()
    for number, line in enumerate(CASE.key.expert):
        await practice.say(room.clinic, encounter, line, f"m{number}")
    ending = CASE.key.ending
    first, second = await asyncio.gather(
        practice.end(room.clinic, encounter, ending), practice.end(room.clinic, encounter, Ending(diagnosis="胃病"))
    )
    assert first == second
    state = await practice.encounters.get(room.clinic, encounter)
    again = {debrief(CASE, state, each).sheet_hash() for each in (ending, Ending(diagnosis="胃病"))}
    assert debrief(CASE, state, ending).to_json() == first or len(again) == 2
    with pytest.raises(EncounterOver):
        await practice.say(room.clinic, encounter, "还疼吗？", "late")
    with pytest.raises(EncounterOver):
        await practice.order(room.clinic, encounter, "ecg")
    assert await practice.encounters.get(room.clinic, encounter) == state


async def test_an_exam_has_a_clock_and_no_help(room: Room) -> None:
    encounter, practice = await room.begin(EXAM), room.practice()
    await practice.say(room.clinic, encounter, "疼了多久了？", "m1")
    with pytest.raises(ExamLocked):
        await practice.hint(room.clinic, encounter)
    with pytest.raises(ExamLocked):
        await practice.fork(room.clinic, encounter, 0, room.address("b"), Seat())
    room.clock.at += timedelta(minutes=10)
    with pytest.raises(EncounterOver):
        await practice.say(room.clinic, encounter, "出汗吗？", "m2")
    assert await practice.end_overdue(room.clinic) == 0
    room.clock.at += timedelta(minutes=2)
    assert await practice.end_overdue(room.clinic) == 1
    assert await practice.end_overdue(room.clinic) == 0
    sheet = await practice.end(room.clinic, encounter, Ending(diagnosis="急性心肌梗死"))
    assert sheet["diagnosis"]["said"] == ""


async def test_a_fork_goes_on_from_its_turn_and_leaves_the_first_alone(room: Room) -> None:
    encounter, practice = await room.begin(), room.practice()
    for number, line in enumerate(("您好", "您一定很难受，别怕", "您抽烟吗？", "少废话")):
        await practice.say(room.clinic, encounter, line, f"m{number}")
    _, forked = await practice.fork(room.clinic, encounter, 2, room.address("b"), Seat())
    before, after = [await practice.encounters.get(room.clinic, each) for each in (encounter, forked)]
    assert after.turns == before.turns[:3] and after.mood > before.mood and after.asked == {"smoking"}
    assert "smoking" in (await practice.say(room.clinic, forked, "一天抽多少烟？", "n1")).disclosed
    assert await practice.encounters.get(room.clinic, encounter) == before
    with pytest.raises(NoSuchTurn):
        await practice.fork(room.clinic, encounter, 9, room.address("c"), Seat())
    with pytest.raises(NoSuchCase):
        await practice.begin(room.address("d"), "nobody-01")


async def test_a_models_wording_is_kept_as_its_own(room: Room) -> None:
    model = Model([{"lines": ["早晨六点多疼起来的，快两个小时了"]}])
    encounter, practice = await room.begin(), room.practice(model)
    spoken = await practice.say(room.clinic, encounter, "疼了多久了？", "m1")
    assert spoken.text == "早晨六点多疼起来的，快两个小时了。" and spoken.disclosed == ("onset",)
    (turn,) = (await practice.encounters.get(room.clinic, encounter)).turns
    assert turn.voice is Voice.MODEL and turn.sentences[0].items == ("onset",)


@pytest.mark.parametrize("failure", [ModelUnavailable("down"), {"lines": ["我得了心梗，七点开始疼的"]}])
async def test_a_model_that_fails_or_lies_in_mid_encounter_is_not_noticed(room: Room, failure: Any) -> None:
    model = Model([{"lines": ["早晨六点多疼起来的，快两个小时了"]}, failure])
    encounter, practice = await room.begin(), room.practice(model)
    await practice.say(room.clinic, encounter, "疼了多久了？", "m1")
    spoken = await practice.say(room.clinic, encounter, "出汗吗？", "m2")
    assert spoken.text in CASE.script.item("sweat").words
    state = await practice.encounters.get(room.clinic, encounter)
    assert [turn.voice for turn in state.turns] == [Voice.MODEL, Voice.FELL_BACK]


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
