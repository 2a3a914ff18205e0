"""A model that gives its words back at once: what is left of a turn is our own time."""

import json
import time
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from bot.llm import Job, JsonSchema, Prompt


class InstantModel:
    """Voices every line as it was given; counts the time it took itself."""

    def __init__(self) -> None:
        self.spent_s = 0.0

    async def stream(self, messages: Prompt, job: Job) -> AsyncGenerator[str]:
        """Nothing is streamed to a patient."""
        nothing: tuple[str, ...] = ()
        for piece in nothing:
            yield piece

    async def choose(self, messages: Prompt, schema: JsonSchema, job: Job) -> Mapping[str, Any]:
        """The lines that may be said, or no item."""
        began = time.perf_counter()
        asked = json.loads(messages[-1]["content"])
        choice: Mapping[str, Any] = {"lines": asked["要说的话"]} if isinstance(asked, dict) else {"items": []}
        self.spent_s += time.perf_counter() - began
        return choice
