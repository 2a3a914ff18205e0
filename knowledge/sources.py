"""Where a statement comes from: every fact in this room carries one of these."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.yamlfile import DATA, read_yaml

Works = Mapping[str, Mapping[str, object]]
"""Books that many entries rest on: id → title and publisher (works.yml)."""


class BadSourceError(ValueError):
    """A citation in a data file lacks its title, its publisher or its review date."""


@dataclass(frozen=True, slots=True)
class Source:
    """One citation as it is shown to a patient."""

    title: str
    """Name of the work, in its own language."""
    publisher: str
    """Who answers for it (issuing body, publishing house)."""
    reviewed: date
    """Day on which we last compared our words with it (calendar day, Asia/Shanghai)."""


def read_source(raw: Mapping[str, object]) -> Source:
    """Build a Source from a mapping of a data file (`title`, `publisher`, `reviewed` as date or ISO text).

    Raises BadSourceError when a part is missing or the date is no ISO date.
    """
    title, publisher, reviewed = (raw.get(key) for key in ("title", "publisher", "reviewed"))
    if not (isinstance(title, str) and title and isinstance(publisher, str) and publisher):
        raise BadSourceError(f"title and publisher are required: {dict(raw)!r}")
    return Source(title, publisher, _read_day(reviewed))


def load_works(folder: Path | None = None) -> Works:
    """Read works.yml of a data folder. Raises BadDataError."""
    works: Works = read_yaml((folder or DATA) / "works.yml")
    return works


def read_sources(raw: Mapping[str, object], works: Works) -> dict[str, Source]:
    """Sources by key, in order: each written out, or a work's id with the day of review. Raises BadSourceError."""
    return {key: _keyed(key, one, works) for key, one in raw.items()}


def _keyed(key: str, one: object, works: Works) -> Source:
    if isinstance(one, Mapping):
        return read_source(one)
    if key not in works:
        raise BadSourceError(f"no such work: {key}")
    return read_source({**works[key], "reviewed": one})


def _read_day(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise BadSourceError(f"not an ISO date: {value!r}") from error
