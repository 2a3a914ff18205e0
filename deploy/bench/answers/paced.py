"""A model server that says what it is told at an even pace, and writes down when it wrote which piece."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from aiohttp import web

from deploy.bench.where import LOOPBACK

MODEL = "paced"
CHARACTERS_A_TOKEN = 1.5
"""Of Chinese, about, in the vocabularies of today's Chinese models."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast it is."""

    first_s: float
    """From the question to the first piece."""
    piece_s: float
    """From one piece to the next."""


@dataclass(slots=True)
class Written:
    """One answer as it went out."""

    began: float
    pieces: list[tuple[float, str]] = field(default_factory=list)
    """When each was written (`time.perf_counter`), and what."""

    def when_complete(self, characters: int) -> float:
        """When so many characters had been written. Raises ValueError when they never were."""
        written = 0
        for at, piece in self.pieces:
            written += len(piece)
            if written >= characters:
                return at
        raise ValueError(f"only {written} characters were written")


class PacedModel:
    """Speaks OpenAI's chat interface. Asked for a command instead of words, it chooses none, at once."""

    def __init__(self, pace: Pace, nothing: str) -> None:
        """`nothing`: JSON it gives who asks for an object."""
        self._pace, self._nothing = pace, nothing
        self.pieces: Sequence[str] = ()
        """What it says next."""
        self.answers: list[Written] = []
        self.choices = 0
        """How often it was asked for an object."""

    def says(self, words: str) -> None:
        """Give the next answers in these words, two characters and one in turns."""
        cuts, at = [0], 0
        while at < len(words):
            at += 2 if len(cuts) % 2 else 1
            cuts.append(min(at, len(words)))
        self.pieces = [words[start:end] for start, end in pairwise(cuts)]

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """`POST /v1/chat/completions`."""
        asked = await request.json()
        if not asked.get("stream"):
            self.choices += 1
            choice = {"index": 0, "message": {"role": "assistant", "content": self._nothing}, "finish_reason": "stop"}
            return web.json_response({**_head(), "choices": [choice], "usage": _usage(asked, 1)})
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        written = Written(time.perf_counter())
        self.answers.append(written)
        for number, piece in enumerate(self.pieces):
            # By the clock, not by pauses: what writing costs must not slow the pace.
            due = written.began + self._pace.first_s + number * self._pace.piece_s
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await response.write(_event({"choices": [{"index": 0, "delta": {"content": piece}}]}))
            written.pieces.append((time.perf_counter(), piece))
        await response.write(_event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))
        await response.write(_event({"choices": [], "usage": _usage(asked, len(self.pieces))}))
        await response.write(b"data: [DONE]\n\n")
        return response


@asynccontextmanager
async def serving(model: PacedModel) -> AsyncIterator[str]:
    """Its address, as clients of OpenAI's interface are given it, for the time of the block."""
    app = web.Application(client_max_size=2**24)
    app.add_routes([web.post("/v1/chat/completions", model.complete)])
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, LOOPBACK, 0)
        await site.start()
        yield f"http://{LOOPBACK}:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


def _head() -> dict[str, Any]:
    return {"id": "paced", "object": "chat.completion", "created": 0, "model": MODEL}


def _event(part: dict[str, Any]) -> bytes:
    chunk = {**_head(), "object": "chat.completion.chunk", **part}
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()


def _usage(asked: dict[str, Any], written: int) -> dict[str, int]:
    read = int(sum(len(message["content"]) for message in asked["messages"]) / CHARACTERS_A_TOKEN)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
