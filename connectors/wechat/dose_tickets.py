"""The signed part of a reminder's address: which reminder, of which conversation, for a day. It names nobody."""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import XinglinError

LASTS = timedelta(days=1)  # a dose is over much earlier, but whoever looks the next day should read that


class TicketRefused(XinglinError):
    """这个提醒的链接已过期或不完整。要查看用药提醒，请回到公众号里说“看看我的用药提醒”。"""

    status = 403


@dataclass(frozen=True, slots=True)
class DoseTicket:
    """Ids of our own, that nobody can guess."""

    conversation: str
    reminder: str  # id of the message; it stands for the dose


def issue(key: str, ticket: DoseTicket, at: datetime) -> str:
    """The ticket's text; the same for the same reminder and time."""
    until = int((at + LASTS).timestamp())
    body = base64.urlsafe_b64encode(f"{until}:{ticket.conversation}:{ticket.reminder}".encode()).decode().rstrip("=")
    return f"{body}.{_mac(key, body)}"


def read(key: str, text: str, at: datetime) -> DoseTicket:
    """What a ticket says. Raises TicketRefused when it is not ours or has run out."""
    body, _, mac = text.partition(".")
    if not secrets.compare_digest(_mac(key, body).encode(), mac.encode(errors="replace")):
        raise TicketRefused
    try:
        until, conversation, reminder = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode().split(":")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise TicketRefused from error
    if at.timestamp() >= int(until):
        raise TicketRefused
    return DoseTicket(conversation, reminder)


def _mac(key: str, body: str) -> str:
    return hmac.new(key.encode(), body.encode(errors="replace"), hashlib.sha256).hexdigest()
