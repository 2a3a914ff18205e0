"""Words we know, for search: which spellings mean the same, which words carry no content."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from knowledge.denial import is_denied
from knowledge.sounds import sound
from knowledge.text import normalise
from knowledge.yamlfile import read_yaml

_RUN = re.compile(r"[\u3400-\u9fffa-z0-9]+")
_PIECE = re.compile(r"[\u3400-\u9fff]+|[a-z][a-z0-9]+")
"""What of a left-over counts: Chinese, and Latin words; bare numbers are checked elsewhere."""
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONGEST = 10
"""Characters of the longest word looked up; longer topic phrases count through the words inside them."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A query cut up: words of ours in their standard spelling, and what is left over as character pairs."""

    words: frozenset[str]
    rests: tuple[tuple[str, ...], ...]
    """Each left-over piece as its character pairs."""
    traces: frozenset[str]
    """Single characters, and pairs by their sound: what remains of words we don't know and of misspelled ones."""

    @property
    def pairs(self) -> frozenset[str]:
        """All left-over pairs together."""
        return frozenset(pair for rest in self.rests for pair in rest) - self.words

    @property
    def all(self) -> frozenset[str]:
        """Everything that texts are searched for."""
        return self.words | self.pairs | self.traces


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words of the knowledge: spelling → standard spelling."""

    standard: dict[str, str]
    stop: frozenset[str]
    broad: frozenset[str] = field(default=frozenset())
    """Standard words too wide to show by themselves what a question is about."""
    heads: frozenset[str] = field(init=False)
    """The first two characters of every spelling: most places of a text begin none."""

    names: frozenset[str] = field(init=False)
    """Every standard spelling."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "heads", frozenset(spelling[:2] for spelling in self.standard))
        object.__setattr__(self, "names", frozenset(self.standard.values()))

    def query_terms(self, text: str) -> Terms:
        """Cut a question up; words are found at every position, longer ones do not hide shorter ones.

        What the person denies (不发烧, 就是咳) is left out, unless nothing else is said.
        """
        words: set[str] = set()
        denied: set[str] = set()
        traces: set[str] = set()
        rests: list[tuple[str, ...]] = []
        for run in _RUN.findall(normalise(text)):
            found = tuple(self._words_in(run))
            refused = [part for part in found if is_denied(run, part[0])]
            words.update(word for _, _, word in found)
            denied.update(word for _, _, word in refused)
            rests += _pieces(self._without_stops(_blank(run, found)))
            traces.update(_traces(self._without_stops(_blank(run, refused))))
        asserted = words - denied
        return Terms(frozenset(asserted if asserted - self.broad else words), tuple(rests), frozenset(traces))

    def text_terms(self, text: str) -> Iterator[str]:
        """Every word, character pair and trace of a text to be searched, with repetitions."""
        for run in _RUN.findall(normalise(text)):
            found = {(start, word) for start, _, word in self._words_in(run)}
            yield from (word for _, word in found)
            spelt = {word for _, word in found}
            for piece in _PIECE.findall(run):
                yield from (pair for pair in _pairs(piece) if pair not in spelt)
            yield from _traces(run)

    def _words_in(self, run: str) -> Iterator[tuple[int, int, str]]:
        for start in range(len(run)):
            if run[start : start + 2] not in self.heads and run[start] not in self.heads:
                continue
            for end in range(start + 1, min(len(run), start + _LONGEST) + 1):
                word = self.standard.get(run[start:end])
                if word is not None and not (_inside_latin(run, start) or _inside_latin(run, end)):
                    yield start, end, word

    def _without_stops(self, run: str) -> str:
        """Blanks where words without content were, the longest first."""
        for length in (5, 4, 3, 2, 1):
            for start in range(len(run) - length + 1):
                if run[start : start + length] in self.stop:
                    run = run[:start] + " " * length + run[start + length :]
        return run


def _blank(run: str, found: Iterable[tuple[int, int, str]]) -> str:
    rest = list(run)
    for start, end, _ in found:
        rest[start:end] = " " * (end - start)
    return "".join(rest)


def _pieces(run: str) -> Iterator[tuple[str, ...]]:
    """What is left over, each piece as its pairs."""
    yield from filter(None, (tuple(_pairs(piece)) for piece in _PIECE.findall(run)))


def _traces(run: str) -> Iterator[str]:
    for piece in _HAN_RUN.findall(run):
        yield from (f"{char}·" for char in piece)
        sounds = [sound(char) for char in piece]
        yield from (f"{first} {second}" for first, second in pairwise(sounds))


def _inside_latin(run: str, cut: int) -> bool:
    """A cut there would split a Latin word or a number (`ct` is no word of `cctv`)."""
    return 0 < cut < len(run) and not (_HAN.match(run[cut - 1]) or _HAN.match(run[cut]))


def _pairs(piece: str) -> Iterator[str]:
    """Character pairs of a Chinese piece; a Latin word stands as it is."""
    if not _HAN.match(piece):
        yield piece
        return
    yield from (piece[start : start + 2] for start in range(len(piece) - 1))


def load_lexicon(folder: Path, more: Iterable[str]) -> Lexicon:
    """Read `words.yml`; `more` are words of the knowledge itself (topics, names). Raises BadDataError."""
    raw = read_yaml(folder / "words.yml")
    standard = {word: word for word in map(normalise, more) if 2 <= len(word) <= _LONGEST}
    stop = frozenset(map(normalise, raw["stop"]))
    for group in raw["synonyms"]:
        for word in group:
            standard[normalise(word)] = normalise(group[0])
    for word in stop:
        standard.pop(word, None)
    return Lexicon(standard, stop, frozenset(map(normalise, raw["broad"])))
