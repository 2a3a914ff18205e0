"""Characters one of which every match of a pattern must hold: most cues need not be tried on most questions."""

import re
from collections.abc import Iterable
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Needed = frozenset[str] | None  # None: nothing can be said


def needed(pattern: re.Pattern[str]) -> Needed:
    """The characters of which a match holds at least one; None if none is sure to be there."""
    return _of_sequence(parser.parse(pattern.pattern, pattern.flags))


def _of_sequence(tokens: Iterable[tuple[Any, Any]]) -> Needed:
    """All tokens must match, so the one that says most will do."""
    sets = [found for token, value in tokens if (found := _of_token(token, value)) is not None]
    return min(sets, key=len) if sets else None


def _of_token(token: Any, value: Any) -> Needed:
    if token is ops.LITERAL:
        return frozenset(chr(value))
    if token is ops.IN:
        return frozenset(chr(each) for _, each in value) if all(kind is ops.LITERAL for kind, _ in value) else None
    if token is ops.BRANCH:
        return _of_any(value[1])
    if token is ops.SUBPATTERN:
        return _of_sequence(value[-1])
    if token is ops.MAX_REPEAT and value[0] >= 1:
        return _of_sequence(value[2])
    return None


def _of_any(branches: Iterable[Iterable[tuple[Any, Any]]]) -> Needed:
    """One branch matches, nobody knows which."""
    sets = [_of_sequence(branch) for branch in branches]
    return None if None in sets else frozenset().union(*(each for each in sets if each is not None))
