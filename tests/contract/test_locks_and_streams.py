"""What locks and streams promise, in memory and on Redis."""

import asyncio
import uuid

import pytest

from bot.locks import Locks, MemoryLocks
from bot.stream import QUEUE_EVENTS, MemoryStream, Stream, StreamEvent


@pytest.fixture
def topic() -> str:
    return f"demo.{uuid.uuid4().hex}"


async def test_one_at_a_time(locks: Locks, topic: str) -> None:
    inside = 0
    most = 0

    async def work() -> None:
        nonlocal inside, most
        async with locks.hold(topic):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    await asyncio.gather(*(work() for _ in range(8)))
    assert most == 1


async def test_conversations_do_not_wait_for_each_other(locks: Locks, topic: str) -> None:
    async with locks.hold(topic), asyncio.timeout(2), locks.hold(f"{topic}b"):
        pass


async def test_a_failing_holder_frees_the_lock(locks: Locks, topic: str) -> None:
    with pytest.raises(RuntimeError, match="broke"):
        async with locks.hold(topic):
            raise RuntimeError("broke")
    async with asyncio.timeout(2), locks.hold(topic):
        pass


async def test_memory_locks_serve_in_order_and_leave_nothing_behind() -> None:
    locks, order = MemoryLocks(), []

    async def work(n: int) -> None:
        async with locks.hold("c"):
            order.append(n)
            await asyncio.sleep(0)

    await asyncio.gather(*(work(n) for n in range(20)))
    assert order == list(range(20))
    assert not locks._locks and not locks._users


async def test_every_watcher_sees_every_event_in_order(stream: Stream, topic: str) -> None:
    async with stream.watch(topic) as first, stream.watch(topic) as second:
        events = [StreamEvent("delta", {"turn": "t", "index": n, "text": f"第{n}句。"}) for n in range(5)]
        for event in events:
            await stream.publish(topic, event)
        async with asyncio.timeout(5):
            assert [await anext(first) for _ in events] == events
            assert [await anext(second) for _ in events] == events


async def test_what_was_before_is_not_seen(stream: Stream, topic: str) -> None:
    await stream.publish(topic, StreamEvent("message", {"seq": 1}))
    async with stream.watch(topic) as events:
        await stream.publish(topic, StreamEvent("message", {"seq": 2}))
        async with asyncio.timeout(5):
            assert (await anext(events)).data == {"seq": 2}


async def test_topics_are_apart(stream: Stream, topic: str) -> None:
    async with stream.watch(topic) as events:
        await stream.publish(f"{topic}b", StreamEvent("typing"))
        await stream.publish(topic, StreamEvent("state"))
        async with asyncio.timeout(5):
            assert (await anext(events)).name == "state"


async def test_a_watcher_that_does_not_keep_up_is_cut_off() -> None:
    stream = MemoryStream()
    async with stream.watch("t") as events:
        for n in range(QUEUE_EVENTS + 10):
            await stream.publish("t", StreamEvent("message", {"seq": n}))
        seen = [event async for event in events]
    assert len(seen) == QUEUE_EVENTS
    assert not stream._watchers
