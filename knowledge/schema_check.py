"""Whether an entry has the shape of drug.schema.json and refers only to what there is."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from knowledge.drug_reading import Vocabulary
from knowledge.gaps import Gap, GapKind
from knowledge.ingredients import Ingredients
from knowledge.statements import Statement
from knowledge.yamlfile import DATA


@cache
def validator(schema_file: str, definition: str) -> Draft202012Validator:
    """The validator of one definition in one of our schemas."""
    schema = json.loads((DATA / schema_file).read_text(encoding="utf-8"))
    return Draft202012Validator({"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]})


def entry_gaps(raw: Any, where: str, vocabulary: Vocabulary) -> list[Gap]:
    """Why an entry cannot be read; empty when it can."""
    found = list(schema_gaps(validator("drug.schema.json", "drug"), raw, where))
    return found or list(_unknown_ids(raw, where, vocabulary))


def schema_gaps(rules: Draft202012Validator, raw: Any, where: str) -> Iterator[Gap]:
    """What breaks the schema; an empty statement counts as missing."""
    for error in rules.iter_errors(raw):
        path = "/".join(str(part) for part in error.absolute_path)
        if path.removeprefix("says/") in set(Statement) and error.instance in ("", None):
            yield Gap(GapKind.MISSING_STATEMENT, where, path.removeprefix("says/"))
        else:
            yield Gap(GapKind.SCHEMA, where, f"{path}: {error.message[:160]}")


def _unknown_ids(raw: Mapping[str, Any], where: str, vocabulary: Vocabulary) -> Iterator[Gap]:
    known = vocabulary.ingredients
    if raw["class"] not in known.classes:
        yield Gap(GapKind.UNKNOWN_ID, where, f"class {raw['class']}")
    named = {one["id"] for one in raw["ingredients"]} | set(raw.get("daily_max", ()))
    yield from (Gap(GapKind.UNKNOWN_ID, where, f"ingredient {id}") for id in sorted(named - set(known.ingredients)))
    short = {key for key, one in raw["sources"].items() if not isinstance(one, Mapping)}
    yield from (Gap(GapKind.UNKNOWN_ID, where, f"work {id}") for id in sorted(short - set(vocabulary.works)))
    elsewhere = set(raw.get("from", {}).values())
    yield from (Gap(GapKind.UNKNOWN_ID, where, f"source {id}") for id in sorted(elsewhere - set(raw["sources"])))


def shared_gaps(known: Ingredients) -> Iterator[Gap]:
    """Ids that mean two things in the vocabulary of the rules."""
    tables: tuple[set[str], ...] = ({one.id for one in known.classes}, set(known.ingredients), set(known.substances))
    twice = {id for table in tables for id in table if sum(id in other for other in tables) > 1}
    yield from (Gap(GapKind.COLLIDING_NAME, "ingredients.yml", id) for id in sorted(twice))
