"""What is served, from where, and what of it is old, unread, unreleased or broken."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from knowledge.check import REVIEW_VALID
from knowledge.drug_reading import load_drugs
from knowledge.editions import Edition
from knowledge.library import read_parts
from knowledge.overlay import load_overlay
from knowledge.own_data import own_files
from knowledge.passages import read_passages
from knowledge.releasing import BROKEN, reason_of
from knowledge.served import reviewer_of
from knowledge.source_folder import SourceFolder, sources_in
from knowledge.sources import Source
from knowledge.yamlfile import DATA, BadDataError

_SOON = timedelta(days=30)
EDITION_OLD = timedelta(days=365)
"""After so long an import should be made anew."""


@dataclass(frozen=True, slots=True)
class EditionStatus:
    """One finished edition."""

    number: int
    served: bool
    title: str
    imported: date
    days: int
    """Since the import."""
    counts: dict[str, int]
    problems: int
    reviewer: str
    """Who released it last; empty: nobody yet."""
    last_day: str
    """Last day (ISO) of its passages, where the operator gave one."""

    @property
    def old(self) -> bool:
        """Whether the source should be imported anew."""
        return self.days > EDITION_OLD.days


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One imported source."""

    id: str
    editions: tuple[EditionStatus, ...]
    unfinished: tuple[int, ...]
    broken: str = ""
    """What is wrong with its files."""


@dataclass(frozen=True, slots=True)
class Status:
    """Everything; ids are those of entries and passages."""

    own_files: tuple[str, ...]
    drugs: int
    unread_drugs: tuple[str, ...]
    passages: int
    unread_passages: tuple[str, ...]
    expired: tuple[str, ...]
    expiring: tuple[str, ...]
    """Within thirty days."""
    stale: tuple[str, ...]
    """Titles of sources that were not compared with for more than two years."""
    sources: tuple[SourceStatus, ...]
    broken: str = ""
    """Why the whole does not load; the numbers are then zero."""


def look(folder: Path, today: date, home: Path = DATA) -> Status:
    """The state of a clinic's knowledge on a calendar day; never raises for bad data."""
    sources = tuple(_source(one, today) for one in sources_in(folder))
    try:
        return _whole(folder, home, today, sources)
    except BROKEN as error:
        return Status((), 0, (), 0, (), (), (), (), sources, reason_of(error))


def _whole(folder: Path, home: Path, today: date, sources: tuple[SourceStatus, ...]) -> Status:
    overlay = load_overlay(folder, home)
    try:
        read_parts(overlay)
        drugs, passages = load_drugs(overlay.data), read_passages(overlay.data)
    finally:
        overlay.close()
    own = folder / "own"
    cited = (*(one.source for one in drugs), *(one.source for one in passages))
    served = [one for one in passages if one.reviewer]
    return Status(
        own_files=tuple(file.relative_to(own).as_posix() for file in own_files(own)) if own.is_dir() else (),
        drugs=len(drugs),
        unread_drugs=tuple(one.id for one in drugs if not one.read_by),
        passages=len(passages),
        unread_passages=tuple(one.id for one in passages if not one.reviewer),
        expired=tuple(one.id for one in served if one.valid_until < today),
        expiring=tuple(one.id for one in served if today <= one.valid_until <= today + _SOON),
        stale=tuple(sorted(_stale(cited, today))),
        sources=sources,
    )


def _stale(cited: Iterable[Source], today: date) -> set[str]:
    return {one.title for one in cited if today - one.reviewed > REVIEW_VALID}


def _source(source: SourceFolder, today: date) -> SourceStatus:
    try:
        editions = tuple(_edition(source, number, today) for number in source.ready())
        return SourceStatus(source.id, editions, tuple(source.unfinished()))
    except BadDataError as error:
        return SourceStatus(source.id, (), tuple(source.unfinished()), str(error))


def _edition(source: SourceFolder, number: int, today: date) -> EditionStatus:
    reviewer = reviewer_of(number, source.history())
    with closing(Edition(source.path(number))) as edition:
        day = edition.imported_at.date()
        counts = {kind.value: count for kind, count in edition.counts.items()}
        return EditionStatus(
            number, number == source.served(), edition.origin.named, day, (today - day).days,
            counts, edition.problem_count, reviewer, edition.origin.valid_until,
        )  # fmt: skip
