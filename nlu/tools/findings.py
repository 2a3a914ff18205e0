"""What an audit finds in sentences without a model: doubles, conflicts, leaks, thinness, padding. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tools import neighbours
from tools.material import Sentence

# Said in few ways; eighty would be padding.
SHORT_INTENTS = frozenset({
    "greet", "thank", "goodbye", "affirm", "deny", "help", "repeat", "start_over", "exit_practice", "inform",
})  # fmt: skip
ENOUGH = 80  # distinct sentences of a main intent

Shape = Callable[[str], str]
Both = tuple[Sentence, Sentence]


@dataclass(frozen=True)
class Doubles:
    """Pairs of sentences; in `same` they differ in nothing but punctuation, width, case and courtesy."""

    same: list[Both]
    near: list[Both]


@dataclass(frozen=True)
class Richness:
    """How many sentences of an intent are worth something."""

    intent: str
    sentences: int
    distinct: int  # when near ones count once
    shapes: int  # when sentences that differ only in names and numbers count once

    @property
    def thin(self) -> bool:
        """Too few for a main intent."""
        return self.distinct < ENOUGH and self.intent not in SHORT_INTENTS

    @property
    def padding(self) -> float:
        """The share that only repeats another one's shape."""
        return 1 - self.shapes / self.sentences


def doubles(sentences: Sequence[Sentence], folded: Shape) -> tuple[Doubles, Doubles]:
    """Return the doubles within an intent, and those between intents: conflicts."""
    same, near = _pairs(sentences, folded)
    return (
        Doubles([p for p in same if _agree(p)], [p for p in near if _agree(p)]),
        Doubles([p for p in same if not _agree(p)], [p for p in near if not _agree(p)]),
    )


def leaks(training: Sequence[Sentence], tests: Sequence[Sentence], folded: Shape) -> Doubles:
    """Return the test sentences, first of each pair, that training has too, or nearly."""
    texts = [folded(sentence.text) for sentence in (*tests, *training)]
    everything, border = [*tests, *training], len(tests)
    same = [(group[0], other) for group in neighbours.same(texts) for other in group if group[0] < border <= other]
    near = [(test, other) for test, other in neighbours.near(texts) if test < border <= other]
    pairs = [_first_of_each([(everything[a], everything[b]) for a, b in some]) for some in (same, near)]
    return Doubles(*pairs)


def richness(sentences: Sequence[Sentence], folded: Shape, masked: Shape) -> list[Richness]:
    """Return every intent's, the one with fewest distinct sentences first."""
    by_intent: defaultdict[str, list[str]] = defaultdict(list)
    for sentence in sentences:
        by_intent[sentence.intent].append(sentence.text)
    found = [
        Richness(intent, len(texts), _distinct([folded(t) for t in texts]), len({masked(t) for t in texts}))
        for intent, texts in by_intent.items()
    ]
    return sorted(found, key=lambda each: (each.distinct, each.intent))


def commonest_shapes(sentences: Sequence[Sentence], masked: Shape) -> list[tuple[str, list[Sentence]]]:
    """Return the shapes that most sentences of one intent share, with these."""
    groups: defaultdict[tuple[str, str], list[Sentence]] = defaultdict(list)
    for sentence in sentences:
        groups[sentence.intent, masked(sentence.text)].append(sentence)
    found = [(intent, group) for (intent, _), group in groups.items() if len(group) > 1]
    return sorted(found, key=lambda each: -len(each[1]))


def tally(pairs: Sequence[Both]) -> Counter[str]:
    """Return how many pairs each intent, or pair of intents, has."""
    return Counter(" · ".join(sorted({one.intent, other.intent})) for one, other in pairs)


def _pairs(sentences: Sequence[Sentence], folded: Shape) -> tuple[list[Both], list[Both]]:
    texts = [folded(sentence.text) for sentence in sentences]
    same = [(group[0], other) for group in neighbours.same(texts) for other in group[1:]]
    near = neighbours.near(texts)
    return [(sentences[a], sentences[b]) for a, b in same], [(sentences[a], sentences[b]) for a, b in near]


def _distinct(texts: Sequence[str]) -> int:
    unique = list(dict.fromkeys(texts))
    return len(neighbours.clusters(len(unique), neighbours.near(unique)))


def _first_of_each(pairs: Sequence[Both]) -> list[Both]:
    first: dict[Sentence, Both] = {}
    for pair in pairs:
        first.setdefault(pair[0], pair)
    return list(first.values())


def _agree(pair: Both) -> bool:
    return pair[0].intent == pair[1].intent
