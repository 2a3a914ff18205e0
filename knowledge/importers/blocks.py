"""What a document is read into, whatever its format: headings, paragraphs and table rows, in reading order."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

CELL = " | "
"""Between the cells of a row."""
_KANGXI = range(0x2F00, 0x2FE0)
_RADICALS = str.maketrans(
    "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
    "母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
)
"""Radicals of the supplement that PDF fonts name in place of the character; Unicode folds only the older ones."""
_LATIN_ENDS, _LATIN_BEGINS = re.compile(r"[A-Za-z0-9.,;:%)\]]$"), re.compile(r"^[A-Za-z0-9(\[]")
_HYPHENATED, _GOES_ON = re.compile(r"[A-Za-z]{2}[-\u00ad\u2010]$"), re.compile(r"^[a-z]{2}")


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph or table row."""

    text: str
    level: int = 0
    """Rank of a heading, 1 the highest; 0: no heading."""
    row: bool = False
    """A table row; a table's first row may be its head."""
    page: int | None = None
    """Page it begins on, where the format has pages."""


def joined(lines: Sequence[str]) -> str:
    """The lines of one paragraph as one text: Chinese without spaces, Latin with them, hyphenated words whole."""
    text = ""
    for line in (one.strip() for one in lines):
        if _HYPHENATED.search(text) and _GOES_ON.search(line):
            text = text[:-1] + line
        elif _LATIN_ENDS.search(text) and _LATIN_BEGINS.search(line):
            text = f"{text} {line}"
        else:
            text += line
    return text


def repaired(text: str) -> str:
    """The text with radicals that stand for characters (`⾎⻚`) written as the characters (`血页`)."""
    return "".join(_folded(char) for char in text).translate(_RADICALS)


def _folded(char: str) -> str:
    return unicodedata.normalize("NFKC", char) if ord(char) in _KANGXI else char
