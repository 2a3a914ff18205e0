"""How long each step of a turn took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta


class Hops:
    """Milliseconds by step."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def add(self, step: str, spent: timedelta) -> None:
        """Add a time measured elsewhere to a step."""
        self.spent[f"{step}_ms"] = round(max(spent.total_seconds(), 0.0) * 1_000, 2)

    @contextmanager
    def time(self, step: str) -> Iterator[None]:
        """Add the time of a block to a step."""
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = (time.perf_counter() - start) * 1_000
            self.spent[f"{step}_ms"] = round(self.spent.get(f"{step}_ms", 0.0) + spent, 2)
