"""The desk's cookie and codec."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from connectors.desk import client, codec

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def test_a_cookie_says_who_sits_there_for_one_shift() -> None:
    cookie = client.sign("key", "王护士", AT)
    assert client.nurse_of("key", cookie, AT) == "王护士"
    assert client.nurse_of("key", cookie, AT + client.SHIFT - timedelta(seconds=1)) == "王护士"
    assert client.nurse_of("key", cookie, AT + client.SHIFT) is None
    assert client.nurse_of("other key", cookie, AT) is None


@given(st.text(max_size=200))
def test_a_forged_cookie_is_nobody(cookie: str) -> None:
    assert client.nurse_of("key", cookie, AT) is None


def test_a_changed_cookie_is_nobody() -> None:
    body, _, mac = client.sign("key", "王护士", AT).partition(".")
    other, _, _ = client.sign("key", "李护士", AT).partition(".")
    assert client.nurse_of("key", f"{other}.{mac}", AT) is None
    assert client.nurse_of("key", f"{body}.{mac[:-1]}", AT) is None


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"key": 1, "nurse": "a"}', b'{"key": "k", "nurse": "  "}', b"[]"])
def test_a_bad_login_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        codec.decode_login(raw)


@pytest.mark.parametrize("raw", [b"{}", b'{"id": "", "text": "a"}', b'{"id": "a"}', b'{"id": "a", "text": 1}'])
def test_bad_words_are_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        codec.decode_words(raw)


def test_a_note_is_optional() -> None:
    assert codec.decode_note(b"") == ""
    assert codec.decode_note('{"note": "已处理"}'.encode()) == "已处理"
