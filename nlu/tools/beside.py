"""Ours and a stock Rasa, both running, on the same sentences: what `make bench-nlu` measures of the reading itself.

    python -m tools.beside --ours URL --ours-token T --stock URL [--public FOLDER] [--most N]     (in nlu/)

Prints JSON. Both are asked through Rasa's own `/model/parse`, one sentence at a time, in turns block by block.
A public set is halved at random: a character TF-IDF with logistic regression learns from one half, all three are
scored on the other, in the classes of tools/known_as.py.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from tools.asking import Asked, Server, whole
from tools.baseline import halves, learn_and_read
from tools.drugs_beside import drugs_beside
from tools.known_as import group
from tools.material import BadFile, Sentence, own_test_sets, read_set
from tools.report import no_nan
from tools.scores import Outcome, calibration_error, compare, cover_of, reliability

OURS, STOCK, BASELINE = "ours", "stock", "tfidf"
BLOCK = 50  # sentences asked of one server before the other has its turn
SEED = 20261121
MOST_DRUGS = 1000  # misspelt names
# Rasa's default fallback is 0.3 and 0.1; its documentation shows 0.7 for one that means it.
STRICT_STOCK = 0.7
STOCK_MARGIN = 0.1


@dataclass(frozen=True)
class Both:
    """The two servers."""

    servers: Mapping[str, Server]

    def ask(self, sentences: Sequence[Sentence]) -> dict[str, Asked]:
        """Have both read all, in turns: what slows the machine down meanwhile slows both."""
        parts: dict[str, list[Asked]] = {name: [] for name in self.servers}
        for start in range(0, len(sentences), BLOCK):
            for name, server in self.servers.items():
                parts[name].append(server.ask(sentences[start : start + BLOCK]))
        return {name: whole(some) for name, some in parts.items()}


def main() -> None:
    """Print what was measured."""
    options = _options()
    both = Both({OURS: Server(options.ours, options.ours_token), STOCK: Server(options.stock, "")})
    try:
        found = no_nan(_measured(both, options.public, options.most))
    except BadFile as error:
        sys.exit(str(error))
    print(json.dumps(found, ensure_ascii=False, indent=1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure our reading beside stock Rasa's")
    parser.add_argument("--ours", required=True)
    parser.add_argument("--ours-token", default="")
    parser.add_argument("--stock", required=True)
    parser.add_argument("--public", type=Path, help="a folder with public sets, intent_*.jsonl")
    parser.add_argument("--most", type=int, default=0, help="at most so many sentences of each set")
    return parser.parse_args()


def _measured(both: Both, public: Path | None, most: int) -> dict[str, Any]:
    own = {some.name: _some(some.sentences, most) for some in own_test_sets()}
    both.ask(next(iter(own.values()))[:BLOCK])  # neither's first sentences are counted
    asked = {name: both.ask(sentences) for name, sentences in own.items()}
    together = {name: whole([each[name] for each in asked.values()]) for name in both.servers}
    paths = sorted(public.glob("intent_*.jsonl")) if public else []
    return {
        "own": [_own(name, each) for name, each in asked.items()],
        "together": {name: _doubt(name, each) for name, each in together.items()},
        "drugs": drugs_beside(both.ask, [s for some in own.values() for s in some], most or MOST_DRUGS),
        "public": [_public(both, path, most) for path in paths],
    }


def _own(name: str, asked: Mapping[str, Asked]) -> dict[str, Any]:
    ours, stock = asked[OURS].outcome, asked[STOCK].outcome
    found = compare(ours, stock)
    return {
        "name": name,
        "sentences": len(ours.texts),
        "scores": {side: _scores(each.outcome) for side, each in asked.items()},
        "mcnemar_p": found.p,
    }


def _scores(outcome: Outcome) -> dict[str, float]:
    return {"accuracy": outcome.accuracy, "macro_f1": outcome.macro_f1}


def _doubt(name: str, asked: Asked) -> dict[str, Any]:
    """Calibration, what the server answers alone, and its time, over all our test sentences."""
    outcome = asked.outcome
    facts = {
        "sentences": len(outcome.texts),
        "calibration_error": calibration_error(reliability(outcome.confidence, outcome.right)),
        "p50_ms": float(np.percentile(outcome.milliseconds, 50)),
        "p95_ms": float(np.percentile(outcome.milliseconds, 95)),
        "alone": asdict(cover_of(outcome, asked.sure)),
    }
    if name == STOCK:
        strict = (outcome.confidence >= STRICT_STOCK) & (asked.margin >= STOCK_MARGIN)
        facts["alone_strict"] = asdict(cover_of(outcome, strict, STRICT_STOCK))
    return facts


def _public(both: Both, path: Path, most: int) -> dict[str, Any]:
    some = read_set(path, groups=True)
    learned, measured = halves(len(some.sentences))
    seen = [some.sentences[i] for i in learned]
    unseen = _some([some.sentences[i] for i in measured], most)
    outcomes = {name: _grouped(asked.outcome) for name, asked in both.ask(unseen).items()}
    labels = [group(sentence.intent) for sentence in seen]
    if len(set(labels)) > 1:  # of one class alone there is nothing to learn
        baseline = learn_and_read([s.text for s in seen], labels, [s.text for s in unseen])
        outcomes[BASELINE] = replace(outcomes[OURS], predicted=baseline)
    return {
        "name": path.stem.removeprefix("intent_"),
        "sentences": len(unseen),
        "left_out": dict(some.left_out),
        "classes": sorted(set(map(str, outcomes[OURS].true))),
        "scores": {name: _scores(outcome) for name, outcome in outcomes.items()},
    }


def _grouped(outcome: Outcome) -> Outcome:
    """The same, in classes that a public set can tell apart."""
    true, predicted = (np.array([group(str(each)) for each in some]) for some in (outcome.true, outcome.predicted))
    return replace(outcome, true=true, predicted=predicted)


def _some(sentences: Sequence[Sentence], most: int) -> list[Sentence]:
    """All, or a random choice that is the same every time."""
    if not most or len(sentences) <= most:
        return list(sentences)
    return Random(SEED).sample(sentences, most)


if __name__ == "__main__":
    main()
