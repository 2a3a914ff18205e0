"""How well the reader reads: cross-validation, the frozen test file, files of one's own.

    ../.venv-rasa/bin/python evaluate.py [--lines FILE.jsonl …]      (in nlu/)

Trains the same reader as Rasa does, from the same files, without Rasa. Prints for each set: accuracy,
macro-F1, the confusions, and what each threshold and margin would let through. The threshold is chosen
by cross-validation of the training sentences alone; the frozen file and the line files only report it.
A line file holds {"text", "intent"?} a line; an intent outside our list, or none, counts as out of scope.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from components.reader import Names, Patterns, Reader, train_reader

HERE = Path(__file__).resolve().parent
FOLDS, SEED = 5, 20261121
# Both lead to the knowledge base or a polite no, so neither is an answer given alone.
NOT_ALONE = ("out_of_scope", "ask_health")
# Names that public sets give to intents of ours.
KNOWN_AS = {
    "booking": "book_appointment",
    "drug_query": "query_drug",
    "llm_health": "ask_health",
    "report": "ask_report",
    "symptom_consult": "describe_symptom",
    "triage": "ask_department",
}
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)
MARGINS = (0.0, 0.05, 0.1)
# What the threshold is chosen for, in cross-validation: the lowest that keeps both.
RIGHT_AT_LEAST, LET_THROUGH_AT_MOST = 0.97, 0.05

Example = tuple[str, str]


@dataclass(frozen=True)
class Material:
    """What a reader is trained from."""

    examples: list[Example]
    names: Names
    patterns: Patterns


@dataclass(frozen=True)
class Outcome:
    """Truth, prediction, confidence and margin to the second, one entry a sentence."""

    texts: list[str]
    true: np.ndarray
    predicted: np.ndarray
    confidence: np.ndarray
    margin: np.ndarray


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Evaluate the intents of Xinglin")
    parser.add_argument("--lines", nargs="*", type=Path, default=[])
    parser.add_argument("--no-cross-validation", action="store_true")
    options = parser.parse_args()
    material, penalty = load(sorted((HERE / "data").rglob("*.yml"))), _penalty()
    if not options.no_cross_validation:
        crossed = cross_validate(material, penalty)
        report("5-fold cross-validation", crossed)
        print(chosen(crossed))
    reader = train_reader(material.examples, material.names, material.patterns, inverse_penalty=penalty)
    report("frozen test file", read_all(reader, load([HERE / "test" / "nlu_test.yml"]).examples))
    for path in options.lines:
        report(path.name, read_all(reader, load_lines(path, reader.labels)))


def load(paths: Iterable[Path]) -> Material:
    """Read Rasa's YAML: examples by intent, lookup tables, patterns."""
    material = Material([], {}, [])
    names: dict[str, list[str]] = {}
    patterns: list[tuple[str, str]] = []
    for path in paths:
        for block in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", []):
            lines = [line.removeprefix("- ").strip() for line in block["examples"].splitlines() if line.strip()]
            if "intent" in block:
                material.examples.extend((line, block["intent"]) for line in lines)
            elif "lookup" in block:
                names.setdefault(block["lookup"], []).extend(lines)
            elif "regex" in block:
                patterns.extend((block["regex"], line) for line in lines)
    return Material(material.examples, names, patterns)


