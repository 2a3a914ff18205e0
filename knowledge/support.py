"""How likely a passage answers a question: a few signs from words and sense, weighed together.

The weights (data/support.yml) are fitted by `python -m knowledge.fit_support` on questions with known answers and
questions we know nothing about; nothing here is set by hand. One set is for words alone, one for words and sense.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.bm25 import Bm25
from knowledge.lexicon import Lexicon, Terms
from knowledge.yamlfile import BadDataError, read_yaml

_REST = 0.5
"""Weight of a left-over piece against a word of ours; unknown pieces are often names or small talk."""
_MANY = 3
"""More common words than this say nothing more."""

Signs = Mapping[str, float]
"""Name of a sign → its value, about 0 to 1."""
WITHOUT_SENSE = "words"
"""The weights where no embeddings are at hand; otherwise they go by the embedder's name."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the two orders say of a passage."""

    document: int
    share: float
    """Of the best score by words: 1 the best, 0 outside the list."""
    cosine: float
    """To the question; outside the list that of the last inside."""
    ahead: float
    """Cosine above that of the best other passage: below zero for all but the first."""


class Evidence:
    """What speaks for passages, given numbered as in `bm25`."""

    def __init__(self, about: Sequence[frozenset[str]], lexicon: Lexicon, bm25: Bm25) -> None:
        """`about`: words of ours in each title and its topics."""
        self._about, self._lexicon, self._bm25 = about, lexicon, bm25

    def signs(self, asked: Terms, found: Found) -> dict[str, float]:
        """The signs by words, and those by sense."""
        common = asked.words & self._about[found.document]
        narrow = common - self._lexicon.broad
        return {
            "covered": self._covered(asked, found.document),
            "traced": self._traced(asked, found.document),
            "narrow": min(len(narrow), _MANY) / _MANY,
            "any_narrow": float(bool(narrow)),
            "common": min(len(common), _MANY) / _MANY,
            "told": self._told(asked, narrow),
            "share": found.share,
            "near": found.cosine,
            "ahead": max(found.ahead, 0.0),
            "behind": min(found.ahead, 0.0),
        }

    def _covered(self, asked: Terms, document: int) -> float:
        """Share of the question's content that the passage contains, weighted by how much each term tells."""
        got, total = 0.0, 0.0
        for word in asked.words:
            weight = self._bm25.idf(word)
            total += weight
            got += weight * self._bm25.has(document, word)
        for rest in asked.rests:
            weight = _REST * self._bm25.rarest
            total += weight
            got += weight * sum(self._bm25.has(document, pair) for pair in rest) / len(rest)
        return got / total if total else 0.0

    def _traced(self, asked: Terms, document: int) -> float:
        """Share of the question's traces that the passage contains, weighted likewise."""
        total = sum(map(self._bm25.idf, asked.traces))
        return (
            sum(self._bm25.idf(one) for one in asked.traces if self._bm25.has(document, one)) / total if total else 0.0
        )

    def _told(self, asked: Terms, narrow: frozenset[str]) -> float:
        """Share of the question's words of ours that title and topics name, weighted likewise."""
        total = sum(self._bm25.idf(word) for word in asked.words - self._lexicon.broad)
        return sum(map(self._bm25.idf, narrow)) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Judge:
    """Logistic regression over the signs."""

    bias: float
    weights: Signs
    enough: float
    """Probability from which on a passage is shown."""

    def chance(self, signs: Signs) -> float:
        """Probability that the passage answers the question."""
        return 1 / (1 + math.exp(-self.bias - sum(weight * signs[name] for name, weight in self.weights.items())))


def load_judges(folder: Path) -> Mapping[str, Judge]:
    """Read support.yml: `words` and one for each embedder. Raises BadDataError."""
    raw = read_yaml(folder / "support.yml")
    try:
        return {name: Judge(one["bias"], dict(one["weights"]), one["enough"]) for name, one in raw.items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise BadDataError(f"support.yml: {error!r}") from error
