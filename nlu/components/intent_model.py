"""Intent by character pairs and a linear support vector machine.

Measured against logistic regression on the same pairs: as many right answers, learned thirty times faster,
which pays for training it four times (see doubt.py). Longer n-grams, words, and sentence embeddings brought
nothing once there were ten thousand training sentences (nlu/README.md has the table).
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.svm import LinearSVC

from components.pairs import Floats, PairTable, Vector, Views

SEED = 20261121
# What reading files that are cut short, mixed up or of another version raises.
BROKEN = (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class IntentModel:
    """A trained model: `weights` has a row for each known pair and a column for each label."""

    labels: tuple[str, ...]
    pairs: PairTable
    weights: Floats
    intercept: Floats

    def scores(self, vector: Vector) -> Floats:
        """Return how far a sentence lies on each label's side: above 0 is inside."""
        return np.asarray(vector.values @ self.weights[vector.rows] + self.intercept, dtype=np.float64)

    def save(self, folder: Path) -> None:
        """Write the model as plain arrays and JSON: nothing in it can run code when it is read."""
        np.savez(folder / "intents.npz", idf=self.pairs.idf, weights=self.weights, intercept=self.intercept)
        facts = {"labels": self.labels, "pairs": list(self.pairs.rows), "unseen_idf": self.pairs.unseen_idf}
        (folder / "intents.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Read what `save` wrote. Raises one of BROKEN on a broken folder."""
        facts: dict[str, Any] = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
        rows = {pair: row for row, pair in enumerate(facts["pairs"])}
        with np.load(folder / "intents.npz", allow_pickle=False) as arrays:
            idf, weights, intercept = (arrays[name] for name in ("idf", "weights", "intercept"))
        labels = tuple(facts["labels"])
        shapes = (len(rows),), (len(rows), len(labels)), (len(labels),)
        if (idf.shape, weights.shape, intercept.shape) != shapes:
            raise ValueError("intents.json and intents.npz are not of one model")
        return cls(labels, PairTable(rows, idf.tolist(), facts["unseen_idf"]), weights, intercept)


def train_intents(examples: Sequence[Views], labels: Sequence[str], *, inverse_penalty: float) -> IntentModel:
    """Train on at least three labels; the same input gives the same model."""
    table = PairTable.of(examples)
    model = LinearSVC(C=inverse_penalty, class_weight="balanced", max_iter=5000, random_state=SEED)
    model.fit(table.matrix(examples), list(labels))
    weights = np.ascontiguousarray(model.coef_.T, dtype=np.float32)
    return IntentModel(tuple(model.classes_), table, weights, model.intercept_)
