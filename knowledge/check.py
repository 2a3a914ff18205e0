"""The gap finder: everything in the drug data that a pharmacist would have to put right."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from knowledge.aspects import STORED_ASPECTS
from knowledge.dose_check import dose_conflicts
from knowledge.drug_names import OtherNames, load_others, own_names
from knowledge.drug_reading import read_drug
from knowledge.drugs import Drug
from knowledge.fast_yaml import DATA, load
from knowledge.ingredients import Ingredients, load_ingredients
from knowledge.name_index import fold
from knowledge.yamlfile import BadDataError

REVIEW_VALID = timedelta(days=730)
"""An entry must be compared with its source at least every two years."""


class GapKind(StrEnum):
    """What is wrong."""

    UNREADABLE = "unreadable"
    SCHEMA = "schema"
    MISSING_ASPECT = "missing_aspect"
    MISSING_LIMIT = "missing_limit"
    UNKNOWN_INGREDIENT = "unknown_ingredient"
    COLLIDING_NAME = "colliding_name"
    CONTRADICTORY_DOSE = "contradictory_dose"
    EXPIRED_REVIEW = "expired_review"


@dataclass(frozen=True, slots=True)
class Gap:
    """One finding."""

    kind: GapKind
    where: str
    """File, and entry or rule where known."""
    what: str
    """What is missing or contradicts, for a person to read."""


@dataclass(frozen=True, slots=True)
class _Entry:
    where: str
    drug: Drug


def find_gaps(folder: Path | None = None, *, today: date) -> list[Gap]:
    """All gaps in a data folder, as found on the calendar day `today`; never raises for bad data."""
    folder = folder or DATA
    gaps: list[Gap] = []
    entries = list(_entries(folder, gaps))
    vocabulary = _vocabulary(folder, gaps)
    if vocabulary is not None:
        ingredients, others = vocabulary
        gaps += chain(
            _unknown_ingredients(entries, ingredients),
            _collisions(entries, others),
            _rule_gaps(folder, ingredients, today),
            (Gap(GapKind.CONTRADICTORY_DOSE, *one) for one in _doses(entries, ingredients)),
        )
    gaps += chain(_missing_limits(entries), *(_expired(one, today) for one in entries))
    return gaps


def _entries(folder: Path, gaps: list[Gap]) -> Iterator[_Entry]:
    """Entries that pass the schema; the others become gaps."""
    validator = _validator("drug.schema.json", "drug")
    for path, raw in _files(folder / "drugs", gaps):
        for number, one in enumerate(raw if isinstance(raw, list) else [raw]):
            where = f"{path.name}: {one.get('id', number) if isinstance(one, Mapping) else number}"
            found = list(_schema_gaps(validator, one, where))
            gaps += found
            if not found:
                yield _Entry(where, read_drug(one))


def _vocabulary(folder: Path, gaps: list[Gap]) -> tuple[Ingredients, OtherNames] | None:
    try:
        return load_ingredients(folder), load_others(folder)
    except (BadDataError, KeyError, TypeError, ValueError, AttributeError) as error:
        gaps.append(Gap(GapKind.UNREADABLE, "ingredients.yml, other_names.yml", repr(error)))
        return None


def _files(folder: Path, gaps: list[Gap]) -> Iterator[tuple[Path, Any]]:
    for path in sorted(folder.glob("*.yml")):
        try:
            yield path, _dates_as_text(load(path))
        except BadDataError as error:
            gaps.append(Gap(GapKind.UNREADABLE, path.name, str(error)))


def _dates_as_text(raw: Any) -> Any:
    """YAML turns 2026-11-21 into a date; JSON Schema knows only text."""
    if isinstance(raw, Mapping):
        return {key: _dates_as_text(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_dates_as_text(value) for value in raw]
    return raw.isoformat() if isinstance(raw, date) else raw


def _validator(schema_file: str, definition: str) -> Draft202012Validator:
    schema = json.loads((DATA / schema_file).read_text(encoding="utf-8"))
    return Draft202012Validator({"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]})


def _schema_gaps(validator: Draft202012Validator, raw: Any, where: str) -> Iterator[Gap]:
    stored = {aspect.value for aspect in STORED_ASPECTS}
    for error in validator.iter_errors(raw):
        path = "/".join(str(part) for part in error.absolute_path)
        if error.validator == "required" and path == "aspects":
            missing = sorted(stored - set(error.instance))
            yield from [Gap(GapKind.MISSING_ASPECT, where, name) for name in missing if name in error.message]
        elif error.validator == "minLength" and path.startswith("aspects/"):
            yield Gap(GapKind.MISSING_ASPECT, where, path.removeprefix("aspects/"))
        else:
            yield Gap(GapKind.SCHEMA, where, f"{path}: {error.message}")


def _unknown_ingredients(entries: Iterable[_Entry], known: Ingredients) -> Iterator[Gap]:
    for entry in entries:
        for id in {*entry.drug.ingredient_ids, *entry.drug.daily_max} - set(known.ingredients):
            yield Gap(GapKind.UNKNOWN_INGREDIENT, entry.where, id)
    for one in known.ingredients.values():
        for id in one.classes - set(known.classes):
            yield Gap(GapKind.UNKNOWN_INGREDIENT, f"ingredients.yml: {one.id}", id)
    tables = (known.classes, known.ingredients, known.substances)
    for id in sorted(id for table in tables for id in table if sum(id in other for other in tables) > 1):
        yield Gap(GapKind.COLLIDING_NAME, "ingredients.yml", id)


def _collisions(entries: Iterable[_Entry], others: OtherNames) -> Iterator[Gap]:
    """A name that means two things without being declared under shared_names."""
    seen: dict[str, str] = {fold(word): "other_names.yml" for word in (*others.drugs, *others.everyday)}
    shared = {fold(name) for entry in entries for name in entry.drug.shared_names}
    for entry in entries:
        for name in {fold(name) for name in own_names(entry.drug)} | {f"id {entry.drug.id}"}:
            holder = seen.setdefault(name, entry.where)
            if holder != entry.where or name in shared:
                yield Gap(GapKind.COLLIDING_NAME, entry.where, f"{name}: {holder}")


def _doses(entries: Iterable[_Entry], known: Ingredients) -> Iterator[tuple[str, str]]:
    entries = tuple(entries)
    for entry in entries:
        yield from ((entry.where, what) for what in dose_conflicts(entry.drug, known))
    stated: dict[str, tuple[str, str]] = {}
    for entry in entries:
        for id, limit in entry.drug.daily_max.items():
            where, first = stated.setdefault(id, (entry.where, str(limit.comparable())))
            if first != str(limit.comparable()):
                yield entry.where, f"{id}: {limit} here, another daily maximum in {where}"


def _missing_limits(entries: Iterable[_Entry]) -> Iterator[Gap]:
    """People buy OTC drugs without anyone telling them how much is too much."""
    for entry in entries:
        if entry.drug.otc and not entry.drug.daily_max:
            yield Gap(GapKind.MISSING_LIMIT, entry.where, "daily_max")


def _expired(entry: _Entry, today: date) -> Iterator[Gap]:
    for source in {entry.drug.source, *entry.drug.aspect_sources.values()}:
        yield from _review_gap(source.reviewed, entry.where, today)


def _review_gap(reviewed: date, where: str, today: date) -> Iterator[Gap]:
    if reviewed > today:
        yield Gap(GapKind.EXPIRED_REVIEW, where, f"reviewed in the future: {reviewed}")
    elif today - reviewed > REVIEW_VALID:
        yield Gap(GapKind.EXPIRED_REVIEW, where, f"last reviewed {reviewed}")


def _rule_gaps(folder: Path, known: Ingredients, today: date) -> Iterator[Gap]:
    gaps: list[Gap] = []
    validator = _validator("interaction.schema.json", "rule")
    ids: set[str] = set()
    for path, raw in _files(folder / "interactions", gaps):
        if not (isinstance(raw, Mapping) and isinstance(raw.get("rules"), list) and "source" in raw):
            yield Gap(GapKind.SCHEMA, path.name, "source and rules are required")
            continue
        yield from _review_gap(date.fromisoformat(raw["source"]["reviewed"]), path.name, today)
        for rule in raw["rules"]:
            yield from _one_rule(validator, rule, path.name, known, ids)
    yield from gaps


def _one_rule(
    validator: Draft202012Validator, rule: Any, file: str, known: Ingredients, ids: set[str]
) -> Iterator[Gap]:
    found = list(_schema_gaps(validator, rule, file))
    yield from found
    if found:
        return
    if rule["id"] in ids:
        yield Gap(GapKind.COLLIDING_NAME, file, rule["id"])
    ids.add(rule["id"])
    for id in (*rule["a"], *rule["b"], *rule.get("but_not", ())):
        if not known.members(id):
            yield Gap(GapKind.UNKNOWN_INGREDIENT, f"{file}: {rule['id']}", id)
