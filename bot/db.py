"""Connections: one database per clinic (a file on SQLite, a schema on PostgreSQL), opened on first use."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.crypto import Keyring
from bot.errors import StoreUnavailable
from bot.one_hop import BEGIN, connect
from bot.tables import unlock

log = logging.getLogger(__name__)

BUSY_TIMEOUT_MS = 5_000  # how long SQLite waits for another process's write
# WAL lets readers go on while one writes; NORMAL is durable against a killed process, not against a power cut.
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON")
CLINIC_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


class Database:
    """One clinic's database. Every failure of the database itself is raised as StoreUnavailable."""

    def __init__(self, clinic: str, engine: AsyncEngine, keyring: Keyring) -> None:
        self.clinic = clinic
        self.engine = engine
        self.keyring = keyring
        unlock(engine.dialect, keyring)
        # SQLite has one writer: queueing here is fair and cheap, its own busy loop is neither.
        self._writer = asyncio.Lock() if engine.dialect.name == "sqlite" else None
        # A single read needs no transaction of its own around it.
        self._reader = engine.execution_options(reading=True)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A write transaction: all or nothing. IntegrityError passes through, it is an answer and not a failure."""
        if self._writer is None:
            async with self._transaction() as connection:
                yield connection
            return
        async with self._writer, self._transaction() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading; nothing is committed."""
        with _translated():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncConnection]:
        with _translated():
            async with self.engine.begin() as connection:
                yield connection


class Databases:
    """Databases by clinic. `url` holds `{clinic}` where the clinic's name stands; on PostgreSQL its schema is used."""

    def __init__(self, url: str, keyring: Keyring) -> None:
        self._url = url
        self._keyring = keyring
        self._open: dict[str, Database] = {}

    def of(self, clinic: str) -> Database:
        """The database of a clinic. Raises ValueError for a name that could not be a file or a schema."""
        if clinic not in self._open:
            self._open[clinic] = Database(clinic, make_engine(self.url_of(clinic), clinic), self._keyring)
        return self._open[clinic]

    def url_of(self, clinic: str) -> URL:
        """The clinic's own URL."""
        if not CLINIC_NAME.fullmatch(clinic):
            raise ValueError(f"not a clinic name: {clinic!r}")
        return make_url(self._url.replace("{clinic}", clinic))

    async def close(self) -> None:
        """Close every connection."""
        for database in self._open.values():
            await database.engine.dispose()
        self._open.clear()


def make_engine(url: URL, clinic: str) -> AsyncEngine:
    """An engine with the settings each backend needs."""
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    arguments = {"server_settings": {"search_path": clinic}}
    return create_async_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True, connect_args=arguments)


def _sqlite_engine(url: URL) -> AsyncEngine:
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, async_creator=lambda: connect(path, PRAGMAS), pool_reset_on_return=None)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    event.listen(engine.sync_engine, "reset", _end_left_over)
    return engine


def _begin_sqlite(connection: Any) -> None:
    if not connection.get_execution_options().get("reading"):
        connection.exec_driver_sql(BEGIN)


def _end_left_over(connection: Any, _record: Any, _state: Any) -> None:
    # Only a task that was cancelled leaves a transaction behind; asking costs no hop to the thread, rolling back does.
    driver = connection.driver_connection
    if driver.begins or driver.in_transaction:
        connection.rollback()


class _translated:
    """Turn a database's failure (locked, full disk, gone) into our word for it."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, IntegrityError):
            return
        if isinstance(error, DBAPIError | OperationalError | PoolTimeout | OSError):
            log.error("store failed", extra={"action": "store_failed", "error": type(error).__name__})
            raise StoreUnavailable(type(error).__name__) from error
