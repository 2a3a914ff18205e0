"""A model's sentence with its citation: what is released, and in which words."""

from datetime import date

import pytest

from actions.cited import Cited, cited_sentence
from bot.guard import check_sentence
from deploy.bench.answers.lies import sentences
from knowledge.library import Library
from knowledge.passages import Passage
from knowledge.retrieval import Hit
from knowledge.sources import Source


def passage(title: str, text: str) -> Passage:
    source = Source("要点", "中国医院", date(2026, 1, 1))
    return Passage(title, title, text, (title,), source, date(2027, 1, 1))


HITS = (
    Hit(passage("感冒", "感冒由病毒引起，抗生素没有用。多喝水。"), 1.0),
    Hit(passage("流感", "奥司他韦要医生开。"), 0.5),
)


def released(sentence: str, library: Library) -> str | None:
    return cited_sentence(sentence, Cited(HITS), library.drugs)


def test_citations_are_numbered_in_the_order_they_are_shown(library: Library) -> None:
    cited = Cited(HITS)
    assert cited_sentence("奥司他韦要医生开。[2]", cited, library.drugs) == "奥司他韦要医生开。[1]"
    assert cited_sentence("多喝水【1】。", cited, library.drugs) == "多喝水。[2]"


def test_a_sentence_without_a_citation_gets_that_of_the_passage_that_says_it(library: Library) -> None:
    assert released("多喝水。", library) == "多喝水。[1]"
    assert released("奥司他韦要医生开。", library) == "奥司他韦要医生开。[1]"
    assert released("多喝酒。", library) is None


@pytest.mark.parametrize("words", ["- **多喝水**。[1]", "1. 多喝水。[1]", "> 多喝\u200b水。[1]", "`多喝水。`[1]"])
def test_what_models_dress_words_with_is_taken_off(words: str, library: Library) -> None:
    assert released(words, library) == "多喝水。[1]"


@pytest.mark.parametrize(
    "words", ["[多喝水](http://x.cn)。[1]", "<b>多喝水</b>。[1]", "多喝水 www.x.cn。[1]", "![多喝水](x)[1]"]
)
def test_links_and_markup_that_does_something_are_dropped(words: str, library: Library) -> None:
    assert released(words, library) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "多喝水。[2]",  # another source
        "多喝水。[7]",  # no such source
        "多喝水。[1][7]",
        "[1]",
        "好的。[1]",
        "您好！[1]",
        "感冒。[1]",  # the heading said again
        "感冒由细菌引起。[1]",
        "感冒由病毒引起，奥司他韦要医生开。[1][2]",  # patched together
    ],
)
def test_what_its_source_does_not_say_is_dropped(sentence: str, library: Library) -> None:
    assert released(sentence, library) is None


def test_every_sentence_of_every_passage_is_borne_out_by_its_own(library: Library) -> None:
    """Drug entries as well: nothing of ours orders, promises or speaks as a doctor."""
    wrong = [
        (one.id, sentence)
        for one in library.passages
        for sentence in sentences(one)
        if not check_sentence(sentence, [f"{one.title}。{one.text}"], library.drugs.mentioned).ok
    ]
    assert wrong == []
