"""Keys found in a text at any place, as quickly among ten thousand as among ten.

A key is looked up by its first two characters and the lengths that occur with them; a regular expression
with ten thousand branches does not have that virtue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

# One character ("麻" in "麻烦") says too little to be a name.
SHORTEST_KEY = 2

Value = TypeVar("Value")


class NameTable(Generic[Value]):
    """Values by key; a key has at least two characters and may have several values."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[Value, ...]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}

    def add(self, key: str, value: Value) -> None:
        """Put a value beside those that the key has."""
        if len(key) < SHORTEST_KEY:
            raise ValueError(f"too short for a key: {key!r}")
        known = self._values.get(key, ())
        if value not in known:
            self._values[key] = (*known, value)
        lengths = {*self._lengths.get(key[:SHORTEST_KEY], ()), len(key)}
        self._lengths[key[:SHORTEST_KEY]] = tuple(sorted(lengths, reverse=True))

    def scan(self, text: str) -> Iterator[tuple[int, int, tuple[Value, ...]]]:
        """Yield start, end and values of every key in the text; at one place the longest first."""
        for start in range(len(text) - 1):
            for length in self._lengths.get(text[start : start + SHORTEST_KEY], ()):
                end = start + length
                values = self._values.get(text[start:end])
                if values is not None and end <= len(text):  # a slice at the text's end may be shorter
                    yield start, end, values
