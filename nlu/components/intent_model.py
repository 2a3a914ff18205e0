"""Intent by character pairs: TF-IDF over the sentence and over its masked form, logistic regression.

Why not Rasa's CountVectorsFeaturizer with its LogisticRegressionClassifier: on our data the masked
form and pairs alone (no longer n-grams) give more right answers, and one product of a few dozen rows
is an order of magnitude faster than sparse matrices built for one sentence.

A character pair never seen in training counts in the sentence's length though it has no weight. So a
sentence of unknown words stays near the middle of everything, and its confidence stays low.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

Floats = npt.NDArray[np.float64]
Views = tuple[str, str]  # the sentence, and the sentence with names masked

SEED = 20261121


@dataclass(frozen=True)
class IntentModel:
    """A trained model: `weights` has a row for each known pair and a column for each label."""

    labels: tuple[str, ...]
    vocabulary: dict[str, int]
    idf: Floats
    unseen_idf: float
    weights: Floats
    intercept: Floats

    def probabilities(self, views: Views) -> Floats:
        """Return one probability per label; they sum to one."""
        rows, values = self._vector(views)
        scores = values @ self.weights[rows] + self.intercept
        odds = np.exp(scores - scores.max())
        return np.asarray(odds / odds.sum(), dtype=np.float64)

    def _vector(self, views: Views) -> tuple[list[int], Floats]:
        return _vector(views, self.vocabulary, self.idf, self.unseen_idf)

    def save(self, folder: Path) -> None:
        """Write the model as plain arrays and JSON: nothing in it can run code when it is read."""
        np.savez(folder / "intents.npz", idf=self.idf, weights=self.weights, intercept=self.intercept)
        facts = {"labels": self.labels, "vocabulary": list(self.vocabulary), "unseen_idf": self.unseen_idf}
        (folder / "intents.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Read what `save` wrote. Raises OSError, ValueError, KeyError on a broken folder."""
        facts: dict[str, Any] = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
        with np.load(folder / "intents.npz", allow_pickle=False) as arrays:
            return cls(
                labels=tuple(facts["labels"]),
                vocabulary={pair: row for row, pair in enumerate(facts["vocabulary"])},
                idf=arrays["idf"],
                unseen_idf=facts["unseen_idf"],
                weights=arrays["weights"],
                intercept=arrays["intercept"],
            )


def train_intents(examples: Sequence[Views], labels: Sequence[str], *, inverse_penalty: float) -> IntentModel:
    """Train on sentences and their labels; the same input gives the same model."""
    seen: Counter[str] = Counter()
    for views in examples:
        seen.update({pair for view, text in enumerate(views) for pair in _pairs(view, text)})
    vocabulary = {pair: row for row, pair in enumerate(sorted(seen))}
    total = 1 + len(examples)
    idf = np.array([1 + np.log(total / (1 + seen[pair])) for pair in vocabulary])
    unseen_idf = float(1 + np.log(total))
    vectors = [_vector(views, vocabulary, idf, unseen_idf) for views in examples]
    matrix = _matrix(vectors, len(vocabulary))
    model = LogisticRegression(C=inverse_penalty, class_weight="balanced", max_iter=1000, random_state=SEED).fit(
        matrix, list(labels)
    )
    return IntentModel(
        tuple(model.classes_), vocabulary, idf, unseen_idf, np.ascontiguousarray(model.coef_.T), model.intercept_
    )


def _pairs(view: int, text: str) -> Iterator[str]:
    """Yield single characters and pairs, with the sentence's edges, marked with their view."""
    edged = f"^{text}$"
    for position, char in enumerate(edged):
        yield f"{view}{char}"
        yield f"{view}{edged[position : position + 2]}"


def _vector(views: Views, vocabulary: dict[str, int], idf: Floats, unseen_idf: float) -> tuple[list[int], Floats]:
    """Return the rows of the known pairs and their values; each view has length one."""
    rows: list[int] = []
    values: list[Floats] = []
    for view, text in enumerate(views):
        counts = Counter(_pairs(view, text))
        known = [(vocabulary[pair], count) for pair, count in counts.items() if pair in vocabulary]
        unseen = np.array([count for pair, count in counts.items() if pair not in vocabulary], dtype=np.float64)
        places = [row for row, _ in known]
        weight = (1 + np.log([count for _, count in known])) * idf[places] if known else np.zeros(0)
        length = np.sqrt(np.sum(weight**2) + np.sum(((1 + np.log(unseen)) * unseen_idf) ** 2))
        rows += places
        values.append(weight / (length or 1.0))
    return rows, np.concatenate(values)


def _matrix(vectors: Sequence[tuple[list[int], Floats]], width: int) -> csr_matrix:
    ends = np.cumsum([0, *(len(rows) for rows, _ in vectors)])
    columns = np.concatenate([rows for rows, _ in vectors])
    return csr_matrix((np.concatenate([v for _, v in vectors]), columns, ends), shape=(len(vectors), width))
