"""The wire out: a signed cookie says which nurse sits at a page."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from aiohttp import web

COOKIE = "xinglin_desk"
SHIFT = timedelta(hours=12)


def sign(key: str, nurse: str, at: datetime) -> str:
    """A cookie value that holds for one shift."""
    until = int((at + SHIFT).timestamp())
    body = base64.urlsafe_b64encode(f"{until}:{nurse}".encode()).decode()
    return f"{body}.{_mac(key, body)}"


def nurse_of(key: str, cookie: str, at: datetime) -> str | None:
    """The nurse a cookie was signed for; None when it is not ours or has run out."""
    body, _, mac = cookie.partition(".")
    if not secrets.compare_digest(_mac(key, body).encode(), mac.encode(errors="replace")):
        return None
    until, _, nurse = base64.urlsafe_b64decode(body).decode().partition(":")
    return nurse if at.timestamp() < int(until) else None


def seat(request: web.Request, response: web.StreamResponse, key: str, nurse: str, at: datetime) -> None:
    """Remember at the page who sits there, for one shift."""
    response.set_cookie(
        COOKIE, sign(key, nurse, at), max_age=int(SHIFT.total_seconds()), path="/api/v1/desk", httponly=True,
        samesite="Strict", secure=request.secure,
    )  # fmt: skip


def _mac(key: str, body: str) -> str:
    return hmac.new(key.encode(), body.encode(errors="replace"), hashlib.sha256).hexdigest()
