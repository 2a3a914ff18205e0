"""One turn at a time per conversation: in memory for one process, in Redis for many."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from redis.asyncio import Redis
from redis.exceptions import LockError, RedisError

from bot.errors import StoreUnavailable

HOLD_S = 120.0  # a Redis lock of a killed process frees itself after this; longer than the longest turn
POLL_S = 0.02


class Locks(Protocol):
    """Who holds a conversation's lock is alone with it."""

    def hold(self, conversation: str) -> AbstractAsyncContextManager[None]:
        """Wait for the lock and hold it."""


class MemoryLocks:
    """First come, first served, within one process."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._users: dict[str, int] = defaultdict(int)

    @asynccontextmanager
    async def hold(self, conversation: str) -> AsyncIterator[None]:
        """Wait for the lock and hold it."""
        self._users[conversation] += 1
        try:
            async with self._locks[conversation]:
                yield
        finally:
            self._users[conversation] -= 1
            if not self._users[conversation]:
                del self._users[conversation], self._locks[conversation]


class RedisLocks:
    """Between processes. Raises StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @asynccontextmanager
    async def hold(self, conversation: str) -> AsyncIterator[None]:
        """Wait for the lock and hold it, at most HOLD_S."""
        lock = self._redis.lock(f"xinglin:lock:{conversation}", timeout=HOLD_S, sleep=POLL_S)
        try:
            await lock.acquire()
        except RedisError as error:
            raise StoreUnavailable("redis") from error
        try:
            yield
        finally:
            await _release(lock)


async def _release(lock: object) -> None:
    try:
        await lock.release()  # type: ignore[attr-defined]
    except (LockError, RedisError):
        return  # it ran out or Redis is gone: either way nobody is kept waiting longer than HOLD_S
