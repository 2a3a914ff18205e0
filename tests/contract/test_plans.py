"""Changing the plan, on both databases: what is due then, what is not, and that nobody is told twice."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest

from bot.habits import Habits, HabitStore
from bot.plans import Change, PlanRefused
from bot.regimens import Care
from schedules.day_plan import DayPlan
from schedules.doses import Outcome
from schedules.ladder import Quiet
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
    wall,
)

__all__ = ["ward"]

pytestmark = pytest.mark.contract

MINUTE = timedelta(minutes=1)


async def test_a_pause_cancels_what_lies_in_it_and_no_more(ward: Ward) -> None:
    taken = await ward.takes()
    await ward.beat(AT)
    who = (ward.clinic, ward.patient.person)

    changed = await plans_of(ward).pause(*who, AT, MORNING + 2 * DAY)

    assert (changed.what, changed.cancelled, changed.next_due) == (Change.PAUSED, 2, MORNING + 2 * DAY)
    assert changed.regimens[0].paused == (AT, MORNING + 2 * DAY)
    await ward.beat(*(MORNING + place * HOUR for place in range(0, 49, 4)))
    assert await ended(ward, Outcome.CANCELLED) == ["22日08:00", "23日08:00"]
    assert (await told_dose(ward, taken)).due_at == MORNING + 2 * DAY
    assert len(await ward.said()) == 1


async def test_a_pause_stops_a_round_that_rings(ward: Ward) -> None:
    await ward.takes()
    await ward.beat(MORNING)
    await plans_of(ward).pause(ward.clinic, ward.patient.person, MORNING + MINUTE, MORNING + 3 * DAY)
    await ward.beat(*(MORNING + place * 10 * MINUTE for place in range(1, 12)))
    assert len(await ward.said()) == 1
    assert (await ward.outcomes()) == [Outcome.CANCELLED]


async def test_a_pause_ends_early(ward: Ward) -> None:
    await ward.takes()
    await ward.beat(AT)
    who = (ward.clinic, ward.patient.person)
    await plans_of(ward).pause(*who, AT, MORNING + 10 * DAY)
    changed = await plans_of(ward).resume(*who, MORNING + HOUR)
    assert (changed.what, changed.next_due, changed.regimens[0].paused) == (Change.RESUMED, MORNING + DAY, None)
    assert await open_times(ward) == ["23日08:00", "24日08:00"]
    assert await ended(ward, Outcome.CANCELLED) == ["22日08:00"]
    with pytest.raises(PlanRefused):
        await plans_of(ward).resume(*who, MORNING + HOUR)


async def test_a_longer_pause_and_a_shorter_one(ward: Ward) -> None:
    await ward.takes()
    await ward.beat(AT)
    who = (ward.clinic, ward.patient.person)
    await plans_of(ward).pause(*who, AT, MORNING + HOUR)
    assert await open_times(ward) == ["23日08:00"]
    await plans_of(ward).pause(*who, AT + HOUR, MORNING + DAY + HOUR)
    assert await open_times(ward) == []
    await plans_of(ward).pause(*who, AT + 2 * HOUR, MORNING - HOUR)
    assert await open_times(ward) == ["22日08:00", "23日08:00"]


async def test_one_step_of_a_taper_pauses_and_stops_all(ward: Ward) -> None:
    first = await ward.takes("泼尼松")
    steps = [replace(first, id=f"s{place}", plan="taper") for place in (1, 2)]
    await ward.regimens.add_all(ward.clinic, steps, AT, replacing=[first.id])
    who = (ward.clinic, ward.patient.person)
    paused = await plans_of(ward).pause(*who, AT, MORNING + DAY, ["s1"])
    assert {one.id for one in paused.regimens if one.paused} == {"s1", "s2"}
    stopped = await plans_of(ward).stop(*who, ["s2"], AT)
    assert {one.id for one in stopped.regimens} == {"s1", "s2"}
    assert await ward.regimens.active(*who) == ()


async def test_moved_to_nine_after_the_dose_of_eight_nobody_rings_at_nine(ward: Ward) -> None:
    taken = await ward.takes()
    await ward.beat(MORNING)
    await take(ward, taken, MORNING + 5 * MINUTE)
    changed = await plans_of(ward).retime(
        ward.clinic, ward.patient.person, taken.id, timing("每天早上9点"), MORNING + 10 * MINUTE
    )
    assert changed.next_due == MORNING + DAY + HOUR
    await ward.beat(MORNING + HOUR)
    assert len(await ward.said()) == 1


async def test_moved_before_it_was_taken_the_dose_goes_along(ward: Ward) -> None:
    taken = await ward.takes()
    await ward.beat(MORNING)
    who = (ward.clinic, ward.patient.person)
    await plans_of(ward).retime(*who, taken.id, timing("每天早上9点"), MORNING + 5 * MINUTE)
    await ward.beat(*(MORNING + place * 10 * MINUTE for place in range(1, 7)))
    assert [one.round is not None for one in await doses_of(ward) if one.outcome is None] == [True, False]
    assert await ended(ward, Outcome.SNOOZED) == ["22日08:00"]
    assert (await told_dose(ward, taken)).due_at == MORNING + HOUR
    assert len(await ward.said()) == 2


async def test_moved_far_away_the_dose_that_rings_stays(ward: Ward) -> None:
    taken = await ward.takes()
    await ward.beat(MORNING)
    who = (ward.clinic, ward.patient.person)
    await plans_of(ward).retime(*who, taken.id, timing("每天晚上9点"), MORNING + 5 * MINUTE)
    found = [one for one in await doses_of(ward) if one.outcome is None]
    assert [wall(one.due_at) for one in found] == ["22日08:00", "22日21:00", "23日21:00"]
    assert all(one.late_until < following.due_at for one, following in pairwise(found))


async def test_moved_to_a_time_that_has_just_gone_by_it_rings_at_once(ward: Ward) -> None:
    taken = await ward.takes()
    await ward.beat(AT, MORNING - 30 * MINUTE)
    changed = await plans_of(ward).retime(
        ward.clinic, ward.patient.person, taken.id, timing("每天早上7点"), MORNING - 29 * MINUTE
    )
    assert changed.next_due == MORNING - HOUR
    await ward.beat(MORNING - 28 * MINUTE)
    assert (await told_dose(ward, taken)).due_at == MORNING - HOUR
    assert await open_times(ward) == ["22日07:00", "23日07:00", "24日07:00"]


@pytest.mark.parametrize(("minutes", "first"), [(60, "22日09:00"), (-60, "22日07:00")])
async def test_the_whole_plan_goes_later_or_earlier(ward: Ward, minutes: int, first: str) -> None:
    meals = await ward.takes("二甲双胍", "一日三次饭后")
    fixed = await ward.takes("氨氯地平")
    await ward.beat(AT)
    await plans_of(ward).shift(ward.clinic, ward.patient.person, minutes, AT)
    assert (await open_times(ward, fixed.id))[0] == first
    shifted = {regimen.id: regimen.timing for regimen in await ward.regimens.active(ward.clinic, ward.patient.person)}
    hour = minutes // 60
    assert shifted[meals.id].time_of_day == (time(8 + hour, 30), time(12 + hour, 30), time(18 + hour, 30))
    assert await ended(ward, Outcome.CANCELLED) == []


async def test_one_day_goes_later_and_the_others_stay(ward: Ward) -> None:
    taken = await ward.takes("缬沙坦", "每天8点和20点")
    await ward.beat(MORNING)
    changed = await plans_of(ward).shift(
        ward.clinic, ward.patient.person, 120, MORNING + 5 * MINUTE, day=date(2026, 11, 22)
    )
    assert changed.next_due == MORNING + 2 * HOUR
    assert await open_times(ward) == ["22日10:00", "22日22:00", "23日08:00", "23日20:00"]
    assert await ended(ward, Outcome.SNOOZED) == ["22日08:00", "22日20:00"]
    await ward.beat(MORNING + 2 * HOUR)
    await take(ward, taken, MORNING + 2 * HOUR)
    # Laid out again, the day that was moved stays moved.
    await plans_of(ward).pause(ward.clinic, ward.patient.person, MORNING + 3 * HOUR, MORNING + 4 * HOUR)
    assert (await open_times(ward))[:3] == ["22日22:00", "23日08:00", "23日20:00"]


async def test_a_day_not_laid_out_yet_can_be_moved(ward: Ward) -> None:
    await ward.takes()
    await plans_of(ward).shift(ward.clinic, ward.patient.person, 60, AT, day=date(2026, 11, 26))
    await ward.beat(AT)
    assert await open_times(ward) == ["22日08:00", "23日08:00", "24日08:00", "25日08:00", "26日09:00"]
    for wrong in (date(2026, 11, 20), date(2027, 3, 1)):
        with pytest.raises(PlanRefused):
            await plans_of(ward).shift(ward.clinic, ward.patient.person, 60, AT, day=wrong)


async def test_one_dose_is_moved(ward: Ward) -> None:
    await ward.takes()
    await ward.beat(AT)
    (dose, _) = [one for one in await doses_of(ward) if one.outcome is None]
    who = (ward.clinic, ward.patient.person)
    await plans_of(ward).move_dose(*who, dose.id, MORNING + 3 * HOUR, AT)
    assert await open_times(ward) == ["22日11:00", "23日08:00"]
    moved = next(one for one in await doses_of(ward) if wall(one.due_at) == "22日11:00")
    assert (moved.planned_at, moved.late_until) == (MORNING, MORNING + 9 * HOUR)
    with pytest.raises(PlanRefused, match="已经有了结果"):
        await plans_of(ward).move_dose(*who, dose.id, MORNING + 4 * HOUR, AT)
    with pytest.raises(PlanRefused, match="过去"):
        await plans_of(ward).move_dose(*who, moved.id, AT - HOUR, AT)
    with pytest.raises(PlanRefused, match="太近"):
        await plans_of(ward).move_dose(*who, moved.id, MORNING + 20 * HOUR, AT)


async def test_a_dose_is_not_moved_onto_the_last_taking(ward: Ward) -> None:
    taken = await ward.takes("缬沙坦", "每天8点和20点")
    await ward.beat(MORNING)
    await take(ward, taken, MORNING + HOUR)
    coming = next(one for one in await doses_of(ward) if one.outcome is None)
    with pytest.raises(PlanRefused, match="15:00"):
        await plans_of(ward).move_dose(
            ward.clinic, ward.patient.person, coming.id, MORNING + 3 * HOUR, MORNING + 2 * HOUR
        )


async def test_another_amount_from_tomorrow(ward: Ward) -> None:
    taken = await ward.takes()
    await ward.regimens.stop(ward.clinic, ward.patient.person, taken.id, AT)
    careful = replace(taken, id="careful", care=Care(critical=True, least_gap=4 * HOUR), plan="p")
    await ward.regimens.add(ward.clinic, careful, AT)
    await ward.beat(AT)
    changed = await plans_of(ward).change_dose(
        ward.clinic, ward.patient.person, "careful", "半片", MORNING + DAY - 8 * HOUR, AT
    )
    old, new = changed.regimens
    assert (old.dose, new.dose, new.care, new.plan, new.timing) == ("一片", "半片", careful.care, "p", careful.timing)
    assert await open_times(ward, old.id) == ["22日08:00"]
    assert await open_times(ward, new.id) == ["23日08:00"]
    await ward.beat(MORNING + DAY)
    assert "半片" in (await ward.said())[-1].text


async def test_another_amount_at_once_is_in_the_reminder_that_rings(ward: Ward) -> None:
    taken = await ward.takes()
    await ward.beat(MORNING)
    changed = await plans_of(ward).change_dose(
        ward.clinic, ward.patient.person, taken.id, "半片", MORNING, MORNING + MINUTE
    )
    assert [one.status for one in changed.regimens] == ["stopped", "active"]
    await ward.beat(MORNING + 10 * MINUTE)
    assert "半片" in (await ward.said())[-1].text
    assert await open_times(ward) == ["22日08:00", "23日08:00", "24日08:00"]


async def test_another_amount_and_another_time_after_a_taking(ward: Ward) -> None:
    taken = await ward.takes()
    await ward.beat(MORNING)
    await take(ward, taken, MORNING)
    who = (ward.clinic, ward.patient.person)
    changed = await plans_of(ward).change_dose(*who, taken.id, "半片", MORNING, MORNING + MINUTE)
    again = await plans_of(ward).retime(*who, changed.regimens[1].id, timing("每天早上9点"), MORNING + 2 * MINUTE)
    assert again.next_due == MORNING + DAY + HOUR


async def test_the_amount_of_a_course_that_is_over_cannot_change(ward: Ward) -> None:
    taken = await ward.takes("阿莫西林", "每天8点，连服2天")
    with pytest.raises(PlanRefused):
        await plans_of(ward).change_dose(ward.clinic, ward.patient.person, taken.id, "半片", AT + 9 * DAY, AT)


async def test_what_is_stopped_is_due_no_more(ward: Ward) -> None:
    taken = await ward.takes()
    await ward.beat(MORNING)
    changed = await plans_of(ward).stop(ward.clinic, ward.patient.person, [taken.id], MORNING + MINUTE)
    assert (changed.cancelled, changed.next_due) == (2, None)
    await ward.beat(MORNING + 10 * MINUTE, MORNING + DAY)
    assert len(await ward.said()) == 1


async def test_another_day_is_another_time_of_meals(ward: Ward) -> None:
    await ward.takes("二甲双胍", "早饭后")
    await ward.beat(AT)
    late = Habits(DayPlan(breakfast=time(9, 30)), told_at=AT)
    changed = await plans_of(ward).set_habits(ward.clinic, ward.patient.person, late, AT)
    assert changed.next_due == MORNING + 2 * HOUR
    assert await HabitStore(ward.databases).of(ward.clinic, ward.patient.person) == late
    assert await open_times(ward) == ["22日10:00", "23日10:00"]


async def test_quiet_hours_alone_leave_the_doses_as_they_are(ward: Ward) -> None:
    await ward.takes()
    await ward.beat(AT)
    before = [one.id for one in await doses_of(ward)]
    quiet = Habits(quiet=Quiet(time(22), time(7)), told_at=AT)
    await plans_of(ward).set_habits(ward.clinic, ward.patient.person, quiet, AT)
    assert [one.id for one in await doses_of(ward)] == before
