"""Seal and open the stored form of a conversation: AES-256-GCM, the key's id in the sealed value."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"xl1"
KEY_BYTES = 32
KEY_ID_BYTES = 8
NONCE_BYTES = 12


class Unreadable(Exception):
    """The stored value is broken, or was sealed with a key that is not here."""


@dataclass(frozen=True)
class Sealer:
    """Seals with the first key and opens with any."""

    first: bytes
    keys: Mapping[bytes, AESGCM]

    @classmethod
    def from_setting(cls, setting: str) -> Sealer:
        """Read base64 keys separated by commas, the newest first. Raises ValueError on a bad key."""
        keys: dict[bytes, AESGCM] = {}
        for written in setting.split(","):
            try:
                key = base64.b64decode(written.strip(), validate=True)
            except binascii.Error as error:
                raise ValueError("the tracker key is not base64") from error
            if len(key) != KEY_BYTES:
                raise ValueError(f"the tracker key must have {KEY_BYTES} bytes, this one has {len(key)}")
            keys[hashlib.sha256(key).digest()[:KEY_ID_BYTES]] = AESGCM(key)
        return cls(next(iter(keys)), keys)

    def seal(self, plain: bytes, owner: str) -> bytes:
        """Return the sealed value; it opens only for the same owner."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return FORMAT + self.first + nonce + self.keys[self.first].encrypt(nonce, plain, owner.encode())

    def open(self, sealed: bytes, owner: str) -> bytes:
        """Return what was sealed. Raises Unreadable."""
        start = len(FORMAT)
        key = self.keys.get(sealed[start : start + KEY_ID_BYTES])
        if not sealed.startswith(FORMAT) or key is None:
            raise Unreadable("unknown format or key")
        nonce_end = start + KEY_ID_BYTES + NONCE_BYTES
        try:
            return key.decrypt(sealed[start + KEY_ID_BYTES : nonce_end], sealed[nonce_end:], owner.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable("altered or cut short") from error
