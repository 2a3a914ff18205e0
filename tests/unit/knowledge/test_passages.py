"""Patient education: enough, right-sized, with sources, saying when to see a doctor."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.passages import Passage, load_passages
from knowledge.text import normalise, sentences
from knowledge.yamlfile import BadDataError

_SEEK_CARE = ("就医", "就诊", "医院", "医生", "120", "急诊", "护士", "看眼科", "门诊")


def test_enough_and_none_too_long(education: tuple[Passage, ...]) -> None:
    assert len(education) >= 45
    assert {one.id: len(one.text) for one in education if not 120 <= len(one.text) <= 350} == {}


def test_each_has_a_reviewed_source_and_an_end(education: tuple[Passage, ...]) -> None:
    for one in education:
        assert one.source.title
        assert one.source.publisher
        assert date(2026, 11, 1) <= one.source.reviewed < one.valid_until
        assert one.reviewer


def test_each_says_when_to_see_a_doctor(education: tuple[Passage, ...]) -> None:
    assert [one.id for one in education if not any(word in one.text for word in _SEEK_CARE)] == []


def test_topics_do_not_repeat(education: tuple[Passage, ...]) -> None:
    assert [one.id for one in education if len(set(one.topics)) != len(one.topics)] == []


@pytest.mark.parametrize("cut", ["source", "title", "valid_until", "reviewer"])
def test_a_gap_is_refused(tmp_path: Path, cut: str) -> None:
    lines = {
        "title": "title: 标题",
        "topics": "topics: [甲]",
        "source": "source: {title: 书, publisher: 社, reviewed: 2026-11-01}",
        "text": "text: 正文",
        "valid_until": "valid_until: 2027-11-01",
        "reviewer": "reviewer: 医师",
    }
    body = "\n    ".join(line for key, line in lines.items() if key != cut)
    (tmp_path / "passages").mkdir()
    (tmp_path / "passages" / "one.yml").write_text(f"passages:\n  - id: x\n    {body}\n", encoding="utf-8")
    with pytest.raises(BadDataError, match=cut):
        load_passages(tmp_path)


def test_no_passages_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadDataError):
        load_passages(tmp_path)


def test_normalise_width_case_and_script() -> None:
    assert normalise("　ＣＴ　檢查，發燒３９度 ") == "ct 检查,发烧39度"


def test_sentences_keep_their_marks() -> None:
    assert sentences("先喝水。疼吗？去看！没有") == ("先喝水。", "疼吗？", "去看！", "没有")
