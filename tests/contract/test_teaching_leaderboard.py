"""The leaderboard counts right: averages, last ones, ties, too few, opted in, by class."""

import pytest

from bot.db import Databases
from bot.sittings import Seat
from tests.contract.teaching_parts import AT, School, opened_school


@pytest.fixture
async def school(databases: Databases, clinic: str) -> School:
    return await opened_school(databases, clinic)


async def board(school: School, **limits: int) -> list[tuple[int, str, int, int, int]]:
    places = await school.board.places(school.clinic, school.group.id, **limits)
    lines = [(each.rank, each.figures) for each in places]
    return [(rank, one.name, one.average, one.best, one.finished) for rank, one in lines]


async def learner(school: School, name: str, *totals: int, most: int = 100, show: bool = True) -> str:
    joined = await school.join(name)
    for minutes, total in enumerate(totals):
        await school.finish(joined, total, most, minutes)
    await school.learners.show_on_board(school.clinic, joined, show)
    return joined


async def test_the_average_is_of_the_last_ones_and_all_are_counted_as_finished(school: School) -> None:
    await learner(school, "甲", 0, 0, 80, 90, 70)
    assert await board(school, last=3) == [(1, "甲", 800, 900, 5)]
    assert await board(school, last=5) == [(1, "甲", 480, 900, 5)]


async def test_ties_share_a_rank_and_the_next_one_is_left_out(school: School) -> None:
    await learner(school, "甲", 50, 50, 50)
    await learner(school, "乙", 30, 50, 70)
    await learner(school, "丙", 90, 90, 90)
    await learner(school, "丁", 49, 49, 49)
    assert [(rank, name) for rank, name, *_ in await board(school)] in (
        [(1, "丙"), (2, "甲"), (2, "乙"), (4, "丁")],
        [(1, "丙"), (2, "乙"), (2, "甲"), (4, "丁")],
    )


async def test_equal_shares_of_other_sheets_are_a_tie(school: School) -> None:
    await learner(school, "甲", 20, 20, 20, most=30)
    await learner(school, "乙", 40, 40, 40, most=60)
    assert [(rank, average) for rank, _, average, *_ in await board(school)] == [(1, 667), (1, 667)]


async def test_too_few_encounters_are_not_ranked(school: School) -> None:
    await learner(school, "甲", 100, 100)
    await learner(school, "乙", 10, 10, 10)
    assert [(rank, name) for rank, name, *_ in await board(school)] == [(1, "乙")]
    assert len(await board(school, fewest=1)) == 2


async def test_who_has_not_agreed_stands_nowhere_and_takes_no_rank(school: School) -> None:
    await learner(school, "甲", 100, 100, 100, show=False)
    second = await learner(school, "乙", 10, 10, 10)
    assert [(rank, name) for rank, name, *_ in await board(school)] == [(1, "乙")]
    await school.learners.show_on_board(school.clinic, second, False)
    assert await board(school) == []
    assert [each.name for each in await school.board.figures(school.clinic, school.group.id)] != []


async def test_running_and_forked_encounters_do_not_count(school: School) -> None:
    joined = await learner(school, "甲", 60, 60, 60)
    await school.begin(Seat(learner=joined))
    await school.finish(joined, 100, minutes=9, forked_from="earlier")
    assert await board(school) == [(1, "甲", 600, 600, 3)]


async def test_what_another_class_has_set_does_not_count_here(school: School) -> None:
    joined = await learner(school, "甲", 60, 60, 60)
    other = await school.classes.create(school.clinic, "李老师", "二班", AT)
    await school.join("甲", "甲", other)
    task = await school.set(group=other)
    await school.finish(joined, 0, minutes=9, assignment=task.id)
    assert await board(school) == [(1, "甲", 600, 600, 3)]
    theirs = await school.board.places(school.clinic, other.id)
    assert [(each.figures.average, each.figures.finished) for each in theirs] == [(450, 4)]


async def test_who_is_in_another_class_stands_on_its_board_only(school: School) -> None:
    await learner(school, "甲", 60, 60, 60)
    other = await school.classes.create(school.clinic, "李老师", "二班", AT)
    assert await school.board.places(school.clinic, other.id) == []
    assert await school.board.figures(school.clinic, other.id) == []
