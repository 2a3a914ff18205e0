"""SQLite without a thread beside: in a simulation nobody else is to be served meanwhile, and two hops a statement cost
more than the statement.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.db import _begin_sqlite, _end_left_over
from bot.one_hop import CHUNK_ROWS, OneHopConnection

# What is written at once is enough where only the process dies, and here it does not even do that.
PRAGMAS = ("journal_mode=WAL", "synchronous=OFF", "foreign_keys=ON")


class AtOnce(OneHopConnection):
    """A connection that does what it is told where it is told it."""

    def __await__(self) -> Generator[Any, None, "AtOnce"]:
        return self._opened().__await__()

    async def _opened(self) -> "AtOnce":
        self._connection = self._connector()
        return self

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return fn(*args, **kwargs)

    def stop(self) -> asyncio.Future[Any] | None:
        """There is no thread to be stopped."""
        return None


def engine_at_once(url: URL) -> AsyncEngine:
    """An engine over such connections, with the transactions of the house."""
    opened = partial(_open, Path(url.database or ""))

    async def connect() -> AtOnce:
        return await AtOnce(opened, CHUNK_ROWS)

    engine = create_async_engine(url, async_creator=connect, pool_reset_on_return=None)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    event.listen(engine.sync_engine, "reset", _end_left_over)
    return engine


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection
