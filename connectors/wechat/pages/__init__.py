"""Pages that reminders open: plain, large, working without a script."""

from functools import cache
from pathlib import Path
from string import Template

from aiohttp import web

HERE = Path(__file__).parent


@cache
def text_of(name: str) -> str:
    """A file of this folder."""
    return (HERE / name).read_text("utf-8")


def fill(name: str, **parts: str) -> str:
    """A file with its `$names` filled in; what comes from people has to be escaped before."""
    return Template(text_of(name)).substitute(parts)


def page(title: str, body: str, status: int = 200, scripts: str = "", policy: str = "") -> web.Response:
    """A whole page, kept by nobody on its way."""
    headers = {"Cache-Control": "no-store"} | ({"Content-Security-Policy": policy} if policy else {})
    text = fill("frame.html", title=title, style=text_of("page.css"), body=body, scripts=scripts)
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)
