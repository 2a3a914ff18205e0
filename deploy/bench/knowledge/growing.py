"""Search among more passages than we have: ours, shuffled sentence by sentence, until there are enough."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import psutil

from deploy.bench.figures import percentile
from deploy.bench.processes import MIB
from knowledge.embedder import Embedder, Vector
from knowledge.lexicon import Lexicon
from knowledge.passages import Passage
from knowledge.retrieval import PassageIndex
from knowledge.support import Judge, load_judges
from knowledge.text import sentences
from knowledge.yamlfile import DATA

_SENTENCES, _TOPICS = 6, 8


@dataclass(frozen=True, slots=True)
class Grown:
    """What so many passages cost."""

    passages: int
    built_s: float
    mib: float
    words_p50_ms: float
    words_p95_ms: float
    both_p50_ms: float
    both_p95_ms: float


class Drawn:
    """Order by sense over vectors drawn by lot: what it costs is the same, what it finds does not matter here."""

    def __init__(self, count: int, embedder: Embedder) -> None:
        self.name = embedder.name
        self._embedder = embedder
        rows = np.random.default_rng(1).normal(size=(2 * count, embedder.size)).astype(np.float32)
        self._rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def rank(self, query: str, most: int) -> Sequence[tuple[int, float]]:
        """As knowledge.dense does it: the nearest of two views each."""
        vector: Vector = self._embedder.query(query)
        near = self._rows @ vector
        part = np.argpartition(-near, 2 * most)[: 2 * most]
        best = dict.fromkeys((int(one) // 2 for one in part[np.argsort(-near[part])]), 0.85)
        return list(best.items())[:most]

    def start(self) -> None:
        """Nothing to load."""

    def wait(self, _seconds: float) -> bool:
        """It is ready."""
        return True


def shuffled(passages: Sequence[Passage], count: int) -> list[Passage]:
    """So many passages made of the sentences and topics of these."""
    lot = random.Random(count)
    said = [sentence for one in passages for sentence in sentences(one.text)]
    topics = [topic for one in passages for topic in one.topics]
    return [
        replace(
            passages[0], id=f"drawn-{number}", title=lot.choice(topics), asked_as=(),
            text="".join(lot.sample(said, _SENTENCES)), topics=tuple(lot.sample(topics, _TOPICS)),
        )
        for number in range(count)
    ]  # fmt: skip


def grow(passages: Sequence[Passage], count: int, lexicon: Lexicon, embedder: Embedder, asked: Sequence[str]) -> Grown:
    """Build an index of so many and ask it everything, by words and by both."""
    judges, many = load_judges(DATA), shuffled(passages, count)
    before, start = psutil.Process().memory_info().rss, time.perf_counter()
    words = PassageIndex(many, lexicon, judges)
    built, mib = time.perf_counter() - start, (psutil.Process().memory_info().rss - before) / MIB
    by_words = _times(words, asked)
    del words
    both = _times(_with_sense(many, lexicon, judges, Drawn(count, embedder)), asked)
    return Grown(count, built, mib, *by_words, *both)


def _with_sense(many: Sequence[Passage], lexicon: Lexicon, judges: Mapping[str, Judge], drawn: Drawn) -> PassageIndex:
    return PassageIndex(many, lexicon, judges, dense=drawn)


def _times(index: PassageIndex, asked: Sequence[str]) -> tuple[float, float]:
    taken = []
    for question in asked:
        start = time.perf_counter()
        index.nearest(question, 5)
        taken.append((time.perf_counter() - start) * 1000)
    return percentile(taken, 0.5), percentile(taken, 0.95)
