"""Read one sentence: its names and its intent. Trained and used as one, in Rasa and in the tools."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from components.doubt import Doubt, train_doubt
from components.folding import LONGEST_TEXT, fold, plain
from components.gazetteer import DRUG, SYMPTOM, Gazetteer, Span
from components.intent_model import IntentModel, train_intents
from components.pairs import Views

Names = Mapping[str, Sequence[str]]
Patterns = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Facts:
    """What a reader knows besides its training sentences."""

    names: Names
    patterns: Patterns
    generic: Mapping[str, str]
    """The generic name of each drug's other names."""


@dataclass(frozen=True)
class Reading:
    """What a sentence says. `ranking`: every intent with its confidence, the best first.

    The first confidence is the chance that this intent is right; the others only keep the order and the distance.
    """

    spans: list[Span]
    ranking: list[tuple[str, float]]
    entities: list[dict[str, Any]]
    """The spans as Rasa tells them: entity, start, end, value, and what else is known of each."""

    @property
    def intent(self) -> str:
        """The best intent."""
        return self.ranking[0][0]

    @property
    def confidence(self) -> float:
        """The chance that it is right."""
        return self.ranking[0][1]


class Reader:
    """Names found and intents weighed, for one sentence at a time."""

    def __init__(self, facts: Facts, intents: IntentModel, doubt: Doubt) -> None:
        self._facts, self._intents, self._doubt = facts, intents, doubt
        self.gazetteer = Gazetteer(facts.names, facts.patterns)

    @property
    def labels(self) -> tuple[str, ...]:
        """The intents known."""
        return self._intents.labels

    def read(self, text: str) -> Reading:
        """Read a text; what lies beyond the longest length is ignored."""
        spans, views = look(self.gazetteer, text)
        scores = self._intents.scores(self._intents.pairs.vector(views))
        sure = self._doubt.confidence(scores)
        shares = sure * np.exp(scores - scores.max())
        ranking = [(self.labels[i], float(shares[i])) for i in shares.argsort()[::-1]]
        return Reading(spans, ranking, [self._entity(text, span) for span in spans])

    def _entity(self, text: str, span: Span) -> dict[str, Any]:
        value = span.value or text[span.start : span.end]
        entity: dict[str, Any] = {"entity": span.kind, "start": span.start, "end": span.end, "value": value}
        if span.kind == DRUG:
            entity |= {"generic": self._facts.generic.get(value, value), "guessed": span.guessed}
        if span.kind == SYMPTOM:
            entity["negated"] = span.negated
        if span.number is not None:
            entity |= {"number": span.number, "unit": span.unit}
        return entity

    def save(self, folder: Path) -> None:
        """Write the reader into an existing folder."""
        (folder / "names.json").write_text(json.dumps(asdict(self._facts), ensure_ascii=False), encoding="utf-8")
        self._intents.save(folder)
        self._doubt.save(folder)

    @classmethod
    def load(cls, folder: Path) -> Reader:
        """Read what `save` wrote. Raises one of BROKEN (intent_model.py) on a broken folder."""
        facts = Facts(**json.loads((folder / "names.json").read_text(encoding="utf-8")))
        return cls(facts, IntentModel.load(folder), Doubt.load(folder))


def look(gazetteer: Gazetteer, text: str) -> tuple[list[Span], Views]:
    """Return the names found and the three forms of the sentence that the intent is read from."""
    folded = fold(text[:LONGEST_TEXT])
    spans = gazetteer.spans(folded)
    masked = plain(gazetteer.mask(folded, spans))
    return spans, (plain(folded), masked, gazetteer.sound(masked))


def train_reader(
    examples: Iterable[tuple[str, str]],
    names: Names,
    patterns: Patterns,
    *,
    inverse_penalty: float,
    generic: Mapping[str, str] | None = None,
) -> Reader:
    """Train on (text, intent) pairs; the same input gives the same reader. `generic`: of a drug's other names."""
    facts = Facts(names, patterns, generic or {})
    gazetteer = Gazetteer(names, patterns)
    texts, labels = zip(*examples, strict=True)
    views = [look(gazetteer, text)[1] for text in texts]
    intents = train_intents(views, labels, inverse_penalty=inverse_penalty)
    return Reader(facts, intents, train_doubt(views, labels, inverse_penalty=inverse_penalty))
