"""The questions after discharge: complete, short enough for a button, and no false alarm."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.screening import screen
from knowledge.follow_ups import FILE, FollowUp, load_follow_ups
from knowledge.red_flags import load_red_flags
from knowledge.yamlfile import BadDataError

BOOK = load_follow_ups()


def test_there_are_follow_ups_for_the_commonest_stays() -> None:
    assert {"abdominal_surgery", "pneumonia", "heart_failure", "insulin_start", "childbirth"} <= set(BOOK)


@pytest.mark.parametrize("follow_up", BOOK.values(), ids=BOOK)
def test_each_can_be_answered_well_and_badly(follow_up: FollowUp) -> None:
    assert follow_up.sources and follow_up.reviewer and follow_up.title
    for day in follow_up.days:
        assert 3 <= len(follow_up.on_day(day)) <= 7, "a minute or two, not an examination"
    for question in follow_up.questions:
        well = {question.id: next(n for n, one in enumerate(question.choices) if one.score == 0)}
        assert follow_up.score(well) == 0
        assert any(question.is_bad(n) for n in range(len(question.choices)))
        assert len({one.say for one in question.choices}) == len(question.choices)
        assert question.words.endswith("。") and question.ask.endswith(("？", "。"))
        assert "120" in question.words or "急诊" in question.words or "医" in question.words
        assert not question.urgent or "120" in question.words or "急诊" in question.words


@pytest.mark.parametrize("follow_up", BOOK.values(), ids=BOOK)
def test_an_answer_by_button_is_scored_not_screened(follow_up: FollowUp) -> None:
    """A label that reads as danger would end the turn before the answer is noted."""
    flags = load_red_flags()
    labels = [choice.say for question in follow_up.questions for choice in question.choices]
    assert [label for label in labels if screen(label, flags)] == []


def _write(folder: Path, **change: Any) -> Path:
    question = {
        "id": "q", "ask": "疼吗？", "bad": 2, "why": "疼", "words": "请来医院。",
        "answers": [{"say": "不疼", "score": 0}, {"say": "疼", "score": 2}],
    } | change  # fmt: skip
    raw = {
        "reviewed": "2026-11-21", "reviewer": "待审读", "sources": {"a": {"title": "甲", "publisher": "乙"}},
        "follow_ups": {"one": {"title": "甲", "days": [1, 3], "source": ["a"], "questions": [question]}},
    }  # fmt: skip
    (folder / FILE).write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return folder


def test_a_hospitals_own_file_is_read(tmp_path: Path) -> None:
    (one,) = load_follow_ups(_write(tmp_path)).values()
    assert one.score({"q": 1, "gone": 0}) == 2 and one.question("gone") is None
    assert one.on_day(3) == one.on_day(30) == one.questions, "on a nurse's own day all is asked"


@pytest.mark.parametrize(
    "change",
    [
        {"bad": 3}, {"bad": 0}, {"ask": ""}, {"words": None}, {"days": [2]}, {"answers": []},
        {"answers": [{"say": "疼", "score": 2}, {"say": "很疼", "score": 3}]},
        {"answers": [{"say": "不疼" * 11, "score": 0}, {"say": "疼", "score": 2}]},
        {"answers": [{"say": "不疼"}, {"say": "疼", "score": 2}]},
    ],
)  # fmt: skip
def test_a_broken_question_is_named(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(BadDataError, match=FILE):
        load_follow_ups(_write(tmp_path, **change))
