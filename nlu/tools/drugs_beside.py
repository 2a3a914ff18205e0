"""Misspelt drugs, put to several servers: how many are seen, and how many where none is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from components.folding import fold
from tools.asking import Asked
from tools.material import Sentence, training_material
from tools.measure_drugs import ABOUT_DRUGS, misspelt

SEED = 20261121
PER = 200  # ordinary sentences that a false find is counted among

Ask = Callable[[Sequence[Sentence]], Mapping[str, Asked]]


def drugs_beside(ask: Ask, tests: Sequence[Sentence], most: int) -> dict[str, Any]:
    """Return for each server the share of misspelt names it sees, and its false finds in ordinary sentences.

    Ordinary are the test sentences of intents that have nothing to do with drugs, unless one is named there.
    """
    names = training_material().names
    all_wrong = list(misspelt(names))
    wrong = Random(SEED).sample(all_wrong, min(most, len(all_wrong)))
    places = [(text.index(spelling), text.index(spelling) + len(spelling)) for _, _, spelling, text in wrong]
    seen = ask([Sentence(text, "query_drug") for *_, text in wrong])
    known = [fold(name) for name in names["drug"]]
    ordinary = [s for s in tests if s.intent not in ABOUT_DRUGS and not any(name in fold(s.text) for name in known)]
    false = ask(ordinary)
    return {
        "misspelt": len(wrong),
        "ordinary": len(ordinary),
        "recall": {
            side: _share([_met(s, p) for s, p in zip(a.drugs, places, strict=True)]) for side, a in seen.items()
        },
        "false_per_200": {side: PER * _share([bool(spans) for spans in a.drugs]) for side, a in false.items()},
    }


def _met(spans: Sequence[tuple[int, int]], place: tuple[int, int]) -> bool:
    return any(start < place[1] and end > place[0] for start, end in spans)


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else float("nan")
