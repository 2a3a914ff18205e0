"""Names in Latin letters: English and Latin ones, and Chinese ones in pinyin, with or without spaces, misspelt or not.

One wrong letter leaves the first three or the last three letters whole; names are looked up by these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from components import drug_talk
from components.near_names import Guess
from components.sounds import Sounds, same_start

_RUN = re.compile(r"[a-z][a-z0-9]*(?:[ '\-]{1,2}[a-z][a-z0-9]*)*")
_WORD = re.compile(r"[a-z][a-z0-9]*")
_LETTERS = re.compile(r"[a-z0-9]+")
_PIECE = 3
_SHORTEST_SURE = 6  # letters; shorter ones count where the neighbours speak of medicine
_SHORTEST = 4
_LONG = 9  # from here two letters may be wrong
_LONGEST_SLIP = 4  # letters
_SWAPPED = 2  # letters
_MOST_WORDS = 12  # syllables typed apart
_MOST_READ = 40  # words in a row


class LatinNames:
    """Names by their letters."""

    def __init__(self, names: Iterable[str], sounds: Sounds) -> None:
        self._names: dict[str, str] = {}
        self._pieces: dict[tuple[str, int], list[str]] = {}
        for name in names:
            self._add("".join(_LETTERS.findall(sounds.pinyin(name))), name)
        self._longest = max(map(len, self._names), default=0)

    def find(self, text: str) -> list[Guess]:
        """Return all guesses, overlapping ones too. The text is folded."""
        return [guess for run in _RUN.finditer(text) for guess in self._in_run(text, run.start(), run.end())]

    def _add(self, key: str, name: str) -> None:
        if len(key) < _SHORTEST or key in self._names:
            return
        self._names[key] = name
        if len(key) >= _SHORTEST_SURE:
            self._pieces.setdefault((key[:_PIECE], len(key)), []).append(key)
            self._pieces.setdefault((key[-_PIECE:], len(key)), []).append(key)

    def _in_run(self, text: str, start: int, end: int) -> Iterator[Guess]:
        words = list(_WORD.finditer(text, start, end))
        for first, word in enumerate(words[:_MOST_READ]):
            key = ""
            for last in words[first : first + _MOST_WORDS]:
                key += last.group()
                if len(key) > self._longest + 1:
                    break
                yield from self._read(text, word.start(), last.end(), key)

    def _read(self, text: str, start: int, end: int, key: str) -> Iterator[Guess]:
        name = self._names.get(key)
        if name is not None:
            if len(key) >= _SHORTEST_SURE or drug_talk.surely(text, start, end):
                yield Guess(start, end, name, len(key))
        elif len(key) >= _SHORTEST_SURE - 1:
            for spelling, errors in self._near(key):
                yield Guess(start, end, self._names[spelling], len(key) - errors)

    def _near(self, key: str) -> Iterator[tuple[str, int]]:
        most = 2 if len(key) >= _LONG else 1
        for length in range(len(key) - most, len(key) + most + 1):
            for piece in dict.fromkeys((key[:_PIECE], key[-_PIECE:])):  # a set would change its order by the run
                for spelling in self._pieces.get((piece, length), ()):
                    errors = errors_between(key, spelling)
                    if errors <= most:
                        yield spelling, errors


def errors_between(one: str, other: str) -> int:
    """How many letters must be changed, left out, put in or swapped with the next to make one the other.

    Only a slip counts: what lies between the first and the last wrong letter is compared if it is short.
    """
    start, shorter = same_start(one, other), min(len(one), len(other))
    end = 0
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    here, there = one[start : len(one) - end], other[start : len(other) - end]
    if max(len(here), len(there)) > _LONGEST_SLIP:
        return _LONGEST_SLIP
    if not here or not there or len(here) == len(there) == 1:
        return max(len(here), len(there))
    return 1 if here == there[::-1] and len(here) == _SWAPPED else _distance(here, there)


def _distance(one: str, other: str) -> int:
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            row.append(min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b)))
        last = row
    return last[-1]
