"""Encryption of words and identifiers."""

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crypto import Keyring, UndecryptableValue

OLD, NEW = b"1" * 32, b"2" * 32


def text_of(*keys: tuple[str, bytes]) -> str:
    return ",".join(f"{key_id}:{base64.b64encode(key).decode()}" for key_id, key in keys)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_goes_in_comes_out(words: str) -> None:
    ring = Keyring({"k1": OLD}, "k1")
    assert ring.decrypt(ring.encrypt(words)) == words


def test_the_same_words_never_look_the_same() -> None:
    ring = Keyring({"k1": OLD}, "k1")
    assert len({ring.encrypt("头疼") for _ in range(50)}) == 50


def test_keys_rotate_and_old_values_stay_readable() -> None:
    before = Keyring.from_text(text_of(("k1", OLD)))
    value, index = before.encrypt("旧"), before.blind_index("openid")
    after = Keyring.from_text(text_of(("k2", NEW), ("k1", OLD)))
    assert after.decrypt(value) == "旧"
    assert after.encrypt("新").startswith("v1.k2.")
    assert after.blind_index("openid") == index


def test_a_value_without_its_key_or_changed_is_refused() -> None:
    value = Keyring({"k1": OLD}, "k1").encrypt("词")
    with pytest.raises(UndecryptableValue):
        Keyring({"k2": NEW}, "k2").decrypt(value)
    with pytest.raises(UndecryptableValue):
        Keyring({"k1": NEW}, "k1").decrypt(value)
    flipped = value[:-6] + ("A" if value[-6] != "A" else "B") + value[-5:]
    with pytest.raises(UndecryptableValue):
        Keyring({"k1": OLD}, "k1").decrypt(flipped)


def test_the_key_file_is_made_once_and_private(tmp_path: Path) -> None:
    file = tmp_path / "var" / "data.keys"
    first = Keyring.from_file(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Keyring.from_file(file) == first


@pytest.mark.parametrize("text", ["", "k1", "k1:", "k1:YWJj", "k1:not base64!"])
def test_a_bad_key_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - binascii's error and ours are both ValueError
        Keyring.from_text(text)
