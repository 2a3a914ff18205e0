"""Learners join classes by a code, are known again, and belong to their teachers only."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.class_codes import LETTERS, new_code, read_code
from bot.classes import NoClassName
from bot.db import Databases
from bot.errors import NotFound
from bot.learners import MOST_WRONG, NoName, NoSuchClass, TooManyGuesses, UnknownLearner, merge_learners
from bot.sittings import Seat
from tests.contract.teaching_parts import AT, School, opened_school


@pytest.fixture
async def school(databases: Databases, clinic: str) -> School:
    return await opened_school(databases, clinic)


async def names(school: School) -> list[str]:
    return [each.name for each in await school.classes.members(school.clinic, school.group.id)]


async def test_a_person_who_joins_again_is_the_same_learner_under_the_new_name(school: School) -> None:
    first = await school.join("person-1", "王小明")
    assert await school.join("person-1", "王晓明") == first
    assert await names(school) == ["王晓明"]
    found = await school.learners.of_person(school.clinic, "person-1")
    assert found is not None and (found.id, found.on_board) == (first, False)
    assert [action for _, action in await school.audited()].count("joined_class") == 1


async def test_the_page_is_known_by_its_secret_alone(school: School) -> None:
    joined = await school.learners.join_on_page(school.clinic, "10.0.0.1", school.group.code, "李雷", AT)
    assert len(joined.token) == 43
    assert (await school.learners.with_token(school.clinic, joined.token)).name == "李雷"
    with pytest.raises(UnknownLearner):
        await school.learners.with_token(school.clinic, joined.token[:-1] + "_")


async def test_a_page_joins_a_second_class_as_the_same_learner(school: School) -> None:
    other = await school.classes.create(school.clinic, "李老师", "二班", AT)
    one = await school.learners.join_on_page(school.clinic, "a", school.group.code, "李雷", AT)
    two = await school.learners.join_on_page(school.clinic, "a", other.code, "李雷", AT, one.token)
    assert (one.learner, one.token) == (two.learner, two.token)
    of_learner = await school.classes.of_learner(school.clinic, one.learner)
    assert {each.name for each in of_learner} == {"临床2023级1班", "二班"}


async def test_a_secret_that_nobody_has_joins_nothing(school: School) -> None:
    with pytest.raises(UnknownLearner):
        await school.learners.join_on_page(school.clinic, "a", school.group.code, "李雷", AT, "x" * 43)
    assert await names(school) == []


async def test_the_same_person_at_two_devices_at_once_is_one_learner(school: School) -> None:
    assert len(set(await asyncio.gather(*(school.join("person-1", "王小明") for _ in range(4))))) == 1
    assert await names(school) == ["王小明"]


@pytest.mark.parametrize("typed", ["{code}", " {lower} ", "{half} {rest}", "{half}-{rest}"])
async def test_a_code_may_be_typed_in_many_ways(school: School, typed: str) -> None:
    code = school.group.code
    spelled = typed.format(code=code, lower=code.lower(), half=code[:4], rest=code[4:])
    await school.learners.join(school.clinic, "p", spelled, "甲", AT)
    assert await names(school) == ["甲"]


async def test_wrong_codes_are_counted_by_place_and_for_ten_minutes(school: School) -> None:
    for _ in range(MOST_WRONG):
        with pytest.raises(NoSuchClass):
            await school.learners.join(school.clinic, "guesser", new_code(), "甲", AT)
    with pytest.raises(TooManyGuesses):
        await school.learners.join(school.clinic, "guesser", school.group.code, "甲", AT)
    await school.join("somebody else")
    later = AT + timedelta(minutes=11)
    await school.learners.join(school.clinic, "guesser", school.group.code, "甲", later)
    assert await names(school) == ["somebody else", "甲"]


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "名" * 21])
async def test_a_learner_has_a_name(school: School, name: str) -> None:
    with pytest.raises(NoName):
        await school.learners.join(school.clinic, "p", school.group.code, name, AT)


async def test_neither_names_nor_codes_nor_secrets_can_be_read_in_the_database(school: School) -> None:
    joined = await school.learners.join_on_page(school.clinic, "10.9.8.7", school.group.code, "李雷雷", AT)
    stored = ""
    async with school.databases.of(school.clinic).read() as connection:
        for table in ("learners", "classes", "memberships", "class_teachers", "audit"):
            stored += str((await connection.execute(text(f"SELECT * FROM {table}"))).all())
    for secret in ("李雷雷", "临床2023级1班", school.group.code, joined.token, "10.9.8.7"):
        assert secret not in stored


async def test_a_teacher_has_her_own_classes_only(school: School) -> None:
    with pytest.raises(NotFound):
        await school.classes.get(school.clinic, "李老师", school.group.id)
    assert await school.classes.of_teacher(school.clinic, "李老师") == []
    with pytest.raises(NotFound):
        await school.classes.teach_together(school.clinic, "李老师", school.group.id, "李老师", AT)
    for _ in range(2):
        await school.classes.teach_together(school.clinic, "张老师", school.group.id, "李老师", AT)
    assert await school.classes.of_teacher(school.clinic, "李老师") == [school.group]
    assert sorted(await school.audited()) == [("张老师", "class_made"), ("张老师", "class_shared")]


async def test_a_class_has_a_name_and_a_code_without_lookalikes(school: School) -> None:
    with pytest.raises(NoClassName):
        await school.classes.create(school.clinic, "张老师", " ", AT)
    assert not set("0O1IL2Z5S8B") & set(LETTERS)
    assert read_code(school.group.code) == school.group.code and len(school.group.code) == 8
    (listed,) = await school.classes.of_teacher(school.clinic, "张老师")
    await school.join("p")
    assert listed == school.group
    assert await school.classes.of_teacher(school.clinic, "张老师") == [replace(school.group, members=1)]


async def test_two_people_who_turn_out_to_be_one_are_one_learner(school: School) -> None:
    other = await school.classes.create(school.clinic, "李老师", "二班", AT)
    here, there = await school.join("here", "甲"), await school.join("there", "甲")
    await school.join("there", "甲", other)
    sitting = await school.begin(Seat(learner=there, series="exam:x", most=1))
    await school.begin(Seat(learner=here, series="exam:x", most=1))
    async with school.databases.of(school.clinic).begin() as connection:
        await merge_learners(connection, school.clinic, "there", "here")
    assert await school.learners.of_person(school.clinic, "there") is None
    assert (await school.sittings.get(school.clinic, sitting)).learner == here
    assert await names(school) == ["甲"]
    assert len(await school.classes.of_learner(school.clinic, here)) == 2


async def test_who_is_killed_while_joining_has_not_joined(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    async def killed(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("bot.learners.write_audit", killed)
        with pytest.raises(RuntimeError):
            await school.join("p", "甲")
    assert await names(school) == [] and await school.learners.of_person(school.clinic, "p") is None
    await school.join("p", "甲")
    assert await names(school) == ["甲"]


async def test_one_learner_goes_over_to_a_person_who_was_none(school: School) -> None:
    learner = await school.join("there", "甲")
    async with school.databases.of(school.clinic).begin() as connection:
        await merge_learners(connection, school.clinic, "there", "here")
    found = await school.learners.of_person(school.clinic, "here")
    assert found is not None and found.id == learner
