"""Families on both databases: nobody is told without the consent of both, and either ends it."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot import family_linking
from bot import family_phrases as words
from bot.db import Databases
from bot.dose_tables import families
from bot.families import MOST, members_of
from bot.family_linking import ANSWER_LIFE, CODE_LIFE, MOST_WRONG
from bot.link_moves import move_all
from bot.messages import Button
from tests.contract.conftest import AT
from tests.contract.family_parts import Home, at_home

pytestmark = pytest.mark.contract

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def home(databases: Databases, clinic: str) -> Home:
    return await at_home(databases, clinic)


async def called_members(home: Home) -> list[str]:
    person = (await home.now(home.mother)).person
    async with home.databases.of(home.clinic).read() as connection:
        found = await members_of(connection, home.clinic, [person])
    return [one.called for one in found.get(person, ())]


async def test_both_agree_and_both_are_told(home: Home) -> None:
    offered = await home.presses(home.mother, "family_offer", {"called": "我女儿"})
    code = offered.text.split("家人 ")[1][:6]
    consent = await home.presses(home.daughter, "family_look", {"code": code})
    assert "药名" in consent.text and "患者能看到您是谁" in consent.text
    assert [one.label for one in consent.buttons] == ["同意，是我母亲", "同意，是我父亲", "不用"]
    assert await called_members(home) == []

    assert (await home.press(home.daughter, consent.buttons[0])).text == words.JOINED
    question = await home.heard(home.mother)
    assert "女儿（微信）" in question.text and await called_members(home) == []

    begun = await home.press(home.mother, question.buttons[0])
    assert "女儿（微信）" in begun.text and await called_members(home) == ["女儿"]
    assert (await home.heard(home.daughter)).text == words.MEMBER_BEGUN.format(patient="您母亲")
    assert [one for one, _ in home.told] == [home.mother.id, home.daughter.id]
    assert await home.audited() == ["family_member_agreed", "family_agreed"]


async def test_no_code_is_kept_and_none_lives_long(home: Home) -> None:
    code = await home.code()
    async with home.databases.of(home.clinic).read() as connection:
        kept = (await connection.execute(select(families.c.code))).scalar_one()
    assert code not in kept

    late = await home.presses(home.daughter, "family_look", {"code": code}, AT + CODE_LIFE)
    assert late.text == words.GONE
    consent = await home.presses(home.daughter, "family_look", {"code": code}, AT + CODE_LIFE - MINUTE)
    too_late = await home.press(home.daughter, consent.buttons[0], AT + CODE_LIFE)
    assert too_late.text == words.GONE and await home.store.last(home.mother, 1) == []


async def test_a_code_is_used_once_whoever_is_faster(home: Home) -> None:
    code = await home.code()
    relatives = [await home.somebody(f"r{one}") for one in range(4)]
    consents = [await home.presses(one, "family_look", {"code": code}) for one in relatives]

    said = await asyncio.gather(
        *(home.press(one, consent.buttons[0]) for one, consent in zip(relatives, consents, strict=True))
    )

    assert sorted(one.text for one in said) == sorted([words.JOINED] + [words.GONE] * 3)
    assert len(await home.store.last(home.mother, 9)) == 1


async def test_pressed_again_nothing_happens_twice(home: Home) -> None:
    consent = await home.presses(home.daughter, "family_look", {"code": await home.code()})
    for _ in range(3):
        await home.press(home.daughter, consent.buttons[0])
    question = await home.heard(home.mother)
    for _ in range(3):
        await home.press(home.mother, question.buttons[0])

    assert len(await home.store.last(home.mother, 9)) == 1
    assert len(await home.store.last(home.daughter, 9)) == 1
    assert await called_members(home) == ["女儿"]
    assert (await home.press(home.daughter, consent.buttons[0])).text == words.ALREADY


async def test_the_patient_refuses_somebody_they_do_not_know(home: Home) -> None:
    consent = await home.presses(home.daughter, "family_look", {"code": await home.code()})
    await home.press(home.daughter, consent.buttons[0])
    agrees, refuses = (await home.heard(home.mother)).buttons

    assert (await home.press(home.mother, refuses)).text == words.REFUSED.format(called="女儿")
    assert (await home.heard(home.daughter)).text == words.MEMBER_REFUSED
    assert (await home.press(home.mother, agrees)).text == words.ASK_GONE
    assert await called_members(home) == []


async def test_a_request_that_nobody_answers_ends(home: Home) -> None:
    consent = await home.presses(home.daughter, "family_look", {"code": await home.code()})
    await home.press(home.daughter, consent.buttons[0])
    question = await home.heard(home.mother)

    assert (await home.press(home.mother, question.buttons[0], AT + ANSWER_LIFE)).text == words.ASK_GONE
    assert await called_members(home) == []


async def test_only_the_patient_agrees(home: Home) -> None:
    consent = await home.presses(home.daughter, "family_look", {"code": await home.code()})
    await home.press(home.daughter, consent.buttons[0])
    question = await home.heard(home.mother)

    for button in question.buttons:
        assert (await home.press(home.daughter, button)).text == words.ASK_GONE
    assert await called_members(home) == []


async def test_nobody_watches_over_themselves_or_twice(home: Home) -> None:
    own = await home.presses(home.mother, "family_look", {"code": await home.code()})
    assert own.text == words.ONESELF
    await home.become_family(home.daughter)
    again = await home.presses(home.daughter, "family_look", {"code": await home.code()})
    assert again.text == words.ALREADY


async def test_five_are_the_most_even_at_once(home: Home) -> None:
    for one in range(MOST - 1):
        await home.become_family(await home.somebody(f"r{one}"), f"亲戚{one}")
    questions = []
    for called in ("舅舅", "姑姑"):
        relative = await home.somebody(called)
        consent = await home.presses(relative, "family_look", {"code": await home.code(called)})
        await home.press(relative, consent.buttons[0])
        questions.append(await home.heard(home.mother))

    said = await asyncio.gather(*(home.press(home.mother, one.buttons[0]) for one in questions))

    assert sum(one.text == words.FULL.format(most=MOST) for one in said) == 1
    assert len(await called_members(home)) == MOST
    assert (await home.presses(home.mother, "family_offer")).text == words.FULL.format(most=MOST)


async def test_guessing_has_an_end(home: Home) -> None:
    code = await home.code()
    guesses = [f"{(int(code) + step) % 10**6:06d}" for step in range(1, MOST_WRONG + 1)]
    for guess in (*guesses[:-1], "12"):
        assert (await home.presses(home.daughter, "family_look", {"code": guess})).text == words.GONE

    assert (await home.presses(home.daughter, "family_look", {"code": code})).text == words.TRIED.format(minutes=10)
    free_again = await home.presses(home.daughter, "family_look", {"code": await home.code(at=AT + CODE_LIFE)},
                                    AT + CODE_LIFE + MINUTE)  # fmt: skip
    assert free_again.buttons


async def test_a_step_that_fails_half_way_did_not_happen(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    consent = await home.presses(home.daughter, "family_look", {"code": await home.code()})

    async def killed(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(family_linking, "_say", killed)
        with pytest.raises(RuntimeError):
            await home.press(home.daughter, consent.buttons[0])
    assert await home.audited() == []

    assert (await home.press(home.daughter, consent.buttons[0])).text == words.JOINED


async def test_either_side_ends_it(home: Home) -> None:
    await home.become_family(home.daughter)
    assert (await home.presses(home.mother, "family_end")).text == words.ENDED.format(who="女儿")
    assert (await home.heard(home.daughter)).text == words.MEMBER_ENDED.format(patient="您母亲")
    assert (await home.presses(home.mother, "family_end")).text == words.NOBODY

    await home.become_family(home.daughter)
    assert (await home.presses(home.daughter, "family_leave")).text == words.LEFT.format(patient="您母亲")
    assert (await home.heard(home.mother)).text == words.PATIENT_LEFT.format(called="女儿")
    assert (await home.presses(home.daughter, "family_leave")).text == words.OF_NOBODY
    assert await called_members(home) == []
    assert (await home.audited()).count("family_ended") == 2


async def test_with_several_one_is_chosen(home: Home) -> None:
    await home.become_family(home.daughter)
    await home.become_family(await home.somebody("son"), "儿子")

    asked = await home.presses(home.mother, "family_end")
    by_label = {one.label: one for one in asked.buttons}
    assert set(by_label) == {"女儿", "儿子", "全部停掉"}
    await home.press(home.mother, by_label["儿子"])
    assert await called_members(home) == ["女儿"]
    await home.press(home.mother, by_label["全部停掉"])
    assert await called_members(home) == []


async def test_two_who_become_one_person_are_no_family(home: Home) -> None:
    await home.become_family(home.daughter)
    async with home.databases.of(home.clinic).begin() as connection:
        await move_all(connection, home.clinic, home.mother.person, home.daughter)
    person = home.daughter.person
    async with home.databases.of(home.clinic).read() as connection:
        assert await members_of(connection, home.clinic, [person]) == {}


async def test_a_member_who_continues_elsewhere_is_told_there(home: Home) -> None:
    page = await home.somebody("page", "web")
    await home.become_family(page)
    async with home.databases.of(home.clinic).begin() as connection:
        await move_all(connection, home.clinic, page.person, home.daughter)
    async with home.databases.of(home.clinic).read() as connection:
        found = await members_of(connection, home.clinic, [home.mother.person])
    (member,) = found[home.mother.person]
    assert (member.member, member.conversation) == (home.daughter.person, home.daughter.id)


async def test_a_conversation_that_is_somebody_elses_now_is_told_nothing(home: Home) -> None:
    await home.become_family(home.daughter)
    other = await home.somebody("other")
    async with home.databases.of(home.clinic).begin() as connection:
        await connection.execute(update(families).values(conversation=other.id))
    assert await called_members(home) == []


def test_buttons_name_commands_that_exist() -> None:
    from bot.family_commands import FAMILY_COMMANDS
    from bot.family_words import typed_family

    for said in ("家人 123456", "不再提醒家人", "不再当家人"):
        button = typed_family(said)
        assert isinstance(button, Button) and button.command in FAMILY_COMMANDS
