"""How sure a reading is: the chance that the best intent is the right one.

A classifier's own scores say which label is nearest, not whether any is near. So the training sentences are read
by models that have not seen them, and from two signs of each such reading a logistic curve is fitted to whether
it was right: how far inside the best intent it lies, and how far before the second. What was never seen makes a
sentence's vector short (pairs.py) and so lessens both; its share as a third sign brought nothing more. The result
is a probability that holds (`xinglin nlu evaluate` prints how well).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from components.intent_model import SEED, train_intents
from components.pairs import Floats, Views

FOLDS = 3


@dataclass(frozen=True)
class Doubt:
    """The fitted curve: a weight for each sign, and what it starts from."""

    score: float
    margin: float
    start: float

    def confidence(self, scores: Floats) -> float:
        """Return the chance, above 0 and below 1, that the highest score names the right intent."""
        score, margin = _signs(scores)
        odds = self.start + self.score * score + self.margin * margin
        return float(1 / (1 + np.exp(-odds)))

    def save(self, folder: Path) -> None:
        """Write the curve into an existing folder."""
        (folder / "doubt.json").write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Doubt:
        """Read what `save` wrote. Raises one of BROKEN on a broken folder."""
        return cls(**json.loads((folder / "doubt.json").read_text(encoding="utf-8")))


def train_doubt(examples: Sequence[Views], labels: Sequence[str], *, inverse_penalty: float) -> Doubt:
    """Fit the curve on readings by models that have not seen what they read."""
    signs: list[tuple[float, float]] = []
    right: list[bool] = []
    for seen, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(labels, labels):
        model = train_intents([examples[i] for i in seen], [labels[i] for i in seen], inverse_penalty=inverse_penalty)
        for i in unseen:
            scores = model.scores(model.pairs.vector(examples[i]))
            signs.append(_signs(scores))
            right.append(model.labels[int(scores.argmax())] == labels[i])
    curve = LogisticRegression(C=100).fit(np.array(signs), right)
    return Doubt(*(float(weight) for weight in curve.coef_[0]), float(curve.intercept_[0]))


def _signs(scores: Floats) -> tuple[float, float]:
    second, best = np.partition(scores, -2)[-2:]
    return float(best), float(best - second)
