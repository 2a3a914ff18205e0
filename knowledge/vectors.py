"""Where vectors are kept and searched: embedded by default, in PostgreSQL or Qdrant when outgrown."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.embedder import Vector


class VectorsUnavailableError(RuntimeError):
    """The place where vectors are kept does not answer."""


class Vectors(Protocol):
    """Vectors of length one by key. Every call may raise VectorsUnavailableError; safe between threads."""

    def keys(self) -> set[str]:
        """Keys of all that is kept."""
        ...

    def add(self, vectors: Mapping[str, Vector]) -> None:
        """Keep these; a key that is there already is written anew."""
        ...

    def remove(self, keys: Collection[str]) -> None:
        """Drop these; unknown keys do not matter."""
        ...

    def nearest(self, vector: Vector, most: int) -> list[tuple[str, float]]:
        """Keys and cosines of the nearest, nearest first."""
        ...


class FileVectors:
    """One SQLite file, searched whole in memory: exact, and quick up to some hundred thousand."""

    def __init__(self, file: Path, size: int) -> None:
        """`size`: numbers in a vector; a file of another size is emptied. The file is made at first use."""
        self._file, self._size = file, size
        self._lock = Lock()
        self._read: tuple[list[str], NDArray[np.float32]] | None = None

    def keys(self) -> set[str]:
        """Keys of all that is kept."""
        return set(self._all()[0])

    def add(self, vectors: Mapping[str, Vector]) -> None:
        """Keep these, in one transaction."""
        rows = [(key, np.asarray(one, np.float32).tobytes()) for key, one in vectors.items()]
        self._write("INSERT OR REPLACE INTO vectors (key, vector) VALUES (?, ?)", rows)

    def remove(self, keys: Collection[str]) -> None:
        """Drop these."""
        self._write("DELETE FROM vectors WHERE key = ?", [(key,) for key in keys])

    def nearest(self, vector: Vector, most: int) -> list[tuple[str, float]]:
        """Keys and cosines of the nearest, nearest first."""
        names, matrix = self._all()
        near = matrix @ vector
        part = np.argpartition(-near, most)[:most] if len(near) > most else np.arange(len(near))
        return [(names[one], float(near[one])) for one in part[np.argsort(-near[part], kind="stable")]]

    def _write(self, statement: str, rows: Iterable[tuple[str, bytes] | tuple[str]]) -> None:
        with self._lock:
            try:
                with closing(self._open()) as connection, connection:
                    connection.executemany(statement, rows)
            except sqlite3.Error as error:
                raise VectorsUnavailableError(f"{self._file}: {error}") from error
            self._read = None

    def _all(self) -> tuple[list[str], NDArray[np.float32]]:
        with self._lock:
            if self._read is None:
                try:
                    with closing(self._open()) as connection:
                        rows = connection.execute("SELECT key, vector FROM vectors ORDER BY key").fetchall()
                except sqlite3.Error as error:
                    raise VectorsUnavailableError(f"{self._file}: {error}") from error
                matrix = np.frombuffer(b"".join(blob for _, blob in rows), np.float32).reshape(-1, self._size)
                self._read = [key for key, _ in rows], matrix
            return self._read

    def _open(self) -> sqlite3.Connection:
        """The file with its table; vectors of another length are of no use and go."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise VectorsUnavailableError(f"{self._file}: {error}") from error
        connection = sqlite3.connect(self._file, timeout=30)
        connection.execute("CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, vector BLOB NOT NULL)")
        connection.execute("DELETE FROM vectors WHERE length(vector) != ?", (self._size * 4,))
        return connection
