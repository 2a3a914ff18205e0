"""Whether interaction rules have the shape of their schema and speak only of what there is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.gaps import Gap, GapKind
from knowledge.ingredients import Ingredients
from knowledge.schema_check import schema_gaps, validator
from knowledge.yamlfile import BadDataError, read_yaml


def rule_gaps(folder: Path, known: Ingredients, review_gap: Callable[[date, str], Iterable[Gap]]) -> Iterator[Gap]:
    """What is wrong in `folder/interactions/*.yml`; `review_gap` judges the day of a file's review."""
    ids: set[str] = set()
    for path in sorted((folder / "interactions").glob("*.yml")):
        try:
            raw = read_yaml(path)
        except BadDataError as error:
            yield Gap(GapKind.UNREADABLE, path.name, str(error))
            continue
        if not (isinstance(raw, Mapping) and isinstance(raw.get("rules"), list) and "source" in raw):
            yield Gap(GapKind.SCHEMA, path.name, "source and rules are required")
            continue
        yield from review_gap(date.fromisoformat(raw["source"]["reviewed"]), path.name)
        for rule in raw["rules"]:
            yield from _one_rule(rule, path.name, known, ids)


def _one_rule(rule: Any, file: str, known: Ingredients, ids: set[str]) -> Iterator[Gap]:
    found = list(schema_gaps(validator("interaction.schema.json", "rule"), rule, file))
    yield from found
    if found:
        return
    if rule["id"] in ids:
        yield Gap(GapKind.COLLIDING_NAME, file, rule["id"])
    ids.add(rule["id"])
    for id in (*rule["a"], *rule["b"], *rule.get("but_not", ())):
        if not known.members(id):
            yield Gap(GapKind.UNKNOWN_ID, file, f"{rule['id']}: {id}")
