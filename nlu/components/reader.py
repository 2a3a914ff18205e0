"""Read one sentence: its names and its intent. Trained and used as one, in Rasa and in evaluate.py."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.folding import LONGEST_TEXT, fold, plain
from components.gazetteer import Gazetteer, Span
from components.intent_model import Floats, IntentModel, Views, train_intents

Names = Mapping[str, Sequence[str]]
Patterns = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Reading:
    """What a sentence says: probabilities in the order of the reader's labels."""

    spans: list[Span]
    probabilities: Floats


class Reader:
    """Names found and intents weighed, for one sentence at a time."""

    def __init__(self, names: Names, patterns: Patterns, intents: IntentModel) -> None:
        self._names, self._patterns, self._intents = names, patterns, intents
        self._gazetteer = Gazetteer(names, patterns)

    @property
    def labels(self) -> tuple[str, ...]:
        """The intents known, in the order of a reading's probabilities."""
        return self._intents.labels

    def read(self, text: str) -> Reading:
        """Read a text; what lies beyond the longest length is ignored."""
        spans, views = look(self._gazetteer, text)
        return Reading(spans, self._intents.probabilities(views))

    def save(self, folder: Path) -> None:
        """Write the reader into an existing folder."""
        facts = {"names": self._names, "patterns": self._patterns}
        (folder / "names.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        self._intents.save(folder)

    @classmethod
    def load(cls, folder: Path) -> Reader:
        """Read what `save` wrote. Raises OSError, ValueError, KeyError on a broken folder."""
        facts = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        return cls(facts["names"], [(kind, pattern) for kind, pattern in facts["patterns"]], IntentModel.load(folder))


def look(gazetteer: Gazetteer, text: str) -> tuple[list[Span], Views]:
    """Return the names found and the two forms of the sentence that the intent is read from."""
    folded = fold(text[:LONGEST_TEXT])
    spans = gazetteer.spans(folded)
    return spans, (plain(folded), plain(gazetteer.mask(folded, spans)))


def train_reader(
    examples: Iterable[tuple[str, str]], names: Names, patterns: Patterns, *, inverse_penalty: float
) -> Reader:
    """Train on (text, intent) pairs; the same input gives the same reader."""
    gazetteer = Gazetteer(names, patterns)
    texts, labels = zip(*examples, strict=True)
    views = [look(gazetteer, text)[1] for text in texts]
    return Reader(names, patterns, train_intents(views, labels, inverse_penalty=inverse_penalty))
