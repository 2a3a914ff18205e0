"""Which store of vectors a URL names."""

import re
from dataclasses import dataclass
from pathlib import Path

from knowledge.embedder import Embedder
from knowledge.vectors import FileVectors, Vectors


@dataclass(frozen=True, slots=True)
class VectorsAt:
    """Where a clinic's vectors are."""

    url: str | None
    """`postgresql://…`: pgvector; `http(s)://…`: Qdrant; None: the file."""
    key: str | None
    """Qdrant's API key."""
    file: Path
    clinic: str


def open_vectors(at: VectorsAt, embedder: Embedder) -> Vectors:
    """Connects at first use. Raises ValueError for another kind of URL.

    Tables and collections carry the clinic and the model in their names: two of either never mix.
    """
    url = at.url
    if url is None:
        return FileVectors(at.file, embedder.size)
    collection = re.sub(r"\W|-", "_", f"passages_{at.clinic}_{embedder.name}")
    if url.startswith(("postgresql://", "postgres://")):
        from knowledge.vectors_postgres import PostgresVectors

        return PostgresVectors(url, collection, embedder.size)
    if url.startswith(("http://", "https://")):
        from knowledge.vectors_qdrant import open_qdrant

        return open_qdrant(url, collection, embedder.size, at.key)
    raise ValueError("vectors are kept at postgresql://…, http://… or https://…")
