"""Finding complaints in a sentence: the longest words, what is denied, which feeling belongs to which place."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.complaints import Complaints, Concept, Feeling, Nothing, Place, Sign, Weights
from knowledge.denial import is_denied
from knowledge.text import normalise

_ALSO = re.compile(r"[、和及或与也跟 ]{1,2}")
_OVER = re.compile(
    r"(?:也|都|已经|早就?)?(?:没有了|没了|(?:好|退|消)了(?!.{0,8}(?:又|还|后|就剩|反))|不(?:疼|痛|痒|烧|咳)了)"
)
_STOP = re.compile(r"[。！？!?；;\n]")
_CLAUSE = re.compile(r"[，,。！？!?；;：:\n]")
_ALONE = 0.7
"""What a part of the body counts when nothing is said of how it feels."""
_AHEAD, _BEHIND, _BESIDE = 14, 4, 2
"""Characters that may lie between a place and its feeling, a feeling and the place behind it, two places of one."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A word found."""

    start: int
    end: int
    concepts: tuple[Concept, ...]
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One thing complained of."""

    words: str
    weights: Weights
    sign: Sign | None = None
    first: bool = False
    """Told in the first sentence."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text tells."""

    told: tuple[Told, ...]
    """What is complained of, in order, each thing once; what is denied is left out."""
    text: str
    """The text without what is denied and without words that only look like a complaint."""

    @property
    def opening(self) -> str:
        """Its first sentence."""
        stop = _STOP.search(self.text)
        return self.text[: stop.start()] if stop else self.text


def read_complaints(text: str, book: Complaints) -> Heard:
    """What is complained of in a text."""
    plain = normalise(text)
    hits = _with_denials(plain, _longest(plain, book))
    return Heard(_told(plain, hits), _affirmed(plain, hits))


def _told(plain: str, hits: Sequence[Hit]) -> tuple[Told, ...]:
    found = [(at, key, one) for at, key, one in (*_signs(plain, hits), *_at_places(plain, hits))]
    stop = _STOP.search(plain)
    first = stop.start() if stop else len(plain)
    told: dict[int, Told] = {}
    for at, key, one in sorted(found, key=lambda each: each[0]):
        told.setdefault(key, replace(one, first=at < first))
    return tuple(told.values())


def _affirmed(text: str, hits: Sequence[Hit]) -> str:
    kept, at = "", 0
    for hit in hits:
        if hit.denied or all(isinstance(one, Nothing) for one in hit.concepts):
            kept, at = kept + text[at : hit.start] + " ", hit.end
    return kept + text[at:]


def _longest(text: str, book: Complaints) -> list[Hit]:
    found = [
        (length, start)
        for start, first in enumerate(text)
        for length in book.lengths.get(first, ())
        if start + length <= len(text)
        and text[start : start + length] in book.words
        and _whole(text, start, start + length)
    ]
    taken, hits = bytearray(len(text)), []
    for length, start in sorted(found, key=lambda pair: (-pair[0], pair[1])):
        if not any(taken[start : start + length]):
            taken[start : start + length] = b"\1" * length
            hits.append(Hit(start, start + length, book.words[text[start : start + length]]))
    return sorted(hits, key=lambda hit: hit.start)


def _whole(text: str, start: int, end: int) -> bool:
    """A Latin word must not be a piece of a longer one."""
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    return not (_latin(text[start]) and _latin(before)) and not (_latin(text[end - 1]) and _latin(after))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _with_denials(text: str, hits: Sequence[Hit]) -> list[Hit]:
    marked: list[Hit] = []
    for hit in hits:
        last = marked[-1] if marked else None
        gap = text[last.end if last else 0 : hit.start]
        before = _CLAUSE.split(gap)[-1]
        denied = _OVER.match(text, hit.end) is not None or is_denied(before, len(before))
        if last and last.denied:
            denied = denied or _ALSO.fullmatch(gap) is not None or (not gap and _place(last) is not None)
        marked.append(Hit(hit.start, hit.end, hit.concepts, denied))
    return marked


def _signs(text: str, hits: Sequence[Hit]) -> Iterator[tuple[int, int, Told]]:
    for hit in hits:
        for concept in hit.concepts:
            if isinstance(concept, Sign) and not hit.denied:
                yield hit.start, id(concept), Told(text[hit.start : hit.end], concept.to, concept)


def _at_places(text: str, hits: Sequence[Hit]) -> Iterator[tuple[int, int, Told]]:
    """Every place with its feelings; a place told of without any counts little, a denied one not at all."""
    words: dict[int, str] = {}
    places: dict[int, tuple[int, Place, dict[str, float]]] = {}
    silent: set[int] = set()
    for number, hit in enumerate(hits):
        for feeling in (one for one in hit.concepts if isinstance(one, Feeling)):
            owners = _owners(text, hits, number)
            if hit.denied:
                silent.update(id(place) for _, place in owners)
                continue
            for owner, place in owners:
                _, _, weights = places.setdefault(id(place), (owner.start, place, {}))
                _raise(weights, place.departments(feeling))
                words.setdefault(id(place), _quoted(text, owner, hit))
            if not owners and feeling.to and not any(isinstance(one, Sign) for one in hit.concepts):
                yield hit.start, id(feeling), Told(text[hit.start : hit.end], feeling.to)
    for hit in hits:
        alone = _place(hit)
        if alone is not None and not hit.denied and id(alone) not in places and id(alone) not in silent:
            weights = {name: weight * _ALONE for name, weight in alone.to.items()}
            places[id(alone)] = (hit.start, alone, weights)
            words[id(alone)] = text[hit.start : hit.end]
    for key, (start, _, weights) in places.items():
        yield start, key, Told(words[key], weights)


def _owners(text: str, hits: Sequence[Hit], number: int) -> list[tuple[Hit, Place]]:
    """The places a feeling is told of: the nearest before it with those beside that one, else the next behind."""
    feeling, found = hits[number], list[tuple[Hit, Place]]()
    edge, reach = feeling.start, _AHEAD
    for hit in reversed(hits[:number]):
        place = _place(hit)
        if place is None:
            continue
        if edge - hit.end > reach or _STOP.search(text, hit.end, feeling.start):
            break
        found.append((hit, place))
        edge, reach = hit.start, _BESIDE
    if found:
        return found
    for hit in hits[number + 1 : number + 2]:
        place = _place(hit)
        if (
            place is not None
            and hit.start - feeling.end <= _BEHIND
            and not _CLAUSE.search(text, feeling.end, hit.start)
        ):
            return [(hit, place)]
    return []


def _quoted(text: str, place: Hit, feeling: Hit) -> str:
    """As it was said when the two stand close, else the two words."""
    if 0 <= feeling.start - place.end <= _BEHIND:
        return text[place.start : feeling.end]
    return text[place.start : place.end] + text[feeling.start : feeling.end]


def _place(hit: Hit) -> Place | None:
    return next((one for one in hit.concepts if isinstance(one, Place)), None)


def _raise(weights: dict[str, float], by: Weights) -> None:
    for name, weight in by.items():
        weights[name] = max(weights.get(name, 0.0), weight)
