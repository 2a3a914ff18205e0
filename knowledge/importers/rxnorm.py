"""RxNorm (a folder or zip with RXNCONSO.RRF and RXNREL.RRF): English names of ingredients, salts, brands, products."""

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from knowledge.importers.records import Json, Kind, Record, Step
from knowledge.importers.rrf import QUERIES, load, names

_TYPES = {"IN": "ingredient", "MIN": "mixture", "BN": "brand", "SCD": "product", "SBD": "product"}
_IN_ORDER = "SELECT rxcui, type, name FROM concepts ORDER BY length(rxcui), rxcui"


def read_rxnorm(file: Path, after: int = 0) -> Iterator[Step]:
    """First a step for each bad row, then one for each concept. Positions go on counting from rows to concepts.

    What was read before is read again, since concepts need both files whole; only steps after `after` are given.
    """
    with (
        tempfile.TemporaryDirectory(prefix="rxnorm-") as folder,
        closing(sqlite3.connect(Path(folder) / "rrf.sqlite3")) as database,
    ):
        database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        done = 0
        for done, problem in load(file, database):
            if done > after:
                yield Step(done, problems=(problem,))
        for position, concept in enumerate(database.execute(_IN_ORDER), done + 1):
            if position > after and (record := _record(database, *concept)):
                yield Step(position, (record,))


def _record(database: sqlite3.Connection, rxcui: str, type: str, name: str) -> Record | None:
    """The record of a concept; none for a salt or a brand of one ingredient, which stand with their ingredient."""
    ingredients = names(database, QUERIES["ingredients"], rxcui)
    if type not in _TYPES or (type == "BN" and len(ingredients) < 2):
        return None
    told = {each: names(database, QUERIES[each], rxcui) for each in ("synonyms", "forms", "brands")}
    data: Mapping[str, Json] = {
        "type": _TYPES[type],
        "name": name,
        "ids": {"rxcui": rxcui},
        "ingredients": ingredients,
        **told,
    }
    # A product is looked up by its rxcui: its name is a line of ingredients, strengths and form.
    spellings = () if _TYPES[type] == "product" else (name, *told["synonyms"], *told["forms"], *told["brands"])
    return Record(Kind.NAME, rxcui, data, tuple(dict.fromkeys(spellings)))
