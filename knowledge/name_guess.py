"""Names written wrongly: same sound, one wrong character, Latin. Asked when nothing exact is found."""

import re
from collections.abc import Iterable, Iterator

from rapidfuzz.distance import OSA

from knowledge.sounds import sound

_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_LATIN_RUN = re.compile(r"[a-z][a-z' -]*[a-z]")
_SHORTEST_SOUND = 3
_SAME_IN_SHORT = 2
"""Characters a stretch of three must share with the name: three mere syllables also occur by chance."""
_SHORTEST_NEAR = 4
_SHORTEST_LATIN = 6
_LONG_LATIN = 9
_ANY = "?"


class NameGuesser:
    """Hash tables of sounds, of names with one hole and of Latin spellings; no scan over names at query time.

    Works on (spelling, drug id) pairs. Building needs pypinyin, which takes a tenth of a second to import:
    build it on the first question that needs it.
    """

    def __init__(self, names: Iterable[tuple[str, str]], english: Iterable[tuple[str, str]]) -> None:
        self._sounds: dict[str, set[tuple[str, str]]] = {}
        self._holes: dict[str, set[str]] = {}
        self._latin: dict[str, set[str]] = {}
        self._latin_holes: dict[str, set[str]] = {}
        for text, id in names:
            self._add_han(text, id)
        for text, id in english:
            self._add_latin(text.replace(" ", ""), id)
        self._lengths = sorted({len(key.split(" ")) for key in self._sounds}, reverse=True)

    def same_sound(self, text: str) -> list[str]:
        """Ids of names that sound like a stretch of the text or are spelled in it in Latin letters."""
        found = [id for run in _HAN_RUN.findall(text) for id in self._sounding(run, _SAME_IN_SHORT)]
        found += [id for run in _latin_runs(text) for id in self._latin.get(run, ())]
        return _once(found)

    def near(self, text: str) -> list[str]:
        """Ids of names one character off a stretch of the text: guesses to be asked back."""
        found = [id for run in _HAN_RUN.findall(text) for id in self._sounding(run, 1)]
        found += [id for run in _HAN_RUN.findall(text) for id in self._one_off(run)]
        found += [id for run in _latin_runs(text) for id in self._near_latin(run)]
        return _once(found)

    def _add_han(self, text: str, id: str) -> None:
        if _HAN_RUN.fullmatch(text) is None:
            return
        sounds = [sound(char) for char in text]
        if len(text) >= _SHORTEST_SOUND:
            self._sounds.setdefault(" ".join(sounds), set()).add((text, id))
            self._add_latin("".join(sounds), id)
        if len(text) >= _SHORTEST_NEAR:
            for key in _with_hole(text):
                self._holes.setdefault(key, set()).add(id)

    def _add_latin(self, text: str, id: str) -> None:
        if len(text) >= _SHORTEST_LATIN:
            self._latin.setdefault(text, set()).add(id)
            for key in (text, *_without_one(text)):
                self._latin_holes.setdefault(key, set()).add(text)

    def _sounding(self, run: str, same: int) -> Iterator[str]:
        sounds = [sound(char) for char in run]
        for length in self._lengths:
            for start in range(len(run) - length + 1):
                part = run[start : start + length]
                for text, id in self._sounds.get(" ".join(sounds[start : start + length]), ()):
                    if length > _SHORTEST_SOUND or _shared(part, text) >= same:
                        yield id

    def _one_off(self, run: str) -> Iterator[str]:
        for length in range(min(len(run), self._lengths[0]), _SHORTEST_NEAR - 1, -1):
            for start in range(len(run) - length + 1):
                for key in _with_hole(run[start : start + length]):
                    yield from self._holes.get(key, ())

    def _near_latin(self, run: str) -> Iterator[str]:
        allowed = 2 if len(run) >= _LONG_LATIN else 1
        spellings = {one for key in (run, *_without_one(run)) for one in self._latin_holes.get(key, ())}
        for spelling in sorted(spellings, key=lambda one: OSA.distance(run, one)):
            if OSA.distance(run, spelling) <= allowed:
                yield from sorted(self._latin[spelling])


def _shared(one: str, other: str) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))


def _with_hole(text: str) -> Iterator[str]:
    return (text[:at] + _ANY + text[at + 1 :] for at in range(len(text)))


def _without_one(text: str) -> Iterator[str]:
    return (text[:at] + text[at + 1 :] for at in range(len(text)))


def _latin_runs(text: str) -> list[str]:
    runs = [re.sub(r"[' -]", "", run) for run in _LATIN_RUN.findall(text)]
    return [run for run in runs if len(run) >= _SHORTEST_LATIN - 1]


def _once(ids: list[str]) -> list[str]:
    return list(dict.fromkeys(ids))
