"""Ingredients, their classes, and foods: the vocabulary in which interaction rules are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.fast_yaml import DATA, load
from knowledge.quantities import Quantity, read_quantity


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One active substance."""

    id: str
    name: str
    """Chinese generic name."""
    classes: frozenset[str]
    """Ids of the classes it belongs to."""
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

    classes: Mapping[str, str]
    ingredients: Mapping[str, Ingredient]
    substances: Mapping[str, Substance]

    def members(self, id: str) -> tuple[str, ...]:
        """Ingredients (or the one food) an id in a rule stands for; empty when nobody knows the id."""
        if id in self.ingredients or id in self.substances:
            return (id,)
        return tuple(one.id for one in self.ingredients.values() if id in one.classes)

    def substances_in(self, text: str) -> tuple[str, ...]:
        """Ids of the foods and drinks a sentence names."""
        return tuple(one.id for one in self.substances.values() if any(word in text for word in one.words))


def load_ingredients(folder: Path | None = None) -> Ingredients:
    """Read ingredients.yml of a data folder."""
    raw = load((folder or DATA) / "ingredients.yml")
    return Ingredients(
        classes=raw["classes"],
        ingredients={id: _ingredient(id, one) for id, one in raw["ingredients"].items()},
        substances={id: Substance(id, one["name"], tuple(one["words"])) for id, one in raw["substances"].items()},
    )


def _ingredient(id: str, raw: Mapping[str, Any]) -> Ingredient:
    limit = raw.get("daily_max")
    return Ingredient(id, raw["name"], frozenset(raw["classes"]), read_quantity(limit) if limit is not None else None)
