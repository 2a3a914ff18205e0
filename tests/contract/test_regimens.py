"""Regimens and doses on both databases: laid out once, reminded once, ended once."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from bot.db import Databases
from bot.ending import end_late
from bot.errors import NotFound
from bot.regimens import After, Care, DueDose, Regimen, Regimens
from schedules.doses import Outcome, SnoozeRefused
from schedules.lateness import LateRule
from schedules.timing import PeriodUnit, Timing
from tests.contract.conftest import AT

pytestmark = pytest.mark.contract

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
# AT is 16:00 in Shanghai, so the next dose is at 20:00 there, four hours later.
EVENING = AT + timedelta(hours=4)
TWICE_A_DAY = Timing(time_of_day=(time(8), time(20)))


def regimen(name: str = "r1", person: str = "p1", timing: Timing = TWICE_A_DAY) -> Regimen:
    return Regimen(name, person, "talk", "氨氯地平", "amlodipine", "一片", timing, AT)


@pytest.fixture
def regimens(databases: Databases) -> Regimens:
    return Regimens(databases)


async def open_by(regimens: Regimens, clinic: str, at: datetime) -> list[DueDose]:
    """The open doses that are due at a moment, earliest first."""
    return [dose for dose in await regimens.history(clinic, "p1", AT, at + SECOND) if dose.outcome is None]


async def due(regimens: Regimens, clinic: str, at: datetime = EVENING) -> DueDose:
    """The only dose due at a moment, laid out before."""
    await regimens.lay_out(clinic, AT, DAY)
    (found,) = await open_by(regimens, clinic, at)
    return found


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
    assert len(await open_by(regimens, clinic, AT + DAY)) == 10


async def test_what_is_stopped_is_neither_laid_out_nor_reminded(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen(), AT)
    await regimens.lay_out(clinic, AT, DAY)

    assert await regimens.stop(clinic, "p2", "r1", AT) is False
    assert await regimens.stop(clinic, "p1", "r1", AT) is True
    assert await regimens.stop(clinic, "p1", "r1", AT) is False

    assert await open_by(regimens, clinic, EVENING) == []
    assert await regimens.lay_out(clinic, AT + DAY, DAY) == 0
    past = await regimens.history(clinic, "p1", AT, AT + DAY)
    assert {one.outcome for one in past} == {Outcome.CANCELLED}


async def test_replacing_stops_the_old_in_the_same_step(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen("old"), AT)
    await regimens.add(clinic, regimen("new"), AT, replacing="old")

    assert [one.id for one in await regimens.active(clinic, "p1")] == ["new"]


async def test_a_dose_knows_whose_it_is_and_until_when_it_counts(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen(), AT)
    dose = await due(regimens, clinic)

    assert (dose.due_at, dose.planned_at, dose.drug, dose.dose) == (EVENING, EVENING, "氨氯地平", "一片")
    assert (dose.person, dose.conversation) == ("p1", "talk")
    assert dose.late_until == EVENING + timedelta(hours=6), "half of the twelve hours to the next"


async def test_a_drug_with_a_rule_of_its_own_is_late_by_that(regimens: Regimens, clinic: str) -> None:
    rules = {"hours:3": timedelta(hours=3), "same_day": timedelta(hours=4), "until_next_minus:4": timedelta(hours=8)}
    rules |= {"never": timedelta(hours=1), "hours:24": timedelta(hours=11, minutes=30)}
    for code in rules:
        await regimens.add(clinic, replace(regimen(code), care=Care(LateRule.read(code))), AT)
    await regimens.lay_out(clinic, AT, DAY)

    found = {dose.regimen: dose.late_until - EVENING for dose in await open_by(regimens, clinic, EVENING)}
    assert found == rules


async def test_what_is_planned_for_a_pause_is_accounted_for(regimens: Regimens, clinic: str) -> None:
    away = (EVENING, EVENING + timedelta(hours=12))
    await regimens.add(clinic, replace(regimen(), paused=away), AT)
    await regimens.lay_out(clinic, AT, DAY + timedelta(hours=12))

    assert _outcomes(await regimens.history(clinic, "p1", AT, AT + 2 * DAY)) == [Outcome.CANCELLED, None, None]


async def test_half_an_hour_after_the_other_medicine(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen("first"), AT)
    await regimens.add(clinic, replace(regimen("second"), after=After("first", 30)), AT)
    first = await due(regimens, clinic)
    taken_at = EVENING + timedelta(minutes=7)

    await regimens.settle(clinic, first.id, Outcome.TAKEN, taken_at)

    (second,) = await open_by(regimens, clinic, EVENING + timedelta(hours=1))
    assert (second.regimen, second.due_at) == ("second", taken_at + timedelta(minutes=30))


async def test_six_hours_are_counted_from_the_last_taking(
    regimens: Regimens, databases: Databases, clinic: str
) -> None:
    every_six = Timing(frequency=1, period=Decimal(6), period_unit=PeriodUnit.HOUR)
    await regimens.add(clinic, replace(regimen(timing=every_six), after=After("r1", 360)), AT)
    first = await due(regimens, clinic, AT)

    await regimens.settle(clinic, first.id, Outcome.TAKEN, AT + timedelta(hours=1))
    (second,) = await open_by(regimens, clinic, AT + DAY)
    await regimens.settle(clinic, second.id, Outcome.SKIPPED, AT + timedelta(hours=9))
    (third,) = await open_by(regimens, clinic, AT + DAY)

    assert second.due_at == AT + timedelta(hours=7)
    assert third.due_at == AT + timedelta(hours=13), "the chain goes on without a taking"

    await end_late(databases, clinic, AT + timedelta(hours=17), 10)
    (fourth,) = await open_by(regimens, clinic, AT + DAY)
    await regimens.settle(clinic, third.id, Outcome.TAKEN, third.planned_at, told_at=AT + timedelta(hours=17))
    assert [fourth.due_at] == [dose.due_at for dose in await open_by(regimens, clinic, AT + 2 * DAY)], "one chain"


async def test_the_least_gap_moves_the_next_dose(regimens: Regimens, clinic: str) -> None:
    gap = Care(least_gap=timedelta(hours=6))
    close = Timing(time_of_day=(time(20), time(23, 30)))
    await regimens.add(clinic, replace(regimen(timing=close), care=gap), AT)
    await regimens.lay_out(clinic, AT, DAY)
    first, second, *_ = await open_by(regimens, clinic, AT + DAY)

    await regimens.settle(clinic, first.id, Outcome.TAKEN, EVENING + timedelta(hours=1))

    moved = await open_by(regimens, clinic, AT + timedelta(hours=12))
    assert [dose.due_at for dose in moved] == [EVENING + timedelta(hours=7)]
    assert moved[0].planned_at == second.due_at


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

    settled = await regimens.settle(clinic, dose.id, Outcome.SNOOZED, EVENING, minutes=10)

    later = EVENING + timedelta(minutes=10)
    assert (settled.changed, settled.again_at, settled.dose.outcome) == (True, later, Outcome.SNOOZED)
    assert await open_by(regimens, clinic, EVENING) == []
    (again,) = await open_by(regimens, clinic, later)
    assert (again.due_at, again.planned_at, again.outcome) == (later, EVENING, None)


async def test_putting_off_has_an_end(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen(), AT)
    dose = await due(regimens, clinic)

    with pytest.raises(SnoozeRefused):
        await regimens.settle(clinic, dose.id, Outcome.SNOOZED, EVENING + timedelta(hours=7))
    assert len(await open_by(regimens, clinic, EVENING)) == 1


async def test_putting_off_onto_another_dose_loses_neither(regimens: Regimens, clinic: str) -> None:
    await regimens.add(clinic, regimen(), AT)
    dose = await due(regimens, clinic)
    first = await regimens.settle(clinic, dose.id, Outcome.SNOOZED, EVENING, minutes=30)
    (again,) = await open_by(regimens, clinic, AT + timedelta(hours=5))
    await regimens.settle(clinic, again.id, Outcome.SNOOZED, EVENING + timedelta(minutes=20), minutes=10)

    assert first.again_at == EVENING + timedelta(minutes=30)
    assert [dose.due_at for dose in await open_by(regimens, clinic, AT + timedelta(hours=5))] == [
        EVENING + timedelta(minutes=30, seconds=1)
    ]


async def test_two_doses_of_one_medicine_are_never_open_together(regimens: Regimens, clinic: str) -> None:
    close = Timing(time_of_day=(time(20), time(20, 10)))
    await regimens.add(clinic, regimen(timing=close), AT)
    await regimens.lay_out(clinic, AT, DAY)
    first, second, *_ = await open_by(regimens, clinic, AT + DAY)

    assert first.late_until < second.due_at
    with pytest.raises(SnoozeRefused):
        await regimens.settle(clinic, first.id, Outcome.SNOOZED, EVENING, minutes=10)


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


async def test_who_took_it_in_time_and_says_so_late_has_not_missed_it(
    regimens: Regimens, databases: Databases, clinic: str
) -> None:
    await regimens.add(clinic, regimen(), AT)
    dose = await due(regimens, clinic)
    await end_late(databases, clinic, EVENING + timedelta(hours=7), 10)
    assert (await regimens.dose(clinic, dose.id, "p1")).outcome is Outcome.UNDELIVERABLE, "nobody was told"

    assert not (await regimens.settle(clinic, dose.id, Outcome.SKIPPED, EVENING + timedelta(hours=8))).changed
    told = await regimens.settle(clinic, dose.id, Outcome.TAKEN, EVENING + timedelta(hours=8))
    assert told.changed and told.dose.outcome is Outcome.TAKEN


async def test_an_unreadable_timing_does_not_silence_the_others(
    regimens: Regimens, databases: Databases, clinic: str
) -> None:
    from sqlalchemy import update

    from bot.dose_tables import regimens as table

    await regimens.add(clinic, regimen("broken"), AT)
    await regimens.add(clinic, regimen("good"), AT)
    async with databases.of(clinic).begin() as connection:
        broken = update(table).where(table.c.id == "broken")
        await connection.execute(broken.values(timing={"repeat": {"frequency": -1, "period": 1, "periodUnit": "d"}}))

    assert await regimens.lay_out(clinic, AT, DAY) == 2


def _outcomes(doses: Sequence[DueDose]) -> list[Outcome | None]:
    return [one.outcome for one in doses]
