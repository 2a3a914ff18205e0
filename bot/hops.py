"""How long each step of a turn took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Hops:
    """Milliseconds by step."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def time(self, step: str) -> Iterator[None]:
        """Add the time of a block to a step."""
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = (time.perf_counter() - start) * 1_000
            self.spent[f"{step}_ms"] = round(self.spent.get(f"{step}_ms", 0.0) + spent, 2)
