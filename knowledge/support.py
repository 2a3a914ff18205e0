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


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question's terms and how much each tells, worked out once for all passages."""

    words: Mapping[str, float]
    rests: tuple[tuple[str, ...], ...]
    rest: float
    """What each left-over piece tells."""
    traces: Mapping[str, float]
    content: float
    """What words and left-over pieces tell together."""
    narrow: float
    """What the words tell that are not broad."""
    traced: float
    """What the traces tell together."""


class Evidence:
    """What speaks for passages, given numbered as in `bm25`."""

    def __init__(self, about: Sequence[frozenset[str]], lexicon: Lexicon, bm25: Bm25) -> None:
        """`about`: words of ours in each title and its topics."""
        self._about, self._lexicon, self._bm25 = about, lexicon, bm25

    def weigh(self, asked: Terms) -> Weighed:
        """How much each term of a question tells."""
        words = {word: self._bm25.idf(word) for word in asked.words}
        traces = {trace: self._bm25.idf(trace) for trace in asked.traces}
        rest = _REST * self._bm25.rarest
        return Weighed(
            words, asked.rests, rest, traces,
            content=sum(words.values()) + rest * len(asked.rests),
            narrow=sum(weight for word, weight in words.items() if word not in self._lexicon.broad),
            traced=sum(traces.values()),
        )  # fmt: skip

    def signs(self, asked: Weighed, found: Found) -> dict[str, float]:
        """The signs by words, and those by sense."""
        common = asked.words.keys() & self._about[found.document]
        narrow = common - self._lexicon.broad
        return {
            "covered": self._covered(asked, found.document),
            "traced": _share(self._held(asked.traces, found.document), asked.traced),
            "narrow": min(len(narrow), _MANY) / _MANY,
            "any_narrow": float(bool(narrow)),
            "common": min(len(common), _MANY) / _MANY,
            "told": _share(sum(asked.words[word] for word in narrow), asked.narrow),
            "share": found.share,
            "near": found.cosine,
            "ahead": max(found.ahead, 0.0),
            "behind": min(found.ahead, 0.0),
        }

    def _covered(self, asked: Weighed, document: int) -> float:
        """Share of the question's content that the passage contains."""
        held = self._held(asked.words, document)
        for rest in asked.rests:
            held += asked.rest * sum(self._bm25.has(document, pair) for pair in rest) / len(rest)
        return _share(held, asked.content)

    def _held(self, terms: Mapping[str, float], document: int) -> float:
        """What those of the terms tell that the passage has."""
        return sum(weight for term, weight in terms.items() if self._bm25.has(document, term))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


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
