"""Finding the passages that answer a question: by words and by sense, weighed together, then checked exactly.

A passage is only shown when enough speaks for it (`knowledge.support`); what we know nothing about gives an empty
list. A passage written for this very question comes first.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Protocol
from zoneinfo import ZoneInfo

from knowledge.bm25 import build_bm25
from knowledge.dense import Ranker
from knowledge.exact import Asked, DrugsNamed, agreement, read_facts, read_question
from knowledge.lexicon import Lexicon, Terms
from knowledge.passages import Passage
from knowledge.ranking import side_by_side
from knowledge.support import WITHOUT_SENSE, Evidence, Judge
from knowledge.text import normalise

_TITLE, _TOPICS, _TEXT, _ASKED = 3, 3, 1, 1
"""How often a term counts by where it stands."""
_CANDIDATES = 30
"""How many passages each of the two orders may bring."""
_OF_THE_DRUG = 0.5
"""Chance given to an entry of the drug asked about, before the exact check of its aspect."""
_IN_WORDS = 0.1
"""What the words may add to it."""
_CURATED = 3.0
"""Added to a passage written for this very question: more than any other can have."""
_DRUGS_KEPT = 256
"""Drugs whose indexed passages are kept; one takes a few milliseconds to index again."""
_KEPT = 4096
"""Texts whose terms, and passages whose facts are kept."""
_POLITE = re.compile(r"请问一?下?|您好|你好|麻烦|谢谢|我?想问一?下?|我想知道|医生|大夫|一下|[吗呢啊呀吧嘛的了我]|[^\w]")
_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found."""

    passage: Passage
    score: float
    """The chance that it answers, raised or lowered by the exact check; above 1 for a curated answer or an aspect."""
    sure: bool = True
    """Whether enough speaks for it to be told; otherwise it may be offered, or given to who checks what he says."""


class Shelf(Protocol):
    """Passages of single drugs: read and indexed when somebody asks about that drug, not before."""

    def __iter__(self) -> Iterator[Passage]:
        """All of them."""

    def of(self, drug: str) -> Sequence[Passage]:
        """Those of one drug (id)."""


