"""Find names in a sentence: drugs (misspelt ones too), departments, doctors, symptoms, and things found by form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from components import drug_talk, negation
from components.folding import fold
from components.latin_names import LatinNames
from components.name_table import SHORTEST_KEY, NameTable
from components.near_names import Guess, NearNames
from components.quantities import age, doses, lab_value
from components.sounds import Sounds

DRUG, SYMPTOM, LAB, DOSE, PERSON = "drug", "symptom", "lab_item", "dose", "person"
TEMPERATURE = "体温"  # what 38度5 is a value of, when nothing is named
# Tables that help to find and are not found themselves: ordinary words that look like names, and readings.
# Brands that also occur inside other words count only between fitting neighbours.
EVERYDAY, SOUND, GUARDED = "everyday", "sound", "guarded"
# Yi syllables stand for a kind of name in masked text: letters, and no patient here types them.
FIRST_MASK = 0xA000
_RANKS = {DRUG: 0, "condition": 3, "body_part": 3}
_GUESS_RANK, _OTHER_RANK = 1, 2


@dataclass(frozen=True)
class Span:
    """A find: `start` and `end` count characters of the original text."""

    start: int
    end: int
    kind: str
    value: str | None = None
    """The known name it was read as, or who a person is; None where the words themselves are all there is."""
    guessed: bool = False
    """It is not written as the name is."""
    negated: bool = False
    """The symptom is said not to be there."""
    number: str | None = None
    """Of a lab item, a dose or an age, in digits: 38.5, 160/100, 1-2."""
    unit: str | None = None
    """Of the number, as said."""


class Gazetteer:
    """Names and patterns by kind. A name of a drug wins over all, a misspelt one over patterns, then the longest."""

    def __init__(self, names: Mapping[str, Iterable[str]], patterns: Sequence[tuple[str, str]]) -> None:
        self._names: NameTable[tuple[str, str]] = NameTable()
        kinds = {kind: list(some) for kind, some in names.items()}
        self._sounds = Sounds(kinds.pop(SOUND, ()))
        self._everyday: NameTable[str] = NameTable()
        for word in map(fold, kinds.pop(EVERYDAY, ())):
            self._everyday.add(word, word)
        self._guarded = frozenset(map(fold, kinds.pop(GUARDED, ())))
        for kind, some in kinds.items():
            for name in some:
                if len(name) >= SHORTEST_KEY:
                    self._names.add(fold(name), (kind, name))
        self._shown = {fold(name): name for name in kinds.get(DRUG, ()) if len(name) >= SHORTEST_KEY}
        self._near = NearNames((name for name in self._shown if not name.isascii()), self._sounds)
        self._latin = LatinNames(self._shown, self._sounds)
        self._patterns = [(kind, re.compile(pattern)) for kind, pattern in patterns]
        kinds_found = dict.fromkeys([*kinds, *(kind for kind, _ in patterns), DOSE])
        self._masks = {kind: chr(FIRST_MASK + number) for number, kind in enumerate(kinds_found)}

    def spans(self, folded: str) -> list[Span]:
        """Return what was found in a folded text, in order and without overlap."""
        named = list(self._named(folded))
        found = [*named, *self._guessed(folded, named), *self._matched(folded), *_doses(folded)]
        words = [(start, end) for start, end, _ in self._everyday.scan(folded)]
        found = [span for span in found if span.kind != DRUG or not any(_is_part_of(span, *word) for word in words)]
        found.sort(key=lambda span: (_rank(span, named), span.start - span.end, span.start))
        taken: list[Span] = []
        for span in found:
            if all(span.end <= other.start or span.start >= other.end for other in taken):
                taken.append(span)
        return list(_denied(folded, sorted(taken, key=lambda span: span.start)))

    def mask(self, folded: str, spans: Iterable[Span]) -> str:
        """Return the text with each find replaced by the one character of its kind."""
        parts, position = [], 0
        for span in spans:
            parts += [folded[position : span.start], self._masks[span.kind]]
            position = span.end
        return "".join([*parts, folded[position:]])

    def sound(self, text: str) -> str:
        """Return the text with one letter for each syllable: 取消题型 sounds like 取消提醒."""
        return self._sounds.key(text)

    def _named(self, folded: str) -> Iterator[Span]:
        for start, end, values in self._names.scan(folded):
            # The departments' complaints name parts of the body too (牙齿, 眼睛); there they are parts of the body.
            kind, name = min(values, key=lambda value: value[0] == SYMPTOM)
            if not _cut_from_latin(folded, start, end) and self._fits(folded, start, end):
                yield _measured(folded, Span(start, end, kind, name))

    def _fits(self, folded: str, start: int, end: int) -> bool:
        return folded[start:end] not in self._guarded or drug_talk.fits(folded, start, end)

    def _guessed(self, folded: str, named: Sequence[Span]) -> Iterator[Span]:
        guesses = [*self._near.find(folded), *self._latin.find(folded)]
        guesses.sort(key=lambda guess: (-guess.alike, -self._sounds.alike(folded[guess.start : guess.end], guess.name)))
        for guess in guesses:
            if all(_may_stand_over(guess, span) for span in named):
                yield Span(guess.start, guess.end, DRUG, self._shown[guess.name], guessed=True)

    def _matched(self, folded: str) -> Iterator[Span]:
        for kind, pattern in self._patterns:
            for match in pattern.finditer(folded):
                if match.end() > match.start():
                    yield _measured(folded, _from_match(kind, match))


def _from_match(kind: str, match: re.Match[str]) -> Span:
    """The group `span` of a pattern is what is found, if it has one; `value` says who, `negated` that it is denied."""
    groups = match.groupdict()
    start, end = match.span("span" if "span" in groups else 0)
    return Span(start, end, kind, groups.get("value"), negated="negated" in groups)


def _rank(span: Span, named: Iterable[Span]) -> int:
    """Lower ranks win: what is written rightly, then guesses, then the rest; wide patterns take what is left."""
    if span.kind == DRUG and span.value is None:
        return _OTHER_RANK  # by the form of its name only
    if not span.guessed:
        return _RANKS.get(span.kind, _OTHER_RANK)
    holds_drug = any(one.kind == DRUG and span.start <= one.start and one.end <= span.end for one in named)
    return _RANKS[DRUG] if holds_drug else _GUESS_RANK


def _doses(text: str) -> Iterator[Span]:
    return (Span(start, end, DOSE, number=number, unit=unit) for start, end, number, unit in doses(text))


def _cut_from_latin(text: str, start: int, end: int) -> bool:
    """Whether this is only a part of a word in Latin letters."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return (_latin(before) and _latin(text[start])) or (_latin(text[end - 1]) and _latin(after))


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _may_stand_over(guess: Guess, span: Span) -> bool:
    """A guess gives way to what is written rightly, unless that is only a part of it (妇科 in 妇科千斤片)."""
    if guess.end <= span.start or guess.start >= span.end:
        return True
    inside = guess.start <= span.start and span.end <= guess.end
    longer = guess.alike > span.end - span.start or (
        guess.same_sound and guess.start == span.start and guess.end > span.end
    )
    return inside and longer


def _is_part_of(span: Span, start: int, end: int) -> bool:
    """Whether a drug is only seen in a piece of an ordinary word (来得时 in 来得时候), or in the word itself."""
    overlaps = span.start < end and start < span.end
    return overlaps and not (span.start <= start and end <= span.end and span.end - span.start > end - start)


def _measured(text: str, span: Span) -> Span:
    """The span with its number and unit: a lab item takes the value that follows it in."""
    if span.kind == PERSON and (found := age(text[span.start : span.end])):
        return replace(span, number=found[0], unit=found[1])
    if span.kind == LAB and span.value is None:
        span = replace(span, value=TEMPERATURE, end=span.start)
    if span.kind == LAB and (value := lab_value(text, span.end)):
        return replace(span, end=value[0], number=value[1], unit=value[2])
    return span


def _denied(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans in order, each symptom with whether it is denied."""
    last: Span | None = None
    for span in spans:
        if span.kind == SYMPTOM and not span.negated:
            listed = last is not None and last.negated and negation.goes_on(text[last.end : span.start])
            span = replace(span, negated=listed or negation.denied(text, span.start, span.end))
        if span.kind == SYMPTOM:
            last = span
        yield span
