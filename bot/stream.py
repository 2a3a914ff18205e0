"""What is happening right now, for whoever watches: in memory for one process, Redis Streams between processes.

Nothing here is the only copy: a watcher that missed something reads the store.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from redis.asyncio import Redis

QUEUE_EVENTS = 1_000  # a watcher who is further behind than this is cut off, and reconnects
REDIS_EVENTS = 200  # kept per topic in Redis
REDIS_KEEP_S = 3_600
REDIS_WAIT_MS = 10_000
DESK = "desk"  # the topic of all nurses


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """`name` is one of message, delta, typing, state, handoff."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)


class Stream(Protocol):
    """Publish to a topic, watch a topic. A topic is `<clinic>.<conversation>` or `<clinic>.desk`."""

    async def publish(self, topic: str, event: StreamEvent) -> None:
        """Tell every watcher."""

    def watch(self, topic: str) -> AbstractAsyncContextManager[AsyncIterator[StreamEvent]]:
        """Events from now on."""


class MemoryStream:
    """For one process."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[asyncio.Queue[StreamEvent | None]]] = defaultdict(set)

    async def publish(self, topic: str, event: StreamEvent) -> None:
        """Tell every watcher; one that does not keep up is cut off."""
        for queue in list(self._watchers.get(topic, ())):
            if queue.qsize() >= QUEUE_EVENTS:
                self._watchers[topic].discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(event)

    @asynccontextmanager
    async def watch(self, topic: str) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        """Events from now on; the iterator ends when this watcher is cut off."""
        queue: asyncio.Queue[StreamEvent | None] = asyncio.Queue()
        self._watchers[topic].add(queue)
        try:
            yield _drain(queue)
        finally:
            self._watchers[topic].discard(queue)
            if not self._watchers[topic]:
                del self._watchers[topic]


async def _drain(queue: asyncio.Queue[StreamEvent | None]) -> AsyncIterator[StreamEvent]:
    while (event := await queue.get()) is not None:
        yield event


class RedisStream:
    """Between processes, on Redis Streams."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def publish(self, topic: str, event: StreamEvent) -> None:
        """Append to the topic's stream, which is kept short."""
        key = f"xinglin:stream:{topic}"
        body = json.dumps({"name": event.name, "data": event.data}, ensure_ascii=False)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.xadd(key, {"event": body}, maxlen=REDIS_EVENTS, approximate=True)
            pipe.expire(key, REDIS_KEEP_S)
            await pipe.execute()

    @asynccontextmanager
    async def watch(self, topic: str) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        """Events from now on."""
        key = f"xinglin:stream:{topic}"
        newest: list[tuple[str, dict[str, str]]] = await self._redis.xrevrange(key, count=1)  # type: ignore[assignment]
        yield self._read(key, newest[0][0] if newest else "0")

    async def _read(self, key: str, last: str) -> AsyncIterator[StreamEvent]:
        while True:
            streams: Any = await self._redis.xread({key: last}, block=REDIS_WAIT_MS)
            for entry_id, fields in _entries(streams):
                last = entry_id
                body = json.loads(fields["event"])
                yield StreamEvent(body["name"], body["data"])


def _entries(streams: Any) -> list[tuple[str, dict[str, str]]]:
    """The entries of the one stream read: RESP3 gives a dictionary of lists of lists, RESP2 a list of pairs."""
    if isinstance(streams, dict):
        return [entry for parts in streams.values() for part in parts for entry in part]
    return [entry for _key, entries in streams or () for entry in entries]
