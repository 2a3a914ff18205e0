"""How long a counted medicine lasts, on both databases."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.errors import NotFound
from bot.plans import DaysLeft, PlanRefused
from tests.contract.dose_ward import Ward, ward
from tests.contract.plan_ward import AT, DAY, HOUR, MORNING, plans_of, take, timing

__all__ = ["ward"]

pytestmark = pytest.mark.contract


async def left(ward: Ward, at: object = None) -> DaysLeft:
    """What is left of the only counted medicine."""
    (one,) = await plans_of(ward).stock(ward.clinic, ward.patient.person, at if at is not None else AT)  # type: ignore[arg-type]
    return one


async def test_what_nobody_counted_is_left_out(ward: Ward) -> None:
    await ward.takes()
    assert await plans_of(ward).stock(ward.clinic, ward.patient.person, AT) == []


async def test_takings_use_it_up(ward: Ward) -> None:
    taken = await ward.takes(said="每天8点和20点")
    who = (ward.clinic, ward.patient.person)
    await plans_of(ward).count_stock(*who, taken.id, Decimal(5), AT)
    # Tonight, tomorrow twice, the day after twice.
    assert await left(ward) == DaysLeft(taken.id, "氨氯地平", Decimal(5), "片", 3, date(2026, 11, 23))

    await ward.beat(AT, AT + 4 * HOUR)
    await take(ward, taken, AT + 4 * HOUR)
    assert await left(ward, AT + 5 * HOUR) == DaysLeft(taken.id, "氨氯地平", Decimal(4), "片", 2, date(2026, 11, 23))


async def test_a_day_of_which_half_is_covered_does_not_count(ward: Ward) -> None:
    taken = await ward.takes(said="每天8点和20点")
    await plans_of(ward).count_stock(ward.clinic, ward.patient.person, taken.id, Decimal(4), AT)
    assert ((await left(ward)).days, (await left(ward)).last_day) == (2, date(2026, 11, 22))


async def test_two_regimens_of_one_drug_use_one_box(ward: Ward) -> None:
    morning = await ward.takes("缬沙坦", "每天早上8点")
    evening = replace(morning, id="evening", dose="半片", timing=timing("每天晚上8点"))
    await ward.regimens.add(ward.clinic, evening, AT)
    await plans_of(ward).count_stock(ward.clinic, ward.patient.person, "evening", Decimal("3.5"), AT)
    assert await left(ward) == DaysLeft("evening", "缬沙坦", Decimal("3.5"), "片", 3, date(2026, 11, 23))


async def test_enough_to_the_end_of_the_course(ward: Ward) -> None:
    taken = await ward.takes("阿莫西林", "每天8点，连服7天")
    await plans_of(ward).count_stock(ward.clinic, ward.patient.person, taken.id, Decimal(10), AT)
    assert await left(ward) == DaysLeft(taken.id, "阿莫西林", Decimal(10), "片", None, None, enough=True)


async def test_a_pause_needs_nothing(ward: Ward) -> None:
    taken = await ward.takes()
    who = (ward.clinic, ward.patient.person)
    await plans_of(ward).count_stock(*who, taken.id, Decimal(2), AT)
    await plans_of(ward).pause(*who, AT, MORNING + 5 * DAY)
    assert (await left(ward)).last_day == date(2026, 11, 28)


async def test_without_an_amount_the_days_are_not_known(ward: Ward) -> None:
    first = await ward.takes()
    for place, change in enumerate(({"dose": ""}, {"timing": timing("需要的时候")})):
        new = replace(first, id=f"r{place}", **change)  # type: ignore[arg-type]
        await ward.regimens.add(ward.clinic, new, AT, replacing=first.id if not place else "r0")
        await plans_of(ward).count_stock(ward.clinic, ward.patient.person, new.id, Decimal(9), AT)
        found = await left(ward)
        assert (found.left, found.days, found.last_day, found.enough) == (Decimal(9), None, None, False)


async def test_more_was_taken_than_was_there(ward: Ward) -> None:
    taken = await ward.takes()
    await plans_of(ward).count_stock(ward.clinic, ward.patient.person, taken.id, Decimal("0.5"), AT)
    await ward.beat(MORNING)
    await take(ward, taken, MORNING)
    found = await left(ward, MORNING + HOUR)
    assert (found.left, found.days) == (Decimal(0), 0)


async def test_a_wrong_count_is_refused(ward: Ward) -> None:
    taken = await ward.takes()
    for wrong in (Decimal(-1), Decimal("NaN"), Decimal("Infinity")):
        with pytest.raises(PlanRefused):
            await plans_of(ward).count_stock(ward.clinic, ward.patient.person, taken.id, wrong, AT)
    with pytest.raises(NotFound):
        await plans_of(ward).count_stock(ward.clinic, "somebody", taken.id, Decimal(1), AT)
