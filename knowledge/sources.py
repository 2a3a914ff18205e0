"""Where a statement comes from: every fact in this room carries one of these."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


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


def _read_day(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise BadSourceError(f"not an ISO date: {value!r}") from error
