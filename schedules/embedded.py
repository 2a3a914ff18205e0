"""The heartbeat of the embedded shape: one job of APScheduler that beats every so many seconds.

The beat does all the work over the store, where doses are unique; the scheduler keeps nothing, so a killed process
loses nothing and two beats never run at once.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

JOB_ID: Final = "heartbeat"

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The present instant in UTC."""
    return datetime.now(UTC)


class Heartbeat:
    """Calls `beat(at)` at once after the start and then every `every_s` seconds, never twice at the same time.

    A beat that is still running when the next is due lets that one pass; missed ones are made up by a single one.
    An exception in a beat is logged and the next beat still comes.
    """

    def __init__(
        self, beat: Callable[[datetime], Awaitable[None]], every_s: float, clock: Callable[[], datetime] = utc_now
    ) -> None:
        if every_s <= 0:
            raise ValueError("a heartbeat needs a positive number of seconds")
        self._beat = beat
        self._every_s = every_s
        self._clock = clock
        # APScheduler carries no type hints.
        self._scheduler: Any = None

    @property
    def running(self) -> bool:
        """Whether it has been started and not stopped."""
        return self._scheduler is not None

    def start(self) -> None:
        """Begin to beat in the running event loop; starting twice changes nothing."""
        if self._scheduler is not None:
            return
        scheduler: Any = AsyncIOScheduler(timezone=UTC)  # type: ignore[no-untyped-call]
        scheduler.add_job(
            self._guarded,
            "interval",
            seconds=self._every_s,
            id=JOB_ID,
            next_run_time=datetime.now(UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        scheduler.start()
        self._scheduler = scheduler

    def stop(self) -> None:
        """Beat no more; a beat that is running is cancelled by APScheduler. Stopping twice changes nothing."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    async def _guarded(self) -> None:
        try:
            await self._beat(self._clock())
        except Exception:
            # The last frontier of a background job: whatever went wrong, the next dose must still be reminded.
            log.exception("a heartbeat failed", extra={"action": "heartbeat_failed"})
