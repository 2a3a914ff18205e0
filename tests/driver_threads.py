"""aiosqlite gives up a broken connection without waiting for its thread, which then speaks to a closed loop."""

import asyncio
import threading


async def driver_threads_ended(seconds: float = 5) -> None:
    """Wait for the threads of connections that are closed, or were never opened."""
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join, seconds)
