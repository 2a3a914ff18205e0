"""Plans: what others take, what happens at once, other clocks, and doses tied to another."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.dose_tables import occasions, regimens
from bot.errors import NotFound
from bot.habits import Habits
from bot.regimens import After
from schedules.doses import Outcome
from schedules.timing import Timing
from tests.contract.dose_ward import Ward, ward
from tests.contract.plan_ward import (
    AT,
    DAY,
    HOUR,
    MORNING,
    doses_of,
    ended,
    open_times,
    plans_of,
    take,
    timing,
    told_dose,
)

__all__ = ["ward"]

pytestmark = pytest.mark.contract

MINUTE = timedelta(minutes=1)


async def test_a_chain_counted_from_the_last_taking_outlives_a_pause(ward: Ward) -> None:
    first = await ward.takes("对乙酰氨基酚")
    chain = replace(
        first, id="chain", timing=Timing(frequency=1), after=After("chain", 8 * 60), starts_at=MORNING, plan=None
    )
    await ward.regimens.add(ward.clinic, chain, AT, replacing=first.id)
    await ward.beat(MORNING)
    await take(ward, chain, MORNING + HOUR)
    who = (ward.clinic, ward.patient.person)
    assert await open_times(ward, "chain") == ["22日17:00"]
    await plans_of(ward).pause(*who, MORNING + 2 * HOUR, MORNING + DAY)
    assert await open_times(ward, "chain") == ["23日08:00"]
    await plans_of(ward).resume(*who, MORNING + 3 * HOUR)
    assert await open_times(ward, "chain") == ["22日17:00"]
    await plans_of(ward).shift(*who, 60, MORNING + 4 * HOUR)
    assert await open_times(ward, "chain") == ["22日18:00"]


async def test_a_dose_tied_to_a_taking_does_not_ring_in_a_pause(ward: Ward) -> None:
    first = await ward.takes("左甲状腺素")
    tied = replace(first, id="tied", drug="钙片", after=After(first.id, 240))
    await ward.regimens.add(ward.clinic, tied, AT)
    await ward.beat(MORNING)
    who = (ward.clinic, ward.patient.person)
    await plans_of(ward).pause(*who, MORNING + MINUTE, MORNING + DAY, ["tied"])
    await take(ward, first, MORNING + 2 * MINUTE)
    assert await open_times(ward, "tied") == []


async def test_what_is_told_ahead_moves_along(ward: Ward) -> None:
    first = await ward.takes()
    await ward.regimens.add(ward.clinic, replace(first, id="ahead", ahead=30), AT, replacing=first.id)
    await ward.beat(AT)
    await plans_of(ward).retime(ward.clinic, ward.patient.person, "ahead", timing("每天早上9点"), AT)
    async with ward.databases.of(ward.clinic).read() as connection:
        query = select(occasions.c.due_at, occasions.c.next_at).where(occasions.c.clinic == ward.clinic)
        found = sorted(tuple(row) for row in await connection.execute(query))
    due_at = [MORNING + HOUR, MORNING + HOUR + DAY]
    assert found == [(each, each - 30 * MINUTE) for each in due_at]


async def test_nobody_changes_what_somebody_else_takes(ward: Ward) -> None:
    taken = await ward.takes()
    await ward.beat(MORNING)
    dose = await told_dose(ward, taken)
    plans, other = plans_of(ward), (ward.clinic, "somebody")
    with pytest.raises(NotFound):
        await plans.pause(*other, AT, MORNING, [taken.id])
    with pytest.raises(NotFound):
        await plans.retime(*other, taken.id, taken.timing, AT)
    with pytest.raises(NotFound):
        await plans.move_dose(*other, dose.id, MORNING + DAY, AT)
    with pytest.raises(NotFound):
        await plans.stop(*other, [taken.id], AT)
    with pytest.raises(NotFound):
        await plans.change_dose(*other, taken.id, "半片", MORNING, AT)
    assert (await plans.pause(*other, AT, MORNING)).regimens == ()
    assert await plans.undo(*other, MORNING) is None
    assert len(await ward.regimens.active(ward.clinic, ward.patient.person)) == 1


async def test_a_change_and_a_round_at_once_leave_one_dose(ward: Ward) -> None:
    taken = await ward.takes()
    await ward.beat(AT)
    later = timing("每天早上9点")
    who = (ward.clinic, ward.patient.person)
    await asyncio.gather(
        ward.reminding.beat(MORNING),
        plans_of(ward).retime(*who, taken.id, later, MORNING),
        plans_of(ward).shift(*who, 30, MORNING),
        ward.reminding.beat(MORNING),
    )
    today = [one for one in await doses_of(ward) if one.outcome is None and one.due_at < MORNING + 12 * HOUR]
    assert len(today) == 1
    await ward.beat(*(MORNING + place * 10 * MINUTE for place in range(13)))
    assert len([one for one in await doses_of(ward) if one.outcome is None and one.round is not None]) == 1


async def test_an_unreadable_regimen_keeps_no_other_from_a_pause(ward: Ward) -> None:
    good, broken = await ward.takes("好药"), await ward.takes("坏药")
    async with ward.databases.of(ward.clinic).begin() as connection:
        wrong = {"repeat": {"frequency": -1, "period": 1, "periodUnit": "d"}}
        this = regimens.update().where(regimens.c.clinic == ward.clinic, regimens.c.id == broken.id)
        await connection.execute(this.values(timing=wrong))
    changed = await plans_of(ward).pause(ward.clinic, ward.patient.person, AT, MORNING + HOUR, [good.id])
    assert changed.next_due == MORNING + DAY


LOS_ANGELES = ZoneInfo("America/Los_Angeles")


async def taken_times(ward: Ward, until: datetime) -> list[datetime]:
    """Live up to an instant, confirming each reminder at once; when it was taken."""
    at = max([AT, *(one.outcome_at for one in await doses_of(ward) if one.outcome_at is not None)])
    while at <= until:
        await ward.beat(at)
        for dose in await doses_of(ward):
            if dose.outcome is None and dose.round is not None:
                settled = await ward.regimens.settle(ward.clinic, dose.id, Outcome.TAKEN, at, person=dose.person)
                assert settled.changed
        at += 30 * MINUTE
    return [one.outcome_at for one in await doses_of(ward) if one.outcome is Outcome.TAKEN and one.outcome_at]


@pytest.mark.parametrize("said", ["每天早上8点", "每天8点和20点", "一日三次饭后"])
async def test_over_the_ocean_and_back_nothing_is_doubled_or_lost(ward: Ward, said: str) -> None:
    await ward.takes(said=said)
    plans, who = plans_of(ward), (ward.clinic, ward.patient.person)
    await taken_times(ward, MORNING + 2 * DAY + HOUR)
    await plans.set_habits(*who, Habits(timezone=LOS_ANGELES, told_at=AT), MORNING + 2 * DAY + 2 * HOUR)
    await taken_times(ward, MORNING + 5 * DAY)
    await plans.set_habits(*who, Habits(told_at=AT), MORNING + 5 * DAY + HOUR)
    taken = await taken_times(ward, MORNING + 8 * DAY)

    usual = {"每天早上8点": 24, "每天8点和20点": 12, "一日三次饭后": 4}[said]
    longest = {"每天早上8点": 24, "每天8点和20点": 12, "一日三次饭后": 14}[said]
    gaps = [(later - earlier) / HOUR for earlier, later in pairwise(taken)]
    assert min(gaps) >= usual / 2
    assert max(gaps) < 1.5 * longest
    assert not await ended(ward, Outcome.MISSED) and not await ended(ward, Outcome.UNDELIVERABLE)


@pytest.mark.parametrize("day", [date(2027, 3, 14), date(2027, 11, 7)])
async def test_the_clock_of_another_zone_jumps(ward: Ward, day: date) -> None:
    """Daylight saving begins and ends: one dose a day, and a plan moved on that day keeps to the rule."""
    taken = await ward.takes()
    who, plans = (ward.clinic, ward.patient.person), plans_of(ward)
    noon = datetime.combine(day, time(12), LOS_ANGELES)
    await plans.set_habits(*who, Habits(timezone=LOS_ANGELES, told_at=AT), noon - 2 * DAY)
    await plans.retime(*who, taken.id, Timing(time_of_day=(time(2, 30),)), noon - DAY - HOUR)
    await ward.beat(noon - DAY, noon)
    days = [one.due_at.astimezone(LOS_ANGELES).date() for one in await doses_of(ward) if one.due_at > noon - DAY]
    assert days == sorted(set(days)) and day in days
