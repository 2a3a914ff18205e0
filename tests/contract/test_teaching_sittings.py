"""Attempts, the clock, pauses, and the one sheet of an encounter."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.assignments import BadAssignment, NotOpen, OtherTerms, State, series_of
from bot.db import Databases
from bot.errors import NotFound
from bot.sittings import HAND_IN, AttemptRuns, AttemptsUsed, EncounterOver, ExamLocked, Seat, Standing, sheet_of
from cases.encounter import Purpose
from tests.contract.teaching_parts import AT, MINUTE, School, case, opened_school, sheet


@pytest.fixture
async def school(databases: Databases, clinic: str) -> School:
    return await opened_school(databases, clinic)


EXAM = Seat(Purpose.EXAM, minutes=20, learner="l", series="exam:x", most=1)


async def test_an_exam_ends_by_the_clock_and_may_be_handed_in_a_minute_longer(school: School) -> None:
    encounter = await school.begin(EXAM)
    sitting = await school.sittings.get(school.clinic, encounter)
    assert sitting.ends_at == AT + 20 * MINUTE
    assert sitting.standing(AT + timedelta(minutes=19, seconds=59)) is Standing.RUNNING
    assert sitting.standing(AT + 20 * MINUTE) is Standing.OVER
    assert await school.sittings.overdue(school.clinic, AT + 20 * MINUTE) == []
    assert await school.sittings.overdue(school.clinic, AT + 20 * MINUTE + HAND_IN) == [encounter]
    await school.end(encounter, sheet(50), AT + 21 * MINUTE)
    assert await school.sittings.overdue(school.clinic, AT + 99 * MINUTE) == []
    ended = await school.sittings.get(school.clinic, encounter)
    assert ended.standing(AT) is Standing.ENDED and ended.seconds(AT + 99 * MINUTE) == 20 * 60


async def test_an_exam_ends_with_its_window(school: School) -> None:
    encounter = await school.begin(Seat(Purpose.EXAM, 20, closes_at=AT + 5 * MINUTE))
    assert (await school.sittings.get(school.clinic, encounter)).ends_at == AT + 5 * MINUTE


async def test_an_exam_can_be_taken_once_also_at_two_devices_at_once(school: School) -> None:
    begun = await asyncio.gather(*(school.begin(EXAM) for _ in range(3)), return_exceptions=True)
    assert sum(isinstance(each, str) for each in begun) == 1
    assert all(isinstance(each, str | AttemptRuns | IntegrityError) for each in begun)
    with pytest.raises(AttemptRuns):
        await school.begin(EXAM)
    (encounter,) = (each for each in begun if isinstance(each, str))
    await school.end(encounter, sheet(50))
    with pytest.raises(AttemptsUsed):
        await school.begin(EXAM)
    await school.begin(Seat(Purpose.EXAM, learner="another", series="exam:x", most=1))


async def test_who_has_joined_no_class_is_counted_nowhere(school: School) -> None:
    seat = Seat(Purpose.EXAM, series="exam:x", most=1)
    assert len({await school.begin(seat) for _ in range(3)}) == 3


async def test_an_exam_can_not_be_paused(school: School) -> None:
    encounter = await school.begin(EXAM)
    for change in (school.sittings.pause, school.sittings.resume):
        with pytest.raises(ExamLocked):
            await change(school.clinic, encounter, AT)


async def test_a_pause_moves_the_end_and_is_not_worked_time(school: School) -> None:
    encounter = await school.begin(Seat(minutes=10))
    paused = await school.sittings.pause(school.clinic, encounter, AT + 2 * MINUTE)
    assert paused == await school.sittings.pause(school.clinic, encounter, AT + 4 * MINUTE)
    assert paused.paused_at == AT + 2 * MINUTE
    assert paused.standing(AT + 60 * MINUTE) is Standing.PAUSED
    assert paused.seconds(AT + 60 * MINUTE) == 120
    going = await school.sittings.resume(school.clinic, encounter, AT + 60 * MINUTE)
    assert going == await school.sittings.resume(school.clinic, encounter, AT + 61 * MINUTE)
    assert going.ends_at == AT + 68 * MINUTE
    found = await school.sittings.get(school.clinic, encounter)
    assert found == going
    assert found.standing(AT + 67 * MINUTE) is Standing.RUNNING and found.seconds(AT + 67 * MINUTE) == 9 * 60


async def test_a_paused_training_is_not_overdue_and_can_be_ended(school: School) -> None:
    encounter = await school.begin(Seat(minutes=10))
    await school.sittings.pause(school.clinic, encounter, AT + 2 * MINUTE)
    assert await school.sittings.overdue(school.clinic, AT + 99 * MINUTE) == []
    assert await school.end(encounter, sheet(10), AT + 50 * MINUTE)
    assert (await school.sittings.get(school.clinic, encounter)).seconds(AT + 99 * MINUTE) == 120
    with pytest.raises(EncounterOver):
        await school.sittings.pause(school.clinic, encounter, AT)


async def test_the_first_sheet_stays_however_often_and_from_where_it_is_ended(school: School) -> None:
    encounter = await school.begin(Seat())
    ended = await asyncio.gather(*(school.end(encounter, sheet(total)) for total in (10, 20, 30)))
    assert sorted(ended) == [False, False, True]
    assert await school.end(encounter, sheet(99)) is False
    kept = (10, 20, 30)[ended.index(True)]
    async with school.databases.of(school.clinic).read() as connection:
        assert (await sheet_of(connection, school.clinic, encounter) or {})["total"] == kept
    assert (await school.sittings.get(school.clinic, encounter)).total == kept


async def test_notes_are_kept_and_unknown_encounters_are_not_found(school: School) -> None:
    encounter = await school.begin(Seat())
    await school.sittings.write_notes(school.clinic, encounter, "胸痛两小时")
    assert (await school.sittings.get(school.clinic, encounter)).notes == "胸痛两小时"
    for lost in (school.sittings.get(school.clinic, "x"), school.sittings.write_notes(school.clinic, "x", "")):
        with pytest.raises(NotFound):
            await lost


async def test_a_task_is_open_in_its_window_only_and_under_its_own_terms(school: School) -> None:
    learner = await school.join("p")
    task = await school.set(Purpose.EXAM, opens_at=AT + MINUTE, closes_at=AT + 9 * MINUTE)
    seat = school.assignments.seat
    for at in (AT, AT + 9 * MINUTE):
        with pytest.raises(NotOpen):
            await seat(school.clinic, learner, case(), Purpose.EXAM, task.id, at)
    with pytest.raises(OtherTerms):
        await seat(school.clinic, learner, case(), Purpose.TRAINING, task.id, AT + MINUTE)
    for stranger in ("stranger", None):
        with pytest.raises(NotFound):
            await seat(school.clinic, stranger, case(), Purpose.EXAM, task.id, AT + MINUTE)
    found = await seat(school.clinic, learner, case(), Purpose.EXAM, task.id, AT + MINUTE)
    assert found == Seat(
        Purpose.EXAM, case().minutes, AT + 9 * MINUTE, learner, task.id, series_of(case().id, Purpose.EXAM, task.id), 1
    )


async def test_an_exam_of_ones_own_is_taken_once_a_case_and_training_as_often_as_one_likes(school: School) -> None:
    seat = school.assignments.seat
    exam = await seat(school.clinic, "l", case(), Purpose.EXAM, None, AT)
    assert (exam.minutes, exam.most, exam.series) == (case().minutes, 1, f"exam:{case().id}")
    assert await seat(school.clinic, None, case(), Purpose.EXAM, None, AT) == Seat(Purpose.EXAM, case().minutes)
    assert await seat(school.clinic, "l", case(), Purpose.TRAINING, None, AT) == Seat(learner="l")


async def test_the_state_of_a_task_follows_what_was_done(school: School) -> None:
    learner = await school.join("p")
    task = await school.set(Purpose.EXAM, opens_at=AT + MINUTE, closes_at=AT + 30 * MINUTE, attempts=2)

    async def state(minutes: int) -> tuple[State, int | None]:
        (mine,) = await school.assignments.of_learner(school.clinic, learner)
        return mine.state(AT + minutes * MINUTE), mine.attempts_left

    assert await state(0) == (State.FUTURE, 2)
    assert await state(1) == (State.OPEN, 2)
    seat = await school.assignments.seat(school.clinic, learner, case(), Purpose.EXAM, task.id, AT + MINUTE)
    first = await school.begin(seat, AT + MINUTE)
    assert await state(2) == (State.OPEN, 1)
    await school.end(first, sheet(50), AT + 5 * MINUTE)
    second = await school.begin(seat, AT + 6 * MINUTE)
    assert await state(7) == (State.OPEN, 0)  # it runs
    await school.end(second, sheet(60), AT + 9 * MINUTE)
    assert await state(10) == (State.DONE, 0)
    assert [(one.id, done) for one, done in await school.assignments.of_class(school.clinic, school.group.id)] == [
        (task.id, 1)
    ]


async def test_a_task_nobody_began_closes(school: School) -> None:
    learner = await school.join("p")
    await school.set(closes_at=AT + MINUTE)
    (mine,) = await school.assignments.of_learner(school.clinic, learner)
    assert (mine.state(AT), mine.state(AT + MINUTE), mine.attempts_left) == (State.OPEN, State.CLOSED, None)


@pytest.mark.parametrize(
    "terms", [{"attempts": 0}, {"attempts": 21}, {"minutes": 0}, {"minutes": 241}, {"closes_at": AT}]
)
async def test_terms_make_sense(school: School, terms: dict[str, int]) -> None:
    with pytest.raises(BadAssignment):
        await school.set(**terms)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("sheet IS NULL AND ends_at <= :at AND paused_at IS NULL", "sitting_to_end"),
        ("scored_at IS NOT NULL AND kept_at IS NULL", "sitting_to_keep"),
        ("learner = :at", "sittings_of_learner"),
    ],
)
async def test_what_the_clock_looks_for_goes_by_an_index(school: School, condition: str, index: str) -> None:
    database = school.databases.of(school.clinic)
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads a small table through, whatever indexes it has")
    query = text(f"EXPLAIN QUERY PLAN SELECT id FROM sittings WHERE clinic = :clinic AND {condition}")
    async with database.read() as connection:
        steps = (await connection.execute(query, {"clinic": "c", "at": "2026"})).all()
    assert index in str(steps)
