"""What time brings besides doses, on both databases: told once, in time, and never of what is over."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from bot import occasions as beating
from bot.db import Databases
from bot.dose_tables import occasions
from bot.habits import Habits, HabitStore
from bot.link_moves import move_all
from bot.messages import Address, Kind
from bot.occasion_appointments import visit_told
from bot.occasion_refills import Refills
from bot.occasion_rows import Occasion, OccasionKind
from bot.occasions import Next, Occasions
from schedules.doses import Outcome
from schedules.ladder import Quiet
from tests.contract.conftest import AT
from tests.contract.occasion_parts import Opening, Time, at_time, data

pytestmark = pytest.mark.contract

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
# AT is 16:00 on Saturday in Shanghai.
MONDAY_9 = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
SUNDAY_18 = datetime.fromisoformat("2026-11-22T18:00:00+08:00")
MONDAY_7 = MONDAY_9 - 2 * HOUR


@pytest.fixture
async def time(databases: Databases, clinic: str) -> Time:
    return await at_time(databases, clinic)


async def test_an_appointment_is_told_of_the_evening_before_and_two_hours_ahead(time: Time) -> None:
    await time.book(MONDAY_9)
    assert await time.occasions.beat(SUNDAY_18 - MINUTE) == 0
    assert await time.occasions.beat(SUNDAY_18) == 1
    assert await time.occasions.beat(MONDAY_7 - MINUTE) == 0
    assert await time.occasions.beat(MONDAY_7) == 1
    assert await time.occasions.beat(MONDAY_9 + DAY) == 0

    evening, morning = await time.said()
    assert "明天（11月23日周一）上午9:00" in evening.text and "今天（11月23日周一）上午9:00" in morning.text
    cardiology = data().department("cardiology")
    for words in (cardiology.name, cardiology.location, "王守拙主任医师", "1号", "身份证", "医保"):
        assert words in evening.text
    assert evening.kind is Kind.REMINDER
    assert [one.label for one in evening.buttons] == ["知道了", "改约", "取消预约"]
    assert len(time.told) == 2


async def test_beats_at_once_tell_it_once(time: Time) -> None:
    for hours in range(6):
        await time.book(MONDAY_9 + hours * HOUR)
    await asyncio.gather(*(time.occasions.beat(SUNDAY_18) for _ in range(4)))
    assert len(await time.said()) == 6


async def test_killed_between_nothing_is_lost_and_nothing_doubled(time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    await time.book(MONDAY_9)

    async def killed(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(beating, "write_each", killed)
        with pytest.raises(RuntimeError):
            await time.occasions.beat(SUNDAY_18)
    assert await time.said() == [] and await time.states(OccasionKind.APPOINTMENT) == ["waiting", "waiting"]

    assert await time.occasions.beat(SUNDAY_18 + MINUTE) == 1


async def test_who_books_late_hears_of_it_once_or_not_at_all(time: Time) -> None:
    await time.book(MONDAY_9, SUNDAY_18 + HOUR)
    for hours in range(1, 15):
        await time.occasions.beat(SUNDAY_18 + hours * HOUR)
    await time.book(MONDAY_9 + HOUR, MONDAY_9)
    for hours in range(15, 40):
        await time.occasions.beat(SUNDAY_18 + hours * HOUR)
    assert len(await time.said()) == 1


async def test_nothing_is_said_of_what_was_cancelled_or_moved(time: Time) -> None:
    cancelled, moved = await time.book(MONDAY_9), await time.book(MONDAY_9 + HOUR)
    assert await time.appointments.cancel(time.clinic, time.patient.person, cancelled.id, AT)
    await time.appointments.move(time.clinic, time.patient.person, moved.id, Opening("later", MONDAY_9 + 2 * DAY), AT)

    await time.occasions.beat(MONDAY_9)
    assert await time.said() == []
    assert await time.occasions.beat(SUNDAY_18 + 2 * DAY) == 1
    assert sorted(await time.states(OccasionKind.APPOINTMENT)) == ["cancelled"] * 4 + ["told", "waiting"]


async def test_a_booking_that_fails_leaves_no_notice(time: Time) -> None:
    full = Opening("full", MONDAY_9, capacity=1)
    other = await time.store.open(Address(time.clinic, "wechat", "other"), AT)
    tries = [time.appointments.book(time.clinic, who, full, AT) for who in (time.patient.person, other.person)]
    await asyncio.gather(*tries, return_exceptions=True)
    await time.occasions.beat(SUNDAY_18)
    assert len(await time.said()) + len(await time.said(other)) == 1


async def test_the_house_stood_still(time: Time) -> None:
    """Too late for the evening: the two hours do. Too late for both: the person is told, once."""
    await time.book(MONDAY_9)
    assert await time.occasions.beat(MONDAY_9 - HOUR) == 1
    assert await time.states(OccasionKind.APPOINTMENT) == ["too_late", "told"]

    await time.book(MONDAY_9 + DAY, MONDAY_9)
    assert await time.occasions.beat(MONDAY_9 + DAY + HOUR) == 1
    assert "没能提前提醒您" in (await time.said())[-1].text
    assert await time.occasions.beat(MONDAY_9 + DAY + 2 * HOUR) == 0


async def test_what_was_booked_before_there_were_notices_is_told_of(time: Time) -> None:
    for hours in range(3):
        await time.book(MONDAY_9 + hours * HOUR)
    async with time.databases.of(time.clinic).begin() as connection:
        await connection.execute(delete(occasions))
    assert await time.occasions.beat(SUNDAY_18 - HOUR) == 0
    assert await time.occasions.beat(SUNDAY_18) == 3


async def test_nobody_is_woken_for_what_can_wait(time: Time) -> None:
    habits = Habits(quiet=Quiet(first=SUNDAY_18.time(), last=(MONDAY_7 + HOUR).astimezone(SUNDAY_18.tzinfo).time()))
    await HabitStore(time.databases).keep(time.clinic, time.patient.person, habits)
    await time.book(MONDAY_9, SUNDAY_18 + HOUR)
    assert await time.occasions.beat(MONDAY_7) == 0
    assert await time.occasions.beat(MONDAY_7 + HOUR) == 1


async def test_the_notice_follows_who_continues_elsewhere(time: Time) -> None:
    await time.book(MONDAY_9)
    elsewhere = await time.store.open(Address(time.clinic, "web", "page"), AT)
    async with time.databases.of(time.clinic).begin() as connection:
        await move_all(connection, time.clinic, time.patient.person, elsewhere)
    await time.occasions.beat(SUNDAY_18)
    assert await time.said() == [] and len(await time.said(elsewhere)) == 1


async def test_who_has_no_conversation_stops_nobody_else(time: Time) -> None:
    await time.appointments.book(time.clinic, "nobody", Opening("o", MONDAY_9), AT)
    await time.book(MONDAY_9)
    assert await time.occasions.beat(SUNDAY_18) == 1
    assert sorted(await time.states(OccasionKind.APPOINTMENT)) == ["cancelled", "told", "waiting", "waiting"]


async def test_a_template_finds_what_the_message_tells_of(time: Time) -> None:
    await time.book(MONDAY_9)
    await time.occasions.beat(SUNDAY_18)
    (message,) = await time.said()
    told = await visit_told(time.databases, time.clinic, message, data())
    assert told is not None
    assert (told[0], told[1].place) == (MONDAY_9, data().department("cardiology").location)


IN_2_HOURS = AT + 2 * HOUR


async def test_a_word_ahead_of_all_doses_of_one_time(time: Time) -> None:
    for drug in ("阿司匹林", "二甲双胍"):
        await time.takes(drug, IN_2_HOURS, ahead=30)
    assert await time.occasions.beat(IN_2_HOURS - 31 * MINUTE) == 0
    assert await time.occasions.beat(IN_2_HOURS - 30 * MINUTE) == 1
    (message,) = await time.said()
    assert "再过30分钟" in message.text and "阿司匹林 一片" in message.text and "二甲双胍 一片" in message.text
    assert await time.occasions.beat(IN_2_HOURS) == 0
    assert await time.states(OccasionKind.AHEAD) == ["told", "told"]


async def test_no_word_ahead_of_a_dose_that_is_over(time: Time) -> None:
    taken, stopped = await time.takes("a", IN_2_HOURS, ahead=30), await time.takes("b", IN_2_HOURS, ahead=30)
    late = await time.takes("c", IN_2_HOURS, ahead=30)
    person = time.patient.person
    for dose in await time.regimens.history(time.clinic, person, AT, AT + DAY):
        if dose.regimen == taken:
            await time.regimens.settle(time.clinic, dose.id, Outcome.TAKEN, AT + HOUR)
    await time.regimens.stop(time.clinic, person, stopped, AT)

    await time.occasions.beat(IN_2_HOURS)
    assert await time.said() == []
    assert sorted(await time.states(OccasionKind.AHEAD)) == ["too_late"] * 3 and late
    await time.takes("d", IN_2_HOURS + HOUR, ahead=30)
    await time.regimens.stop(time.clinic, person, "d", AT)
    await time.occasions.beat(IN_2_HOURS + 40 * MINUTE)
    assert await time.said() == [] and "cancelled" in await time.states(OccasionKind.AHEAD)


def ten(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00:00+08:00")


async def test_a_refill_is_told_once_for_each_count(time: Time) -> None:
    await time.takes("缬沙坦", IN_2_HOURS)
    await time.counts("缬沙坦", AT, date(2026, 12, 4))  # Saturday 21 November; five open days from 30 November on
    days = [ten(f"2026-11-{day}") for day in range(22, 31)]
    assert [await time.occasions.beat(day) for day in days] == [0] * 8 + [1]
    (message,) = await time.said()
    assert "缬沙坦还剩8片，够吃4天，到12月4日周五为止" in message.text
    assert [one.label for one in message.buttons] == ["挂号开药", "已经配好了", "知道了"]
    assert await time.occasions.beat(ten("2026-12-01")) == 0

    await time.counts("缬沙坦", ten("2026-12-01"), date(2026, 12, 4))
    assert await time.occasions.beat(ten("2026-12-02")) == 1


async def test_closed_days_are_told_of_in_time(time: Time) -> None:
    time.closed |= {6}
    await time.takes("缬沙坦", IN_2_HOURS)
    await time.counts("缬沙坦", AT, date(2026, 12, 1))
    assert await time.occasions.beat(ten("2026-11-25")) == 0
    assert await time.occasions.beat(ten("2026-11-26")) == 1, "a Sunday costs a day"
    (message,) = await time.said()
    assert "11月29日周日不开诊" in message.text and "12月1日周二前开药" in message.text


async def test_several_that_run_out_are_one_message_and_what_is_stopped_is_none(time: Time) -> None:
    for drug in ("缬沙坦", "阿司匹林", "二甲双胍", "钙片"):
        await time.takes(drug, IN_2_HOURS)
        await time.counts(drug, AT, None if drug == "钙片" else date(2026, 11, 24))
    await time.regimens.stop(time.clinic, time.patient.person, "二甲双胍", AT)
    time.left[:] = [one for one in time.left if one.regimen != "二甲双胍"]
    assert await time.occasions.beat(ten("2026-11-22") - MINUTE) == 0
    assert await time.occasions.beat(ten("2026-11-22")) == 1
    (message,) = await time.said()
    assert "缬沙坦" in message.text and "阿司匹林" in message.text
    assert "二甲双胍" not in message.text and "钙片" not in message.text
    assert sorted(await time.states(OccasionKind.REFILL)) == ["cancelled", "told", "told", "waiting"]


async def test_what_is_taken_is_reckoned(time: Time) -> None:
    """By the plan itself: one each evening, eight left on 21 November, so the last one is for the 28th."""
    await time.takes("缬沙坦", IN_2_HOURS)
    await time.counts("缬沙坦", AT, None)
    by_plan = Refills(lambda: ())
    occasions_of = Occasions(time.clinic, time.databases, {OccasionKind.REFILL: by_plan}, time.occasions.tell)
    told = []
    for evening, day in enumerate(range(22, 27)):
        await time.regimens.lay_out(time.clinic, AT + evening * DAY, DAY)
        due_at = IN_2_HOURS + evening * DAY
        (dose,) = await time.regimens.history(time.clinic, time.patient.person, due_at, due_at + MINUTE)
        await time.regimens.settle(time.clinic, dose.id, Outcome.TAKEN, due_at)
        told.append(await occasions_of.beat(ten(f"2026-11-{day}")))
    assert told == [0, 0, 1, 0, 0]
    (message,) = await time.said()
    assert "缬沙坦还剩5片，够吃5天，到11月28日周六为止" in message.text


async def test_what_has_run_out_is_said_so(time: Time) -> None:
    await time.takes("缬沙坦", IN_2_HOURS)
    await time.counts("缬沙坦", AT, date(2026, 11, 22), "0")
    time.lasts("缬沙坦", 0)
    await time.occasions.beat(ten("2026-11-22"))
    assert "缬沙坦按记录已经吃完了" in (await time.said())[0].text


@dataclass(frozen=True, slots=True)
class Stubborn:
    """A kind that wants to be looked at again at once."""

    async def look(self, _connection: object, _clinic: str, found: Sequence[Occasion], _at: datetime) -> Sequence[Next]:
        return [Next(each) for each in found]


async def test_nothing_is_looked_at_for_ever(time: Time) -> None:
    await time.takes("a", IN_2_HOURS, ahead=30)
    async with time.databases.of(time.clinic).begin() as connection:
        await connection.execute(update(occasions).values(next_at=AT))
    tireless = Occasions(time.clinic, time.databases, {OccasionKind.AHEAD: Stubborn()}, time.occasions.tell)
    assert await asyncio.wait_for(tireless.beat(AT), 20) == 0
