"""Taking back a change of the plan or a confirmed dose: the rows are what they were, whatever happened meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot import journal, phrases
from bot.db import Databases
from bot.dose_commands import DOSE_COMMANDS
from bot.habits import Habits
from bot.plans import Change, Plans
from bot.pressed import Pressed
from bot.regimens import After, Care
from schedules.day_plan import DayPlan
from schedules.doses import Outcome, Reason
from schedules.timing import Timing
from tests.contract.dose_ward import Ward, ward
from tests.contract.plan_ward import (
    AT,
    DAY,
    HOUR,
    MORNING,
    doses_of,
    everything,
    open_times,
    plans_of,
    take,
    timing,
    told_dose,
    wall,
)

__all__ = ["ward"]

pytestmark = pytest.mark.contract

MINUTE = timedelta(minutes=1)
NOW = MORNING + 5 * MINUTE
Work = Callable[[Plans, str, str, str, str], Awaitable[object]]


def _named(name: str, work: Work) -> Any:
    return pytest.param(work, id=name)


CHANGES = [
    _named("pause", lambda plans, c, p, r, d: plans.pause(c, p, NOW, MORNING + 3 * DAY)),
    _named("retime", lambda plans, c, p, r, d: plans.retime(c, p, r, timing("每天早上9点"), NOW)),
    _named("retime far", lambda plans, c, p, r, d: plans.retime(c, p, r, timing("每天晚上9点"), NOW)),
    _named("shift", lambda plans, c, p, r, d: plans.shift(c, p, 90, NOW)),
    _named("shift a day", lambda plans, c, p, r, d: plans.shift(c, p, 90, NOW, day=date(2026, 11, 22))),
    _named("move", lambda plans, c, p, r, d: plans.move_dose(c, p, d, MORNING + 2 * HOUR, NOW)),
    _named("amount now", lambda plans, c, p, r, d: plans.change_dose(c, p, r, "半片", NOW, NOW)),
    _named("amount later", lambda plans, c, p, r, d: plans.change_dose(c, p, r, "半片", MORNING + 12 * HOUR, NOW)),
    _named("stop", lambda plans, c, p, r, d: plans.stop(c, p, [r], NOW)),
    _named("habits", lambda plans, c, p, r, d: plans.set_habits(c, p, Habits(DayPlan(breakfast=time(7))), NOW)),
    _named("stock", lambda plans, c, p, r, d: plans.count_stock(c, p, r, Decimal(20), NOW)),
]


async def ringing(ward: Ward) -> tuple[str, str]:
    """Two medicines told of at eight, one of them tied to meals; the first one and its open dose."""
    first = await ward.takes("缬沙坦")
    await ward.takes("二甲双胍", "早饭时和晚饭时")
    await ward.beat(MORNING)
    return first.id, (await told_dose(ward, first)).id


@pytest.mark.parametrize("work", CHANGES)
async def test_every_change_can_be_taken_back_to_the_last_row(ward: Ward, work: Work) -> None:
    regimen, dose = await ringing(ward)
    before = await everything(ward)
    await work(plans_of(ward), ward.clinic, ward.patient.person, regimen, dose)
    assert await everything(ward) != before

    undone = await plans_of(ward).undo(ward.clinic, ward.patient.person, NOW + 5 * MINUTE)

    assert undone is not None
    assert await everything(ward) == before
    assert await plans_of(ward).undo(ward.clinic, ward.patient.person, NOW + 5 * MINUTE) is None


@pytest.mark.parametrize(("passed", "today"), [(1, ["08:00", "12:00"]), (3, ["12:00"])], ids=["rings", "too late"])
async def test_a_time_gone_by_under_the_moved_plan_leaves_no_trace(ward: Ward, passed: int, today: list[str]) -> None:
    evening = await ward.takes(said="每天晚上8点")
    await ward.beat(MORNING - 12 * HOUR)
    await take(ward, evening, NOW - 12 * HOUR)
    at = MORNING + passed * HOUR
    await ward.beat(at)
    before = await everything(ward)
    who = (ward.clinic, ward.patient.person)
    four_times = Timing(time_of_day=(time(8), time(12), time(16), time(20)))

    await plans_of(ward).retime(*who, evening.id, four_times, at)

    # Nearer to noon than half a day, which was half of the old interval: both are of the new plan, and none replaced.
    mine = [dose for dose in await doses_of(ward, evening.id) if MORNING <= dose.due_at <= MORNING + 4 * HOUR]
    assert [(wall(dose.due_at), dose.outcome) for dose in mine] == [(f"22日{each}", None) for each in today]
    await plans_of(ward).undo(*who, at)
    assert await everything(ward) == before


@pytest.mark.parametrize("work", CHANGES)
async def test_taken_back_after_a_while_every_dose_still_ends_once(ward: Ward, work: Work) -> None:
    regimen, dose = await ringing(ward)
    await work(plans_of(ward), ward.clinic, ward.patient.person, regimen, dose)
    await ward.beat(*(NOW + place * 5 * MINUTE for place in range(1, 5)))
    assert await plans_of(ward).undo(ward.clinic, ward.patient.person, NOW + 29 * MINUTE) is not None
    await ward.beat(*(NOW + 30 * MINUTE + place * HOUR for place in range(26)))
    for name in {one.regimen for one in await doses_of(ward)}:
        mine = [one for one in await doses_of(ward, name) if one.due_at < MORNING + 15 * HOUR]
        assert all(one.outcome is not None for one in mine)
        due = [one.planned_at for one in mine if one.outcome not in (Outcome.SNOOZED, Outcome.CANCELLED)]
        assert len(due) == len(set(due))


@pytest.mark.parametrize("work", CHANGES)
async def test_killed_in_the_middle_everything_is_as_it_was(
    ward: Ward, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    regimen, dose = await ringing(ward)
    before = await everything(ward)

    async def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(journal, "note", killed)
        with pytest.raises(KeyboardInterrupt):
            await work(plans_of(ward), ward.clinic, ward.patient.person, regimen, dose)
    assert await everything(ward) == before
    await work(plans_of(ward), ward.clinic, ward.patient.person, regimen, dose)
    after = await everything(ward)
    with monkeypatch.context() as broken:
        broken.setattr(journal, "close", killed)
        with pytest.raises(KeyboardInterrupt):
            await plans_of(ward).undo(ward.clinic, ward.patient.person, NOW)
    assert await everything(ward) == after


@pytest.mark.parametrize("outcome", [Outcome.TAKEN, Outcome.SKIPPED, Outcome.SNOOZED])
async def test_an_answer_can_be_taken_back(ward: Ward, outcome: Outcome) -> None:
    regimen, dose = await ringing(ward)
    before = await everything(ward)
    await ward.regimens.settle(
        ward.clinic, dose, outcome, NOW, person=ward.patient.person, reason=Reason.OTHER, minutes=30
    )
    undone = await plans_of(ward).undo(ward.clinic, ward.patient.person, NOW + MINUTE)
    assert undone is not None
    assert (undone.what, [one.id for one in undone.doses]) == (Change.SETTLED, [dose])
    assert await everything(ward) == before
    assert regimen in {one.id for one in undone.regimens}


async def test_a_whole_round_is_taken_back_and_rings_again(ward: Ward) -> None:
    await ringing(ward)
    taken = next(button for button in (await ward.said())[-1].buttons if button.label == phrases.ALL_TAKEN)
    await DOSE_COMMANDS["dose_taken"](ward.regimens, Pressed(ward.patient, taken.args, NOW))
    await ward.beat(MORNING + 10 * MINUTE)
    undone = await plans_of(ward).undo(ward.clinic, ward.patient.person, MORNING + 11 * MINUTE)
    assert undone is not None and len(undone.doses) == 2
    told = len(await ward.said())
    await ward.beat(*(MORNING + place * MINUTE for place in range(12, 22)))
    assert len(await ward.said()) == told + 1, "it climbs on, ten minutes later"


async def test_what_followed_a_taking_goes_with_it(ward: Ward) -> None:
    first = await ward.takes("左甲状腺素")
    tied = replace(first, id="tied", drug="钙片", after=After(first.id, 240))
    careful = replace(first, id="careful", timing=timing("每天8点和12点"), care=Care(least_gap=6 * HOUR))
    await ward.regimens.add_all(ward.clinic, [tied, careful], AT)
    await ward.beat(MORNING)
    before = await everything(ward)
    await take(ward, first, NOW)
    await take(ward, careful, NOW + MINUTE)
    assert await open_times(ward, "tied") == ["22日12:05"]
    for _ in range(2):
        await plans_of(ward).undo(ward.clinic, ward.patient.person, NOW + 2 * MINUTE)
    assert await everything(ward) == before


async def test_a_taking_told_late_is_taken_back_when_it_was_told(ward: Ward) -> None:
    _, dose = await ringing(ward)
    person = ward.patient.person
    told_at = MORNING + 3 * HOUR
    await ward.regimens.settle(ward.clinic, dose, Outcome.TAKEN, NOW, person=person, told_at=told_at)
    undone = await plans_of(ward).undo(ward.clinic, person, told_at + MINUTE)
    assert undone is not None and [one.id for one in undone.doses] == [dose]


async def test_undone_twice_the_one_before_goes_too(ward: Ward) -> None:
    regimen, _ = await ringing(ward)
    before = await everything(ward)
    who = (ward.clinic, ward.patient.person)
    await plans_of(ward).retime(*who, regimen, timing("每天早上9点"), NOW)
    await plans_of(ward).shift(*who, 30, NOW + MINUTE)
    await plans_of(ward).pause(*who, NOW + 2 * MINUTE, MORNING + DAY)
    done = [await plans_of(ward).undo(*who, NOW + 3 * MINUTE) for _ in range(4)]
    assert [one.what if one else None for one in done] == [Change.PAUSED, Change.SHIFTED, Change.RETIMED, None]
    assert await everything(ward) == before


async def test_after_half_an_hour_it_stays(ward: Ward) -> None:
    regimen, _ = await ringing(ward)
    who = (ward.clinic, ward.patient.person)
    await plans_of(ward).stop(*who, [regimen], NOW)
    assert await plans_of(ward).undo(*who, NOW + 31 * MINUTE) is None


async def test_the_clock_set_back_keeps_the_order(ward: Ward) -> None:
    regimen, _ = await ringing(ward)
    before = await everything(ward)
    who = (ward.clinic, ward.patient.person)
    await plans_of(ward).retime(*who, regimen, timing("每天早上9点"), NOW)
    await plans_of(ward).stop(*who, [regimen], NOW - 2 * HOUR)
    done = [await plans_of(ward).undo(*who, NOW - 2 * HOUR) for _ in range(2)]
    assert [one.what if one else None for one in done] == [Change.STOPPED, Change.RETIMED]
    assert await everything(ward) == before


async def test_confirmed_and_undone_at_once_is_either(ward: Ward) -> None:
    regimen, dose = await ringing(ward)
    who = (ward.clinic, ward.patient.person)
    await plans_of(ward).pause(*who, NOW, MORNING + DAY, [regimen])
    await plans_of(ward).undo(*who, NOW)
    await plans_of(ward).shift(*who, 60, NOW, regimens=[regimen])
    settled, undone = await asyncio.gather(
        ward.regimens.settle(ward.clinic, dose, Outcome.TAKEN, NOW, person=who[1]), plans_of(ward).undo(*who, NOW)
    )
    assert undone is not None
    mine = [one for one in await doses_of(ward, regimen) if one.planned_at == MORNING]
    assert len(mine) == 1
    assert (mine[0].outcome is Outcome.TAKEN) == (settled.changed and undone.what is not Change.SETTLED)


async def test_many_undo_at_once_take_back_one_each(ward: Ward) -> None:
    regimen, _ = await ringing(ward)
    before = await everything(ward)
    who = (ward.clinic, ward.patient.person)
    await plans_of(ward).retime(*who, regimen, timing("每天早上9点"), NOW)
    await plans_of(ward).shift(*who, 30, NOW + MINUTE)
    done = await asyncio.gather(*(plans_of(ward).undo(*who, NOW + 2 * MINUTE) for _ in range(4)))
    assert sorted(one.what for one in done if one is not None) == [Change.RETIMED, Change.SHIFTED]
    assert await everything(ward) == before


async def test_a_dose_taken_by_the_family_meanwhile_stays_taken(ward: Ward) -> None:
    regimen, _ = await ringing(ward)
    who = (ward.clinic, ward.patient.person)
    await plans_of(ward).retime(*who, regimen, timing("每天早上8点20"), NOW)
    await ward.beat(MORNING + 20 * MINUTE)
    told = next(one for one in await doses_of(ward, regimen) if one.due_at == MORNING + 20 * MINUTE)
    # Nobody can take this back in the patient's name.
    await ward.regimens.settle(ward.clinic, told.id, Outcome.TAKEN, MORNING + 21 * MINUTE)
    await plans_of(ward).undo(*who, MORNING + 22 * MINUTE)
    today = [one for one in await doses_of(ward, regimen) if one.due_at < MORNING + 12 * HOUR]
    assert [one.outcome for one in today if one.outcome is not Outcome.CANCELLED] == [Outcome.SNOOZED, Outcome.TAKEN]


async def test_the_journal_is_unreadable_in_the_tables(ward: Ward, databases: Databases) -> None:
    regimen, _ = await ringing(ward)
    await plans_of(ward).retime(ward.clinic, ward.patient.person, regimen, timing("每天早上9点"), NOW)
    async with databases.of(ward.clinic).begin() as connection:
        kept = (await connection.exec_driver_sql("SELECT before FROM plan_changes")).scalar_one()
    assert "due_at" not in kept
