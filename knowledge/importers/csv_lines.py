"""CSV line by line: any of the usual encodings and separators; a broken line harms no other."""

import codecs
import csv
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import IO

from knowledge.importers.records import UnreadableError

Numbered = tuple[int, tuple[str, ...], str]
"""Row number as a person sees it, cells, and what is wrong with the row as a whole (empty: nothing)."""
_SAMPLE = 1 << 20
_LONGEST_LINE = 1 << 20
_UNREAD = "这一行读不出来：引号没有成对，或一格超过 13 万字"
_ENDS = "\r\n"
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_MOST_BROKEN = 0.01
"""Share of characters that may be unreadable; with more it is another encoding."""


def csv_rows(file: Path) -> Iterator[Numbered]:
    """All rows. Raises UnreadableError for what is no text."""
    with file.open("rb") as opened:
        encoding = _encoding(opened.read(_SAMPLE), file.name)
    with file.open(encoding=encoding, errors="replace", newline="") as text:
        if encoding.startswith("utf-16"):
            text.read(1)  # the mark itself
        start = text.tell()
        separator = _separator(text)
        text.seek(start)
        yield from _rows(text, separator)


def _encoding(sample: bytes, name: str) -> str:
    if not sample.strip():
        raise UnreadableError(f"{name} 是空的")
    marked = next((encoding for mark, encoding in _MARKS.items() if sample.startswith(mark)), None)
    if marked:
        return marked
    if b"\0" in sample:
        raise UnreadableError(f"{name} 不是文本表格（CSV），也不是 XLSX")
    broken = {encoding: _broken(sample, encoding) for encoding in ("utf-8", "gb18030")}
    best = min(broken, key=lambda one: broken[one])
    if broken[best] > _MOST_BROKEN:
        raise UnreadableError(f"{name} 的编码认不出来，请另存为 UTF-8 的 .csv")
    return best


def _broken(sample: bytes, encoding: str) -> float:
    """Share of what cannot be read; what the sample's end cuts apart does not count."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    return text.count("\ufffd") / max(1, len(text))


def _separator(text: IO[str]) -> str:
    """The one that the first lines have most of."""
    marks = Counter[str]()
    for _ in range(30):
        marks.update(char for char in text.readline(_LONGEST_LINE) if char in ",\t;|")
    return marks.most_common(1)[0][0] if marks else ","


class _Lines:
    """Lines that can be given back."""

    def __init__(self, text: IO[str]) -> None:
        self._text, self._back = text, deque[str]()
        self.record: list[str] = []
        """The lines handed out for the row that is being read."""

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._text.readline(_LONGEST_LINE)
        if not line:
            raise StopIteration
        self.record.append(line)
        if len(line) >= _LONGEST_LINE and line[-1] not in _ENDS:
            while (rest := self._text.readline(_LONGEST_LINE)) and rest[-1] not in _ENDS:
                pass
            raise csv.Error("nothing is kept of a line that long")
        return line

    def give_back(self) -> None:
        """All but the first line of a broken row are read once more: only that one is lost."""
        self._back.extendleft(reversed(self.record[1:]))


def _rows(text: IO[str], separator: str) -> Iterator[Numbered]:
    lines = _Lines(text)
    for number in count(1):
        lines.record.clear()
        try:
            cells = next(csv.reader(lines, delimiter=separator, strict=True))
        except StopIteration:
            return
        except csv.Error:
            lines.give_back()
            yield number, _plainly(lines.record[0], separator), _UNREAD
            continue
        yield number, tuple(cell.strip().strip("\ufeff") for cell in cells), ""


def _plainly(line: str, separator: str) -> tuple[str, ...]:
    """What of a broken line can be shown: it may still be the head."""
    with suppress(csv.Error):
        return tuple(cell.strip() for cell in next(csv.reader([line], delimiter=separator)))
    return ()
