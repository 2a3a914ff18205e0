"""What was measured on one set, in words for a terminal and as facts for a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from tools.entity_scores import Score
from tools.scores import THRESHOLDS, Comparison, Outcome, by_intent, calibration_error, cover, reliability

MOST_CONFUSIONS, MOST_CHANGES = 15, 10


@dataclass(frozen=True)
class Report:
    """One set, read."""

    name: str
    outcome: Outcome
    left_out: Mapping[str, int] = field(default_factory=dict)  # rows by label
    chosen: str = ""  # the threshold, where this set is what it is chosen on
    other: Outcome | None = None  # of the model it is compared with
    compared: Comparison | None = None
    names: Mapping[str, Score] = field(default_factory=dict)  # how well they are found, where the file marks them


def facts(report: Report) -> dict[str, Any]:
    """Everything, for JSON; what there was nothing to count for is null."""
    found = {"name": report.name, **(_intent_facts(report) if report.outcome.texts else {})}
    found["entities"] = {
        kind: {"exact_f1": score.exact_f1, "overlap_f1": score.overlap_f1, "marked": score.marked}
        for kind, score in report.names.items()
    }
    return {name: no_nan(value) for name, value in found.items()}


def _intent_facts(report: Report) -> dict[str, Any]:
    outcome = report.outcome
    table = reliability(outcome.confidence, outcome.right)
    return {
        "sentences": len(outcome.texts),
        "left_out": dict(report.left_out),
        "accuracy": outcome.accuracy,
        "macro_f1": outcome.macro_f1,
        "calibration_error": calibration_error(table),
        "latency_ms": _latency(outcome),
        "intents": [asdict(score) for score in by_intent(outcome)],
        "reliability": [asdict(step) for step in table],
        "curve": [asdict(cover(outcome, threshold)) for threshold in THRESHOLDS],
        "confusions": [{"true": t, "read": p, "count": n, "example": e} for t, p, n, e in confusions(outcome)],
        "chosen": report.chosen,
        "compared": _compared_facts(report),
    }


def in_words(report: Report) -> str:
    """The same for a person, the worst first and the lists cut."""
    intents = _lines(report) if report.outcome.texts else [f"== {report.name}"]
    return "\n".join([*intents, *_names(report.names)])


def confusions(outcome: Outcome) -> list[tuple[str, str, int, str]]:
    """Return truth, reading, how often and one sentence, the most frequent first."""
    wrong = Counter(zip(outcome.true[~outcome.right], outcome.predicted[~outcome.right], strict=True))
    return [(str(t), str(p), n, _example(outcome, t, p)) for (t, p), n in wrong.most_common()]


def _lines(report: Report) -> Iterator[str]:
    outcome = report.outcome
    yield f"== {report.name}: {len(outcome.texts)} sentences"
    if report.left_out:
        yield "   left out, for the label means no one intent: " + ", ".join(
            f"{label} {count}" for label, count in report.left_out.items()
        )
    table = reliability(outcome.confidence, outcome.right)
    yield (
        f"   accuracy {outcome.accuracy:.3f} · macro-F1 {outcome.macro_f1:.3f} · "
        f"calibration error {calibration_error(table):.3f} · "
        f"p50 {_latency(outcome)['p50']:.2f} ms, p95 {_latency(outcome)['p95']:.2f} ms a sentence"
    )
    yield "\n   precision  recall      F1  sentences"
    for score in by_intent(outcome):
        yield f"   {score.precision:9.3f} {score.recall:7.3f} {score.f1:7.3f} {score.support:10d}  {score.intent}"
    yield "\n   confidence   sentences  mean  right"
    for step in table:
        yield f"   {step.low:.2f}–{step.high:.2f} {step.sentences:11d} {step.confidence:6.3f} {step.accuracy:6.3f}"
    yield from _curve(outcome)
    if report.chosen:
        yield f"   chosen threshold: {report.chosen}"
    yield "\n   confusions, the most frequent first"
    for true, read, count, example in confusions(outcome)[:MOST_CONFUSIONS]:
        yield f"   {count:4d}  {true} → {read}   {example}"
    yield from _comparison(report)


def _names(names: Mapping[str, Score]) -> Iterator[str]:
    if names:
        yield "\n   names: F1 exact  overlap  marked"
    for kind, score in names.items():
        yield f"   {score.exact_f1:15.3f} {score.overlap_f1:8.3f} {score.marked:7d}  {kind}"


def _curve(outcome: Outcome) -> Iterator[str]:
    yield "\n   threshold  in scope answered alone · of these right · of all answered right · out of scope let through"
    for row in (cover(outcome, threshold) for threshold in THRESHOLDS):
        yield (
            f"   {row.threshold:9.2f}  {row.alone:23.3f} · {row.right:14.3f} · {row.right_of_all:21.3f}"
            f" · {row.let_through:24.3f}"
        )


def _comparison(report: Report) -> Iterator[str]:
    if report.compared is None or report.other is None:
        return
    found, other = report.compared, report.other
    yield (
        f"\n   against: accuracy {other.accuracy:.3f}, macro-F1 {other.macro_f1:.3f} · better on {len(found.better)}, "
        f"worse on {len(found.worse)}, McNemar p {found.p:.4f}"
    )
    for title, places in (("better", found.better), ("worse", found.worse)):
        for place in places[:MOST_CHANGES]:
            yield (
                f"   {title}  {report.outcome.texts[place]}   "
                f"{other.predicted[place]} → {report.outcome.predicted[place]} (true: {report.outcome.true[place]})"
            )


def _compared_facts(report: Report) -> dict[str, Any] | None:
    if report.compared is None or report.other is None:
        return None
    found, other = report.compared, report.other

    def told(place: int) -> dict[str, str]:
        one = report.outcome
        read = {"read": str(one.predicted[place]), "against": str(other.predicted[place])}
        return {"text": one.texts[place], "true": str(one.true[place]), **read}

    return {
        "accuracy": other.accuracy,
        "macro_f1": other.macro_f1,
        "mcnemar_p": found.p,
        "better": [told(place) for place in found.better],
        "worse": [told(place) for place in found.worse],
    }


def _latency(outcome: Outcome) -> dict[str, float]:
    return {name: float(np.percentile(outcome.milliseconds, share)) for name, share in (("p50", 50), ("p95", 95))}


def _example(outcome: Outcome, true: str, predicted: str) -> str:
    return outcome.texts[int(np.flatnonzero((outcome.true == true) & (outcome.predicted == predicted))[0])]


def no_nan(value: Any) -> Any:
    """The same with None for every NaN, which JSON does not know."""
    if isinstance(value, dict):
        return {name: no_nan(each) for name, each in value.items()}
    if isinstance(value, list):
        return [no_nan(each) for each in value]
    return None if isinstance(value, float) and np.isnan(value) else value
