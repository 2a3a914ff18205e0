"""RxNorm's pipe files (Rich Release Format) into a small database: what RxNorm itself says, nothing of its sources.

Both files are read once; only what names of drugs need is kept, on disk.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from knowledge.importers.opening import BROKEN, holds, opened
from knowledge.importers.records import Problem, UnreadableError

CONCEPTS, RELATIONS = "RXNCONSO.RRF", "RXNREL.RRF"
_CONCEPT_COLUMNS, _RELATION_COLUMNS = 18, 16
_KEPT = frozenset(("IN", "PIN", "MIN", "BN", "SCD", "SBD"))
"""Term types: ingredient, precise ingredient (salt), several ingredients, brand, clinical drug, branded drug."""
_SYNONYMS = frozenset(("SY", "TMSY"))
_FORWARD = ("form_of", "has_part", "has_ingredient", "consists_of", "tradename_of")
"""What leads from a concept to its ingredients, in the order in which it has to be followed."""
_BACKWARD = {
    "has_form": "form_of",
    "part_of": "has_part",
    "ingredient_of": "has_ingredient",
    "constitutes": "consists_of",
    "has_tradename": "tradename_of",
}
_LONGEST = 100_000
"""Bytes of a row; RxNorm's longest name has 3,000 characters."""
_TABLES = """
CREATE TABLE concepts (rxcui TEXT PRIMARY KEY, type TEXT, name TEXT) WITHOUT ROWID;
CREATE TABLE synonyms (rxcui TEXT, name TEXT, PRIMARY KEY (rxcui, name)) WITHOUT ROWID;
CREATE TABLE relations (
    relation TEXT, subject TEXT, object TEXT, PRIMARY KEY (relation, subject, object)
) WITHOUT ROWID;
CREATE TABLE made_of (rxcui TEXT, ingredient TEXT, PRIMARY KEY (rxcui, ingredient)) WITHOUT ROWID;
"""


def load(file: Path, database: sqlite3.Connection) -> Iterator[tuple[int, Problem]]:
    """Fill the database; yields each bad row with the number of rows read so far. Raises UnreadableError."""
    database.executescript(_TABLES)
    total = 0
    for name, columns, keep in (
        (CONCEPTS, _CONCEPT_COLUMNS, _keep_concept),
        (RELATIONS, _RELATION_COLUMNS, _keep_relation),
    ):
        with _part(file, name) as stream:
            if stream is None:
                total += 1
                yield total, Problem(name, "没有这个文件：商品名、盐和规格对不上成分，只收了成分名")
                continue
            for row in _rows(stream, name, columns):
                total += 1
                if isinstance(row, Problem):
                    yield total, row
                else:
                    keep(database, row)
    _follow(database)


@contextmanager
def _part(file: Path, name: str) -> Iterator[IO[bytes] | None]:
    """One of the two files: in a folder or its `rrf/`, in a zip, beside the other. The relations may be missing."""
    place: Path | None = file
    if file.is_dir() or file.name.upper() == CONCEPTS:
        folder = file if file.is_dir() else file.parent
        place = next((one for one in (folder / name, folder / "rrf" / name) if one.is_file()), None)
    elif not holds(file, name):
        place = None
    if place is None and name == CONCEPTS:
        raise UnreadableError(f"{file.name} 里没有 {name}")
    if place is None:
        yield None
        return
    with opened(place, name) as stream:
        yield stream


def _rows(stream: IO[bytes], name: str, columns: int) -> Iterator[list[str] | Problem]:
    """Each row's fields, or what is wrong with it. Raises UnreadableError when the first hundred are all wrong."""
    number = good = 0
    try:
        while line := stream.readline(_LONGEST):
            number += 1
            row = _row(line, f"{name} 第 {number} 行", columns)
            good += not isinstance(row, Problem)
            if not good and number == 100:
                raise UnreadableError(f"{name} 不是 RxNorm 的文件：前 100 行都不是 {columns} 列")
            yield row
    except BROKEN as error:
        yield Problem(f"{name} 第 {number} 行之后", f"压缩包在这里坏了，后面的没有读到：{error}")


def _row(line: bytes, where: str, columns: int) -> list[str] | Problem:
    try:
        fields = line.decode().rstrip("\r\n").split("|")
    except UnicodeDecodeError:
        return Problem(where, "不是 UTF-8 文字")
    if len(fields) != columns + 1:
        return Problem(where, f"应有 {columns} 列，实有 {len(fields) - 1} 列")
    return fields


def _keep_concept(database: sqlite3.Connection, row: list[str]) -> None:
    rxcui, source, type, name, suppress = row[0], row[11], row[12], row[14], row[16]
    if source != "RXNORM" or suppress != "N" or not name:
        return
    if type in _KEPT:
        database.execute("INSERT OR IGNORE INTO concepts VALUES (?, ?, ?)", (rxcui, type, name))
    elif type in _SYNONYMS:
        database.execute("INSERT OR IGNORE INTO synonyms VALUES (?, ?)", (rxcui, name))


def _keep_relation(database: sqlite3.Connection, row: list[str]) -> None:
    """The file says what the *second* concept is to the first; each relation also stands the other way round."""
    object, subject, relation, source, suppress = row[0], row[4], row[7], row[10], row[14]
    if source != "RXNORM" or suppress not in ("N", "") or not (object and subject):
        return
    if relation in _BACKWARD:
        object, subject, relation = subject, object, _BACKWARD[relation]
    if relation in _FORWARD:
        database.execute("INSERT OR IGNORE INTO relations VALUES (?, ?, ?)", (relation, subject, object))


def _follow(database: sqlite3.Connection) -> None:
    """Note what every concept is made of, down to plain ingredients."""
    database.execute("INSERT INTO made_of SELECT rxcui, rxcui FROM concepts WHERE type = 'IN'")
    for relation in _FORWARD:
        database.execute(
            "INSERT OR IGNORE INTO made_of SELECT subject, ingredient FROM relations "
            "JOIN made_of ON rxcui = object WHERE relation = ?",
            (relation,),
        )
    database.execute("CREATE INDEX by_ingredient ON made_of (ingredient)")


def names(database: sqlite3.Connection, query: str, rxcui: str) -> tuple[str, ...]:
    """The first column of what a query of one parameter finds."""
    return tuple(name for (name,) in database.execute(query, (rxcui,)))


QUERIES: Mapping[str, str] = {
    "synonyms": "SELECT name FROM synonyms WHERE rxcui = ? ORDER BY name",
    "forms": "SELECT name FROM made_of JOIN concepts USING (rxcui) WHERE ingredient = ? AND type = 'PIN' ORDER BY name",
    # A brand of several ingredients is no other name for one of them.
    "brands": "SELECT name FROM made_of AS one JOIN concepts USING (rxcui) WHERE ingredient = ? AND type = 'BN' AND "
    "(SELECT count(*) FROM made_of WHERE rxcui = one.rxcui) = 1 ORDER BY name",
    "ingredients": "SELECT name FROM made_of JOIN concepts ON concepts.rxcui = ingredient WHERE made_of.rxcui = ? "
    "ORDER BY name",
}
"""What is asked of one rxcui."""
