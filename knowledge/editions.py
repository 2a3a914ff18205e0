"""Editions: one SQLite file for each import of a source, read-only once it is ready."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from knowledge.importers.records import Json, Kind, Problem
from knowledge.text import normalise
from knowledge.yamlfile import BadDataError

_PAGE = 1000
"""Records fetched at once while all are read."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What an edition was made from and by; two imports with the same origin are one."""

    importer: str
    version: int
    """Of the importer; counts up when it reads the same file differently."""
    file: str
    """Name of the file."""
    sha256: str
    title: str = ""
    """Of the source, as cited; this and the next three are given by the operator."""
    publisher: str = ""
    edition: str = ""
    """Of the source: year, version."""
    valid_until: str = ""
    """Last calendar day (ISO, Asia/Shanghai) on which its passages are served; empty: a year after release."""

    def to_json(self) -> str:
        """As it is kept in the edition."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @property
    def named(self) -> str:
        """What people are told the source is called."""
        return f"{self.title or self.file}{f'（{self.edition}）' if self.edition else ''}"

    @property
    def last_day(self) -> date | None:
        """`valid_until` as a day."""
        return date.fromisoformat(self.valid_until) if self.valid_until else None


@dataclass(frozen=True, slots=True)
class Stored:
    """One record as it was kept."""

    kind: Kind
    key: str
    data: Mapping[str, Any]


class Edition:
    """A finished edition. Safe to share between threads. Raises BadDataError when the file is no edition."""

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, Lock()
        try:
            self._db = sqlite3.connect(read_only(path), uri=True, check_same_thread=False)
            told = dict(self._db.execute("select key, value from meta"))
            self.origin = Origin(**json.loads(told["origin"]))
            self.imported_at = datetime.fromisoformat(told["imported_at"])
            self.counts: Mapping[Kind, int] = {Kind(kind): count for kind, count in json.loads(told["counts"]).items()}
            self.problem_count = int(told["problems"])
        except (sqlite3.Error, KeyError, ValueError, TypeError) as error:
            raise BadDataError(f"资料版本 {path.parent.name}/{path.name} 读不出来：{error}") from error

    def get(self, kind: Kind, key: str) -> Mapping[str, Any] | None:
        """The data of one record."""
        rows = self._rows("select data from records where kind = ? and key = ?", kind, key)
        return json.loads(rows[0][0]) if rows else None

    def find(self, name: str, kind: Kind) -> tuple[Stored, ...]:
        """All records of a kind that go by this name, whatever its case, width or script."""
        rows = self._rows(
            "select key, data from names join records using (kind, key) where folded = ? and kind = ? order by key",
            fold_name(name), kind,
        )  # fmt: skip
        return tuple(Stored(kind, key, json.loads(data)) for key, data in rows)

    def names_of(self, kind: Kind, key: str) -> tuple[str, ...]:
        """The folded names of one record."""
        return tuple(row[0] for row in self._rows("select folded from names where kind = ? and key = ?", kind, key))

    def holders(self, folded: str, kind: Kind) -> int:
        """How many records of a kind go by this folded name."""
        return int(self._rows("select count(*) from names where folded = ? and kind = ?", folded, kind)[0][0])

    def all(self, kind: Kind) -> Iterator[Stored]:
        """Every record of a kind, in the order of the file."""
        if not self.counts.get(kind):  # SQLite would look through all the others
            return
        last = 0
        while rows := self._rows(
            "select number, key, data from records where kind = ? and number > ? order by number limit ?",
            kind, last, _PAGE,
        ):  # fmt: skip
            yield from (Stored(kind, key, json.loads(data)) for _, key, data in rows)
            last = rows[-1][0]

    def problems(self, most: int = -1) -> tuple[Problem, ...]:
        """What could not be taken, in the order of the file; all of it with -1."""
        rows = self._rows("select location, what from problems order by number limit ?", most)
        return tuple(Problem(where, what) for where, what in rows)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _rows(self, sql: str, *values: Json) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()


def read_only(path: Path) -> str:
    """The address under which SQLite reads a finished file: nothing is locked, nothing written beside it."""
    return f"{path.resolve().as_uri()}?mode=ro&immutable=1"


def fold_name(name: str) -> str:
    """A name as it is compared: half-width, lower case, simplified, single spaces."""
    return normalise(name)
