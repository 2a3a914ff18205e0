"""Finding the passages that answer a question: words first, embeddings for the order, exact checks last.

A passage is only shown when the words of the question support it (`_supported`); what we know nothing about
gives an empty list. Embeddings reorder what the words allow; cosines decide nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from knowledge.aspects import Aspect, read_aspect
from knowledge.bm25 import Bm25, build_bm25
from knowledge.dense import Ranker
from knowledge.lexicon import Lexicon, Terms
from knowledge.passages import Passage
from knowledge.text import numbers

_TITLE, _TOPICS, _TEXT = 3, 3, 1
"""How often a term counts by where it stands."""
_REST = 0.5
"""Weight of a left-over piece against a word of ours; unknown pieces are often names or small talk."""
_COVERED_NARROW, _COVERED_BROAD, _COVERED_ALONE = 0.18, 0.75, 0.85
"""Share of the question's content (by idf) that a passage must contain, when its title or topics hold a
narrow word of the question, only broad ones (words.yml; two at least), or none.
Chosen on tests/unit/knowledge/questions.yml."""
_PIECES_ALONE = 3
"""Without any word of title or topics, a question with fewer pieces of content is left alone."""
_CLEAR = 1.05
"""The words' first is this many times ahead of their second: embeddings (slow) are not asked."""
_RRF = 10
"""Reciprocal rank fusion's constant; small, because few passages pass the words' test."""
_DENSE = 0.6
"""Weight of the embeddings' order against the words' order."""
_OTHER_DRUG, _UNNAMED_DRUG, _OTHER_NUMBER, _ASPECT = 0.3, 0.5, 0.9, 2.0
"""Factors: the passage lacks the drug asked about; is about a drug nobody named; lacks a number asked about;
is the very aspect of the drug asked about."""
_SHANGHAI = ZoneInfo("Asia/Shanghai")

DrugsNamed = Callable[[str], Iterable[str]]
"""Ids of the drugs named in a text."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found."""

    passage: Passage
    score: float
    """Fused score, comparable within one search only."""


@dataclass(frozen=True, slots=True)
class _Asked:
    terms: Terms
    drugs: frozenset[str]
    numbers: frozenset[str]
    aspect: Aspect | None


