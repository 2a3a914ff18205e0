"""Find known names in a sentence: drugs, departments, doctors, symptoms, and spans of time.

A name is looked up by its first character and the lengths that occur, so ten thousand names cost
no more than a hundred; a regular expression with ten thousand branches does not have that virtue.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from components.folding import fold

# One character ("麻" in "麻烦") says too little to be a name.
SHORTEST_NAME = 2
# Yi syllables stand for a kind of name in masked text: letters, and no patient here types them.
FIRST_MASK = 0xA000


@dataclass(frozen=True)
class Span:
    """A name found: `start` and `end` count characters of the original text."""

    start: int
    end: int
    kind: str


class Gazetteer:
    """Names and patterns by kind; the longest find wins, then the first."""

    def __init__(self, names: Mapping[str, Iterable[str]], patterns: Sequence[tuple[str, str]]) -> None:
        self._kind: dict[str, str] = {}
        lengths: dict[str, set[int]] = defaultdict(set)
        for kind, some in names.items():
            for name in map(fold, some):
                if len(name) >= SHORTEST_NAME:
                    self._kind.setdefault(name, kind)
                    lengths[name[0]].add(len(name))
        self._lengths = {first: sorted(some, reverse=True) for first, some in lengths.items()}
        self._patterns = [(kind, re.compile(pattern)) for kind, pattern in patterns]
        kinds = dict.fromkeys([*names, *(kind for kind, _ in patterns)])
        self._masks = {kind: chr(FIRST_MASK + number) for number, kind in enumerate(kinds)}

    def spans(self, folded: str) -> list[Span]:
        """Return what was found in a folded text, in order and without overlap."""
        found = [*self._named(folded), *self._matched(folded)]
        found.sort(key=lambda span: (span.start - span.end, span.start))
        taken: list[Span] = []
        for span in found:
            if all(span.end <= other.start or span.start >= other.end for other in taken):
                taken.append(span)
        return sorted(taken, key=lambda span: span.start)

    def mask(self, folded: str, spans: Iterable[Span]) -> str:
        """Return the text with each find replaced by the one character of its kind."""
        parts, position = [], 0
        for span in spans:
            parts += [folded[position : span.start], self._masks[span.kind]]
            position = span.end
        return "".join([*parts, folded[position:]])

    def _named(self, folded: str) -> Iterator[Span]:
        for start, first in enumerate(folded):
            for length in self._lengths.get(first, ()):
                kind = self._kind.get(folded[start : start + length])
                if kind is not None:
                    yield Span(start, start + length, kind)
                    break

    def _matched(self, folded: str) -> Iterator[Span]:
        for kind, pattern in self._patterns:
            for match in pattern.finditer(folded):
                if match.end() > match.start():
                    yield Span(match.start(), match.end(), kind)
