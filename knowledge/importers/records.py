"""What importers give: records and problems, in steps that can be gone on from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
"""Anything JSON can hold. Doses are text: a float would round them."""


class Kind(StrEnum):
    """What a record tells of."""

    LEAFLET = "leaflet"
    NAME = "name"
    INTERACTION = "interaction"
    DISEASE = "disease"
    DEPARTMENT = "department"
    DOCTOR = "doctor"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class Record:
    """One thing of a source."""

    kind: Kind
    key: str
    """Its own id in the source, unique within the kind; a second one in a file is a problem."""
    data: Mapping[str, Json]
    names: tuple[str, ...] = ()
    """Spellings it is looked up by; folded by the store."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One place of the file that could not be taken, in words for the person who imports it."""

    where: str
    """As a person finds it: `第 12 行，列 规格`, `DB00001`, `第 3 页`."""
    what: str


@dataclass(frozen=True, slots=True)
class Step:
    """One unit of the input, done: a row, an XML element, a page."""

    position: int
    """How many units are done; rises with each step of a file."""
    records: tuple[Record, ...] = ()
    problems: tuple[Problem, ...] = ()


class Importer(Protocol):
    """A generator over one file; its memory is bounded by one unit of the input."""

    def __call__(self, file: Path, after: int = 0) -> Iterator[Step]:
        """Yield what lies after position `after`. Raises UnreadableError when the file as a whole is of no use."""


class UnreadableError(ValueError):
    """The file can't be read at all (another format, columns missing); the message is for a person."""


def pair_key(one: str, other: str) -> str:
    """The key of the INTERACTION of two substances of a source, in whichever order they come."""
    return "+".join(sorted((one, other)))