class PassageIndex:
    """All passages, searchable. Safe to share between threads; iterating gives the passages."""

    def __init__(
        self,
        passages: Sequence[Passage],
        lexicon: Lexicon,
        drugs_named: DrugsNamed = lambda _: (),
        dense: Ranker | None = None,
    ) -> None:
        """`dense` numbers its texts as `passages`; passages beyond its texts are ranked by words only."""
        self._passages, self._lexicon = tuple(passages), lexicon
        self._drugs_named, self._dense = drugs_named, dense
        self._about = self._about_words()
        documents = self._documents()
        self._has = [frozenset(one) for one in documents]
        self._bm25: Bm25 = build_bm25(documents)
        self._drugs = [frozenset(drugs_named(one.title + one.text)) for one in self._passages]
        self._numbers = [numbers(one.text) for one in self._passages]

    def __iter__(self) -> Iterator[Passage]:
        return iter(self._passages)

    def __len__(self) -> int:
        return len(self._passages)

    def search(self, query: str, k: int = 3, at: datetime | None = None) -> list[Hit]:
        """The k best passages, [] when nothing is about the question; with `at`, without expired ones."""
        asked = self._read(query)
        scores = self._bm25.scores(asked.terms.words | asked.terms.pairs)
        supported = [one for one in scores if self._served(one, at) and self._supported(one, asked)]
        if not supported:
            return []
        order = sorted(supported, key=lambda one: (-scores[one], one))
        ranked = None if asked.drugs or self._clear(order, scores) else self._by_sense(query)
        return self._cut(_fuse(_places(order, scores), ranked), asked, k)

    def _clear(self, order: Sequence[int], scores: Mapping[int, float]) -> bool:
        return len(order) == 1 or scores[order[0]] >= _CLEAR * scores[order[1]]

    def _by_sense(self, query: str) -> Sequence[int] | None:
        return self._dense.rank(query) if self._dense else None

    def _cut(self, fused: Mapping[int, float], asked: _Asked, k: int) -> list[Hit]:
        checked = {one: score * self._check(one, asked) for one, score in fused.items()}
        best = sorted(checked, key=lambda one: (-checked[one], one))[:k]
        return [Hit(self._passages[one], checked[one]) for one in best]

    def _read(self, query: str) -> _Asked:
        drugs = frozenset(self._drugs_named(query))
        return _Asked(self._lexicon.query_terms(query), drugs, numbers(query), read_aspect(query) if drugs else None)

    def _about_words(self) -> list[frozenset[str]]:
        """Words of title and topics of each passage; topics repeat between drugs and are read once."""
        read = cache(lambda text: self._lexicon.query_terms(text).words)
        return [frozenset().union(*map(read, (one.title, *one.topics))) for one in self._passages]

    def _documents(self) -> list[Counter[str]]:
        """Term counts of each passage, title and topics counted more than once."""
        read = cache(lambda text: tuple(self._lexicon.text_terms(text)))
        return [_count(one, read) for one in self._passages]

    def _served(self, number: int, at: datetime | None) -> bool:
        return at is None or at.astimezone(_SHANGHAI).date() <= self._passages[number].valid_until

    def _supported(self, number: int, asked: _Asked) -> bool:
        """Whether the question's words speak for this passage; a drug entry needs only its drug's name."""
        passage = self._passages[number]
        if passage.drug is not None and passage.drug in asked.drugs:
            return True
        terms = asked.terms
        common = terms.words & self._about[number]
        if passage.drug is None and common - self._lexicon.broad:
            floor = _COVERED_NARROW
        elif len(common) > 1:
            floor = _COVERED_BROAD
        elif len(terms.words) + len(terms.rests) < _PIECES_ALONE:
            return False
        else:
            floor = _COVERED_ALONE
        return self._coverage(number, asked) >= floor

    def _coverage(self, number: int, asked: _Asked) -> float:
        """Share of the question's content that the passage contains, weighted by how much each term tells."""
        has, got, total = self._has[number], 0.0, 0.0
        for word in asked.terms.words:
            weight = self._bm25.idf(word)
            total += weight
            got += weight if word in has else 0.0
        for rest in asked.terms.rests:
            weight = _REST * self._bm25.rarest
            total += weight
            got += weight * sum(pair in has for pair in rest) / len(rest)
        return got / total if total else 0.0

    def _check(self, number: int, asked: _Asked) -> float:
        """Above 1 for the very aspect asked about, below 1 without the drug or the number asked about."""
        passage, factor = self._passages[number], 1.0
        if asked.drugs and not asked.drugs & self._drugs[number]:
            factor *= _OTHER_DRUG
        if passage.drug is not None and not asked.drugs:
            factor *= _UNNAMED_DRUG
        if passage.drug is not None and asked.aspect is not None and asked.aspect == passage.aspect:
            factor *= _ASPECT
        if asked.numbers and not asked.numbers & self._numbers[number]:
            factor *= _OTHER_NUMBER
        return factor


def _count(passage: Passage, read: Callable[[str], Iterable[str]]) -> Counter[str]:
    counts: Counter[str] = Counter(dict.fromkeys(read(passage.title), _TITLE))
    for weight, text in ((_TEXT, passage.text), *((_TOPICS, topic) for topic in passage.topics)):
        for term in read(text):
            counts[term] += weight
    return counts


def _places(order: Sequence[int], scores: Mapping[int, float]) -> dict[int, int]:
    """Place of each by its score, 0 best; equal scores share a place."""
    places: dict[int, int] = {}
    for rank, one in enumerate(order):
        tied = rank > 0 and scores[one] == scores[order[rank - 1]]
        places[one] = places[order[rank - 1]] if tied else rank
    return places


def _fuse(by_words: Mapping[int, int], ranked: Sequence[int] | None) -> dict[int, float]:
    """Reciprocal rank fusion of the words' order with the embeddings' order of the same passages."""
    if ranked is None:
        return {one: 1 / (_RRF + place) for one, place in by_words.items()}
    by_sense = {one: place for place, one in enumerate(one for one in ranked if one in by_words)}
    return {one: 1 / (_RRF + place) + _DENSE / (_RRF + by_sense.get(one, place)) for one, place in by_words.items()}
