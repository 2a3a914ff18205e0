"""Which one of several things of the person's own is meant: an appointment, a reminder, a dose."""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")

_ORDINAL = re.compile(r"第?\s*([一二三四五六七八九1-9])\s*(?:个|条|号|项|种|次)?")
_ORDER = "一二三四五六七八九"


def picked(text: str, things: Sequence[Thing], named: Callable[[Thing], bool]) -> tuple[Thing, ...]:
    """Those that the words fit: named in them, else counted (第二个); all when the words tell nothing."""
    by_name = tuple(thing for thing in things if named(thing))
    if by_name:
        return by_name
    match = _ORDINAL.fullmatch(text.strip("。.,，的吧 "))
    if match:
        place = _ORDER.find(match[1]) if match[1] in _ORDER else int(match[1]) - 1
        return (things[place],) if place < len(things) else tuple(things)
    return tuple(things)
