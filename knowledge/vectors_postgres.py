"""Vectors in PostgreSQL with pgvector (https://github.com/pgvector/pgvector), shared by all processes."""

from collections.abc import Callable, Collection, Mapping
from threading import Lock
from typing import TypeVar

import psycopg
from psycopg import sql

from knowledge.embedder import Vector
from knowledge.vectors import VectorsUnavailableError

_Result = TypeVar("_Result")
_CONNECT_S = 5
_LOOKED_AT = 1_000
"""Rows the index looks at: it finds no more than these."""
_STATEMENT_MS = 5_000
"""A search that takes longer than this is given up: words answer alone. Building the index may take its time."""


class PostgresVectors:
    """One table for a collection, with an HNSW index; it is made at first use."""

    def __init__(self, url: str, collection: str, size: int) -> None:
        """`url`: `postgresql://…`; `collection`: name of the table; `size`: numbers in a vector."""
        self._url, self._size = url, size
        self._table = sql.Identifier(collection)
        self._index = sql.Identifier(f"{collection}_nearest")
        self._lock = Lock()
        self._connection: psycopg.Connection | None = None

    def keys(self) -> set[str]:
        """Keys of all that is kept."""
        query = sql.SQL("SELECT key FROM {}").format(self._table)
        return self._run(lambda connection: {str(key) for (key,) in connection.execute(query)})

    def add(self, vectors: Mapping[str, Vector]) -> None:
        """Keep these, in one transaction."""
        statement = sql.SQL(
            "INSERT INTO {} (key, vector) VALUES (%s, %s::vector)"
            " ON CONFLICT (key) DO UPDATE SET vector = EXCLUDED.vector"
        ).format(self._table)
        rows = [(key, _written(one)) for key, one in sorted(vectors.items())]
        self._run(lambda connection: connection.cursor().executemany(statement, rows))

    def remove(self, keys: Collection[str]) -> None:
        """Drop these."""
        statement = sql.SQL("DELETE FROM {} WHERE key = ANY(%s)").format(self._table)
        self._run(lambda connection: connection.execute(statement, (list(keys),)))

    def nearest(self, vector: Vector, most: int) -> list[tuple[str, float]]:
        """Keys and cosines of the nearest, nearest first, as the index finds them."""
        query = sql.SQL(
            "SELECT key, 1 - (vector <=> %(to)s::vector) FROM {} ORDER BY vector <=> %(to)s::vector LIMIT %(most)s"
        )
        wanted = {"to": _written(vector), "most": most}
        found = self._run(lambda connection: connection.execute(query.format(self._table), wanted).fetchall())
        return [(str(key), float(near)) for key, near in found]

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _run(self, work: Callable[[psycopg.Connection], _Result]) -> _Result:
        """Do this in a transaction, on a connection that is opened anew after it broke."""
        with self._lock:
            try:
                if self._connection is None or self._connection.broken or self._connection.closed:
                    self._connection = self._connect()
                with self._connection.transaction():
                    return work(self._connection)
            except psycopg.Error as error:
                raise VectorsUnavailableError(f"pgvector: {type(error).__name__}") from error

    def _connect(self) -> psycopg.Connection:
        connection = psycopg.connect(self._url, connect_timeout=_CONNECT_S, autocommit=True)
        for statement in (
            sql.SQL("CREATE EXTENSION IF NOT EXISTS vector"),
            sql.SQL("CREATE TABLE IF NOT EXISTS {} (key text PRIMARY KEY, vector vector({}) NOT NULL)").format(
                self._table, sql.Literal(self._size)
            ),
            sql.SQL("CREATE INDEX IF NOT EXISTS {} ON {} USING hnsw (vector vector_cosine_ops)").format(
                self._index, self._table
            ),
            sql.SQL("SET hnsw.ef_search = {}").format(sql.Literal(_LOOKED_AT)),
            sql.SQL("SET statement_timeout = {}").format(sql.Literal(_STATEMENT_MS)),
        ):
            connection.execute(statement)
        return connection


def _written(vector: Vector) -> str:
    return "[" + ",".join(f"{number:.8g}" for number in vector.tolist()) + "]"
