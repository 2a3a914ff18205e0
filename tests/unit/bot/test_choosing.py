"""Answers to a numbered list."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.choosing import chosen, read_choice, wants_more
from bot.messages import Author, Button, Message

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def shown(*labels: tuple[int, str]) -> Message:
    buttons = tuple(Button(label, say=f"我要{label}", id=f"m-{n}", number=n) for n, label in labels)
    return Message(1, "m", Author.BOT, "请选择", AT, buttons=buttons)


FIRST = shown((1, "上午"), (2, "下午"), (3, "晚上"))
SECOND = shown((4, "已服药"), (5, "这次不吃"))


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("2", "下午"), ("２", "下午"), ("②", "下午"), ("二", "下午"), ("第二个", "下午"), ("选2", "下午"),
        ("2。", "下午"),
        ("我要第三个吧", "晚上"), ("两", "下午"), ("下午", "下午"), ("我要下午", "下午"), ("4", "已服药"),
        ("已服药", "已服药"),
    ],
)  # fmt: skip
def test_a_choice_is_understood(said: str, label: str) -> None:
    button = chosen(said, [FIRST, SECOND])
    assert button is not None and button.label == label


@pytest.mark.parametrize(
    "said", ["6", "0", "2片", "2点", "第二天", "二月", "下午三点", "", "一一", "20mg", "十十", "我要挂号"]
)
def test_what_is_no_choice_stays_words(said: str) -> None:
    assert chosen(said, [FIRST, SECOND]) is None


def test_without_a_list_a_number_is_a_number() -> None:
    assert chosen("1", []) is None
    assert chosen("1", [shown()]) is None


def test_yes_and_no_answer_a_question_with_two_answers() -> None:
    question = shown((1, "对"), (2, "不对，我再说一遍"))
    labels = [found.label for said in ("是的", "没错", "不是") if (found := chosen(said, [question]))]
    assert labels == ["对", "对", "不对，我再说一遍"]
    assert chosen("是的", [FIRST]) is None
    assert chosen("是的", [replace(question, buttons=question.buttons[:1])]) is None


@pytest.mark.parametrize(
    ("said", "number"), [("十", 10), ("十二", 12), ("二十", 20), ("二十三", 23), ("99", 99), ("半", None)]
)
def test_numbers_in_words(said: str, number: int | None) -> None:
    assert read_choice(said) == number


def test_asking_for_the_rest() -> None:
    assert all(wants_more(said) for said in ("继续", "1", "１", "继续看", "请继续说。", "接着说"))
    assert not any(wants_more(said) for said in ("2", "继续吃药吗", "不继续了", ""))
