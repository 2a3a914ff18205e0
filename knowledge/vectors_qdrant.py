"""Vectors in Qdrant (https://qdrant.tech/documentation/), shared by all processes."""

import uuid
from collections.abc import Callable, Collection, Mapping
from threading import Lock
from typing import TypeVar

from httpx import HTTPError
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException

from knowledge.embedder import Vector
from knowledge.vectors import VectorsUnavailableError

_Result = TypeVar("_Result")
_TIMEOUT_S = 5
_PAGE = 1_000
"""Keys read in one request."""


class QdrantVectors:
    """One collection, made at first use. Qdrant wants numbers or UUIDs as ids: the key stands in the payload."""

    def __init__(self, client: QdrantClient, collection: str, size: int) -> None:
        """`size`: numbers in a vector."""
        self._client, self._collection, self._size = client, collection, size
        self._lock = Lock()
        self._there = False

    def keys(self) -> set[str]:
        """Keys of all that is kept."""
        return self._run(self._all_keys)

    def add(self, vectors: Mapping[str, Vector]) -> None:
        """Keep these."""
        points = [
            models.PointStruct(id=_id(key), vector=one.tolist(), payload={"key": key}) for key, one in vectors.items()
        ]
        if points:
            self._run(lambda: self._client.upsert(self._collection, points, wait=True))

    def remove(self, keys: Collection[str]) -> None:
        """Drop these."""
        if keys:
            ids: list[int | str | uuid.UUID] = [_id(key) for key in keys]
            self._run(lambda: self._client.delete(self._collection, models.PointIdsList(points=ids), wait=True))

    def nearest(self, vector: Vector, most: int) -> list[tuple[str, float]]:
        """Keys and cosines of the nearest, nearest first."""
        found = self._run(lambda: self._client.query_points(self._collection, vector.tolist(), limit=most).points)
        return [(str((point.payload or {})["key"]), point.score) for point in found]

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _all_keys(self) -> set[str]:
        keys: set[str] = set()
        page = None
        while True:
            points, page = self._client.scroll(self._collection, limit=_PAGE, offset=page, with_vectors=False)
            keys.update(str((point.payload or {})["key"]) for point in points)
            if page is None:
                return keys

    def _run(self, work: Callable[[], _Result]) -> _Result:
        try:
            self._make()
            return work()
        except (ApiException, HTTPError, OSError, ValueError) as error:
            raise VectorsUnavailableError(f"qdrant: {type(error).__name__}") from error

    def _make(self) -> None:
        with self._lock:
            if not self._there and not self._client.collection_exists(self._collection):
                vectors = models.VectorParams(size=self._size, distance=models.Distance.COSINE)
                self._client.create_collection(self._collection, vectors)
            self._there = True


def open_qdrant(url: str, collection: str, size: int, key: str | None = None) -> QdrantVectors:
    """The collection of a Qdrant server; `url`: `http(s)://host:6333`, `key` its API key."""
    return QdrantVectors(
        QdrantClient(url=url, api_key=key, timeout=_TIMEOUT_S, check_compatibility=False), collection, size
    )


def _id(key: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, key))
