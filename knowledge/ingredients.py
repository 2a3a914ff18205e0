"""Ingredients, their classes, and foods: the vocabulary in which interaction rules are written."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.classes import Classes, load_classes
from knowledge.quantities import Quantity, read_quantity
from knowledge.sources import load_works
from knowledge.yamlfile import DATA, read_yaml

_NOT_FOOD = re.compile("酒石酸")
"""Parts of drug names in which the word of a food stands."""


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One active substance."""

    id: str
    name: str
    """Chinese generic name."""
    classes: frozenset[str]
    """Ids of the classes it belongs to, with all their ancestors."""
    daily_max: Quantity | None
    """Most an adult takes in 24 hours from all preparations together; None: no common limit."""


@dataclass(frozen=True, slots=True)
class Substance:
    """A food or drink that changes the effect of drugs."""

    id: str
    name: str
    words: tuple[str, ...]
    """How people write it."""


@dataclass(frozen=True, slots=True)
class Ingredients:
    """The whole vocabulary; ids are unique over the three tables."""

    classes: Classes
    ingredients: Mapping[str, Ingredient]
    substances: Mapping[str, Substance]
    _members: Mapping[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        members: dict[str, list[str]] = defaultdict(list)
        for one in self.ingredients.values():
            for id in one.classes:
                members[id].append(one.id)
        object.__setattr__(self, "_members", {id: tuple(some) for id, some in members.items()})

    def members(self, id: str) -> tuple[str, ...]:
        """Ingredients (or the one food) an id in a rule stands for; empty when nobody knows the id."""
        if id in self.ingredients or id in self.substances:
            return (id,)
        return self._members.get(id, ())

    def substances_in(self, text: str) -> tuple[str, ...]:
        """Ids of the foods and drinks a sentence names."""
        text = _NOT_FOOD.sub(" ", text)
        return tuple(one.id for one in self.substances.values() if any(word in text for word in one.words))


def load_ingredients(folder: Path | None = None) -> Ingredients:
    """Read ingredients.yml and classes.yml of a data folder.

    Raises BadDataError; KeyError, TypeError or ValueError for an ingredient that is not shaped as it should be.
    """
    raw, classes = read_yaml((folder or DATA) / "ingredients.yml"), load_classes(load_works(folder), folder)
    return Ingredients(
        classes=classes,
        ingredients={id: _ingredient(id, one, classes) for id, one in raw["ingredients"].items()},
        substances={id: Substance(id, one["name"], tuple(one["words"])) for id, one in raw["substances"].items()},
    )


def _ingredient(id: str, raw: Mapping[str, Any], classes: Classes) -> Ingredient:
    limit = raw.get("daily_max")
    every = frozenset(one.id for direct in raw["classes"] for one in classes.lineage(direct))
    return Ingredient(id, raw["name"], every, read_quantity(limit) if limit is not None else None)
