"""The order of passages by sense: embeddings beside the words.

A thread brings the kept vectors up to date with the texts (new ones embedded, gone ones dropped), so that the first
questions after a change are answered by words alone and nobody waits.
"""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache
from threading import Event, Lock, Thread
from types import MappingProxyType
from typing import Protocol

from knowledge.embedder import Embedder, Vector, embedded
from knowledge.vectors import Vectors, VectorsUnavailableError
from knowledge.views import Views

_log = logging.getLogger(__name__)
_VIEWS = 5
"""Vectors looked at for each document wanted."""
_QUERIES_KEPT = 256
"""Questions whose order is kept: one turn asks more than once."""


class Ranker(Protocol):
    """Gives an order of documents for a query."""

    name: str
    """The embedder's."""

    def rank(self, query: str, most: int) -> Sequence[tuple[int, float]] | None:
        """Numbers and cosines of the nearest, nearest first; None while it is not ready (or never will be)."""
        ...

    def start(self) -> None:
        """Begin loading, once; returns at once."""
        ...

    def wait(self, seconds: float) -> bool:
        """Start and wait until loading has ended; True when it is ready."""
        ...


class DenseRanker:
    """Ranks numbered documents by embeddings; model and vectors load in a thread at the first question."""

    def __init__(
        self,
        documents: Sequence[Views],
        embedder: Embedder,
        vectors: Vectors,
        shipped: Mapping[str, Vector] = MappingProxyType({}),
    ) -> None:
        """What is `shipped` (key → vector) need not be embedded again."""
        self.name = embedder.name
        self._embedder, self._vectors, self._shipped = embedder, vectors, shipped
        self._texts = {key_of(embedder.name, text): text for one in documents for text in one}
        keys = {text: key for key, text in self._texts.items()}
        self._views = tuple(
            Views(tuple(keys[text] for text in one.whole), tuple(keys[text] for text in one.questions))
            for one in documents
        )
        self._owners: dict[str, list[int]] = {}
        for number, one in enumerate(self._views):
            for key in dict.fromkeys(one):
                self._owners.setdefault(key, []).append(number)
        self._nearest = lru_cache(_QUERIES_KEPT)(self._ask)
        self._ended, self._usable, self._lock = Event(), Event(), Lock()
        self._thread: Thread | None = None

    def rank(self, query: str, most: int) -> Sequence[tuple[int, float]] | None:
        """The nearest. None until the vectors are there, without the model, or when their store does not answer."""
        self.start()
        if not self._usable.is_set():
            return None
        try:
            return self._nearest(query, most)
        except VectorsUnavailableError as error:
            _log.warning("no vectors, search goes on by words", extra={"action": "dense_lost", "error": str(error)})
            return None

    def _ask(self, query: str, most: int) -> Sequence[tuple[int, float]]:
        near = dict(self._vectors.nearest(self._embedder.query(query), most * _VIEWS))
        found = dict.fromkeys(number for key in near for number in self._owners.get(key, ()))
        cosines = {number: _near(self._views[number], near) for number in found}
        return tuple(sorted(cosines.items(), key=lambda one: (-one[1], one[0]))[:most])

    def start(self) -> None:
        """Begin loading, once; returns at once."""
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._load, name="dense-passages", daemon=True)
                self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Start and wait until loading has ended; True when embeddings can be used."""
        self.start()
        self._ended.wait(seconds)
        return self._usable.is_set()

    def _load(self) -> None:
        """Everything that fails here leaves search on words alone, and says so in the log."""
        try:
            self._catch_up()
            self._usable.set()
            _log.info("dense passages ready", extra={"action": "dense_ready", "passages": len(self._texts)})
        except (ImportError, OSError, ValueError, RuntimeError) as error:
            _log.warning(
                "no embeddings, search goes on by words", extra={"action": "dense_missing", "error": str(error)}
            )
        finally:
            self._ended.set()

    def _catch_up(self) -> None:
        """Vectors of exactly the present texts."""
        kept = self._vectors.keys()
        # First, because a later change may be catching up meanwhile: nothing of its own must go.
        self._vectors.remove(kept - self._texts.keys())
        self._vectors.add({key: one for key, one in self._shipped.items() if key in self._texts and key not in kept})
        there = kept | self._shipped.keys()
        for fresh in embedded(self._embedder, {key: text for key, text in self._texts.items() if key not in there}):
            self._vectors.add(fresh)


def _near(document: Views, near: Mapping[str, float]) -> float:
    """The cosines of a document's views (given by their keys) on average.

    Its nearest question counts as much as all the others; a view not among the nearest counts as the last of them.
    """
    last = min(near.values())
    whole = [near.get(key, last) for key in document.whole]
    questions = [near.get(key, last) for key in document.questions]
    average = sum(whole) / len(whole)
    return (average + max(questions)) / 2 if questions else average


def key_of(model: str, text: str) -> str:
    """Under which a text's vector is kept: it changes with the text and with the model."""
    return hashlib.sha256(f"{model}\n{text}".encode()).hexdigest()[:32]
