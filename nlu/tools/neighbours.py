"""Sentences that are the same, or nearly: found by hashing, so ten thousand take a second. Pure.

Two sentences are near when one insertion, deletion or exchange of a character lies between them, or when they are
made of the same characters. Short ones are near only when they are the same: "今天" and "明天" are not one sentence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

SHORTEST_NEAR = 5  # characters

Pair = tuple[int, int]


def same(texts: Sequence[str]) -> list[list[int]]:
    """Return the groups of equal texts, each in order."""
    return [group for group in _buckets(texts, lambda text: [text]).values() if len(group) > 1]


def near(texts: Sequence[str]) -> list[Pair]:
    """Return the pairs that are near but not the same, in order; a text that comes again is not told again."""
    first = {text: place for place, text in reversed(list(enumerate(texts)))}
    long = {place: text for text, place in first.items() if len(text) >= SHORTEST_NEAR}
    found: set[Pair] = set()
    for keys in (_with_one_less, lambda text: ["".join(sorted(text))]):
        for group in _buckets(long, keys).values():
            found.update(_pairs(sorted(group)))
    return sorted((a, b) for a, b in found if are_near(texts[a], texts[b]))


def are_near(one: str, other: str) -> bool:
    """Tell whether two texts are near, or the same."""
    return one == other or one_edit_apart(one, other) or sorted(one) == sorted(other)


def one_edit_apart(one: str, other: str) -> bool:
    """Tell whether one insertion, deletion or exchange makes one text the other."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or short == long:
        return False
    first = next((i for i, char in enumerate(short) if char != long[i]), len(short))
    return long[first + 1 :] == short[first + (len(short) == len(long)) :]


def clusters(size: int, pairs: Iterable[Pair]) -> list[list[int]]:
    """Return 0…size-1 in groups that the pairs hold together."""
    head = list(range(size))

    def top(place: int) -> int:
        while head[place] != place:
            head[place] = head[head[place]]
            place = head[place]
        return place

    for one, other in pairs:
        head[top(other)] = top(one)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for place in range(size):
        groups[top(place)].append(place)
    return list(groups.values())


def _with_one_less(text: str) -> Iterator[str]:
    """Yield the text, and the text without each character: texts one edit apart share one of these."""
    yield text
    for place in range(len(text)):
        yield text[:place] + text[place + 1 :]


def _buckets(texts: dict[int, str] | Sequence[str], keys: Callable[[str], Iterable[str]]) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, text in texts.items() if isinstance(texts, dict) else enumerate(texts):
        for key in dict.fromkeys(keys(text)):
            found[key].append(place)
    return found


def _pairs(group: Sequence[int]) -> Iterator[Pair]:
    for i, one in enumerate(group):
        for other in group[i + 1 :]:
            yield one, other
