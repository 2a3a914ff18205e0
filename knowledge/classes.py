"""Pharmacological classes: a closed vocabulary with parents, and what a class says for all its members."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.sources import Source, Works, read_sources
from knowledge.statements import Statement
from knowledge.yamlfile import DATA, BadDataError, read_yaml


@dataclass(frozen=True, slots=True)
class DrugClass:
    """One class."""

    id: str
    name: str
    parents: tuple[str, ...]
    atc: str
    """The ATC group it corresponds to; empty for classes by effect."""
    called: tuple[str, ...]
    """What people say when they mean any of its members (他汀, 头孢): never resolved, always asked back."""
    says: Mapping[Statement, str]
    """What holds for every member."""
    source: Source | None
    """Where `says` comes from."""


class Classes:
    """All classes by id."""

    def __init__(self, classes: Mapping[str, DrugClass]) -> None:
        self._classes = classes

    def __contains__(self, id: object) -> bool:
        return id in self._classes

    def __iter__(self) -> Iterator[DrugClass]:
        return iter(self._classes.values())

    def __getitem__(self, id: str) -> DrugClass:
        return self._classes[id]

    def lineage(self, id: str) -> tuple[DrugClass, ...]:
        """The class and all its ancestors, nearest first. Raises KeyError for an unknown id."""
        found: dict[str, DrugClass] = {}
        waiting = deque([id])
        while waiting:
            one = self._classes[waiting.popleft()]
            if one.id not in found:
                found[one.id] = one
                waiting.extend(one.parents)
        return tuple(found.values())


def load_classes(works: Works, folder: Path | None = None) -> Classes:
    """Read classes.yml of a data folder. Raises BadDataError."""
    raw = read_yaml((folder or DATA) / "classes.yml")
    try:
        classes = Classes({id: _read_class(id, one, works) for id, one in raw.items()})
        for one in classes:
            classes.lineage(one.id)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadDataError(f"classes.yml: {error!r}") from error
    return classes


def _read_class(id: str, raw: Mapping[str, Any], works: Works) -> DrugClass:
    return DrugClass(
        id=id,
        name=raw["name"],
        parents=tuple(raw.get("parents", ())),
        atc=raw.get("atc", ""),
        called=tuple(raw.get("called", ())),
        says={Statement(key): text for key, text in raw.get("says", {}).items()},
        source=next(iter(read_sources(raw["source"], works).values())) if "source" in raw else None,
    )
