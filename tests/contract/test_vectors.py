"""Every place where vectors are kept: a file, pgvector on PostgreSQL, Qdrant (its client's own local engine)."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import QdrantClient

from knowledge.embedder import Vector
from knowledge.vectors import FileVectors, Vectors, VectorsUnavailableError
from knowledge.vectors_at import VectorsAt, open_vectors
from knowledge.vectors_postgres import PostgresVectors
from knowledge.vectors_qdrant import QdrantVectors, open_qdrant

SIZE = 16
NOBODY = "127.0.0.1:9"


@pytest.fixture(params=["file", "postgres", "qdrant"])
def vectors(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vectors]:
    """An empty store of each kind."""
    name = f"v{uuid.uuid4().hex[:12]}"
    if request.param == "file":
        yield FileVectors(tmp_path / "vectors.sqlite3", SIZE)
        return
    if request.param == "postgres":
        url = str(request.getfixturevalue("postgres_url")).replace("+asyncpg", "")
        store: PostgresVectors | QdrantVectors = PostgresVectors(url, name, SIZE)
    else:
        store = QdrantVectors(QdrantClient(location=":memory:"), name, SIZE)
    yield store
    store.close()


def unit(*at: float) -> Vector:
    """A vector of length one whose first numbers are in the proportion given."""
    vector = np.zeros(SIZE, np.float32)
    vector[: len(at)] = at
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def test_an_empty_store_finds_nothing(vectors: Vectors) -> None:
    assert vectors.keys() == set()
    assert vectors.nearest(unit(1), 5) == []


def test_the_nearest_come_first_with_their_cosines(vectors: Vectors) -> None:
    vectors.add({"东": unit(1), "北": unit(0, 1), "东北": unit(1, 1)})
    found = vectors.nearest(unit(1, 0.1), 2)
    assert [key for key, _ in found] == ["东", "东北"]
    assert found[0][1] == pytest.approx(0.995, abs=0.001)
    assert vectors.keys() == {"东", "北", "东北"}


def test_a_key_given_again_is_written_anew(vectors: Vectors) -> None:
    vectors.add({"a": unit(1), "b": unit(0, 1)})
    vectors.add({"a": unit(0, 0, 1)})
    assert [key for key, _ in vectors.nearest(unit(0, 0, 1), 1)] == ["a"]
    assert len(vectors.keys()) == 2


def test_what_is_removed_is_gone_and_unknown_keys_do_not_matter(vectors: Vectors) -> None:
    vectors.add({"a": unit(1), "b": unit(0, 1)})
    vectors.remove(["a", "nobody"])
    vectors.remove([])
    assert vectors.keys() == {"b"}
    assert [key for key, _ in vectors.nearest(unit(1), 5)] == ["b"]


def test_many_are_kept_and_found(vectors: Vectors) -> None:
    rows = np.random.default_rng(7).normal(size=(2_500, SIZE)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vectors.add({str(number): row for number, row in enumerate(rows)})
    assert len(vectors.keys()) == 2_500
    assert [vectors.nearest(rows[one], 1)[0][0] for one in (0, 1_000, 2_499)] == ["0", "1000", "2499"]


def test_the_same_store_opened_again_has_what_was_kept(tmp_path: Path) -> None:
    FileVectors(tmp_path / "v.sqlite3", SIZE).add({"a": unit(1)})
    assert FileVectors(tmp_path / "v.sqlite3", SIZE).keys() == {"a"}
    assert FileVectors(tmp_path / "v.sqlite3", 8).keys() == set()


@pytest.mark.parametrize(
    "store",
    [PostgresVectors(f"postgresql://nobody@{NOBODY}/x", "v", SIZE), open_qdrant(f"http://{NOBODY}", "v", SIZE)],
    ids=["postgres", "qdrant"],
)
def test_a_server_that_does_not_answer_is_said_to_be_unavailable(store: Vectors) -> None:
    with pytest.raises(VectorsUnavailableError):
        store.nearest(unit(1), 1)


def test_the_url_names_the_kind(tmp_path: Path) -> None:
    class Model:
        name = "m-0.3"
        size = SIZE

    def kind(url: str | None) -> type:
        return type(open_vectors(VectorsAt(url, None, tmp_path / "v.sqlite3", "demo"), Model()))  # type: ignore[arg-type]

    assert kind(None) is FileVectors
    assert kind(f"postgresql://{NOBODY}/x") is PostgresVectors
    assert kind(f"https://{NOBODY}") is QdrantVectors
    with pytest.raises(ValueError, match="postgresql://"):
        kind("mysql://x")
