"""What an import brought, against what is served now."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from knowledge.editions import Edition, read_only
from knowledge.importers.records import Kind, Problem

_FIRST = 20
"""Problems shown in a report; all of them stand in the edition."""
_NEW = """select count(*) from records a where kind = ?
          and not exists (select 1 from other.records b where b.kind = a.kind and b.key = a.key)"""
_CHANGED = """select count(*) from records a join other.records b using (kind, key)
              where kind = ? and a.data <> b.data"""


@dataclass(frozen=True, slots=True)
class Change:
    """How many records of a kind there are, and how they differ from the edition that is served."""

    count: int
    new: int
    changed: int
    gone: int


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of an import or of a trial."""

    source: str
    number: int | None
    """Of the edition; None for a trial."""
    against: int | None
    """The edition compared with; None when none is served."""
    resumed_at: int
    """Position from which an unfinished import was gone on with; 0: from the beginning."""
    known: bool
    """True when this very file had been imported before, and nothing was done."""
    changes: Mapping[Kind, Change]
    problem_count: int
    problems: tuple[Problem, ...]
    """The first of them."""


def compare(edition: Edition, served: Edition | None) -> dict[Kind, Change]:
    """New, changed and gone records by kind."""
    kinds = [kind for kind in Kind if edition.counts.get(kind) or (served and served.counts.get(kind))]
    if served is None:
        return {kind: Change(edition.counts[kind], edition.counts[kind], 0, 0) for kind in kinds}
    with closing(sqlite3.connect(read_only(edition.path), uri=True)) as db:
        db.execute("attach ? as other", (read_only(served.path),))
        return {kind: _change(db, kind, edition.counts.get(kind, 0), served.counts.get(kind, 0)) for kind in kinds}


def _change(db: sqlite3.Connection, kind: Kind, count: int, before: int) -> Change:
    new, changed = (int(db.execute(sql, (kind,)).fetchone()[0]) for sql in (_NEW, _CHANGED))
    return Change(count, new, changed, before - (count - new))


def report_on(
    edition: Edition, source: str, number: int | None, served: tuple[int, Path] | None, resumed_at: int, known: bool
) -> Report:
    """The report on a finished edition."""
    against = Edition(served[1]) if served else None
    try:
        changes = compare(edition, against)
    finally:
        if against:
            against.close()
    return Report(
        source, number, served[0] if served else None, resumed_at, known,
        changes, edition.problem_count, edition.problems(_FIRST),
    )  # fmt: skip
