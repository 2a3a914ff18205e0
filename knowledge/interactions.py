"""What happens between medicines, foods and alcohol: rules by ingredient and by class."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import Any, Protocol

from knowledge.drugs import Drug
from knowledge.ingredients import Ingredients, load_ingredients
from knowledge.quantities import Quantity
from knowledge.sources import Source, read_source
from knowledge.yamlfile import DATA, read_yaml


class Severity(StrEnum):
    """How grave an interaction is, gravest first."""

    CONTRAINDICATED = "contraindicated"
    MAJOR = "major"
    MODERATE = "moderate"
    MINOR = "minor"
    UNRATED = "unrated"
    """A compendium names the pair and does not say how grave it is; no rule of ours is so."""


_GRAVITY = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table; a side lists ingredients, classes or foods."""

    id: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    but_not: frozenset[str]
    """Ingredients and classes the rule does not apply to although a class would include them."""
    severity: Severity
    mechanism: str
    advice: str
    source: Source


@dataclass(frozen=True, slots=True)
class Interaction:
    """A rule that speaks about two things a person takes."""

    a: str
    b: str
    """Names as shown: of drugs, or of a food or drink (always in `b`)."""
    severity: Severity
    mechanism: str
    advice: str
    source: Source
    rule: str
    """Id of the rule."""
    original: str = ""
    """The compendium's own words, where they are not Chinese; for professionals."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same ingredient in two or more of the medicines a person takes."""

    ingredient: str
    """Chinese name."""
    drugs: tuple[str, ...]
    daily_max: Quantity | None
    """Limit for all preparations together, where labels agree on one."""


class Compendium(Protocol):
    """Pairs that are on record without a severity."""

    def between(self, a: Drug, b: Drug) -> Interaction | None:
        """What is on record of two drugs."""


class InteractionTable:
    """All rules, compiled to a look-up by pair of ingredients; a check costs one dict access per pair."""

    def __init__(self, rules: Iterable[Rule], ingredients: Ingredients, compendium: Compendium | None = None) -> None:
        self.rules = tuple(rules)
        self.ingredients = ingredients
        self._compendium = compendium
        self._by_pair: dict[tuple[str, str], list[Rule]] = {}
        for rule in self.rules:
            for pair in _pairs(rule, ingredients):
                self._by_pair.setdefault(pair, []).append(rule)

    def between(self, drugs: Sequence[Drug]) -> tuple[Interaction, ...]:
        """What is known between each two of these drugs, gravest first; the same drug twice is no pair.

        Silence means that no rule of ours speaks, not that a combination is safe.
        """
        distinct = {drug.id: drug for drug in drugs}.values()
        found = [one for a, b in combinations(distinct, 2) for one in self._between_two(a, b)]
        return gravest_first(found)

    def unrated(self, drugs: Sequence[Drug]) -> tuple[Interaction, ...]:
        """Pairs of which no rule of ours speaks, but a compendium that the hospital has."""
        if self._compendium is None:
            return ()
        distinct = {drug.id: drug for drug in drugs}.values()
        silent = ((a, b) for a, b in combinations(distinct, 2) if not self._between_two(a, b))
        return tuple(found for a, b in silent if (found := self._compendium.between(a, b)))

    def with_substances(self, drugs: Sequence[Drug], substances: Sequence[str]) -> tuple[Interaction, ...]:
        """What is known between these drugs and foods or alcohol (ids of ingredients.yml), gravest first."""
        found = [
            _shown(rule, drug.name, self.ingredients.substances[id].name)
            for drug in {drug.id: drug for drug in drugs}.values()
            for id in dict.fromkeys(substances)
            for rule in self._rules((one, id) for one in drug.acting_ids)
        ]
        return gravest_first(found)

    def with_food(self, drugs: Sequence[Drug], text: str) -> tuple[Interaction, ...]:
        """The same for the foods and drinks named in a person's sentence."""
        return self.with_substances(drugs, self.ingredients.substances_in(text))

    def duplicates(self, drugs: Sequence[Drug]) -> tuple[Duplicate, ...]:
        """Ingredients that come from more than one of these drugs (对乙酰氨基酚 in two cold remedies)."""
        return self.repeated((drug.name, drug) for drug in {drug.id: drug for drug in drugs}.values())

    def repeated(self, named: Iterable[tuple[str, Drug]]) -> tuple[Duplicate, ...]:
        """The same by the names under which a person takes them: 芬必得 and 美林 are both 布洛芬."""
        holders: dict[str, dict[str, None]] = {}
        for name, drug in named:
            for id in drug.acting_ids:
                holders.setdefault(id, {})[name] = None
        known = self.ingredients.ingredients
        return tuple(
            Duplicate(known[id].name, tuple(names), known[id].daily_max)
            for id, names in holders.items()
            if len(names) > 1
        )

    def _between_two(self, a: Drug, b: Drug) -> list[Interaction]:
        pairs = ((one, other) for one in a.acting_ids for other in b.acting_ids if one != other)
        return [_shown(rule, a.name, b.name) for rule in self._rules(pairs)]

    def _rules(self, pairs: Iterable[tuple[str, str]]) -> tuple[Rule, ...]:
        found = (rule for pair in pairs for rule in self._by_pair.get(_key(*pair), ()))
        return tuple({rule.id: rule for rule in found}.values())


def load_interactions(folder: Path | None = None, compendium: Compendium | None = None) -> InteractionTable:
    """The table of a data folder (`interactions/*.yml`, `ingredients.yml`).

    Raises BadDataError for a broken file, KeyError or ValueError for a rule that is not shaped by the schema.
    """
    files = sorted(((folder or DATA) / "interactions").glob("*.yml"))
    rules = (rule for path in files for rule in _read_file(read_yaml(path)))
    return InteractionTable(rules, load_ingredients(folder), compendium)


def _read_file(raw: Mapping[str, Any]) -> list[Rule]:
    common = read_source(raw["source"])
    return [_read_rule(one, common) for one in raw["rules"]]


def _read_rule(raw: Mapping[str, Any], common: Source) -> Rule:
    return Rule(
        id=raw["id"],
        a=tuple(raw["a"]),
        b=tuple(raw["b"]),
        but_not=frozenset(raw.get("but_not", ())),
        severity=Severity(raw["severity"]),
        mechanism=raw["mechanism"],
        advice=raw["advice"],
        source=read_source(raw["source"]) if "source" in raw else common,
    )


def _pairs(rule: Rule, ingredients: Ingredients) -> set[tuple[str, str]]:
    spared = {one for id in rule.but_not for one in ingredients.members(id)}
    sides = [{one for id in side for one in ingredients.members(id)} - spared for side in (rule.a, rule.b)]
    return {_key(one, other) for one in sides[0] for other in sides[1] if one != other}


def _key(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _shown(rule: Rule, a: str, b: str) -> Interaction:
    return Interaction(a, b, rule.severity, rule.mechanism, rule.advice, rule.source, rule.id)


def gravest_first(found: Iterable[Interaction]) -> tuple[Interaction, ...]:
    """In the order in which a person should hear them."""
    return tuple(sorted(found, key=lambda one: _GRAVITY[one.severity]))
