"""The signed link in a nurse's message: it opens the desk at one handoff, as her, for a few minutes and once.

A second use leads to the desk without logging in: harmless to whoever comes by the link later.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from bot.errors import XinglinError
from connectors.signed import read_signed, sign

LASTS = timedelta(minutes=10)
PATH = "/desk/enter"
LABEL = "ticket."  # keeps a ticket from being taken for the cookie, which the same key signs
Spend = Callable[[str, datetime], Awaitable[bool]]
"""Use a ticket (its id, now); False when it was used before."""


class TicketRefused(XinglinError):
    """这个链接已过期或不完整，请登录护士台。"""

    status = 403


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a link carries."""

    nurse: str  # name
    handoff: str
    until: datetime
    id: str  # tells tickets apart, and tells nothing

    def page(self, *, seated: bool) -> str:
        """The desk, open at the handoff; as her only where this link has logged her in."""
        place = f"/desk#handoff={quote(self.handoff, safe='')}"
        return f"{place}&nurse={quote(self.nurse, safe='')}" if seated else place


def issue(key: str, nurse: str, handoff: str, at: datetime, lasts: timedelta = LASTS) -> str:
    """A ticket; the same for the same nurse, handoff and time."""
    return sign(key, f"{handoff}:{nurse}", at + lasts, LABEL)


def link(public_url: str, key: str, nurse: str, handoff: str, at: datetime) -> str:
    """The address in a nurse's message."""
    return f"{public_url}{PATH}?ticket={issue(key, nurse, handoff, at)}"


def read(key: str, text: str, at: datetime) -> Ticket:
    """What a ticket says. Raises TicketRefused when it is not ours or has run out."""
    signed = read_signed(key, text, at, LABEL)
    if signed is None:
        raise TicketRefused
    handoff, _, nurse = signed.words.partition(":")
    return Ticket(nurse, handoff, signed.until, signed.id)


REFUSED_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>护士台</title><style>
body{font:18px/1.6 system-ui,sans-serif;margin:0;padding:48px 24px;max-width:32em;color:#1b2a27;background:#f6f8f7}
a{display:block;margin-top:24px;padding:14px;border-radius:12px;background:#0b6b58;color:#fff;text-align:center;
text-decoration:none}</style></head><body><h1>链接已失效</h1>
<p>为了患者的安全，消息里的链接只在几分钟内有效，并且只能用一次。</p>
<p>请打开护士台，输入姓名和护士台口令登录；口令可向护士长或管理员询问。登录后，等待中的患者都在列表里。</p>
<a href="/desk">打开护士台</a></body></html>
"""
