"""Regimens and doses on both databases: laid out once, reminded once, ended once."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from bot.db import Databases
from bot.errors import NotFound
from bot.regimens import DueDose, Regimen, Regimens
from schedules.doses import Outcome, SnoozeRefused
from schedules.timing import Timing
from tests.contract.conftest import AT

pytestmark = pytest.mark.contract

DAY = timedelta(days=1)
# AT is 16:00 in Shanghai, so the next dose is at 20:00 there, four hours later.
EVENING = AT + timedelta(hours=4)
TWICE_A_DAY = Timing(time_of_day=(time(8), time(20)))


def regimen(name: str = "r1", person: str = "p1", timing: Timing = TWICE_A_DAY) -> Regimen:
    return Regimen(name, person, "talk", "氨氯地平", "amlodipine", "一片", timing, AT)


@pytest.fixture
def regimens(databases: Databases) -> Regimens:
    return Regimens(databases)


async def due(regimens: Regimens, clinic: str, at: datetime = EVENING) -> DueDose:
    """The only dose due at a moment, laid out before."""
    await regimens.lay_out(clinic, AT, DAY)
    found = await regimens.claim_due(clinic, at, 10)
    assert len(found) == 1
    return found[0]


async def test_a_regimen_comes_back_as_it_was_stored(regimens: Regimens, clinic: str) -> None:
    as_needed = Timing(frequency=None, as_needed=True, as_needed_for="头痛")
    course = replace(TWICE_A_DAY, start=date(2026, 11, 21), end=date(2026, 11, 23))
    stored = [regimen("a"), regimen("b", timing=as_needed), regimen("c", timing=course)]
    for one in stored:
        await regimens.add(clinic, one, AT)

    assert list(await regimens.active(clinic, "p1")) == stored
    assert await regimens.active(clinic, "p2") == ()


async def test_doses_are_laid_out_once(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen(), AT)

    assert await regimens.lay_out(clinic, AT, DAY) == 2
    assert await regimens.lay_out(clinic, AT, DAY) == 0
    assert await regimens.lay_out(clinic, AT + timedelta(hours=12), DAY) == 1


async def test_two_heartbeats_at_once_lay_out_no_dose_twice(regimens: Regimens, clinic: str) -> None:
    for one in range(5):
        await regimens.add(clinic, regimen(f"r{one}"), AT)

    new = await asyncio.gather(*(regimens.lay_out(clinic, AT, DAY) for _ in range(4)))

    assert sum(new) == 10
    assert len(await regimens.claim_due(clinic, AT + DAY, 100)) == 10


async def test_what_is_stopped_is_neither_laid_out_nor_reminded(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen(), AT)
    await regimens.lay_out(clinic, AT, DAY)

    assert await regimens.stop(clinic, "p2", "r1", AT) is False
    assert await regimens.stop(clinic, "p1", "r1", AT) is True
    assert await regimens.stop(clinic, "p1", "r1", AT) is False

    assert await regimens.claim_due(clinic, EVENING, 10) == ()
    assert await regimens.lay_out(clinic, AT + DAY, DAY) == 0
    past = await regimens.history(clinic, "p1", AT, AT + DAY)
    assert {one.outcome for one in past} == {Outcome.CANCELLED}


async def test_replacing_stops_the_old_in_the_same_step(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen("old"), AT)
    await regimens.add(clinic, regimen("new"), AT, replacing="old")

    assert [one.id for one in await regimens.active(clinic, "p1")] == ["new"]


async def test_a_dose_is_due_at_its_time_and_reminded_once(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen(), AT)
    dose = await due(regimens, clinic)

    assert (dose.due_at, dose.planned_at, dose.drug, dose.dose) == (EVENING, EVENING, "氨氯地平", "一片")
    assert (dose.person, dose.conversation) == ("p1", "talk")
    assert await regimens.claim_due(clinic, EVENING - timedelta(seconds=1), 10) == ()

    marks = await asyncio.gather(*(regimens.mark_reminded(clinic, dose.id, f"m{one}", EVENING) for one in range(5)))
    assert sum(marks) == 1
    assert await regimens.claim_due(clinic, EVENING, 10) == ()


async def test_a_mark_inside_a_transaction_that_fails_is_no_mark(
    regimens: Regimens, databases: Databases, clinic: str
) -> None:
    await regimens.add(clinic, regimen(), AT)
    dose = await due(regimens, clinic)

    async def mark_and_fail() -> None:
        async with databases.of(clinic).begin() as connection:
            assert await regimens.mark_reminded(clinic, dose.id, "m", EVENING, within=connection)
            raise RuntimeError("the message could not be written")

    with pytest.raises(RuntimeError):
        await mark_and_fail()
    assert len(await regimens.claim_due(clinic, EVENING, 10)) == 1


async def test_the_first_outcome_stays(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen(), AT)
    dose = await due(regimens, clinic)

    outcomes = (Outcome.TAKEN, Outcome.SKIPPED, Outcome.SNOOZED)
    settled = await asyncio.gather(*(regimens.settle(clinic, dose.id, one, EVENING) for one in outcomes))

    changed = [one for one in settled if one.changed]
    assert len(changed) == 1
    assert {one.dose.outcome for one in settled} == {changed[0].dose.outcome}
    assert (await regimens.settle(clinic, dose.id, Outcome.MISSED, EVENING)).changed is False


async def test_putting_off_makes_a_new_dose_that_remembers(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen(), AT)
    dose = await due(regimens, clinic)
    await regimens.mark_reminded(clinic, dose.id, "m", EVENING)

    settled = await regimens.settle(clinic, dose.id, Outcome.SNOOZED, EVENING, minutes=10)

    later = EVENING + timedelta(minutes=10)
    assert (settled.changed, settled.again_at, settled.dose.outcome) == (True, later, Outcome.SNOOZED)
    assert await regimens.claim_due(clinic, EVENING, 10) == ()
    (again,) = await regimens.claim_due(clinic, later, 10)
    assert (again.due_at, again.planned_at, again.outcome) == (later, EVENING, None)


async def test_putting_off_has_an_end(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen(), AT)
    dose = await due(regimens, clinic)

    with pytest.raises(SnoozeRefused):
        await regimens.settle(clinic, dose.id, Outcome.SNOOZED, EVENING + timedelta(hours=7))
    assert len(await regimens.claim_due(clinic, EVENING, 10)) == 1


async def test_putting_off_onto_a_regular_dose_loses_neither(regimens: Regimens, clinic: str) -> None:
    close = Timing(time_of_day=(time(20), time(20, 10)))
    await regimens.add(clinic, regimen(timing=close), AT)
    dose = await due(regimens, clinic)

    await regimens.settle(clinic, dose.id, Outcome.SNOOZED, EVENING, minutes=10)

    assert len(await regimens.claim_due(clinic, EVENING + timedelta(minutes=11), 10)) == 2


async def test_settling_is_for_the_own_doses_only(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen(), AT)
    dose = await due(regimens, clinic)

    with pytest.raises(NotFound):
        await regimens.settle(clinic, dose.id, Outcome.TAKEN, EVENING, person="p2")
    with pytest.raises(NotFound):
        await regimens.settle(clinic, "none", Outcome.TAKEN, EVENING)


async def test_the_latest_open_dose_is_the_one_meant(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen(), AT)
    await regimens.lay_out(clinic, AT, 2 * DAY)

    async def meant(at: datetime) -> datetime | None:
        found = await regimens.latest_open(clinic, "p1", at)
        return found.due_at if found else None

    assert await meant(EVENING - timedelta(hours=2)) is None
    assert await meant(EVENING - timedelta(minutes=30)) == EVENING, "taken a little early"
    assert await meant(EVENING + timedelta(hours=2)) == EVENING
    assert await meant(EVENING + timedelta(hours=11, minutes=30)) == EVENING, "the past one before the coming one"
    assert await meant(EVENING + timedelta(hours=13)) == EVENING + timedelta(hours=12)
    assert await regimens.latest_open(clinic, "p2", EVENING) is None


async def test_overdue_doses_are_missed(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen(), AT)
    await regimens.lay_out(clinic, AT, DAY)

    assert await regimens.end_overdue(clinic, EVENING, EVENING) == 0
    assert await regimens.end_overdue(clinic, EVENING + timedelta(seconds=1), EVENING + timedelta(hours=6)) == 1
    assert _outcomes(await regimens.history(clinic, "p1", AT, AT + DAY)) == [Outcome.MISSED, None]


async def test_an_unreadable_timing_does_not_silence_the_others(
    regimens: Regimens, databases: Databases, clinic: str
) -> None:
    from sqlalchemy import update

    from bot.tables import regimens as table

    await regimens.add(clinic, regimen("broken"), AT)
    await regimens.add(clinic, regimen("good"), AT)
    async with databases.of(clinic).begin() as connection:
        broken = update(table).where(table.c.id == "broken")
        await connection.execute(broken.values(timing={"repeat": {"frequency": -1, "period": 1, "periodUnit": "d"}}))

    assert await regimens.lay_out(clinic, AT, DAY) == 2


def _outcomes(doses: Sequence[DueDose]) -> list[Outcome | None]:
    return [one.outcome for one in doses]
