"""Cuts a long text into parts for channels that limit the bytes of one message."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from connectors.unbreakable import Span, Unbreakable, is_character_end, spans_of

LEAST_BYTES = 4
"""The longest character in UTF-8; below it nothing could be cut."""

_CLOSERS = "”’」』）)】》\"'"
_SENTENCE_END = re.compile(rf"(?:[。！？!?；;…]+|(?<=[^\d\s])\.(?=\s))[{re.escape(_CLOSERS)}]*|\n+")
_CLAUSE_END = re.compile(rf"[，、：,:）)][{re.escape(_CLOSERS)}]*|[ \t\u3000]+")
_FULL_ENOUGH = 3  # a part of less than a third is no good place to cut, when something else is left
_NO_SURROGATE = re.compile("[\ud800-\udfff]")

Names = Callable[[str], Sequence[Span]]
"""Where the names of drugs stand in a text."""


def split(text: str, most_bytes: int, keep_whole: Sequence[str] = (), names: Names | None = None) -> list[str]:
    """Parts of at most `most_bytes` of UTF-8, cut at sentence ends, else at commas, else where nothing is broken.

    Joined, the parts are the text but for blanks where it was cut. A text that fits is returned as it is.
    Only what is longer than a part by itself (an endless number) is cut, between two visible characters.
    Raises ValueError for a limit that one character may exceed.
    """
    if most_bytes < LEAST_BYTES:
        raise ValueError(f"most_bytes is at least {LEAST_BYTES}")
    text = whole_characters(text)
    if byte_count(text) <= most_bytes:
        return [text]
    spans = [*spans_of(text, keep_whole), *(names(text) if names else ())]
    return list(_Cutter(text, most_bytes, spans).parts())


def byte_count(text: str) -> int:
    """Its length in UTF-8."""
    return len(text.encode())


def whole_characters(text: str) -> str:
    """The text with halves of characters, which no wire can carry, made whole or U+FFFD."""
    if not _NO_SURROGATE.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Cutter:
    """One text being cut."""

    def __init__(self, text: str, most: int, spans: Sequence[Span]) -> None:
        self._text = text
        self._most = most
        self._spans = spans
        self._whole = Unbreakable(text, spans)
        self._levels = [
            [hit.end() for hit in ends.finditer(text) if self._whole.around(hit.end()) is None]
            for ends in (_SENTENCE_END, _CLAUSE_END)
        ]

    @cached_property
    def _strictly_whole(self) -> Unbreakable:
        return Unbreakable(self._text, self._spans, strict=True)

    def parts(self) -> Iterator[str]:
        at = self._after_blanks(0)
        while at < len(self._text):
            furthest = at + len(self._text[at : at + self._most].encode()[: self._most].decode(errors="ignore"))
            cut = furthest if furthest == len(self._text) else self._cut(at, furthest)
            yield self._text[at:cut].rstrip()
            at = self._after_blanks(cut)

    def _cut(self, at: int, furthest: int) -> int:
        good_enough = at + (furthest - at) // _FULL_ENOUGH
        for ends in self._levels:
            cut = ends[bisect_right(ends, furthest) - 1] if ends else 0
            if good_enough < cut <= furthest and is_character_end(self._text, cut):
                return cut
        return self._anywhere(at, furthest) or self._by_force(at, furthest)

    def _anywhere(self, at: int, furthest: int) -> int | None:
        return (
            self._whole.last_cut(at, furthest)
            or self._whole.last_cut(at, furthest, neatly=False)
            or self._strictly_whole.last_cut(at, furthest, neatly=False)
        )

    def _by_force(self, at: int, furthest: int) -> int:
        """Here one thing alone is longer than a part."""
        ends = (cut for cut in range(furthest, at, -1) if is_character_end(self._text, cut))
        return next(ends, furthest)

    def _after_blanks(self, at: int) -> int:
        while at < len(self._text) and self._text[at].isspace():
            at += 1
        return at
