"""Appointments on both databases: never more than capacity, never two at a time for one person."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.appointments import AlreadyBooked, Appointments
from bot.db import Databases
from bot.errors import NotFound, OpeningTaken
from tests.contract.conftest import AT

pytestmark = pytest.mark.contract


@dataclass(frozen=True, slots=True)
class FakeOpening:
    id: str
    doctor: str = "wang"
    department: str = "cardiology"
    starts_at: datetime = AT + timedelta(days=1)
    capacity: int = 3


MORNING = FakeOpening("wang-20261122T0900")
LATER = FakeOpening("wang-20261123T0900", starts_at=AT + timedelta(days=2))
COLLEAGUE = FakeOpening("li-20261122T0900", doctor="li")


@pytest.fixture
def appointments(databases: Databases) -> Appointments:
    return Appointments(databases)


async def test_fifty_who_want_three_places_get_three(appointments: Appointments, clinic: str) -> None:
    tries = (appointments.book(clinic, f"p{one}", MORNING, AT) for one in range(50))
    results = await asyncio.gather(*tries, return_exceptions=True)

    booked = [one for one in results if not isinstance(one, BaseException)]
    assert sorted(one.number for one in booked) == [1, 2, 3]
    assert all(isinstance(one, OpeningTaken) for one in results if isinstance(one, BaseException))
    assert await appointments.taken(clinic, [MORNING.id, LATER.id]) == {MORNING.id: 3}


async def test_one_person_asking_ten_times_at_once_is_booked_once(appointments: Appointments, clinic: str) -> None:
    results = await asyncio.gather(
        *(appointments.book(clinic, "p1", MORNING, AT) for _ in range(10)), return_exceptions=True
    )

    assert sum(not isinstance(one, BaseException) for one in results) == 1
    assert all(isinstance(one, AlreadyBooked) for one in results if isinstance(one, BaseException))


async def test_a_person_is_not_in_two_places_at_a_time(appointments: Appointments, clinic: str) -> None:
    await appointments.book(clinic, "p1", MORNING, AT)

    with pytest.raises(AlreadyBooked):
        await appointments.book(clinic, "p1", COLLEAGUE, AT)


async def test_a_cancelled_number_is_given_again(appointments: Appointments, clinic: str) -> None:
    first = await appointments.book(clinic, "p1", MORNING, AT)
    await appointments.book(clinic, "p2", MORNING, AT)

    assert await appointments.cancel(clinic, "p1", first.id, AT) is True
    assert await appointments.cancel(clinic, "p1", first.id, AT) is False
    assert (await appointments.book(clinic, "p3", MORNING, AT)).number == 1


async def test_nobody_cancels_or_moves_what_is_not_theirs(appointments: Appointments, clinic: str) -> None:
    mine = await appointments.book(clinic, "p1", MORNING, AT)

    assert await appointments.cancel(clinic, "p2", mine.id, AT) is False
    with pytest.raises(NotFound):
        await appointments.move(clinic, "p2", mine.id, LATER, AT)
    assert await appointments.upcoming(clinic, "p1", AT) == (mine,)


async def test_upcoming_are_those_to_come_in_order(appointments: Appointments, clinic: str) -> None:
    later = await appointments.book(clinic, "p1", LATER, AT)
    sooner = await appointments.book(clinic, "p1", MORNING, AT)
    await appointments.book(clinic, "p2", LATER, AT)

    assert await appointments.upcoming(clinic, "p1", AT) == (sooner, later)
    assert await appointments.upcoming(clinic, "p1", MORNING.starts_at) == (later,)


async def test_moving_books_the_new_and_gives_back_the_old(appointments: Appointments, clinic: str) -> None:
    old = await appointments.book(clinic, "p1", MORNING, AT)

    moved = await appointments.move(clinic, "p1", old.id, LATER, AT)

    assert await appointments.upcoming(clinic, "p1", AT) == (moved,)
    assert await appointments.taken(clinic, [MORNING.id, LATER.id]) == {LATER.id: 1}


async def test_moving_to_a_colleague_at_the_same_time_is_possible(appointments: Appointments, clinic: str) -> None:
    old = await appointments.book(clinic, "p1", MORNING, AT)

    moved = await appointments.move(clinic, "p1", old.id, COLLEAGUE, AT)

    assert (moved.doctor, moved.starts_at) == ("li", MORNING.starts_at)


async def test_moving_to_where_it_is_changes_nothing(appointments: Appointments, clinic: str) -> None:
    old = await appointments.book(clinic, "p1", MORNING, AT)

    assert await appointments.move(clinic, "p1", old.id, MORNING, AT) == old


async def test_moving_to_a_full_opening_keeps_the_old(appointments: Appointments, clinic: str) -> None:
    full = replace(LATER, capacity=1)
    old = await appointments.book(clinic, "p1", MORNING, AT)
    await appointments.book(clinic, "p2", full, AT)

    with pytest.raises(OpeningTaken):
        await appointments.move(clinic, "p1", old.id, full, AT)
    assert await appointments.upcoming(clinic, "p1", AT) == (old,)


async def test_twenty_who_move_to_one_place_at_once(appointments: Appointments, clinic: str) -> None:
    roomy = replace(MORNING, capacity=20)
    held = [await appointments.book(clinic, f"p{one}", roomy, AT) for one in range(20)]
    single = replace(LATER, capacity=1)

    moves = (appointments.move(clinic, one.person, one.id, single, AT) for one in held)
    results = await asyncio.gather(*moves, return_exceptions=True)

    assert sum(not isinstance(one, BaseException) for one in results) == 1
    assert await appointments.taken(clinic, [roomy.id, single.id]) == {roomy.id: 19, single.id: 1}


async def test_moving_the_same_one_twice_at_once_ends_in_one_place(appointments: Appointments, clinic: str) -> None:
    old = await appointments.book(clinic, "p1", MORNING, AT)
    other = replace(LATER, id="wang-20261124T0900", starts_at=AT + timedelta(days=3))

    moves = (appointments.move(clinic, "p1", old.id, one, AT) for one in (LATER, other))
    results = await asyncio.gather(*moves, return_exceptions=True)

    assert sum(isinstance(one, NotFound) for one in results) == 1
    assert len(await appointments.upcoming(clinic, "p1", AT)) == 1


async def test_many_openings_are_counted_in_one_call(appointments: Appointments, clinic: str) -> None:
    await appointments.book(clinic, "p1", MORNING, AT)
    ids = [f"none-{one}" for one in range(1200)]

    assert await appointments.taken(clinic, [*ids, MORNING.id, MORNING.id]) == {MORNING.id: 1}
    assert await appointments.taken(clinic, []) == {}
