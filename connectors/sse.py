"""Server-sent events (WHATWG HTML, section 9.2) on aiohttp."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.stream import StreamEvent

PING_S = 15.0
RETRY_MS = 2_000  # how long a page waits before it connects again
HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class EventWriter:
    """Writes events to one listening page."""

    def __init__(self, response: web.StreamResponse) -> None:
        self.response = response

    async def write(self, name: str, data: Any, seq: int | None = None) -> None:
        """One event; `seq` is what the page resumes from."""
        head = "" if seq is None else f"id: {seq}\n"
        body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        await self.response.write(f"{head}event: {name}\ndata: {body}\n\n".encode())

    async def ping(self) -> None:
        """A comment, so that nobody between us and the page thinks it is dead."""
        await self.response.write(b": ping\n\n")


@asynccontextmanager
async def event_stream(request: web.Request) -> AsyncIterator[EventWriter]:
    """Open a stream; a page that went away is not an error."""
    response = web.StreamResponse(headers=HEADERS)
    await response.prepare(request)
    await response.write(f"retry: {RETRY_MS}\n\n".encode())
    try:
        yield EventWriter(response)
    except ConnectionError:
        return


async def with_pings(events: AsyncIterator[StreamEvent], writer: EventWriter) -> AsyncIterator[StreamEvent]:
    """Events as they come, with a ping in each silence. Ends when the watcher was cut off."""
    waiting = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            done, _ = await asyncio.wait({waiting}, timeout=PING_S)
            if not done:
                await writer.ping()
                continue
            event = waiting.result()
            if event is None:
                return
            waiting = asyncio.ensure_future(anext(events, None))
            yield event
    finally:
        waiting.cancel()
