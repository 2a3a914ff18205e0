"""Chinese names written wrongly: by sound, or with one character wrong, missing, too many, or two swapped.

One error leaves one half of a name whole. So halves are what is looked up, and only the few names that have
a half in the text are compared with what stands around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from components import drug_talk
from components.name_table import NameTable
from components.sounds import Sounds

_SHORT = 3  # characters; up to here a name with an error is not much of a name, and its neighbours must speak for it


@dataclass(frozen=True)
class Guess:
    """A stretch of text and the name it was read as."""

    start: int
    end: int
    name: str
    alike: int
    """How many characters of the name stand there as they should."""
    same_sound: bool = False


@dataclass(frozen=True)
class _Part:
    """A piece of a name: `before` and `after` are what of the name stands around it."""

    name: str
    before: str
    after: str


class NearNames:
    """Names to be recognised in spite of an error."""

    def __init__(self, names: Iterable[str], sounds: Sounds) -> None:
        self._sounds = sounds
        self._parts: NameTable[_Part] = NameTable()
        self._sounding: NameTable[str] = NameTable()
        self._gaps: dict[str, list[str]] = {}
        for name in names:
            self._add(name)

    def find(self, text: str) -> list[Guess]:
        """Return all guesses, overlapping ones too. The text is folded."""
        about = drug_talk.about_medicine(text)
        found = list(self._sounding_in(text, about))
        found += self._one_error_in(text, about)
        return found

    def _add(self, name: str) -> None:
        self._sounding.add(self._sounds.key(name), name)
        if len(name) <= _SHORT:
            self._gaps.setdefault(name[0] + name[-1], []).append(name)
        if len(name) < _SHORT:
            self._parts.add(name[::-1], _Part(name, "", ""))
            return
        half = max(2, len(name) // 2)
        self._parts.add(name[:half], _Part(name, "", name[half:]))
        half = min(half, len(name) - 2)
        self._parts.add(name[half:], _Part(name, name[:half], ""))
        for swapped in _swapped(name):
            self._parts.add(swapped, _Part(name, "", ""))

    def _sounding_in(self, text: str, about: bool) -> Iterator[Guess]:
        for start, end, names in self._sounding.scan(self._sounds.key(text)):
            for name in names:
                alike = _alike(text[start:end], name)
                if alike < len(name) and self._sound_is_enough(text, start, end, alike, about):
                    yield Guess(start, end, name, alike, same_sound=True)

    def _sound_is_enough(self, text: str, start: int, end: int, alike: int, about: bool) -> bool:
        length = end - start
        if length < _SHORT:
            return alike > 0 and about and drug_talk.fits(text, start, end)
        if length == _SHORT:
            return alike > 1 or (about and drug_talk.fits(text, start, end))
        return alike > 0 or about

    def _one_error_in(self, text: str, about: bool) -> Iterator[Guess]:
        for start, end, parts in self._parts.scan(text):
            for part in parts:
                if not _promising(text, start, end, part):
                    continue
                for begin, stop in _around(text, start, end, part):
                    if self._error_is_small(text, begin, stop, part.name, about):
                        yield Guess(begin, stop, part.name, min(stop - begin, len(part.name)) - 1)
        for length in (_SHORT - 1, _SHORT):
            for start, (first, last) in enumerate(zip(text, text[length - 1 :], strict=False)):
                for name in self._gaps.get(first + last, ()):
                    short = max(length, len(name)) == _SHORT  # two of two is the name itself
                    if short and self._error_is_small(text, start, start + length, name, about):
                        yield Guess(start, start + length, name, _SHORT - 1)

    def _error_is_small(self, text: str, start: int, end: int, name: str, about: bool) -> bool:
        """The shorter the name, and the less of it is there, the more the words around must speak for it."""
        if len(name) > _SHORT + 1:
            return True
        if len(name) > _SHORT:
            return end - start >= len(name) or about or drug_talk.fits(text, start, end)
        if len(name) < _SHORT:
            return about and drug_talk.fits(text, start, end) and drug_talk.surely(text, start, end)
        if end - start < len(name):
            return about and drug_talk.fits(text, start, end)
        return about or drug_talk.fits(text, start, end)


def _promising(text: str, start: int, end: int, part: _Part) -> bool:
    """A quick look that spares most comparisons: one error leaves the first or the last character of the rest."""
    if len(part.after) > 1:
        there = text[end : end + len(part.after) + 1]
        return part.after[0] in there or part.after[-1] in there
    if len(part.before) > 1:
        there = text[max(0, start - len(part.before) - 1) : start]
        return part.before[0] in there or part.before[-1] in there
    return True


def _around(text: str, start: int, end: int, part: _Part) -> Iterator[tuple[int, int]]:
    """Yield where the whole name stands with one error, given where its part stands."""
    if part.after:
        for used in _one_error(part.after, text[end : end + len(part.after) + 1], drug_talk.AFTER):
            yield start, end + used
    elif part.before:
        behind = text[max(0, start - len(part.before) - 1) : start][::-1]
        for used in _one_error(part.before[::-1], behind, drug_talk.BEFORE):
            yield start - used, end
    else:
        yield start, end


def _one_error(wanted: str, there: str, ends: frozenset[str]) -> Iterator[int]:
    """Yield how many characters of `there` are `wanted` with one error."""
    length, same = len(wanted), 0
    while same < min(length, len(there)) and wanted[same] == there[same]:
        same += 1
    if same == length:
        return  # written rightly: nothing to guess
    rest, beyond = wanted[same + 1 :], there[same + 1 :]
    at_edge = not rest  # the last one is missing, or another stands there
    if len(there) >= length and beyond.startswith(rest) and not (at_edge and there[same] in ends):
        yield length
    if there[same:].startswith(rest) and not (at_edge and len(there) > same and there[same] not in ends):
        yield length - 1
    if beyond.startswith(wanted[same:]):
        yield length + 1
    if rest and beyond.startswith(wanted[same]) and there[same] == rest[0] and there[same + 2 :].startswith(rest[1:]):
        yield length


def _swapped(name: str) -> Iterator[str]:
    """Swaps that leave neither half whole."""
    half = len(name) // 2
    places = (1, 2) if len(name) == _SHORT else (half,)
    return (name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :] for at in places)


def _alike(text: str, name: str) -> int:
    return sum(a == b for a, b in zip(text, name, strict=False))
