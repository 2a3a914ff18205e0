"""The signed link to a medication record: whoever has it can read this one record for a day, and nothing else.

A doctor scans it from a phone or a sheet of paper, so it works more than once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.errors import XinglinError
from bot.record import LONGEST
from connectors.signed import read_signed, sign

LASTS = timedelta(hours=24)
PATH = "/api/v1/record"
LABEL = "record."  # keeps it from being taken for another thing that the same key signs


class RecordRefused(XinglinError):
    """这个链接已过期或不完整，请在聊天里重新要一份用药记录。"""

    status = 403


@dataclass(frozen=True, slots=True)
class RecordTicket:
    """What a link opens."""

    clinic: str
    person: str
    since: datetime  # UTC, included
    until: datetime  # UTC, not included


def issue(key: str, ticket: RecordTicket, at: datetime) -> str:
    """The ticket as text; raises ValueError for a span that is empty or longer than a record may be."""
    if not timedelta(0) < ticket.until - ticket.since <= LONGEST or ":" in ticket.clinic:
        raise ValueError("not a span of a record, or a clinic with a colon")
    bounds = f"{int(ticket.since.timestamp())}:{int(ticket.until.timestamp())}"
    return sign(key, f"{ticket.clinic}:{ticket.person}:{bounds}", at + LASTS, LABEL)


def link(public_url: str, key: str, ticket: RecordTicket, at: datetime) -> str:
    """The address that a person is given, and that stands in the QR code."""
    return f"{public_url}{PATH}/{issue(key, ticket, at)}"


def read(key: str, text: str, at: datetime) -> RecordTicket:
    """What a ticket opens. Raises RecordRefused when it is not ours or has run out."""
    signed = read_signed(key, text, at, LABEL)
    if signed is None:
        raise RecordRefused
    who, since, until = signed.words.rsplit(":", 2)
    clinic, _, person = who.partition(":")
    return RecordTicket(
        clinic, person, datetime.fromtimestamp(int(since), UTC), datetime.fromtimestamp(int(until), UTC)
    )
