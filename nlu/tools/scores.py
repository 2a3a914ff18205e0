"""The arithmetic of the tools, pure: accuracy, F1, calibration, coverage, comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest
from sklearn.metrics import f1_score, precision_recall_fscore_support

Words = npt.NDArray[np.str_]
Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

# Both lead to the knowledge base or a polite no, so neither is an answer given alone.
NOT_ALONE = ("out_of_scope", "ask_health")
BINS = 15
THRESHOLDS = tuple(step / 100 for step in range(20, 100, 5))


@dataclass(frozen=True)
class Outcome:
    """Truth, prediction, confidence and time, one entry a sentence."""

    texts: list[str]
    true: Words
    predicted: Words
    confidence: Floats
    milliseconds: Floats

    @property
    def right(self) -> Truths:
        """Where the prediction is the truth."""
        return np.asarray(self.true == self.predicted)

    @property
    def accuracy(self) -> float:
        """The share that is right."""
        return float(self.right.mean()) if len(self.texts) else float("nan")

    @property
    def macro_f1(self) -> float:
        """F1 averaged over the intents that occur in truth."""
        labels = sorted(set(self.true))
        return float(f1_score(self.true, self.predicted, average="macro", labels=labels, zero_division=0))


@dataclass(frozen=True)
class IntentScore:
    """How well one intent is read."""

    intent: str
    precision: float
    recall: float
    f1: float
    support: int  # sentences that truly mean it


@dataclass(frozen=True)
class Bin:
    """A step of the reliability table: in a calibrated reader confidence and accuracy are alike."""

    low: float
    high: float
    sentences: int
    confidence: float  # mean
    accuracy: float


@dataclass(frozen=True)
class Cover:
    """What a threshold gives. Shares; NaN where there is nothing to count."""

    threshold: float
    alone: float  # of in-scope sentences, answered alone
    right: float  # of these, right
    right_of_all: float  # of everything answered alone, whatever it truly is, right
    let_through: float  # of out-of-scope sentences, answered alone


@dataclass(frozen=True)
class Comparison:
    """Two readers on the same sentences: indices that the first has right and the other wrong, and the reverse."""

    better: list[int]
    worse: list[int]
    p: float  # McNemar's exact test, two-sided


def joined(parts: Sequence[Outcome]) -> Outcome:
    """Return the parts as one."""
    columns = ("true", "predicted", "confidence", "milliseconds")
    arrays = [np.concatenate([getattr(part, name) for part in parts]) for name in columns]
    return Outcome([text for part in parts for text in part.texts], *arrays)


def by_intent(outcome: Outcome) -> list[IntentScore]:
    """Return every intent that occurs in truth or prediction, the worst F1 first."""
    labels = sorted({*outcome.true, *outcome.predicted})
    columns = precision_recall_fscore_support(outcome.true, outcome.predicted, labels=labels, zero_division=0)
    rows = zip(labels, *columns, strict=True)
    scores = [IntentScore(str(name), float(p), float(r), float(f), int(n)) for name, p, r, f, n in rows]
    return sorted(scores, key=lambda score: (score.f1, score.intent))


def reliability(confidence: Floats, right: Truths, bins: int = BINS) -> list[Bin]:
    """Return the bins of equal width that hold anything; 1.0 belongs to the last."""
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    table = []
    for place in range(bins):
        inside = places == place
        if inside.any():
            means = float(confidence[inside].mean()), float(right[inside].mean())
            table.append(Bin(place / bins, (place + 1) / bins, int(inside.sum()), *means))
    return table


def calibration_error(table: Sequence[Bin]) -> float:
    """Return the expected calibration error: how far confidence and accuracy lie apart, a sentence's average."""
    total = sum(step.sentences for step in table)
    if not total:
        return float("nan")
    return sum(step.sentences * abs(step.confidence - step.accuracy) for step in table) / total


def cover(outcome: Outcome, threshold: float) -> Cover:
    """Return what a threshold on the confidence gives."""
    return cover_of(outcome, outcome.confidence >= threshold, threshold)


def cover_of(outcome: Outcome, sure: Truths, threshold: float = float("nan")) -> Cover:
    """Return what it gives to answer where `sure`, unless what is read is no answer given alone."""
    inside, outside = ~np.isin(outcome.true, NOT_ALONE), outcome.true == "out_of_scope"
    alone = sure & ~np.isin(outcome.predicted, NOT_ALONE)
    return Cover(
        threshold,
        alone=_share(alone, inside),
        right=_share(outcome.right, alone & inside),
        right_of_all=_share(outcome.right, alone),
        let_through=_share(alone, outside),
    )


def lowest_that_keeps(
    outcome: Outcome, thresholds: Sequence[float], *, right: float, let_through: float
) -> float | None:
    """Return the lowest threshold that keeps both bounds, or None."""
    for threshold in sorted(thresholds):
        found = cover(outcome, threshold)
        if found.right >= right and found.let_through <= let_through:
            return threshold
    return None


def compare(one: Outcome, other: Outcome) -> Comparison:
    """Compare two readers. Raises ValueError if they did not read the same sentences."""
    if one.texts != other.texts:
        raise ValueError("two readers are compared on the same sentences only")
    better, worse = one.right & ~other.right, other.right & ~one.right
    return Comparison(
        np.flatnonzero(better).tolist(), np.flatnonzero(worse).tolist(), mcnemar(int(better.sum()), int(worse.sum()))
    )


def mcnemar(better: int, worse: int) -> float:
    """Return the exact two-sided p of so many differences either way, if either way were equally likely."""
    return float(binomtest(better, better + worse, 0.5).pvalue) if better + worse else 1.0


def _share(part: Truths, whole: Truths) -> float:
    total = int(whole.sum())
    return float((part & whole).sum() / total) if total else float("nan")
