"""How a message looks in Telegram: plain text, and under it a keyboard of its buttons. Pure.

Text goes without a parse mode: no letter of a person, a model or a book can then be taken for formatting.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.messages import Button, Message
from connectors.base import Bundle, Waiting
from connectors.plain import plain
from connectors.splitting import Names, split

TEXT_UNITS = 4_096
"""Longest text of one message, in UTF-16 units (core.telegram.org/bots/api#sendmessage)."""
PART_BYTES = 4_096
"""A part of a longer text. No text has more UTF-16 units than UTF-8 bytes, so it always fits: 1,365 Chinese
characters, a screen or two, where a part of 4,096 units would be five.
"""
ROW_CELLS = 20
"""Labels side by side on a small phone; a Chinese character takes two cells."""
ROW_BUTTONS = 3
LABEL_CHARS = 60

Rows = tuple[tuple[tuple[str, str], ...], ...]
"""A keyboard: rows of label and id."""


@dataclass(frozen=True, slots=True)
class Screen:
    """The body of a bundle: one message of Telegram's."""

    text: str
    rows: Rows = ()


def pack(waiting: Sequence[Waiting], names: Names | None = None) -> list[Bundle]:
    """Each message by itself; the buttons stand under its last part."""
    return [bundle for each in waiting for bundle in _bundles(each.message, names) if bundle.part > each.parts_sent]


def _bundles(message: Message, names: Names | None) -> Iterator[Bundle]:
    text = plain(message)
    parts = [text] if units(text) <= TEXT_UNITS else split(text, PART_BYTES, names=names)
    for part, words in enumerate(parts, 1):
        keyboard = rows(message.buttons) if part == len(parts) else ()
        yield Bundle((message,), Screen(words, keyboard), part, len(parts), part < len(parts))


def rows(buttons: Sequence[Button]) -> Rows:
    """Short labels share a row; the order stays."""
    filled: list[list[tuple[str, str]]] = []
    room = 0
    for button in buttons:
        label = button.label[:LABEL_CHARS]
        if not filled or len(filled[-1]) == ROW_BUTTONS or cells(label) > room:
            filled.append([])
            room = ROW_CELLS
        filled[-1].append((label, button.id))
        room -= cells(label) + 2  # the gap between two buttons
    return tuple(tuple(row) for row in filled)


def units(text: str) -> int:
    """Its length as Telegram counts: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cells(text: str) -> int:
    """How wide it is: Chinese characters count two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
