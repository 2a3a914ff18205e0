"""Finding the passages that answer a question: words first, embeddings for the order, exact checks last.

A passage is only shown when the words of the question support it (`_supported`); what we know nothing about
gives an empty list. Embeddings reorder what the words allow; cosines decide nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from knowledge.aspects import Aspect, read_aspect, read_closely
from knowledge.bm25 import build_bm25
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
_OTHER_DRUG, _OTHER_NUMBER, _ASPECT, _FINEST = 0.3, 0.9, 2.0, 3.0
"""Factors: the passage lacks the drug asked about; lacks a number asked about;
is the main aspect of the drug asked about; is the finest."""
_DRUGS_KEPT = 256
"""Drugs whose indexed passages are kept; one takes a few milliseconds to index again."""
_TEXTS_KEPT = 2048
"""Texts whose terms are kept: topics repeat between passages and are read once."""
_SHANGHAI = ZoneInfo("Asia/Shanghai")

DrugsNamed = Callable[[str], Iterable[str]]
"""Ids of the drugs named in a text."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found."""

    passage: Passage
    score: float
    """Fused score, comparable within one search only."""


class Shelf(Protocol):
    """Passages of single drugs: read and indexed when somebody asks about that drug, not before."""

    def __iter__(self) -> Iterator[Passage]:
        """All of them."""

    def of(self, drug: str) -> Sequence[Passage]:
        """Those of one drug (id)."""


@dataclass(frozen=True, slots=True)
class _Asked:
    terms: Terms
    drugs: frozenset[str]
    numbers: frozenset[str]
    main: Aspect | None
    finest: Aspect | None
    """Aspects of a drug asked about; None without a drug."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A passage and what is looked at in it."""

    passage: Passage
    has: Counter[str]
    """Its terms, those of title and topics counted more than once."""
    about: frozenset[str]
    """Words of title and topics."""
    drugs: frozenset[str]
    numbers: frozenset[str]


class PassageIndex:
    """All passages, searchable. Safe to share between threads; iterating gives the passages."""

    def __init__(
        self,
        passages: Sequence[Passage],
        lexicon: Lexicon,
        drugs_named: DrugsNamed = lambda _: (),
        dense: Ranker | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        """`dense` numbers its texts as `passages`; what stands on the shelf is found by its drug's name only."""
        self._lexicon, self._drugs_named, self._dense, self._shelf = lexicon, drugs_named, dense, shelf
        self._terms_of = lru_cache(_TEXTS_KEPT)(lambda text: tuple(lexicon.text_terms(text)))
        self._words_of = lru_cache(_TEXTS_KEPT)(lambda text: lexicon.query_terms(text).words)
        self._entries = self._index(passages)
        self._bm25 = build_bm25([one.has for one in self._entries])
        self._of_drug = lru_cache(_DRUGS_KEPT)(self._take_down)

    def __iter__(self) -> Iterator[Passage]:
        yield from (one.passage for one in self._entries)
        yield from self._shelf or ()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def search(self, query: str, k: int = 3, at: datetime | None = None) -> list[Hit]:
        """The k best passages, [] when nothing is about the question; with `at`, without expired ones."""
        asked = self._read(query)
        taken = [part for drug in sorted(asked.drugs) for part in self._of_drug(drug)]
        entries = [*self._entries, *(entry for entry, _ in taken)]
        terms = asked.terms.words | asked.terms.pairs
        scores = self._bm25.scores(terms)
        for number, (_, shares) in enumerate(taken, start=len(self._entries)):
            scores[number] = sum(shares.get(term, 0.0) for term in terms)
        supported = [one for one in scores if _served(entries[one], at) and self._supported(entries[one], asked)]
        if not supported:
            return []
        order = sorted(supported, key=lambda one: (-scores[one], one))
        ranked = None if asked.drugs or self._clear(order, scores) else self._by_sense(query)
        fused = _fuse(_places(order, scores), ranked)
        return _cut([(entries[one], fused[one]) for one in sorted(fused)], asked, k)

    def _take_down(self, drug: str) -> list[tuple[_Entry, Mapping[str, float]]]:
        """A drug's passages, each with the share of every term, weighted as everywhere."""
        entries = self._index(self._shelf.of(drug) if self._shelf else ())
        return [(entry, self._bm25.shares(entry.has)) for entry in entries]

    def _clear(self, order: Sequence[int], scores: Mapping[int, float]) -> bool:
        return len(order) == 1 or scores[order[0]] >= _CLEAR * scores[order[1]]

    def _by_sense(self, query: str) -> Sequence[int] | None:
        return self._dense.rank(query) if self._dense else None

    def _read(self, query: str) -> _Asked:
        drugs = frozenset(self._drugs_named(query))
        main, finest = (read_aspect(query), read_closely(query)) if drugs else (None, None)
        return _Asked(self._lexicon.query_terms(query), drugs, numbers(query), main, finest)

    def _index(self, passages: Iterable[Passage]) -> list[_Entry]:
        """What stands on the shelf is found by its drug's name alone: words and other drugs in it decide nothing."""
        return [
            _Entry(
                passage=one,
                has=_count(one, self._terms_of),
                about=frozenset() if one.drug else frozenset().union(*map(self._words_of, (one.title, *one.topics))),
                drugs=frozenset((one.drug,) if one.drug else self._drugs_named(one.title + one.text)),
                numbers=numbers(one.text),
            )
            for one in passages
        ]

    def _supported(self, entry: _Entry, asked: _Asked) -> bool:
        """Whether the question's words speak for this passage; a drug entry needs only its drug's name."""
        if entry.passage.drug is not None and entry.passage.drug in asked.drugs:
            return True
        terms = asked.terms
        common = terms.words & entry.about
        if entry.passage.drug is None and common - self._lexicon.broad:
            floor = _COVERED_NARROW
        elif len(common) > 1:
            floor = _COVERED_BROAD
        elif len(terms.words) + len(terms.rests) < _PIECES_ALONE:
            return False
        else:
            floor = _COVERED_ALONE
        return self._coverage(entry, asked) >= floor

    def _coverage(self, entry: _Entry, asked: _Asked) -> float:
        """Share of the question's content that the passage contains, weighted by how much each term tells."""
        got, total = 0.0, 0.0
        for word in asked.terms.words:
            weight = self._bm25.idf(word)
            total += weight
            got += weight if word in entry.has else 0.0
        for rest in asked.terms.rests:
            weight = _REST * self._bm25.rarest
            total += weight
            got += weight * sum(pair in entry.has for pair in rest) / len(rest)
        return got / total if total else 0.0


def _served(entry: _Entry, at: datetime | None) -> bool:
    return at is None or at.astimezone(_SHANGHAI).date() <= entry.passage.valid_until


def _cut(fused: Sequence[tuple[_Entry, float]], asked: _Asked, k: int) -> list[Hit]:
    checked = [(score * _check(entry, asked), entry.passage) for entry, score in fused]
    best = sorted(checked, key=lambda one: -one[0])[:k]
    return [Hit(passage, score) for score, passage in best]


def _check(entry: _Entry, asked: _Asked) -> float:
    """Above 1 for the very aspect asked about, below 1 without the drug or the number asked about."""
    passage, factor = entry.passage, 1.0
    if asked.drugs and not asked.drugs & entry.drugs:
        factor *= _OTHER_DRUG
    if passage.aspect is not None and passage.aspect == asked.finest:
        factor *= _FINEST
    elif passage.aspect is not None and passage.aspect == asked.main:
        factor *= _ASPECT
    if asked.numbers and not asked.numbers & entry.numbers:
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
