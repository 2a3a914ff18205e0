"""What drugs do to lab values and to the body, by class and by ingredient: effects.yml."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from knowledge.ingredients import Ingredients
from knowledge.lab import LabBook
from knowledge.sources import Source, read_source
from knowledge.yamlfile import DATA, BadDataError, read_yaml, required, words


class Verb(StrEnum):
    """What an effect does."""

    RAISES = "raises"
    LOWERS = "lowers"
    CAUSES = "causes"


class Often(StrEnum):
    """How often, most often first."""

    MEANT = "meant"
    COMMON = "common"
    UNCOMMON = "uncommon"
    RARE = "rare"


@dataclass(frozen=True, slots=True)
class Target:
    """What may be asked about: a lab item that goes up or down, or a symptom."""

    verb: Verb
    id: str


@dataclass(frozen=True, slots=True)
class Symptom:
    """Something a drug may cause."""

    id: str
    name: str
    words: tuple[str, ...]
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Saying:
    """Words for a changed lab value that do not name it (伤肝)."""

    words: tuple[str, ...]
    target: Target


@dataclass(frozen=True, slots=True)
class Effect:
    """One line: classes and ingredients that do something."""

    id: str
    of: tuple[str, ...]
    spared: frozenset[str]
    """Ingredients it does not hold for although a class would include them."""
    targets: tuple[Target, ...]
    often: Often
    watch: str
    """What to look out for, and what to do."""
    source: Source


@dataclass(frozen=True, slots=True)
class EffectBook:
    """All lines; every id in them is known."""

    effects: tuple[Effect, ...]
    symptoms: Mapping[str, Symptom]
    sayings: tuple[Saying, ...]


def load_effects(folder: Path | None, ingredients: Ingredients, lab: LabBook) -> EffectBook:
    """Read effects.yml of a data folder. Raises BadDataError for a broken line or an id nobody knows."""
    raw = read_yaml((folder or DATA) / "effects.yml")
    try:
        sources = {key: read_source({"reviewed": raw["reviewed"], **one}) for key, one in raw["sources"].items()}
        symptoms = {id: _read_symptom(id, one) for id, one in raw["symptoms"].items()}
        items = {one.id for one in lab}
        known = {Verb.RAISES: items, Verb.LOWERS: items, Verb.CAUSES: set(symptoms)}
        effects = tuple(_read_effect(id, one, sources, ingredients) for id, one in raw["effects"].items())
        sayings = tuple(Saying(words(one, "words"), _targets(one, "sayings")[0]) for one in raw["sayings"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadDataError(f"effects.yml: {error}") from error
    for target in (*(one.target for one in sayings), *(target for one in effects for target in one.targets)):
        if target.id not in known[target.verb]:
            raise BadDataError(f"effects.yml: nothing is called {target.id}")
    return EffectBook(effects, symptoms, sayings)


def _read_symptom(id: str, raw: Mapping[str, Any]) -> Symptom:
    where = f"effects.yml {id}"
    return Symptom(id, required(raw, "name", where), words(raw, "words"), words(raw, "departments"))


def _read_effect(id: str, raw: Mapping[str, Any], sources: Mapping[str, Source], ingredients: Ingredients) -> Effect:
    where = f"effects.yml {id}"
    of, but_not = tuple(required(raw, "of", where)), words(raw, "but_not")
    for one in (*of, *but_not):
        if not ingredients.members(one):
            raise BadDataError(f"{where}: no ingredient or class {one}")
    return Effect(
        id=id,
        of=of,
        spared=frozenset(member for one in but_not for member in ingredients.members(one)),
        targets=_targets(raw, where),
        often=Often(required(raw, "often", where)),
        watch=required(raw, "watch", where),
        source=sources[required(raw, "source", where)],
    )


def _targets(raw: Mapping[str, Any], where: str) -> tuple[Target, ...]:
    """A verb with the one id or the several ids it speaks of."""
    found = [Target(verb, id) for verb in Verb for id in _listed(raw.get(verb.value))]
    if not found:
        raise BadDataError(f"{where}: raises, lowers or causes nothing")
    return tuple(found)


def _listed(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(map(str, value))
    return (str(value),) if value else ()