def load_lines(path: Path, known: Sequence[str]) -> list[Example]:
    """Read JSON lines; `intent`, or `map_intent` in public sets, names the intent."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    labels = [row.get("intent") if row.get("intent") in known else row.get("map_intent") for row in rows]
    labels = [KNOWN_AS.get(label, label) for label in labels]
    return [(row["text"], label if label in known else "out_of_scope") for row, label in zip(rows, labels, strict=True)]


def cross_validate(material: Material, penalty: float) -> Outcome:
    """Read each example with a reader that was trained without it."""
    labels = [label for _, label in material.examples]
    parts = []
    for seen, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(labels, labels):
        some = [material.examples[i] for i in seen]
        reader = train_reader(some, material.names, material.patterns, inverse_penalty=penalty)
        parts.append(read_all(reader, [material.examples[i] for i in unseen]))
    arrays = [np.concatenate([getattr(part, name) for part in parts]) for name in ("true", "predicted")]
    numbers = [np.concatenate([getattr(part, name) for part in parts]) for name in ("confidence", "margin")]
    return Outcome([text for part in parts for text in part.texts], *arrays, *numbers)


def read_all(reader: Reader, examples: Sequence[Example]) -> Outcome:
    """Read every example."""
    probabilities = [reader.read(text).probabilities for text, _ in examples]
    ranked = [np.sort(p) for p in probabilities]
    return Outcome(
        texts=[text for text, _ in examples],
        true=np.array([label for _, label in examples]),
        predicted=np.array([reader.labels[int(p.argmax())] for p in probabilities]),
        confidence=np.array([p[-1] for p in ranked]),
        margin=np.array([p[-1] - p[-2] for p in ranked]),
    )


def report(title: str, outcome: Outcome) -> None:
    """Print accuracy, the worst confusions and the table of thresholds."""
    right = outcome.true == outcome.predicted
    score = f1_score(outcome.true, outcome.predicted, average="macro", labels=sorted(set(outcome.true)))
    print(f"\n== {title}: {len(right)} sentences, accuracy {right.mean():.3f}, macro-F1 {score:.3f}")
    wrong = Counter(zip(outcome.true[~right], outcome.predicted[~right], strict=True))
    for (true, predicted), count in wrong.most_common(12):
        place = int(np.flatnonzero((outcome.true == true) & (outcome.predicted == predicted))[0])
        print(f"   {count:4d}  {true} → {predicted}   {outcome.texts[place]}")
    print("   threshold margin | in scope answered alone · of these right | out of scope let through")
    for threshold in THRESHOLDS:
        for margin in MARGINS:
            print(f"   {threshold:9.2f} {margin:6.2f} | {_row(outcome, threshold, margin)}")


def chosen(outcome: Outcome) -> str:
    """Name the lowest threshold, then the smallest margin, that keeps what is asked for in cross-validation."""
    asked = f"right at least {RIGHT_AT_LEAST}, let through at most {LET_THROUGH_AT_MOST}"
    for threshold in THRESHOLDS:
        for margin in MARGINS:
            _, right, through = _rates(outcome, threshold, margin)
            if right >= RIGHT_AT_LEAST and through <= LET_THROUGH_AT_MOST:
                return f"   chosen: threshold {threshold:.2f}, margin {margin:.2f} ({asked})"
    return f"   chosen: none ({asked})"


def _rates(outcome: Outcome, threshold: float, margin: float) -> tuple[float, float, float]:
    """In scope answered alone, of these right, out of scope let through; NaN where there is nothing to count."""
    inside, outside, alone = _parts(outcome, threshold, margin)
    right = outcome.true == outcome.predicted
    return _share(alone, inside), _share(right, alone & inside), _share(alone, outside)


def _parts(outcome: Outcome, threshold: float, margin: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    sure = (outcome.confidence >= threshold) & (outcome.margin >= margin)
    inside, outside = ~np.isin(outcome.true, NOT_ALONE), outcome.true == "out_of_scope"
    return inside, outside, sure & ~np.isin(outcome.predicted, NOT_ALONE)


def _row(outcome: Outcome, threshold: float, margin: float) -> str:
    alone_of_inside, right, through = (f"{rate:.3f}" for rate in _rates(outcome, threshold, margin))
    _, outside, alone = _parts(outcome, threshold, margin)
    counted = f"({int((alone & outside).sum())} of {int(outside.sum())})"
    return f"{alone_of_inside:>9} · {right:>7} | {through:>7}  {counted}"


def _share(part: np.ndarray, whole: np.ndarray) -> float:
    total = int(whole.sum())
    return float((part & whole).sum() / total) if total else float("nan")


def _penalty() -> float:
    pipeline = yaml.safe_load((HERE / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return float(pipeline[0]["inverse_penalty"])


if __name__ == "__main__":
    main()
