"""Chats as the phones show them, and the limit of messages a second."""

import math
from dataclasses import dataclass, field
from typing import Any

from deploy.standin.telegram.settings import StandInBot, bad, too_many

TEXT_UNITS = 4_096  # UTF-16 units
DATA_BYTES = 64  # of a button's callback_data

Rows = list[list[dict[str, str]]]
"""An inline keyboard as it is on the wire."""


@dataclass(slots=True)
class Shown:
    """One message on a phone."""

    number: int
    from_bot: bool
    text: str
    at: int  # Unix time, seconds
    rows: Rows = field(default_factory=list)
    edited: bool = False
    media: dict[str, Any] = field(default_factory=dict)  # such as {"voice": {...}}, as in the update


@dataclass(slots=True)
class Bucket:
    """So many at once, and so many a second over time."""

    most: float
    per_s: float
    left: float
    at: float = 0.0  # seconds of a clock that only goes forward
    closed_until: float = 0.0

    def take(self, now: float, flood_s: float) -> None:
        """Take one. Raises Refused 429; asking while it is closed prolongs that."""
        if now < self.closed_until:
            self.closed_until += 1.0
            raise too_many(math.ceil(self.closed_until - now))
        self.left = min(self.most, self.left + (now - self.at) * self.per_s)
        self.at = now
        if self.left < 1.0:
            self.closed_until = now + flood_s
            raise too_many(math.ceil(flood_s))
        self.left -= 1.0


@dataclass(slots=True)
class Chat:
    """One person's chat with the bot, or a group."""

    id: int
    name: str
    bucket: Bucket
    group: bool = False
    started: bool = False  # a bot can't write first
    blocked: bool = False
    typing_until: float = 0.0
    messages: list[Shown] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)  # short words over a pressed button
    last_number: int = 0

    @property
    def on_wire(self) -> dict[str, Any]:
        """The `chat` of an update."""
        if self.group:
            return {"id": self.id, "type": "group", "title": self.name}
        return {"id": self.id, "type": "private", "first_name": self.name}

    def add(self, *, from_bot: bool, text: str, at: int, rows: Rows | None = None, media: Any = None) -> Shown:
        """One more message."""
        self.last_number += 1
        shown = Shown(self.last_number, from_bot, text, at, rows or [], media=media or {})
        self.messages.append(shown)
        return shown

    def find(self, number: int, otherwise: str) -> Shown:
        """A message by its number. Raises Refused with the words for one that is gone."""
        for shown in self.messages:
            if shown.number == number:
                return shown
        raise bad(otherwise)


def new_chat(number: int, name: str, bot: StandInBot, *, group: bool = False) -> Chat:
    """A chat in which nothing was said."""
    return Chat(number, name, Bucket(bot.burst, bot.per_s, bot.burst), group, started=group)


def checked_text(text: str) -> str:
    """A text to be sent. Raises Refused."""
    if not text.strip():
        raise bad("message text is empty")
    if len(text.encode("utf-16-le")) // 2 > TEXT_UNITS:
        raise bad("message is too long")
    return text


def checked_rows(markup: Any) -> Rows:
    """The keyboard of a `reply_markup`. Raises Refused."""
    rows: Rows = [] if markup is None else markup.get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            raise bad("text buttons are unallowed in the inline keyboard")
        if not 1 <= len(button.get("callback_data", "").encode()) <= DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    return rows
