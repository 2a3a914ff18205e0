"""Answer within the time a channel waits; what is not ready then goes on by itself and leaves by the courier."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.errors import XinglinError

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(slots=True)
class Kept:
    """Work that goes on after its answer was given. A reference is kept: asyncio forgets a task that nobody holds."""

    _working: set[asyncio.Task[Any]] = field(default_factory=set)

    def start(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Begin, and hold on to it."""
        task = asyncio.ensure_future(work)
        self._working.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        """Whoever waited has the error; where nobody did, the operator has a line. The turn stays open in the store."""
        self._working.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            known = isinstance(error, XinglinError)
            event = {"action": "turn_left_open", "error": type(error).__name__}
            log.error("turn left open", extra=event, exc_info=None if known else error)

    async def finish(self, within_s: float) -> None:
        """At the end of the process: give what runs a little time."""
        if self._working:
            await asyncio.wait(set(self._working), timeout=within_s)


async def in_time(task: "asyncio.Task[T]", seconds: float) -> T | None:
    """The result if it is there within `seconds`, else None; the task goes on. Raises what the task raised."""
    done, _ = await asyncio.wait({task}, timeout=max(seconds, 0))
    return task.result() if done else None
