"""Numerals to exact values, and the one spelling that keeps every place."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from schedules.numbers import plain_number, read_int, read_number
from schedules.spelling import masked, plain

TABLE = yaml.load(Path(__file__).with_name("numbers.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


@pytest.mark.parametrize("said", TABLE)
def test_read_as_in_the_table(said: str) -> None:
    value = read_number(said)
    assert ("-" if value is None else value) == ("-" if TABLE[said] == "-" else Decimal(TABLE[said]))


def chinese(number: int) -> str:
    """The usual writing of a number below 10,000."""
    digits, out, zero = "零一二三四五六七八九", "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            out += ("零" if zero else "") + digits[digit] + name
            zero = False
        elif out:
            zero = True
    return out


@given(st.integers(1, 9999))
def test_every_number_below_ten_thousand_is_read(number: int) -> None:
    assert read_int(chinese(number)) == number
    assert read_int(str(number)) == number


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_none_and_keeps_its_length(text: str) -> None:
    value = read_number(text)
    assert value is None or value >= 0
    assert len(plain(text)) == len(text)
    assert plain(plain(text)) == plain(text)


def test_one_spelling() -> None:
    assert plain("ＢＩＤ 後天８：３０") == "bid 后天8:30"
    assert masked("一天三次", 0, 2) == "\0\0三次"


@pytest.mark.parametrize(("value", "text"), [("0.50", "0.5"), ("1E+1", "10"), ("2", "2"), ("100", "100"), ("1.0", "1")])
def test_a_value_is_written_without_idle_zeros(value: str, text: str) -> None:
    assert plain_number(Decimal(value)) == text
