"""A clock that goes with the real one and can be put forward."""

from datetime import UTC, datetime, timedelta


class JumpingClock:
    """Call it for the time (aware, UTC). Windows of 48 hours end when a test or a person puts it forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def forward(self, by: timedelta) -> None:
        """Put it forward; never back, as no clock of a server goes back. Raises ValueError."""
        if by < timedelta():
            raise ValueError("a clock is only put forward")
        self._ahead += by
