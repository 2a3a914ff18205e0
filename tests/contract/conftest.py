"""Real databases and brokers for the contract suites: every implementation passes the same tests."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.crypto import Keyring
from bot.db import Databases
from bot.locks import Locks, MemoryLocks, RedisLocks
from bot.migrate import migrate
from bot.stream import MemoryStream, RedisStream, Stream
from tests.contract.linking_parts import Parts, opened_parts

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
KEYS = Keyring({"k2": b"2" * 32, "k1": b"1" * 32}, "k2")


@pytest.fixture(params=["sqlite", "postgresql"])
async def databases(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Databases]:
    """Databases on both backends, tables made by the migrations; the clinic to use is `clinic`."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path}/{{clinic}}.sqlite3"
    else:
        url = str(request.getfixturevalue("postgres_url"))
        for old in ("postgresql://", "postgresql+psycopg://", "postgres://"):
            url = url.replace(old, "postgresql+asyncpg://")
    databases = Databases(url, KEYS)
    yield databases
    await databases.close()


@pytest.fixture
async def clinic(databases: Databases) -> str:
    """A clinic of its own for each test."""
    name = f"c{uuid.uuid4().hex[:12]}"
    await migrate(databases.of(name))
    return name


@pytest.fixture(params=["memory", "redis"])
async def redis(request: pytest.FixtureRequest) -> AsyncIterator[Redis | None]:
    """A Redis, or None for the embedded shape."""
    if request.param == "memory":
        yield None
        return
    client = Redis.from_url(str(request.getfixturevalue("redis_url")), decode_responses=True)
    yield client
    await client.aclose()


@pytest.fixture
def locks(redis: Redis | None) -> Locks:
    """Locks of both kinds."""
    return RedisLocks(redis) if redis else MemoryLocks()


@pytest.fixture
def stream(redis: Redis | None) -> Stream:
    """Streams of both kinds."""
    return RedisStream(redis) if redis else MemoryStream()


@pytest.fixture
async def parts(databases: Databases, clinic: str) -> Parts:
    """A page and a phone that may be linked."""
    return await opened_parts(databases, clinic)
