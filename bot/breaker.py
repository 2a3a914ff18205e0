"""A circuit breaker: a server that failed again and again is left alone for a while, then tried once. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FAILURES = 3  # in a row
PAUSE = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Breaker:
    """What is known of one server. Closed (it is asked) until it fails three times in a row."""

    failures: int = 0
    open_until: datetime | None = None

    def allows(self, at: datetime) -> bool:
        """Whether to ask it now."""
        return self.open_until is None or at >= self.open_until

    def trying(self, at: datetime) -> "Breaker":
        """Somebody asks it now. After a pause that is one caller; the others wait for what becomes of it."""
        return self if self.open_until is None else replace(self, open_until=at + PAUSE)

    def failed(self, at: datetime) -> "Breaker":
        """It failed: from the third time on, each pause is twice as long as the one before."""
        failures = self.failures + 1
        if failures < FAILURES:
            return Breaker(failures)
        pause: timedelta = min(PAUSE * 2 ** min(failures - FAILURES, 10), LONGEST_PAUSE)
        return Breaker(failures, at + pause)
