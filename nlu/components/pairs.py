"""A sentence as numbers: TF-IDF of its characters and character pairs, in each of three forms.

The sentence as written, with names masked (挂X科 is learned once), and as it sounds (homophones are the same).

A pair never seen in training counts in the sentence's length though it has no weight. So a sentence of
unknown words stays near the middle of everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
Views = tuple[str, str, str]  # the sentence, the sentence with names masked, and how that one sounds


@dataclass(frozen=True)
class Vector:
    """What is known of a sentence: rows of the table with their values."""

    rows: list[int]
    values: Floats


@dataclass(frozen=True)
class PairTable:
    """The pairs of the training sentences: row of each, and how telling it is."""

    rows: dict[str, int]
    idf: list[float]
    unseen_idf: float

    @classmethod
    def of(cls, sentences: Sequence[Views]) -> PairTable:
        """Return the table of these sentences."""
        seen: Counter[str] = Counter()
        for views in sentences:
            seen.update({pair for view, text in enumerate(views) for pair in _pairs(view, text)})
        rows = {pair: row for row, pair in enumerate(sorted(seen))}
        total = 1 + len(sentences)
        return cls(rows, [1 + log(total / (1 + seen[pair])) for pair in rows], 1 + log(total))

    def vector(self, views: Views) -> Vector:
        """Return a sentence's vector; each view of it has length one."""
        rows: list[int] = []
        values: list[float] = []
        for view, text in enumerate(views):
            known: list[float] = []
            square = 0.0
            # So few numbers are sooner weighed one by one than put into arrays.
            for pair, count in Counter(_pairs(view, text)).items():
                row = self.rows.get(pair)
                weight = (1 + log(count)) * (self.unseen_idf if row is None else self.idf[row])
                square += weight**2
                if row is not None:
                    rows.append(row)
                    known.append(weight)
            length = sqrt(square)  # above 0: the edges are always there
            values += [weight / length for weight in known]
        return Vector(rows, np.array(values))

    def matrix(self, sentences: Iterable[Views]) -> csr_matrix:
        """Return the vectors of many sentences, one a row."""
        vectors = [self.vector(views) for views in sentences]
        ends = np.cumsum([0, *(len(vector.rows) for vector in vectors)])
        columns = np.concatenate([vector.rows for vector in vectors])
        values = np.concatenate([vector.values for vector in vectors])
        return csr_matrix((values, columns, ends), shape=(len(vectors), len(self.rows)))


def _pairs(view: int, text: str) -> Iterator[str]:
    """Yield single characters and pairs, with the sentence's edges, marked with their view.

    A character alone is no pair but the whole: x is not half "thx" and half "xie".
    """
    edged = f"^{text}$"
    if len(text) == 1:
        yield from (f"{view}{part}" for part in (*edged, edged))
        return
    for position, char in enumerate(edged):
        yield f"{view}{char}"
        yield f"{view}{edged[position : position + 2]}"
