"""Encounters on both databases: begun, spoken, ended, and what must not be lost or doubled."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.conversation import Mode
from bot.db import Databases
from bot.errors import ModelUnavailable
from bot.locks import MemoryLocks
from bot.messages import Author
from bot.practice import NoSuchCase, NoSuchTurn
from bot.sittings import EncounterOver, ExamLocked, Seat
from cases.debrief import debrief
from cases.encounter import Voice
from cases.ending import Ending
from tests.contract.conftest import AT
from tests.contract.practice_parts import CASE, EXAM, Model, Room

pytestmark = pytest.mark.contract


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
