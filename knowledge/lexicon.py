"""Words we know, for search: which spellings mean the same, which words carry no content."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.text import normalise
from knowledge.yamlfile import read_yaml

_RUN = re.compile(r"[\u3400-\u9fffa-z0-9]+")
_PIECE = re.compile(r"[\u3400-\u9fff]+|[a-z][a-z0-9]+")
"""What of a left-over counts: Chinese, and Latin words; bare numbers are checked elsewhere."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONGEST = 10
"""Characters of the longest word looked up; longer topic phrases count through the words inside them."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A query cut up: words of ours in their standard spelling, and what is left over as character pairs."""

    words: frozenset[str]
    rests: tuple[tuple[str, ...], ...]
    """Each left-over piece as its character pairs."""

    @property
    def pairs(self) -> frozenset[str]:
        """All left-over pairs together."""
        return frozenset(pair for rest in self.rests for pair in rest) - self.words


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words of the knowledge: spelling → standard spelling."""

    standard: dict[str, str]
    stop: frozenset[str]
    broad: frozenset[str] = field(default=frozenset())
    """Standard words too wide to show by themselves what a question is about."""

    def query_terms(self, text: str) -> Terms:
        """Cut a question up; words are found at every position, longer ones do not hide shorter ones."""
        words: set[str] = set()
        rests: list[tuple[str, ...]] = []
        for run in _RUN.findall(normalise(text)):
            found = tuple(self._words_in(run))
            words.update(word for _, _, word in found)
            rests += self._leftover(run, found)
        return Terms(frozenset(words), tuple(rests))

    def text_terms(self, text: str) -> Iterator[str]:
        """Every word and every character pair of a text to be searched, with repetitions."""
        for run in _RUN.findall(normalise(text)):
            found = {(start, word) for start, _, word in self._words_in(run)}
            yield from (word for _, word in found)
            spelt = {word for _, word in found}
            for piece in _PIECE.findall(run):
                yield from (pair for pair in _pairs(piece) if pair not in spelt)

    def _words_in(self, run: str) -> Iterator[tuple[int, int, str]]:
        for start in range(len(run)):
            for end in range(start + 1, min(len(run), start + _LONGEST) + 1):
                word = self.standard.get(run[start:end])
                if word is not None and not (_inside_latin(run, start) or _inside_latin(run, end)):
                    yield start, end, word

    def _leftover(self, run: str, found: Iterable[tuple[int, int, str]]) -> Iterator[tuple[str, ...]]:
        rest = list(run)
        for start, end, _ in found:
            rest[start:end] = " " * (end - start)
        plain = "".join(rest)
        for length in (5, 4, 3, 2, 1):
            for start in range(len(plain) - length + 1):
                if plain[start : start + length] in self.stop:
                    plain = plain[:start] + " " * length + plain[start + length :]
        yield from filter(None, (tuple(_pairs(piece)) for piece in _PIECE.findall(plain)))


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
