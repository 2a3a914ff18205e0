"""What a family does about a dose that nobody confirmed, on both databases: settled once, a nurse kept waiting once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import family_phrases as words
from bot.conversation import Conversation
from bot.db import Databases
from bot.dose_tables import rounds
from bot.errors import UnknownButton
from bot.handoffs import HandoffStore
from bot.messages import Message, Reply
from schedules.doses import Outcome
from tests.contract.conftest import AT
from tests.contract.family_parts import Home, at_home

pytestmark = pytest.mark.contract

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def home(databases: Databases, clinic: str) -> Home:
    return await at_home(databases, clinic)


async def pressed_by(home: Home, who: Conversation, message: Message, label: str) -> Reply:
    (button,) = [one for one in message.buttons if one.label == label]
    return await home.press(who, button, message.at + MINUTE)


async def test_a_daughter_says_that_it_was_taken(home: Home) -> None:
    await home.become_family(home.daughter)
    await home.takes()
    told, _ = await home.until_family()
    assert "华法林" in told.text

    thanks = await pressed_by(home, home.daughter, told, "已经吃了")

    assert "华法林 一片" in thanks.text
    person = (await home.now(home.mother)).person
    (dose,) = await home.regimens.history(home.clinic, person, AT - MINUTE, AT + MINUTE)
    assert dose.outcome is Outcome.TAKEN
    assert (await home.heard(home.mother)).text.startswith("女儿告诉我：华法林 一片已经吃了")
    assert "family_taken" in await home.audited()

    again = await pressed_by(home, home.daughter, told, "已经吃了")
    assert again.text == words.ENDED_BEFORE.format(patient="您母亲")
    assert (await home.audited()).count("family_taken") == 1


async def test_two_relatives_and_the_patient_at_once_settle_it_once(home: Home) -> None:
    await home.become_family(home.daughter)
    son = await home.somebody("son")
    await home.become_family(son, "儿子")
    await home.takes()
    told, at = await home.until_family()
    sons = await home.heard(son)
    person = (await home.now(home.mother)).person
    (dose,) = await home.regimens.history(home.clinic, person, AT - MINUTE, AT + MINUTE)

    await asyncio.gather(
        pressed_by(home, home.daughter, told, "已经吃了"),
        pressed_by(home, son, sons, "已经吃了"),
        home.regimens.settle(home.clinic, dose.id, Outcome.TAKEN, at, person=person),
    )

    said = [one.text for one in await home.store.last(home.mother, 20)]
    assert sum("已经吃了，我记下了" in one for one in said) <= 1
    assert (await home.audited()).count("family_taken") <= 1


async def test_who_sees_to_it_keeps_the_nurse_waiting_once(home: Home) -> None:
    await home.become_family(home.daughter)
    await home.takes(critical=True)
    told, at = await home.until_family()

    (sees,) = [one for one in told.buttons if one.label == "我来提醒"]
    for minutes in range(1, 25):
        await home.press(home.daughter, sees, told.at + minutes * MINUTE)
    waits = home.families.rounds.waits
    async with home.databases.of(home.clinic).read() as connection:
        next_at = (await connection.execute(select(rounds.c.next_at))).scalar_one()
    assert next_at == told.at + MINUTE + waits > at + waits

    assert await home.rounds.climb(home.clinic, at + waits, 10) is None
    await home.rounds.climb(home.clinic, next_at, 10)
    (task,) = await HandoffStore(home.databases).listing(home.clinic)
    assert "华法林" in task.reason and "家属" in task.reason


@pytest.mark.parametrize("command", ["family_taken", "family_sees"])
async def test_only_a_member_in_force_may_press(home: Home, command: str) -> None:
    await home.become_family(home.daughter)
    await home.takes()
    told, _ = await home.until_family()
    args = told.buttons[0].args
    stranger = await home.somebody("stranger")
    for who, wrong in ((stranger, args), (home.mother, args), (home.daughter, dict(args) | {"round": "other"})):
        with pytest.raises(UnknownButton):
            await home.presses(who, command, wrong)

    await home.presses(home.daughter, "family_leave")
    with pytest.raises(UnknownButton):
        await home.presses(home.daughter, command, args)


async def test_what_has_ended_by_itself_is_for_the_patient_to_tell(home: Home) -> None:
    await home.become_family(home.daughter)
    await home.takes()
    told, _ = await home.until_family()
    person = (await home.now(home.mother)).person
    (dose,) = await home.regimens.history(home.clinic, person, AT - MINUTE, AT + MINUTE)
    await home.regimens.settle(home.clinic, dose.id, Outcome.MISSED, told.at)

    late = await pressed_by(home, home.daughter, told, "已经吃了")
    assert late.text == words.TOO_LATE.format(patient="您母亲")
