"""Windows, subscriptions and shelves on both databases."""

import asyncio
from datetime import timedelta

import pytest

from bot.db import Databases
from bot.messages import Address, Touch
from bot.reach import Left, Reach, Standing
from bot.shelf import Shelf
from tests.contract.conftest import AT

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def reach(databases: Databases) -> Reach:
    return Reach(databases)


@pytest.fixture
def who(clinic: str) -> Address:
    return Address(clinic, "wechat", "openid-1")


async def test_nobody_is_reached_before_they_wrote(reach: Reach, who: Address) -> None:
    assert not await reach.spend(who, AT)
    assert await reach.left(who, AT) == Left(0, 0, None, Standing.OPEN)


async def test_five_messages_within_48_hours(reach: Reach, who: Address) -> None:
    await reach.opened(who, Touch.SAID, AT)
    assert await reach.left(who, AT) == Left(5, 0, AT + 48 * HOUR, Standing.OPEN)
    assert [await reach.spend(who, AT) for _ in range(6)] == [True] * 5 + [False]
    await reach.opened(who, Touch.SAID, AT + HOUR)
    assert await reach.spend(who, AT + 48 * HOUR)
    assert not await reach.spend(who, AT + 49 * HOUR)


async def test_the_last_one_is_kept_for_what_is_urgent(reach: Reach, who: Address) -> None:
    await reach.opened(who, Touch.SAID, AT)
    assert [await reach.spend(who, AT, keep=1) for _ in range(5)] == [True] * 4 + [False]
    assert await reach.spend(who, AT)


async def test_a_touch_allows_three_within_a_minute_and_those_go_first(reach: Reach, who: Address) -> None:
    await reach.opened(who, Touch.SAID, AT)
    await reach.opened(who, Touch.TOUCHED, AT)
    left = await reach.left(who, AT)
    assert (left.messages, left.beyond(1), left.beyond(9)) == (8, 7, 3)
    assert [await reach.spend(who, AT, keep=1) for _ in range(3)] == [True] * 3
    assert (await reach.left(who, AT)).messages == 5
    await reach.opened(who, Touch.TOUCHED, AT)
    assert (await reach.left(who, AT + 2 * MINUTE)).messages == 5


async def test_one_notice_until_they_do_something(reach: Reach, who: Address) -> None:
    assert [await reach.notice(who, AT) for _ in range(2)] == [True, False]
    await reach.closed(who)
    await reach.mark(who, Standing.OPEN)
    assert not await reach.notice(who, AT + HOUR)
    for touch in Touch:
        await reach.opened(who, touch, AT)
        assert sum(await asyncio.gather(*(reach.notice(who, AT) for _ in range(10)))) == 1
    await reach.not_noticed(who)
    assert await reach.notice(who, AT)


async def test_fifty_at_once_get_five(reach: Reach, who: Address) -> None:
    await reach.opened(who, Touch.SAID, AT)
    assert sum(await asyncio.gather(*(reach.spend(who, AT) for _ in range(50)))) == 5


async def test_what_the_channel_says_of_the_window_counts(reach: Reach, who: Address) -> None:
    await reach.opened(who, Touch.SAID, AT)
    await reach.ran_out(who)
    assert not await reach.spend(who, AT)
    await reach.opened(who, Touch.SAID, AT)
    await reach.closed(who)
    assert await reach.left(who, AT) == Left(0, 0, None, Standing.OPEN)


@pytest.mark.parametrize("standing", [Standing.UNFOLLOWED, Standing.BLOCKED])
async def test_who_left_is_not_reached_until_they_come_back(reach: Reach, who: Address, standing: Standing) -> None:
    await reach.opened(who, Touch.SAID, AT)
    await reach.mark(who, standing)
    assert not await reach.spend(who, AT)
    assert (await reach.left(who, AT)).standing is standing
    await reach.opened(who, Touch.SAID, AT)
    assert await reach.spend(who, AT)


async def test_taps_add_up_and_each_is_used_once(reach: Reach, who: Address) -> None:
    assert not await reach.use_subscription(who, "t1")
    for _ in range(2):
        await reach.subscribed(who, "t1", 1)
    assert [await reach.use_subscription(who, "t1") for _ in range(3)] == [True, True, False]
    await reach.subscribed(who, "t1", 1)
    await reach.subscribed(who, "t1", 0)
    assert not await reach.use_subscription(who, "t1")


async def test_a_long_term_subscription_does_not_end_by_use(reach: Reach, who: Address) -> None:
    await reach.subscribed(who, "t1", None)
    assert all([await reach.use_subscription(who, "t1") for _ in range(5)])
    await reach.subscribed(who, "t1", 0)
    assert not await reach.use_subscription(who, "t1")
    assert not await reach.use_subscription(Address(who.clinic, "wechat", "openid-2"), "t1")


async def test_an_event_is_claimed_once_in_a_day(reach: Reach, clinic: str) -> None:
    assert sum(await asyncio.gather(*(reach.first_time(clinic, "e1", AT) for _ in range(10)))) == 1
    assert await reach.first_time(clinic, "e2", AT)
    assert await reach.first_time(clinic, "e1", AT + timedelta(hours=25))


async def test_a_shelf_keeps_the_newest(databases: Databases, clinic: str) -> None:
    shelf = Shelf(databases, clinic)
    assert await shelf.get("token") is None
    for value in ("a", "b"):
        await shelf.put("token", value, AT + HOUR)
    assert await shelf.get("token") == ("b", AT + HOUR)
