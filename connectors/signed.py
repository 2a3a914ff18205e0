"""Words signed for a time: a cookie, a link. Whoever has them can do what they name until then, and change nothing."""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed."""

    words: str
    until: datetime
    id: str  # tells signatures apart, and tells nothing


def sign(key: str, words: str, until: datetime, label: str = "") -> str:
    """The text; the same for the same words and second. A `label` keeps what one key signs for two uses apart."""
    body = base64.urlsafe_b64encode(f"{int(until.timestamp())}:{words}".encode()).decode().rstrip("=")
    return f"{body}.{_mac(key, body, label)}"


def read_signed(key: str, text: str, at: datetime, label: str = "") -> Signed | None:
    """What was signed; None when it is not ours or has run out."""
    body, _, mac = text.partition(".")
    if not secrets.compare_digest(_mac(key, body, label).encode(), mac.encode(errors="replace")):
        return None
    try:
        until, _, words = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode().partition(":")
        signed = Signed(words, datetime.fromtimestamp(int(until), UTC), mac)
    except (binascii.Error, ValueError):
        return None
    return signed if at < signed.until else None


def _mac(key: str, body: str, label: str) -> str:
    return hmac.new(key.encode(), (label + body).encode(errors="replace"), hashlib.sha256).hexdigest()
