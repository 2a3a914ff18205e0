"""Medicines taken as needed, on both databases: noted, refused too soon, counted over one ingredient."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.errors import NotFound
from bot.plans import Change, PlanRefused
from bot.regimens import Care, Regimen
from schedules.doses import Outcome
from schedules.timing import PeriodUnit, Timing
from tests.contract.dose_ward import Ward, ward
from tests.contract.plan_ward import AT, DAY, HOUR, MORNING, doses_of, everything, plans_of

__all__ = ["ward"]

pytestmark = pytest.mark.contract

EVERY_SIX_HOURS = Timing(period=Decimal(6), period_unit=PeriodUnit.HOUR, as_needed=True, most_per_day=3)


async def ibuprofen(ward: Ward, name: str = "ibu", drug: str = "布洛芬", timing: Timing = EVERY_SIX_HOURS) -> Regimen:
    """A medicine against fever."""
    regular = await ward.takes(drug)
    new = replace(regular, id=name, timing=timing)
    return await ward.regimens.add(ward.clinic, new, AT, replacing=regular.id)


async def test_a_taking_is_noted_and_the_next_one_too_soon(ward: Ward) -> None:
    taken = await ibuprofen(ward)
    who = (ward.clinic, ward.patient.person, taken.id)
    first = await plans_of(ward).take_as_needed(*who, AT)
    assert first.dose is not None
    assert (first.dose.outcome, first.dose.outcome_at) == (Outcome.TAKEN, AT)
    assert (first.too_soon, first.allowed_at, first.left_today) == (False, AT + 6 * HOUR, 2)

    again = await plans_of(ward).take_as_needed(*who, AT + 5 * HOUR)
    assert (again.dose, again.too_soon, again.allowed_at) == (None, True, AT + 6 * HOUR)
    assert len(await doses_of(ward)) == 1
    assert (await plans_of(ward).may_take(*who, AT + 6 * HOUR)).too_soon is False


async def test_the_most_of_a_day_is_of_any_24_hours(ward: Ward) -> None:
    taken = await ibuprofen(ward)
    who = (ward.clinic, ward.patient.person, taken.id)
    for place in range(3):
        assert (await plans_of(ward).take_as_needed(*who, AT + place * 6 * HOUR)).dose is not None
    fourth = await plans_of(ward).take_as_needed(*who, AT + 18 * HOUR)
    assert (fourth.dose, fourth.allowed_at, fourth.left_today) == (None, AT + 24 * HOUR, 0)
    assert (await plans_of(ward).take_as_needed(*who, AT + 24 * HOUR)).dose is not None
    assert (await plans_of(ward).may_take(*who, AT + 25 * HOUR)).allowed_at == AT + 30 * HOUR


async def test_all_of_one_ingredient_count_together(ward: Ward) -> None:
    taken = await ibuprofen(ward)
    cold = await ibuprofen(ward, "cold", "感冒药")
    alike = await ibuprofen(ward, "alike")
    plans, who = plans_of(ward), (ward.clinic, ward.patient.person)
    await plans.take_as_needed(*who, cold.id, AT)
    assert (await plans.may_take(*who, taken.id, AT + HOUR)).too_soon is False
    assert (await plans.may_take(*who, taken.id, AT + HOUR, same=[cold.id])).allowed_at == AT + 6 * HOUR
    await plans.take_as_needed(*who, taken.id, AT + 2 * HOUR)
    assert (await plans.may_take(*who, alike.id, AT + 3 * HOUR)).allowed_at == AT + 8 * HOUR, "the same drug"


async def test_the_least_gap_of_the_care_counts_too(ward: Ward) -> None:
    plain = Timing(as_needed=True)
    taken = await ibuprofen(ward, timing=plain)
    careful = replace(taken, id="careful", care=Care(least_gap=8 * HOUR))
    await ward.regimens.add(ward.clinic, careful, AT, replacing=taken.id)
    who = (ward.clinic, ward.patient.person, "careful")
    assert (await plans_of(ward).take_as_needed(*who, AT)).allowed_at == AT + 8 * HOUR


async def test_what_was_swallowed_is_noted_even_too_soon(ward: Ward) -> None:
    taken = await ibuprofen(ward)
    who = (ward.clinic, ward.patient.person, taken.id)
    await plans_of(ward).take_as_needed(*who, AT)
    again = await plans_of(ward).take_as_needed(*who, AT + HOUR, already=True)
    assert again.dose is not None
    assert (again.too_soon, again.allowed_at, again.left_today) == (True, AT + 7 * HOUR, 1)


async def test_two_at_once_are_one(ward: Ward) -> None:
    taken = await ibuprofen(ward)
    who = (ward.clinic, ward.patient.person, taken.id)
    found = await asyncio.gather(
        *(plans_of(ward).take_as_needed(*who, AT + timedelta(seconds=place)) for place in range(5))
    )
    assert sum(one.dose is not None for one in found) == 1
    assert len(await doses_of(ward)) == 1


async def test_the_same_taking_told_twice_is_one(ward: Ward) -> None:
    taken = await ibuprofen(ward, timing=Timing(as_needed=True))
    who = (ward.clinic, ward.patient.person, taken.id)
    found = [await plans_of(ward).take_as_needed(*who, AT) for _ in range(2)]
    assert len({one.dose.id for one in found if one.dose}) == len(await doses_of(ward)) == 1


async def test_it_can_be_taken_back(ward: Ward) -> None:
    taken = await ibuprofen(ward)
    await ward.beat(AT)
    before = await everything(ward)
    who = (ward.clinic, ward.patient.person)
    await plans_of(ward).take_as_needed(*who, taken.id, AT)
    undone = await plans_of(ward).undo(*who, AT + timedelta(minutes=1))
    assert undone is not None and undone.what is Change.AS_NEEDED
    assert await everything(ward) == before


async def test_nothing_of_it_is_ever_due(ward: Ward) -> None:
    await ibuprofen(ward)
    await ward.beat(AT, MORNING, MORNING + DAY)
    assert await ward.said() == [] and await doses_of(ward) == []


async def test_what_goes_by_the_clock_is_refused_and_what_is_not_mine_not_found(ward: Ward) -> None:
    regular, taken = await ward.takes(), await ibuprofen(ward)
    with pytest.raises(PlanRefused):
        await plans_of(ward).take_as_needed(ward.clinic, ward.patient.person, regular.id, AT)
    with pytest.raises(NotFound):
        await plans_of(ward).take_as_needed(ward.clinic, "somebody", taken.id, AT)
