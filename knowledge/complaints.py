"""What people complain of and which departments that belongs to: places × feelings, signs, disease names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.text import normalise
from knowledge.yamlfile import DATA, BadDataError, read_yaml, required, words

Weights = Mapping[str, float]
"""Department id → how much it is that department's matter."""
_DISEASE = 4.5
SELF_CARE = "self_care"
LEVELS = frozenset({"emergency", "urgent", "routine", SELF_CARE})


@dataclass(frozen=True, slots=True, eq=False)
class Feeling:
    """How something is wrong (pain, itch …)."""

    id: str
    to: Weights


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A part of the body."""

    id: str
    to: Weights
    by_feeling: Mapping[str, Weights]

    def departments(self, feeling: Feeling) -> Weights:
        """Where this feeling at this place belongs."""
        return self.by_feeling.get(feeling.id) or feeling.to or self.to


@dataclass(frozen=True, slots=True, eq=False)
class Sign:
    """A complaint, finding or disease that says its department by itself."""

    to: Weights
    level: str = ""
    why: str = ""
    child: bool = False
    """Only children have it."""


@dataclass(frozen=True, slots=True, eq=False)
class Nothing:
    """Words that hold a complaint word but tell none."""


Concept = Feeling | Place | Sign | Nothing


@dataclass(frozen=True, slots=True)
class Complaints:
    """Every word with what it means; compiled for looking up at each position of a text."""

    words: Mapping[str, tuple[Concept, ...]]
    lengths: Mapping[str, tuple[int, ...]] = field(repr=False)
    """First character → lengths of the words that begin with it, longest first."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Department id → which one takes its patients where a clinic has none of the kind."""

    def departments(self) -> frozenset[str]:
        """Every department id that is named."""
        concepts = (concept for meanings in self.words.values() for concept in meanings)
        return frozenset(one for concept in concepts for weights in _all_weights(concept) for one in weights)


def load_complaints(folder: Path = DATA) -> Complaints:
    """Read `complaints.yml`. Raises BadDataError."""
    raw = read_yaml(folder / "complaints.yml")
    feelings = {one["id"]: Feeling(one["id"], _weights(one, "to")) for one in raw["feelings"]}
    pairs: list[tuple[str, Concept]] = []
    for one in raw["feelings"]:
        pairs += _spell(one, feelings[one["id"]])
    for one in raw["places"]:
        pairs += _spell(one, _place(one, feelings))
    for one in raw["signs"]:
        pairs += _spell(one, _sign(one))
    for department, names in raw["diseases"].items():
        pairs += [(str(name), Sign({department: _DISEASE})) for name in names]
    pairs += [(str(word), Nothing()) for word in raw["nothing"]]
    instead = {str(one): str(other) for one, other in raw["instead"].items()}
    return compiled(pairs, instead)


def compiled(pairs: Iterable[tuple[str, Concept]], instead: Mapping[str, str]) -> Complaints:
    """Words with their meanings, indexed by first character."""
    meanings: dict[str, tuple[Concept, ...]] = {}
    for word, concept in pairs:
        key = normalise(word)
        meanings[key] = (*meanings.get(key, ()), concept)
    lengths: dict[str, set[int]] = {}
    for key in meanings:
        lengths.setdefault(key[0], set()).add(len(key))
    return Complaints(meanings, {first: tuple(sorted(each, reverse=True)) for first, each in lengths.items()}, instead)


def with_symptoms(book: Complaints, symptoms: Mapping[str, Sequence[str]]) -> Complaints:
    """The book and further words that the clinic gives its departments (id → words); the book's own words stay."""
    homes: dict[str, dict[str, float]] = {}
    for department, given in symptoms.items():
        for word in map(normalise, given):
            if word not in book.words:
                homes.setdefault(word, {})[department] = 1.0 + 0.5 * (min(len(word), 5) - 1)
    known: list[tuple[str, Concept]] = [(word, one) for word, concepts in book.words.items() for one in concepts]
    return compiled(known + [(word, Sign(weights)) for word, weights in homes.items()], book.instead)


def _spell(raw: Mapping[str, Any], concept: Concept) -> list[tuple[str, Concept]]:
    return [(word, concept) for word in dict.fromkeys(required(raw, "words", "complaints.yml"))]


def _weights(raw: Mapping[str, Any], key: str) -> Weights:
    return {str(name): float(weight) for name, weight in (raw.get(key) or {}).items()}


def _place(raw: Mapping[str, Any], feelings: Mapping[str, Feeling]) -> Place:
    by_feeling: dict[str, Weights] = {}
    for names, weights in (raw.get("with") or {}).items():
        for name in names.split():
            if name not in feelings:
                raise BadDataError(f"complaints.yml {raw['id']}: no feeling {name!r}")
            by_feeling[name] = {str(one): float(weight) for one, weight in weights.items()}
    return Place(str(raw["id"]), _weights(raw, "to"), by_feeling)


def _sign(raw: Mapping[str, Any]) -> Sign:
    level, why = str(raw.get("level", "")), str(raw.get("why", ""))
    if level and (level not in LEVELS or not why):
        raise BadDataError(f"complaints.yml {words(raw, 'words')[:1]}: level {level!r} without a reason, or unknown")
    return Sign(_weights(raw, "to"), level, why, bool(raw.get("child")))


def _all_weights(concept: Concept) -> tuple[Weights, ...]:
    match concept:
        case Place(to=to, by_feeling=by_feeling):
            return (to, *by_feeling.values())
        case Feeling(to=to) | Sign(to=to):
            return (to,)
        case _:
            return ()
