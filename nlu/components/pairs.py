"""A sentence as numbers: TF-IDF of its characters and character pairs, of the sentence and of its masked form.

A pair never seen in training counts in the sentence's length though it has no weight. So a sentence of
unknown words stays near the middle of everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
Views = tuple[str, str]  # the sentence, and the sentence with names masked


@dataclass(frozen=True)
class Vector:
    """What is known of a sentence: rows of the table with their values, and the share of its pairs that is known."""

    rows: list[int]
    values: Floats
    known: float


@dataclass(frozen=True)
class PairTable:
    """The pairs of the training sentences: row of each, and how telling it is."""

    rows: dict[str, int]
    idf: Floats
    unseen_idf: float

    @classmethod
    def of(cls, sentences: Sequence[Views]) -> PairTable:
        """Return the table of these sentences."""
        seen: Counter[str] = Counter()
        for views in sentences:
            seen.update({pair for view, text in enumerate(views) for pair in _pairs(view, text)})
        rows = {pair: row for row, pair in enumerate(sorted(seen))}
        total = 1 + len(sentences)
        return cls(rows, np.array([1 + np.log(total / (1 + seen[pair])) for pair in rows]), float(1 + np.log(total)))

    def vector(self, views: Views) -> Vector:
        """Return a sentence's vector; each view of it has length one."""
        rows: list[int] = []
        values: list[Floats] = []
        known = total = 0
        for view, text in enumerate(views):
            counts = Counter(_pairs(view, text))
            places = [self.rows[pair] for pair in counts if pair in self.rows]
            weight = (1 + np.log([count for pair, count in counts.items() if pair in self.rows])) * self.idf[places]
            unseen = [count for pair, count in counts.items() if pair not in self.rows]
            length = np.sqrt(np.sum(weight**2) + np.sum(((1 + np.log(unseen)) * self.unseen_idf) ** 2))
            rows += places
            values.append(weight / (length or 1.0))
            known, total = known + len(places), total + len(counts)
        return Vector(rows, np.concatenate(values), known / total if total else 0.0)

    def matrix(self, sentences: Iterable[Views]) -> csr_matrix:
        """Return the vectors of many sentences, one a row."""
        vectors = [self.vector(views) for views in sentences]
        ends = np.cumsum([0, *(len(vector.rows) for vector in vectors)])
        columns = np.concatenate([vector.rows for vector in vectors])
        values = np.concatenate([vector.values for vector in vectors])
        return csr_matrix((values, columns, ends), shape=(len(vectors), len(self.rows)))


def _pairs(view: int, text: str) -> Iterator[str]:
    """Yield single characters and pairs, with the sentence's edges, marked with their view."""
    edged = f"^{text}$"
    for position, char in enumerate(edged):
        yield f"{view}{char}"
        yield f"{view}{edged[position : position + 2]}"
