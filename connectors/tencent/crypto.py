"""The envelope around a callback of WeChat or WeCom: who sent it, and what is inside.

Signature, key, block size and layout are Tencent's: developers.weixin.qq.com, "Message encryption and decryption
technical plan" (消息加解密技术方案), the same for WeCom at developer.work.weixin.qq.com/document/path/90968.
An error of this module tells its reason to the operator's log; the wire learns only that it was refused.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.errors import XinglinError

KEY_CHARACTERS = 43  # Base64 of 32 bytes without its closing "="
RANDOM_BYTES = 16
LENGTH_BYTES = 4
PAD_BLOCK_BYTES = 32  # PKCS#7, but not with AES's own 16
CIPHER_BLOCK_BYTES = 16
FRESH_FOR = timedelta(minutes=10)  # Tencent signs each repeat anew, so only clocks that differ need room
TIMESTAMP_DIGITS = 12  # seconds since 1970 have ten


class EnvelopeRefused(XinglinError):
    """消息校验未通过。"""

    status = 403

    def __init__(self, code: int) -> None:
        """Keep Tencent's number for the reason, -40001 to -40010."""
        super().__init__(str(code))
        self.code = code

    @property
    def detail_for_wire(self) -> str:
        """Nothing: whoever tries keys learns not even which step failed."""
        return ""


class WrongSignature(EnvelopeRefused):
    """消息签名不正确。"""

    def __init__(self) -> None:
        super().__init__(-40001)


class BadEnvelope(EnvelopeRefused):
    """消息密文不正确。"""


@dataclass(frozen=True, slots=True)
class Opened:
    """What was inside."""

    text: bytes  # XML or an echo string, UTF-8
    key: int  # index of the key that fitted; an answer is sealed with the same


@dataclass(frozen=True, slots=True)
class Sealed:
    """An answer ready for the wire."""

    ciphertext: str  # Base64
    signature: str
    timestamp: str  # seconds since 1970
    nonce: str

    @property
    def fields(self) -> Mapping[str, str]:
        """The four elements of an encrypted XML body."""
        return {
            "Encrypt": self.ciphertext,
            "MsgSignature": self.signature,
            "TimeStamp": self.timestamp,
            "Nonce": self.nonce,
        }


@dataclass(frozen=True, slots=True)
class Envelope:
    """One account's secrets for callbacks. Raises BadEnvelope (-40004) when a key is none."""

    token: str
    keys: Sequence[str]  # EncodingAESKey of 43 characters, newest first; none in plain mode
    receive_id: str  # AppID, CorpID, or empty for WeCom's smart robot

    def __post_init__(self) -> None:
        for key in self.keys:
            _key_bytes(key)

    def verify(self, signature: str, timestamp: str, nonce: str) -> None:
        """Check a URL's plain signature. Raises WrongSignature."""
        _must_match(signature, sign(self.token, timestamp, nonce))

    def open(self, msg_signature: str, timestamp: str, nonce: str, ciphertext: str) -> Opened:
        """Check the signature, then decrypt by the first key that fits. Raises WrongSignature, BadEnvelope."""
        _must_match(msg_signature, sign(self.token, timestamp, nonce, ciphertext))
        block = _decode_base64(ciphertext)
        refused = BadEnvelope(-40004)  # no key at all
        for index, key in enumerate(self.keys):
            try:
                return Opened(_unpack(_decrypt(_key_bytes(key), block), self.receive_id), index)
            except BadEnvelope as error:
                # Another account's id is the one reason a right key can give: it outlives the wrong key's.
                refused = refused if refused.code == -40005 else error
        raise refused

    def seal(self, text: bytes, timestamp: str, nonce: str, key: int = 0) -> Sealed:
        """Encrypt and sign an answer with the key of that index."""
        ciphertext = base64.b64encode(_encrypt(_key_bytes(self.keys[key]), _pack(text, self.receive_id))).decode()
        return Sealed(ciphertext, sign(self.token, timestamp, nonce, ciphertext), timestamp, nonce)


def sign(*parts: str) -> str:
    """SHA-1 over the sorted and joined parts, in hexadecimal."""
    return hashlib.sha1(_bytes("".join(sorted(parts)))).hexdigest()


def fresh(timestamp: str, at: datetime, tolerance: timedelta = FRESH_FOR) -> bool:
    """Is a callback's timestamp (seconds since 1970) about now? A signed request that was overheard soon is not."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= TIMESTAMP_DIGITS):
        return False
    return abs(at.astimezone(UTC).timestamp() - int(timestamp)) <= tolerance.total_seconds()


def _must_match(given: str, right: str) -> None:
    # As bytes: compare_digest takes text only when it is ASCII, and a stranger's need not be.
    if not secrets.compare_digest(_bytes(given), _bytes(right)):
        raise WrongSignature


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _key_bytes(key: str) -> bytes:
    if len(key) != KEY_CHARACTERS:
        raise BadEnvelope(-40004)
    try:
        return base64.b64decode(key + "=", validate=True)
    except ValueError:
        raise BadEnvelope(-40004) from None  # the cause would quote the key


def _decode_base64(ciphertext: str) -> bytes:
    try:
        block = base64.b64decode(_bytes(ciphertext), validate=True)
    except binascii.Error as error:
        raise BadEnvelope(-40010) from error
    if not block or len(block) % CIPHER_BLOCK_BYTES:
        raise BadEnvelope(-40007)
    return block


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(key[:CIPHER_BLOCK_BYTES]))


def _encrypt(key: bytes, plain: bytes) -> bytes:
    encryptor = _cipher(key).encryptor()
    return encryptor.update(plain) + encryptor.finalize()


def _decrypt(key: bytes, block: bytes) -> bytes:
    decryptor = _cipher(key).decryptor()
    return decryptor.update(block) + decryptor.finalize()


def _pack(text: bytes, receive_id: str) -> bytes:
    length = len(text).to_bytes(LENGTH_BYTES, "big")
    plain = secrets.token_bytes(RANDOM_BYTES) + length + text + receive_id.encode()
    pad = PAD_BLOCK_BYTES - len(plain) % PAD_BLOCK_BYTES
    return plain + bytes([pad]) * pad


def _unpack(padded: bytes, receive_id: str) -> bytes:
    pad = padded[-1]
    if not 1 <= pad <= PAD_BLOCK_BYTES or not padded.endswith(bytes([pad]) * pad):
        raise BadEnvelope(-40007)
    content = padded[RANDOM_BYTES:-pad]
    start = LENGTH_BYTES
    end = start + int.from_bytes(content[:start], "big")
    if len(content) < start or len(content) < end:
        raise BadEnvelope(-40008)
    if not secrets.compare_digest(content[end:], receive_id.encode()):
        raise BadEnvelope(-40005)
    return content[start:end]
