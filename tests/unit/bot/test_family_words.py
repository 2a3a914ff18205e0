"""Families in a person's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.family_words import CODE_DIGITS, name_said, new_code, patients_of, read_code, typed_family


@pytest.mark.parametrize(
    "said", ["家人 123456", "家人123456", "家人：123456", "家属 123 456", "家人码１２３４５６。", " 家人 123456 "]
)
def test_a_typed_code_is_understood(said: str) -> None:
    button = typed_family(said)
    assert button is not None and button.command == "family_look"
    assert read_code(button.args["code"]) == "123456"


@pytest.mark.parametrize("said", ["家人 12345", "家人 1234567"])
def test_a_mistyped_one_is_answered_too(said: str) -> None:
    button = typed_family(said)
    assert button is not None and read_code(button.args["code"]) is None


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("不再提醒家人", "family_end"), ("别再告诉我家人了", "family_end"), ("取消家人的提醒", "family_end"),
        ("我不想再通知家属", "family_end"), ("不再当家人", "family_leave"), ("我不当家人了", "family_leave"),
        ("退出家人", "family_leave"), ("我不想再收到家人的提醒", "family_leave"),
    ],
)  # fmt: skip
def test_wishes_to_end_it(said: str, command: str) -> None:
    button = typed_family(said)
    assert button is not None and button.command == command


@pytest.mark.parametrize(
    "said",
    [
        "家人发烧39度怎么办",
        "家人",
        "我家人 123456 电话",
        "让家人也收到提醒",
        "家里人不提醒我吃药",
        "不用告诉家人",
        "不用家人",
        "123456",
        "家人 5 个",
    ],
)
def test_other_words_are_left_alone(said: str) -> None:
    assert typed_family(said) is None


@given(st.text(max_size=60))
def test_any_words_are_read_without_harm(said: str) -> None:
    typed_family(said)
    assert read_code(said) is None or len(read_code(said) or "") == CODE_DIGITS
    assert 0 < len(name_said(said)) <= 8


def test_who_is_who() -> None:
    assert patients_of("女儿") == ("您母亲", "您父亲") and patients_of("老伴") == ("您爱人",)
    assert patients_of("王阿姨") == ("您的家人",)
    assert [name_said(one) for one in ("我女儿", "我的女儿", "女儿。", "", "<b>")] == [
        "女儿",
        "女儿",
        "女儿",
        "家人",
        "b",
    ]


def test_codes_have_six_digits() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) > 190 and all(read_code(one) == one for one in codes)
