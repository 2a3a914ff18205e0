"""The envelope by itself: what fits is opened, everything else is refused in the same words."""

import base64
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from connectors.tencent.crypto import BadEnvelope, Envelope, EnvelopeRefused, Sealed, WrongSignature, fresh, sign

TOKEN = "hospital-token"
APP = "wx5823bf96d3bd56c7"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OLDER = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
TIME, NONCE = "1795242245", "1320562132"
XML = "<xml><Content><![CDATA[头疼，还发烧😷]]></Content></xml>".encode()


def envelope(*keys: str, app: str = APP) -> Envelope:
    return Envelope(TOKEN, keys or (KEY,), app)


def open_with(opener: Envelope, sealed: Sealed) -> bytes:
    return opener.open(sealed.signature, sealed.timestamp, sealed.nonce, sealed.ciphertext).text


def raw_sealed(plain: bytes, key: str = KEY) -> Sealed:
    """What a sender makes who pads and lays out as it likes; rightly signed."""
    key_bytes = base64.b64decode(key + "=")
    encryptor = Cipher(algorithms.AES(key_bytes), modes.CBC(key_bytes[:16])).encryptor()
    ciphertext = base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()
    return Sealed(ciphertext, sign(TOKEN, TIME, NONCE, ciphertext), TIME, NONCE)


def laid_out(text: bytes, app: bytes = APP.encode(), length: int | None = None) -> bytes:
    return bytes(16) + (len(text) if length is None else length).to_bytes(4, "big") + text + app


def padded(content: bytes) -> bytes:
    pad = 32 - len(content) % 32
    return content + bytes([pad]) * pad


def refusal(opener: Envelope, sealed: Sealed) -> int:
    with pytest.raises(EnvelopeRefused) as caught:
        open_with(opener, sealed)
    return caught.value.code


@given(st.binary(max_size=300))
def test_what_was_sealed_opens(text: bytes) -> None:
    sealed = envelope().seal(text, TIME, NONCE)
    assert open_with(envelope(), sealed) == text
    assert len(base64.b64decode(sealed.ciphertext)) % 32 == 0
    assert TOKEN not in repr(sealed)


def test_the_same_words_never_look_the_same() -> None:
    assert len({envelope().seal(XML, TIME, NONCE).ciphertext for _ in range(50)}) == 50


@pytest.mark.parametrize("left_over", range(32))
def test_every_pad_from_1_to_32_is_taken(left_over: int) -> None:
    sealed = envelope().seal(b"x" * left_over, TIME, NONCE)
    assert open_with(envelope(), sealed) == b"x" * left_over


def test_the_plain_signature_of_the_address_check() -> None:
    right = sign(TOKEN, TIME, NONCE)
    # printf %s 13205621321795242245hospital-token | sha1sum
    assert right == "2dac73ea3152509e96a1dac09ea8b4063ceb0924"
    envelope().verify(right, TIME, NONCE)
    for wrong in ("", right.upper(), right[:-1], "签名", "\udcff", sign(TOKEN, TIME, NONCE + "1")):
        with pytest.raises(WrongSignature):
            envelope().verify(wrong, TIME, NONCE)


def test_plain_mode_needs_no_key() -> None:
    plain = Envelope(TOKEN, (), APP)
    plain.verify(sign(TOKEN, TIME, NONCE), TIME, NONCE)
    assert refusal(plain, envelope().seal(XML, TIME, NONCE)) == -40004


def test_the_older_key_still_opens_and_tells_that_it_did() -> None:
    both = envelope(KEY, OLDER)
    sealed = envelope(OLDER).seal(XML, TIME, NONCE)
    opened = both.open(sealed.signature, TIME, NONCE, sealed.ciphertext)
    assert (opened.text, opened.key) == (XML, 1)
    answer = both.seal(b"<xml/>", TIME, NONCE, opened.key)
    assert open_with(envelope(OLDER), answer) == b"<xml/>"


def test_a_key_that_went_out_of_use_opens_nothing() -> None:
    assert refusal(envelope(KEY), envelope(OLDER).seal(XML, TIME, NONCE)) in (-40007, -40008, -40005)


def test_another_account_is_refused_whichever_key_comes_first() -> None:
    sealed = envelope(app="wx0000000000000000").seal(XML, TIME, NONCE)
    assert refusal(envelope(KEY, OLDER), sealed) == -40005
    assert refusal(envelope(OLDER, KEY), sealed) == -40005
    assert refusal(envelope(app=""), sealed) == -40005


def test_an_account_without_id_is_one_of_its_own() -> None:
    sealed = envelope(app="").seal(XML, TIME, NONCE)
    assert open_with(envelope(app=""), sealed) == XML
    assert refusal(envelope(), sealed) == -40005


