"""The gap finder: everything in the drug data that a pharmacist would have to put right.

`python -m knowledge.check [--only FAMILY] [--allow KIND] [--json]`: exit code 1 when there is anything to put right.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from knowledge.dose_check import dose_conflicts
from knowledge.drug_names import OtherNames, load_others
from knowledge.drug_reading import Vocabulary, load_vocabulary, read_drug
from knowledge.drugs import Drug
from knowledge.gaps import Gap, GapKind
from knowledge.name_check import collisions
from knowledge.rule_check import rule_gaps
from knowledge.schema_check import entry_gaps, shared_gaps
from knowledge.sources import Source
from knowledge.statements import Statement
from knowledge.yamlfile import DATA, BadDataError, read_yaml

REVIEW_VALID = timedelta(days=730)
"""An entry must be compared with its source at least every two years."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry that can be read, and where it stands."""

    where: str
    drug: Drug
    raw: Mapping[str, Any]


def find_gaps(folder: Path | None = None, *, today: date, only: str = "") -> list[Gap]:
    """All gaps in a data folder (of one family, with `only`) on the calendar day `today`; never raises for bad data."""
    folder = folder or DATA
    gaps: list[Gap] = []
    tables = _tables(folder, gaps)
    if tables is None:
        return gaps
    vocabulary, others = tables
    entries = list(_entries(folder, vocabulary, gaps))
    gaps += chain(
        shared_gaps(vocabulary.ingredients),
        collisions(((one.where, one.drug) for one in entries), others),
        rule_gaps(folder, vocabulary.ingredients, lambda day, where: _review_gap(day, where, today)),
        *(_one(entry, vocabulary, today) for entry in entries),
    )
    return [gap for gap in gaps if gap.where.startswith(only)]


def _tables(folder: Path, gaps: list[Gap]) -> tuple[Vocabulary, OtherNames] | None:
    try:
        return load_vocabulary(folder), load_others(folder)
    except (BadDataError, KeyError, TypeError, ValueError, AttributeError) as error:
        gaps.append(Gap(GapKind.UNREADABLE, "classes, ingredients, works, other_names", repr(error)))
        return None


def _entries(folder: Path, vocabulary: Vocabulary, gaps: list[Gap]) -> Iterator[Entry]:
    """Entries that pass the schema; the others become gaps."""
    for path in sorted((folder / "drugs").glob("*.yml")):
        try:
            raw = read_yaml(path)
        except BadDataError as error:
            gaps.append(Gap(GapKind.UNREADABLE, path.name, str(error)))
            continue
        for number, one in enumerate(raw if isinstance(raw, list) else [raw]):
            where = f"{path.name}: {one.get('id', number) if isinstance(one, Mapping) else number}"
            found = entry_gaps(one, where, vocabulary)
            gaps += found
            if not found:
                yield Entry(where, read_drug(one, vocabulary), one)


def _one(entry: Entry, vocabulary: Vocabulary, today: date) -> Iterator[Gap]:
    """What is missing, contradicts or is out of date in one entry."""
    drug, where = entry.drug, entry.where
    for statement in Statement:
        if statement.value not in entry.raw["says"] and statement not in drug.says:
            yield Gap(GapKind.MISSING_STATEMENT, where, statement.value)
    if "doses" not in entry.raw and not drug.local and drug.ingredients:
        yield Gap(GapKind.MISSING_DOSE, where, "doses")
    if drug.otc and not drug.local and drug.ingredients and not drug.herbs and not drug.daily_max:
        yield Gap(GapKind.MISSING_LIMIT, where, "daily_max")
    if not drug.read_by:
        yield Gap(GapKind.UNREAD, where, "read_by")
    yield from (Gap(GapKind.CONTRADICTORY_DOSE, where, what) for what in dose_conflicts(drug, vocabulary.ingredients))
    days = {one.reviewed for one in _sources(drug)} | {date.fromisoformat(day) for day in drug.read_by.values()}
    yield from chain.from_iterable(_review_gap(day, where, today) for day in sorted(days))


def _sources(drug: Drug) -> Iterable[Source]:
    return (drug.source, *(one.source for said in drug.says.values() for one in said))


def _review_gap(reviewed: date, where: str, today: date) -> Iterator[Gap]:
    if reviewed > today:
        yield Gap(GapKind.EXPIRED_REVIEW, where, f"reviewed in the future: {reviewed}")
    elif today - reviewed > REVIEW_VALID:
        yield Gap(GapKind.EXPIRED_REVIEW, where, f"last reviewed {reviewed}")


if __name__ == "__main__":
    from knowledge.check_cli import main

    raise SystemExit(main())
