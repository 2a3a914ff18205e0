"""Which characters sound alike: one letter per syllable, so that equal sounds are equal strings.

The readings come with the names (lookup `sound`, written by the knowledge room): a library of readings would
cost half the memory of the whole server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Letters of Unicode's private area stand for syllables; nobody types them.
_FIRST = 0xE000
# What dialects and quick tongues do not keep apart: zh and z, n and l at the start, ng and n at the end.
_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_NASAL = re.compile(r"ng$")


class Sounds:
    """Readings of characters, from lines such as `ma 妈马麻骂`."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._syllables: dict[str, str] = {}
        for line in lines:
            syllable, _, chars = line.partition(" ")
            self._syllables.update(dict.fromkeys(chars, syllable))
        merged = sorted({_merge(syllable) for syllable in self._syllables.values()})
        letters = {syllable: _FIRST + number for number, syllable in enumerate(merged)}
        self._letters = {ord(char): letters[_merge(syllable)] for char, syllable in self._syllables.items()}

    def key(self, text: str) -> str:
        """Return the text with a letter for each syllable; what has no reading stays."""
        return text.translate(self._letters)

    def pinyin(self, text: str) -> str:
        """Return the text in Latin letters, without tones and spaces."""
        return "".join(self._syllables.get(char, char) for char in text)

    def alike(self, text: str, name: str) -> int:
        """Return how many letters of the pinyin are the same from the start: of 林 and 宁, 林 is nearer to 零."""
        return same_start(self.pinyin(text), self.pinyin(name))


def same_start(one: str, other: str) -> int:
    """How many characters two texts have in common from the start."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _merge(syllable: str) -> str:
    for long, short in _MERGED:
        if syllable.startswith(long):
            syllable = short + syllable[len(long) :]
            break
    return _NASAL.sub("n", syllable)