def test_every_flipped_bit_is_refused() -> None:
    sealed = envelope().seal(b"<xml/>", TIME, NONCE)
    block = base64.b64decode(sealed.ciphertext)
    for bit in range(len(block) * 8):
        bent = bytearray(block)
        bent[bit // 8] ^= 1 << bit % 8
        ciphertext = base64.b64encode(bent).decode()
        assert refusal(envelope(), Sealed(ciphertext, sealed.signature, TIME, NONCE)) == -40001


@pytest.mark.parametrize("part", ["signature", "timestamp", "nonce"])
def test_every_part_is_under_the_signature(part: str) -> None:
    sealed = envelope().seal(XML, TIME, NONCE)
    parts = {"signature": sealed.signature, "timestamp": TIME, "nonce": NONCE}
    parts[part] = parts[part][:-1] + ("1" if parts[part][-1] == "0" else "0")
    with pytest.raises(WrongSignature):
        envelope().open(parts["signature"], parts["timestamp"], parts["nonce"], sealed.ciphertext)


def test_a_replay_opens_again_since_refusing_it_is_the_claims_work() -> None:
    sealed = envelope().seal(XML, TIME, NONCE)
    assert open_with(envelope(), sealed) == open_with(envelope(), sealed) == XML


@pytest.mark.parametrize(
    ("plain", "code"),
    [
        (padded(laid_out(b"x"))[:-1] + b"\x00", -40007),  # no pad
        (padded(laid_out(b"x"))[:-1] + b"\x21", -40007),  # 33: AES-256's block is not that large
        (padded(laid_out(b"x"))[:-2] + b"\x00" + padded(laid_out(b"x"))[-1:], -40007),  # pad bytes that differ
        (bytes(31) + b"\x01" + bytes([32]) * 32, -40005),  # a length of 0, and other bytes where the id should be
        (bytes([32]) * 32, -40008),  # nothing but a pad
        (bytes([16]) * 16, -40008),
        (padded(laid_out(b"x", length=4_000_000_000)), -40008),
        (padded(laid_out(b"x", length=2)), -40005),  # eats the id's first letter
        (padded(laid_out(b"x", app=APP.encode() + b"x")), -40005),
        (padded(laid_out(b"x", app=b"")), -40005),
    ],
)
def test_rightly_signed_nonsense_is_refused(plain: bytes, code: int) -> None:
    assert refusal(envelope(), raw_sealed(plain)) == code


@pytest.mark.parametrize(
    ("ciphertext", "code"),
    [("", -40007), ("!", -40010), ("密文", -40010), ("AAAA", -40007), ("A" * 23, -40010), ("AAAA\n" * 16, -40010)],
)
def test_what_is_no_ciphertext_is_refused(ciphertext: str, code: int) -> None:
    assert refusal(envelope(), Sealed(ciphertext, sign(TOKEN, TIME, NONCE, ciphertext), TIME, NONCE)) == code


@given(st.binary(max_size=200))
def test_any_rightly_signed_bytes_open_or_are_refused(block: bytes) -> None:
    ciphertext = base64.b64encode(block).decode()
    assert refusal(envelope(), Sealed(ciphertext, sign(TOKEN, TIME, NONCE, ciphertext), TIME, NONCE)) < -40000


@pytest.mark.parametrize("key", ["", KEY[:-1], KEY + "A", "键" * 43, KEY[:-1] + "!"])
def test_a_key_that_is_none_is_told_when_the_house_starts(key: str) -> None:
    with pytest.raises(BadEnvelope) as caught:
        envelope(key)
    assert caught.value.code == -40004
    assert not key or key not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_wire_learns_nothing_about_the_reason() -> None:
    said = set()
    for error in (WrongSignature(), BadEnvelope(-40005), BadEnvelope(-40007)):
        said.add((error.status, error.detail_for_wire))
        assert str(error.code) == error.detail
    assert said == {(403, "")}


def test_fresh() -> None:
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    now = int(at.timestamp())
    for seconds, right in ((0, True), (599, True), (-599, True), (601, False), (-601, False)):
        assert fresh(str(now + seconds), at) is right
    assert not fresh(str(now - 11), at, timedelta(seconds=10))
    for nonsense in ("", "-1", "1e9", "９" * 10, "²", "9" * 5000, f" {now}", "nan"):
        assert not fresh(nonsense, at)


def test_random_bytes_come_from_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def token_bytes(count: int | None = None) -> bytes:
        asked.append(count)
        return bytes(count or 0)

    monkeypatch.setattr(secrets, "token_bytes", token_bytes)
    envelope().seal(XML, TIME, NONCE)
    assert asked == [16]