class PassageIndex:
    """All passages, searchable. Safe to share between threads; iterating gives the passages."""

    def __init__(
        self,
        passages: Sequence[Passage],
        lexicon: Lexicon,
        judges: Mapping[str, Judge],
        drugs_named: DrugsNamed = lambda _: (),
        dense: Ranker | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        """`dense` numbers its documents as `passages`; what stands on the shelf is found by its drug's name only."""
        self._passages, self._lexicon, self._drugs_named = tuple(passages), lexicon, drugs_named
        self._judges, self._dense, self._shelf = judges, dense, shelf
        terms_of = lru_cache(_KEPT)(lambda text: tuple(lexicon.text_terms(text)))
        self._bm25 = build_bm25(_count(one, terms_of) for one in self._passages)
        about = [lexicon.names.intersection(_about(one, terms_of)) for one in self._passages]
        self._evidence = Evidence(about, lexicon, self._bm25)
        self._facts = lru_cache(_KEPT)(lambda passage: read_facts(passage, drugs_named))
        self._of_drug = lru_cache(_DRUGS_KEPT)(lambda drug: tuple(self._take_down(drug, terms_of)))
        self._curated = _by_question(self._passages)

    def __iter__(self) -> Iterator[Passage]:
        yield from self._passages
        yield from self._shelf or ()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def prepare(self) -> None:
        """Begin to load what the order by sense needs; returns at once. Without this the first search does it."""
        if self._dense is not None:
            self._dense.start()

    def wait(self, seconds: float) -> bool:
        """Wait until the order by sense is there; False when it will not be, or not by then."""
        return self._dense is not None and self._dense.wait(seconds)

    def search(self, query: str, k: int = 3, at: datetime | None = None) -> list[Hit]:
        """The k best passages, [] when nothing is about the question; with `at`, without expired ones.

        Takes milliseconds, most of them for the embedding of the question: not for an event loop's thread.
        """
        return [hit for hit in self._found(query, at) if hit.sure][:k]

    def nearest(self, query: str, k: int = 3, at: datetime | None = None) -> list[Hit]:
        """The same with those of which nobody is sure."""
        return self._found(query, at)[:k]

    def _found(self, query: str, at: datetime | None) -> list[Hit]:
        asked = read_question(query, self._lexicon, self._drugs_named)
        hits = [*self._on_shelf(asked), *self._on_table(query, asked)]
        checked = [replace(one, score=one.score * agreement(asked, self._facts(one.passage))) for one in hits]
        return sorted((one for one in checked if _served(one.passage, at)), key=lambda hit: -hit.score)

    def candidates(self, query: str) -> Iterator[tuple[Passage, dict[str, float]]]:
        """Every passage looked at for a question, with the signs that speak for it: what weights are fitted on."""
        terms = read_question(query, self._lexicon, self._drugs_named).terms
        for passage, signs, _ in self._weighed(query, terms):
            yield passage, signs

    def _on_table(self, query: str, asked: Asked) -> Iterator[Hit]:
        curated = self._curated.get(_bare(query), frozenset())
        for passage, signs, judge in self._weighed(query, asked.terms):
            chance = judge.chance(signs)
            if passage.id in curated:
                yield Hit(passage, chance + _CURATED)
            else:
                yield Hit(passage, chance, sure=chance >= judge.enough)

    def _weighed(self, query: str, terms: Terms) -> Iterator[tuple[Passage, dict[str, float], Judge]]:
        if not terms.all:
            return
        by_words = self._bm25.best(terms.all, _CANDIDATES)
        by_sense = self._dense.rank(query, _CANDIDATES) if self._dense else None
        judge = self._judges[WITHOUT_SENSE if self._dense is None or by_sense is None else self._dense.name]
        asked = self._evidence.weigh(terms)
        for found in side_by_side(by_words, by_sense):
            yield self._passages[found.document], self._evidence.signs(asked, found), judge

    def _on_shelf(self, asked: Asked) -> Iterator[Hit]:
        """What the drug book says of the drugs asked about; the words only order what the aspect leaves equal."""
        taken = [part for drug in sorted(asked.drugs) for part in self._of_drug(drug)]
        scores = [sum(shares.get(term, 0.0) for term in asked.terms.all) for _, shares in taken]
        best = max(scores, default=0.0) or 1.0
        for (passage, _), score in zip(taken, scores, strict=True):
            yield Hit(passage, _OF_THE_DRUG + _IN_WORDS * score / best)

    def _take_down(
        self, drug: str, read: Callable[[str], Iterable[str]]
    ) -> Iterator[tuple[Passage, Mapping[str, float]]]:
        """A drug's passages, each with the share of every term, weighted as everywhere."""
        for passage in self._shelf.of(drug) if self._shelf else ():
            yield passage, self._bm25.outside(_count(passage, read))


def _served(passage: Passage, at: datetime | None) -> bool:
    return at is None or at.astimezone(_SHANGHAI).date() <= passage.valid_until


def _about(passage: Passage, read: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """Terms of title and topics."""
    yield from chain.from_iterable(map(read, (passage.title, *passage.topics)))


def _count(passage: Passage, read: Callable[[str], Iterable[str]]) -> Counter[str]:
    counts: Counter[str] = Counter(dict.fromkeys(read(passage.title), _TITLE))
    said = ((_TEXT, passage.text), *((_TOPICS, topic) for topic in passage.topics))
    for weight, text in (*said, *((_ASKED, question) for question in passage.asked_as)):
        for term in read(text):
            counts[term] += weight
    return counts


def _bare(question: str) -> str:
    """A question without politeness, particles and marks: curated answers are for these very words."""
    return _POLITE.sub("", normalise(question))


def _by_question(passages: Iterable[Passage]) -> Mapping[str, frozenset[str]]:
    """Bare question → ids of the passages written for it."""
    found: dict[str, set[str]] = {}
    for passage in passages:
        for question in passage.asked_as:
            found.setdefault(_bare(question), set()).add(passage.id)
    return {question: frozenset(ids) for question, ids in found.items() if question}
