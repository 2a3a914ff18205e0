"""aiosqlite with one thread hop a statement.

aiosqlite gives each connection a thread and sends it every call: cursor, execute, fetch and close are four hops, a turn
about seventy, and the hops cost more than SQLite does. SQLAlchemy always reads all rows at once, so one hop can do it.
"""

import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite

# Reading first and then writing can fail at once instead of waiting: sqlite.org/lang_transaction.html
BEGIN = "BEGIN IMMEDIATE"
CHUNK_ROWS = 64  # only for aiosqlite's own iteration, which we do not use


class OneHopCursor:
    """The part of aiosqlite's cursor that SQLAlchemy's adapter uses."""

    arraysize = 1
    description: Any = None
    rowcount = -1
    lastrowid: int | None = None

    def __init__(self, connection: "OneHopConnection") -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()

    async def __aenter__(self) -> "OneHopCursor":
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> "OneHopCursor":
        """Run a statement and read all its rows. A BEGIN waits for the statement it begins with."""
        if sql == BEGIN:
            self._connection.begins = True
            return self
        await self._connection._execute(partial(self._run, sql, parameters))  # type: ignore[no-untyped-call]
        return self

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> "OneHopCursor":
        """Run a statement for each set of parameters."""
        await self._connection._execute(partial(self._run_many, sql, parameters))  # type: ignore[no-untyped-call]
        return self

    async def fetchall(self) -> Sequence[Any]:
        """The rows, read already."""
        return self._rows

    async def close(self) -> None:
        """Nothing is open."""

    def _run(self, sql: str, parameters: Sequence[Any]) -> None:
        self._keep(self._connection.begun().execute(sql, parameters))

    def _run_many(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        self._keep(self._connection.begun().executemany(sql, parameters))

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else ()
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        cursor.close()


class OneHopConnection(aiosqlite.Connection):
    """A connection whose cursors make one hop a statement."""

    begins = False  # a BEGIN waits for its first statement

    def begun(self) -> sqlite3.Connection:
        """In the thread: the plain connection, within the transaction that was begun."""
        if self.begins:
            self.begins = False
            self._conn.execute(BEGIN)
        return self._conn

    async def commit(self) -> None:
        """Commit, unless nothing was done."""
        if not self.begins:
            await super().commit()
        self.begins = False

    async def rollback(self) -> None:
        """Roll back, unless nothing was done."""
        if not self.begins:
            await super().rollback()
        self.begins = False

    def cursor(self) -> OneHopCursor:  # type: ignore[override]
        """A cursor; nothing happens in the thread yet."""
        return OneHopCursor(self)


async def connect(path: Path, pragmas: Sequence[str]) -> OneHopConnection:
    """Open a file in autocommit mode (transactions are begun by statement), with its pragmas set."""
    connection = OneHopConnection(partial(_open, path, pragmas), CHUNK_ROWS)
    connection._thread.daemon = True  # as SQLAlchemy does: a forgotten connection must not keep the process alive
    await connection
    return connection


def _open(path: Path, pragmas: Sequence[str]) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
    return connection
