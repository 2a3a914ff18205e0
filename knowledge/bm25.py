"""BM25 over our own terms, in arrays (Robertson & Zaragoza, 2009, for the formula)."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_K1 = 1.2
"""How soon repeating a term stops to help."""
_B = 0.5
"""How much a long text is held back (0 not at all, 1 fully)."""


@dataclass(frozen=True, slots=True)
class Bm25:
    """An index over numbered documents; immutable once built."""

    count: int
    """How many documents."""
    vocabulary: Mapping[str, int]
    """Term → its number."""
    weights: NDArray[np.float32]
    """Idf by term number, natural logarithm."""
    rarest: float
    """The idf of a term that no document has."""
    average: float
    """Length of a document on average, in weighted terms."""
    by_term: NDArray[np.int64]
    """Where a term's documents begin in `documents`; one more at the end."""
    documents: NDArray[np.int32]
    """The documents of each term, rising."""
    shares: NDArray[np.float32]
    """What the term adds to that document's score."""

    def idf(self, term: str) -> float:
        """How much a term tells; one that we have never seen tells the most."""
        number = self.vocabulary.get(term)
        return self.rarest if number is None else float(self.weights[number])

    def has(self, document: int, term: str) -> bool:
        """Whether a document has a term."""
        number = self.vocabulary.get(term)
        if number is None:
            return False
        having = self.documents[self.by_term[number] : self.by_term[number + 1]]
        at = int(having.searchsorted(document))
        return at < len(having) and int(having[at]) == document

    def outside(self, document: Counter[str]) -> dict[str, float]:
        """What each term adds to the score of a document outside the index, weighted as everywhere."""
        damping = _K1 * (1 - _B + _B * sum(document.values()) / self.average)
        return {term: self.idf(term) * times * (_K1 + 1) / (times + damping) for term, times in document.items()}

    def best(self, terms: Collection[str], most: int) -> list[tuple[int, float]]:
        """The documents with the highest scores, best first, equal ones by number; only such as have a term."""
        totals: NDArray[np.float32] = np.zeros(self.count, np.float32)
        for number in sorted(self.vocabulary[term] for term in terms if term in self.vocabulary):
            part = slice(self.by_term[number], self.by_term[number + 1])
            totals[self.documents[part]] += self.shares[part]
        found = np.flatnonzero(totals)
        if len(found) > most:
            found = found[np.sort(np.argpartition(-totals[found], most)[:most])]
        order = found[np.argsort(-totals[found], kind="stable")]
        return [(int(one), float(totals[one])) for one in order]


def build_bm25(documents: Iterable[Counter[str]]) -> Bm25:
    """Index documents given as weighted term counts."""
    vocabulary: dict[str, int] = {}
    terms, times, lengths = _flatten(documents, vocabulary)
    count = len(lengths)
    owner = np.repeat(np.arange(count, dtype=np.int32), lengths)
    seen = np.bincount(terms, minlength=len(vocabulary))
    weights = np.log(1 + (max(1, count) - seen + 0.5) / (seen + 0.5)).astype(np.float32)
    size = np.bincount(owner, weights=times, minlength=count)
    average = float(size.mean()) if count and size.any() else 1.0
    damping = _K1 * (1 - _B + _B * size[owner] / average)
    shares = (weights[terms] * times * (_K1 + 1) / (times + damping)).astype(np.float32)
    inverted = np.argsort(terms, kind="stable")
    return Bm25(
        count=count, vocabulary=vocabulary, weights=weights,
        rarest=math.log(1 + (max(1, count) + 0.5) / 0.5), average=average,
        by_term=_starts(seen),
        documents=owner[inverted],
        shares=shares[inverted],
    )  # fmt: skip


def _flatten(
    documents: Iterable[Counter[str]], vocabulary: dict[str, int]
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]:
    """Term numbers and counts of all documents one after another, and how many each has."""
    terms, times, lengths = bytearray(), bytearray(), []
    for document in documents:
        numbers = [vocabulary.setdefault(term, len(vocabulary)) for term in document]
        terms += np.array(numbers, np.int32).tobytes()
        times += np.array(list(document.values()), np.float32).tobytes()
        lengths.append(len(numbers))
    return np.frombuffer(terms, np.int32), np.frombuffer(times, np.float32), np.array(lengths, np.int64)


def _starts(lengths: Sequence[int] | NDArray[Any]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
