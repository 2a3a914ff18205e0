"""A person's text before anybody reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import clean, for_rasa, has_words


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  你好\n", "你好"),
        ("挂\x00号", "挂号"),
        ("\ud800挂号\udfff", "挂号"),
        ("\u200b挂\u202e号\ufeff", "挂号"),
        ("一\n二\t三", "一\n二\t三"),
        ("👍🏻好", "👍🏻好"),
        ("\x00\x07", ""),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@given(st.text())
def test_clean_text_can_always_be_stored_and_sent(raw: str) -> None:
    cleaned = clean(raw)
    cleaned.encode()
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


@given(st.text(), st.integers(1, 600))
def test_rasa_never_gets_a_command_or_too_much(raw: str, limit: int) -> None:
    given_to_rasa = for_rasa(clean(raw), limit)
    assert not given_to_rasa.startswith("/")
    assert "\n" not in given_to_rasa and len(given_to_rasa) <= limit


@pytest.mark.parametrize(
    ("text", "expected"), [("挂号", True), ("1", True), ("😀", False), ("？！", False), ("", False)]
)
def test_has_words(text: str, expected: bool) -> None:
    assert has_words(text) is expected
