"""BM25 over our own terms, with a posting list per term (Robertson & Zaragoza, 2009, for the formula)."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_K1 = 1.2
"""How soon repeating a term stops to help."""
_B = 0.5
"""How much a long text is held back (0 not at all, 1 fully)."""


@dataclass(frozen=True, slots=True)
class Bm25:
    """An index over numbered documents; immutable once built."""

    postings: Mapping[str, Sequence[tuple[int, float]]]
    """Term → (document, share of its score), by document."""
    weights: Mapping[str, float]
    """Term → idf, natural logarithm."""
    rarest: float
    """The idf of a term that no document has."""
    average: float
    """Length of a document on average, in weighted terms."""

    def idf(self, term: str) -> float:
        """How much a term tells; one that we have never seen tells the most."""
        return self.weights.get(term, self.rarest)

    def shares(self, document: Counter[str]) -> dict[str, float]:
        """What each term of a document adds to its score, of one outside the index as well."""
        damping = _K1 * (1 - _B + _B * sum(document.values()) / self.average)
        return {term: self.idf(term) * times * (_K1 + 1) / (times + damping) for term, times in document.items()}

    def scores(self, terms: Iterable[str]) -> dict[int, float]:
        """Score of every document that has at least one of the terms."""
        totals: dict[int, float] = defaultdict(float)
        for term in terms:
            for document, share in self.postings.get(term, ()):
                totals[document] += share
        return totals


def build_bm25(documents: Sequence[Counter[str]]) -> Bm25:
    """Index documents given as weighted term counts."""
    count = max(1, len(documents))
    average = sum(sum(document.values()) for document in documents) / count or 1.0
    frequency = Counter(term for document in documents for term in document)
    weights = {term: math.log(1 + (count - seen + 0.5) / (seen + 0.5)) for term, seen in frequency.items()}
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    index = Bm25(postings, weights, math.log(1 + (count + 0.5) / 0.5), average)
    for number, document in enumerate(documents):
        for term, share in index.shares(document).items():
            postings[term].append((number, share))
    return index
