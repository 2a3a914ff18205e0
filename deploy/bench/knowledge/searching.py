"""Ways to search the same passages, and how well each finds what people ask for."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from deploy.bench.figures import percentile
from knowledge.bm25 import Bm25, build_bm25
from knowledge.embedder import Embedder
from knowledge.passages import Passage
from knowledge.retrieval import PassageIndex
from knowledge.text import normalise

Search = Callable[[str, int], Sequence[str]]
"""Question, how many → ids of passages, best first."""
_K = 5


@dataclass(frozen=True, slots=True)
class Found:
    """How well a way to search does on a set of questions."""

    first: float
    """Share of the questions whose right passage comes first."""
    among_five: float
    mrr: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions with the passages that answer them, and questions that none answers."""

    known: Sequence[tuple[str, frozenset[str]]]
    unknown: Sequence[str]


def read_questions(file: Path) -> Questions:
    """Read a file of `known` ({q, want}) and `unknown`."""
    raw: Mapping[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Questions([(one["q"], frozenset(one["want"])) for one in raw["known"]], raw["unknown"])


def measure(search: Search, questions: Questions) -> Found:
    """Ask everything once, after a first question that loads what is loaded late."""
    search(questions.known[0][0], _K)
    places, taken = [], []
    for question, want in questions.known:
        start = time.perf_counter()
        ids = search(question, _K)
        taken.append((time.perf_counter() - start) * 1000)
        places.append(next((place for place, one in enumerate(ids, 1) if one in want), 0))
    return Found(
        first=float(np.mean([place == 1 for place in places])),
        among_five=float(np.mean([place > 0 for place in places])),
        mrr=float(np.mean([1 / place if place else 0.0 for place in places])),
        p50_ms=percentile(taken, 0.5),
        p95_ms=percentile(taken, 0.95),
    )


def answered(index: PassageIndex, questions: Questions) -> tuple[float, float]:
    """Share of the known and of the unknown questions that get an answer without asking back."""
    known = [bool(index.search(question)) for question, _ in questions.known]
    unknown = [bool(index.search(question)) for question in questions.unknown]
    return float(np.mean(known)), float(np.mean(unknown))


def ours(index: PassageIndex) -> Search:
    """The house's search, with or without sense, as the index has it."""
    return lambda question, k: [hit.passage.id for hit in index.nearest(question, k)]


def plain_words(passages: Sequence[Passage]) -> Search:
    """BM25 over the character pairs of title and text: what one gets without words, weights or topics."""
    index: Bm25 = build_bm25(Counter(_pairs(f"{one.title}。{one.text}")) for one in passages)
    return lambda question, k: [passages[one].id for one, _ in index.best(set(_pairs(question)), k)]


def plain_dense(passages: Sequence[Passage], embedder: Embedder) -> Search:
    """The embedder over title and text, nearest first."""
    matrix = np.concatenate([embedder.passages([f"{one.title}。{one.text}"]) for one in passages])

    def search(question: str, k: int) -> Sequence[str]:
        near = matrix @ embedder.query(question)
        return [passages[int(one)].id for one in np.argsort(-near, kind="stable")[:k]]

    return search


def _pairs(text: str) -> list[str]:
    folded = normalise(text)
    return [folded[start : start + 2] for start in range(len(folded) - 1)]
