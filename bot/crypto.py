"""Encryption of what people said and who they are: AES-256-GCM with rotating keys.

A stored value is `v1.<key id>.<base64 of nonce ‖ ciphertext>`: old values stay readable while their
key is kept, new ones use the newest key.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import XinglinError
from bot.secret_files import secret_from

NONCE_BYTES = 12
KEY_BYTES = 32


class UndecryptableValue(XinglinError):
    """有一条保存的内容无法解密，请联系管理员检查密钥。"""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys by id (32 bytes each); `current` encrypts, all decrypt."""

    keys: Mapping[str, bytes]
    current: str

    @classmethod
    def from_text(cls, text: str) -> "Keyring":
        """Read lines or comma-separated `id:base64key`; the first one is current."""
        pairs = [part.split(":", 1) for part in text.replace("\n", ",").split(",") if part.strip()]
        keys = {key_id.strip(): base64.b64decode(value) for key_id, value in pairs}
        if not keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise ValueError("DATA_KEYS must be `id:base64 of 32 bytes`, newest first")
        return cls(keys, next(iter(keys)))

    @classmethod
    def from_file(cls, path: Path) -> "Keyring":
        """Read the key file, or make one with mode 0600 when there is none."""
        return cls.from_text(secret_from(path, lambda: f"k1:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}"))

    def encrypt(self, text: str) -> str:
        """Encrypt one value."""
        return f"v1.{self.current}.{base64.b64encode(self._seal(text.encode())).decode()}"

    def decrypt(self, value: str) -> str:
        """Decrypt one value. Raises UndecryptableValue when the key is gone or the value was changed."""
        version, key_id, body = value.split(".", 2)
        return self._open(version, key_id, base64.b64decode(body)).decode()

    def encrypt_bytes(self, plain: bytes, name: str) -> bytes:
        """Encrypt a file's bytes: `v1.<key id>.` and nonce ‖ ciphertext. Under another `name` it can't be read."""
        return f"v1.{self.current}.".encode() + self._seal(plain, name)

    def decrypt_bytes(self, stored: bytes, name: str) -> bytes:
        """The bytes of a file. Raises UndecryptableValue as `decrypt`, and for a file under another's name."""
        try:
            version, key_id, body = stored.split(b".", 2)
        except ValueError as error:
            raise UndecryptableValue("not a file of ours") from error
        return self._open(version.decode("latin-1"), key_id.decode("latin-1"), body, name)

    def _seal(self, plain: bytes, name: str = "") -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.keys[self.current]).encrypt(nonce, plain, (self.current + name).encode())

    def _open(self, version: str, key_id: str, raw: bytes, name: str = "") -> bytes:
        key = self.keys.get(key_id)
        if version != "v1" or key is None:
            raise UndecryptableValue(f"unknown key {key_id}")
        try:
            return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], (key_id + name).encode())
        except (InvalidTag, ValueError) as error:  # ValueError: too short to be anything
            raise UndecryptableValue(f"changed value under key {key_id}") from error

    def blind_index(self, text: str) -> str:
        """A keyed hash to look an encrypted value up by; made with the oldest key, so that it survives rotation."""
        oldest = list(self.keys)[-1]
        return hmac.new(self.keys[oldest], text.encode(), hashlib.sha256).hexdigest()
