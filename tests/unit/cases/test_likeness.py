"""Likeness: near in characters or in sound, the nearest first."""

from cases.likeness import index, sounds

KNOWN = index([("smoking", "您抽烟吗"), ("alcohol", "平时喝酒吗"), ("fever", "有没有发烧")])


def test_the_same_question_is_wholly_alike() -> None:
    score, item = KNOWN.nearest("您抽烟吗")[0]
    assert item == "smoking"
    assert score > 0.99


def test_a_homophone_is_nearer_than_another_question() -> None:
    assert KNOWN.nearest("有没有发骚")[0][1] == "fever"


def test_nothing_in_common_is_nothing_alike() -> None:
    assert KNOWN.nearest("xyz") == []


def test_what_ears_mix_up_is_one_sound() -> None:
    assert sounds("张三") == sounds("脏桑")
    assert sounds("南") == sounds("蓝")


def test_the_same_words_give_the_same_order() -> None:
    assert KNOWN.nearest("喝酒抽烟发烧") == KNOWN.nearest("喝酒抽烟发烧")
