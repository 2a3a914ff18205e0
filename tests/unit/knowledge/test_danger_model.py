"""The second reader of danger: what it learns, how it is kept, and that the shipped one is of the shipped examples."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.danger_examples import load_danger_examples, load_sayings
from knowledge.danger_model import DangerModel, keep_danger_model, load_danger_model, occurrences, windows
from knowledge.danger_training import HARMLESS, train
from knowledge.red_flags import load_rules
from knowledge.yamlfile import BadDataError

LISTS = {"腿": ["@limb"], "胳膊": ["@limb"], "膀子": ["@limb"], "抬不起来": ["@limp"], "使唤不动": ["@limp"]}
DANGERS = ["左边的腿抬不起来", "胳膊突然抬不起来", "右腿一下子抬不起来了", "半边胳膊抬不起来说不清话"]
ORDINARY = ["腿上起了红疹子", "胳膊打疫苗的地方肿", "明天上午挂骨科的号", "这个药饭前吃还是饭后吃", "膝盖下楼有点疼"]
EXAMPLES = [*((text, "stroke") for text in DANGERS), *((text, HARMLESS) for text in ORDINARY)] * 6


@pytest.fixture(scope="module")
def model() -> DangerModel:
    return train(EXAMPLES, LISTS)


def test_it_learns_and_always_the_same(model: DangerModel) -> None:
    again = train(EXAMPLES, LISTS)
    assert np.array_equal(model.layers.pieces, again.layers.pieces)
    assert model.strongest("腿突然抬不起来") > model.strongest("腿上有个红疹子")
    assert [one.category for one in model.suspicions("左边胳膊突然抬不起来")] == ["stroke"]
    assert model.suspicions("挂号要带什么") == []


def test_a_saying_counts_like_the_others_of_its_list(model: DangerModel) -> None:
    assert model.strongest("膀子使唤不动")[0] > train(EXAMPLES, {}).strongest("膀子使唤不动")[0]


def test_danger_in_a_long_story_is_found_where_it_stands() -> None:
    story, danger = "今天一早去菜市场买了点豆腐和青菜回来，" * 30, "我妈右边半个身子突然动不了，话也说不清，"
    (first, *_) = load_danger_model().suspicions(story + danger + story)
    assert first.category == "stroke"
    assert len(story) - 10 <= first.start < first.end <= len(story + danger) + 10


def test_kept_and_read_back_it_says_nearly_the_same(model: DangerModel, tmp_path: Path) -> None:
    kept = replace(model, enough=np.array([1.5], np.float32), doubted=-3.5, examples="abc")
    keep_danger_model(kept, tmp_path)
    read = load_danger_model(tmp_path)
    assert (read.categories, read.pieces, read.doubted, read.examples) == (kept.categories, kept.pieces, -3.5, "abc")
    for text in (*DANGERS, *ORDINARY):
        assert read.strongest(text)[0] == pytest.approx(kept.strongest(text)[0], abs=0.3)


@pytest.mark.parametrize("written", [b"", b"half of it", None])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, written: bytes | None) -> None:
    if written is not None:
        (tmp_path / "danger_model.npz").write_bytes(written)
    with pytest.raises(BadDataError, match="danger_model"):
        load_danger_model(tmp_path)


def test_windows_cover_every_character() -> None:
    for length in (0, 1, 40, 41, 95, 240):
        covered = {at for start, end in windows(length)[1:] or windows(length) for at in range(start, end)}
        assert covered == set(range(length))


@pytest.mark.parametrize("text", ["", "。", "？！", "□"])
def test_words_without_a_known_piece_are_no_danger(model: DangerModel, text: str) -> None:
    assert occurrences(text, model.pieces).shape == (3, 0)
    model.suspicions(text)


def test_the_shipped_reader_is_of_the_shipped_examples() -> None:
    """After a change of the examples: `python -m deploy.fit_danger`."""
    examples, read = load_danger_examples(), load_danger_model()
    assert read.examples == examples.digest
    assert set(read.categories) == set(examples.dangers) < {kind.id for kind in load_rules().categories}
    assert (read.enough > read.doubted).all()


def test_a_sentence_stands_once(tmp_path: Path) -> None:
    (tmp_path / "danger_examples.yml").write_text("dangers: {stroke: [嘴歪了]}\nharmless: [嘴歪了]\n", encoding="utf-8")
    with pytest.raises(BadDataError, match="嘴歪了"):
        load_danger_examples(tmp_path)


def test_sayings_are_plain_words_with_their_lists() -> None:
    sayings = load_sayings()
    assert all(name.startswith("@") for names in sayings.values() for name in names)
    assert "@c_limp" in sayings["使唤不"] and len(sayings) > 1000
