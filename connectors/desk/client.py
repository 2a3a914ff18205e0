"""The wire out: a signed cookie says which nurse sits at a page."""

from datetime import datetime, timedelta

from aiohttp import web

from connectors import signed

COOKIE = "xinglin_desk"
SHIFT = timedelta(hours=12)


def sign(key: str, nurse: str, at: datetime) -> str:
    """A cookie value that holds for one shift."""
    return signed.sign(key, nurse, at + SHIFT)


def nurse_of(key: str, cookie: str, at: datetime) -> str | None:
    """The nurse a cookie was signed for; None when it is not ours or has run out."""
    found = signed.read_signed(key, cookie, at)
    return found.words if found else None


def seat(request: web.Request, response: web.StreamResponse, key: str, nurse: str, at: datetime) -> None:
    """Remember at the page who sits there, for one shift."""
    response.set_cookie(
        COOKIE, sign(key, nurse, at), max_age=int(SHIFT.total_seconds()), path="/api/v1/desk", httponly=True,
        samesite="Strict", secure=request.secure,
    )  # fmt: skip
