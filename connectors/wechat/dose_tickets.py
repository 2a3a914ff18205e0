"""The signed part of a reminder's address: which reminder, of which conversation, for a day. It names nobody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import XinglinError
from connectors.signed import read_signed, sign

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
    return sign(key, f"{ticket.conversation}:{ticket.reminder}", at + LASTS)


def read(key: str, text: str, at: datetime) -> DoseTicket:
    """What a ticket says. Raises TicketRefused when it is not ours or has run out."""
    signed = read_signed(key, text, at)
    if signed is None:
        raise TicketRefused
    conversation, _, reminder = signed.words.partition(":")
    return DoseTicket(conversation, reminder)
