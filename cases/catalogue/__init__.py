"""What every case may refer to by id: history items with the ways to ask for them, and what the test desk can do."""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """A history item any patient may be asked about."""

    id: str
    section: str
    label: str
    cues: tuple[re.Pattern[str], ...]
    asks: tuple[str, ...]  # whole questions that ask for it


@dataclass(frozen=True, slots=True)
class CatalogueTest:
    """An examination or a test the test desk knows, with what it shows in somebody healthy."""

    id: str
    kind: str  # exam | test
    label: str
    cues: tuple[re.Pattern[str], ...]
    minutes: int
    cost: Decimal  # yuan
    normal: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Both lists, by id, and what patients in general say and don't understand."""

    items: Mapping[str, CatalogueItem]
    investigations: Mapping[str, CatalogueTest]
    say: Mapping[str, tuple[str, ...]]  # set phrases by occasion, for a persona that has none of its own
    jargon: Mapping[str, tuple[str, ...]]  # words not understood, by education
    symptoms: tuple[str, ...]  # what people call complaints and illnesses; nobody's voice may bring in a new one


@functools.cache
def catalogue() -> Catalogue:
    """The catalogue, read once. Raises ValueError for a broken file (it is ours, not a person's)."""
    people = _read("people.yml")
    return Catalogue(
        {name: _item(name, raw) for name, raw in _entries("items")},
        {name: _test(name, raw) for name, raw in _entries("investigations")},
        {name: tuple(words) for name, words in people["say"].items()},
        {name: tuple(words) for name, words in people["jargon"].items()},
        tuple(people["symptoms"]),
    )


def _entries(name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Of one file or, where it was split, of all files in a folder of that name."""
    folder = _HERE / name
    for file in sorted(folder.glob("*.yml")) if folder.is_dir() else [_HERE / f"{name}.yml"]:
        yield from yaml.safe_load(file.read_text("utf-8")).items()


def _read(name: str) -> Mapping[str, Any]:
    raw: Mapping[str, Any] = yaml.safe_load((_HERE / name).read_text("utf-8"))
    return raw


def _item(name: str, raw: Mapping[str, Any]) -> CatalogueItem:
    return CatalogueItem(name, raw["section"], raw["label"], patterns(raw.get("cues", ())), tuple(raw.get("asks", ())))


def _test(name: str, raw: Mapping[str, Any]) -> CatalogueTest:
    cues = patterns(raw.get("cues", ())) or patterns([re.escape(raw["label"].lower())])
    normal = raw.get("normal", "未见异常。")
    return CatalogueTest(
        name, raw["kind"], raw["label"], cues, raw.get("minutes", 5), Decimal(raw.get("cost", "0")), normal
    )


def patterns(cues: list[str] | tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Compile cues. Raises re.error."""
    return tuple(re.compile(cue) for cue in cues)
