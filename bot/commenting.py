"""The model's comment on a finished sheet: made after the talk, apart from it, and kept so that it can be replayed."""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from bot.debriefs import Debriefs
from bot.errors import ModelUnavailable, NotFound, StoreUnavailable
from bot.llm import Choosing, Job, Llm, Task
from cases.comment import SCHEMA, BadComment, prompt, record_of, seed_of
from cases.scoring.sheet import Debrief

log = logging.getLogger(__name__)

TOKENS = 700
TOTAL_S = 60.0  # nobody waits for it: the page shows the comment by rules until then


class Commenting:
    """Asks the model in the background; without one, or when its comment can't stand, the rules' comment remains."""

    def __init__(self, llm: Llm | None, debriefs: Debriefs, model: str) -> None:
        self._llm = llm
        self._debriefs = debriefs
        self._model = model
        self._running: set[asyncio.Task[None]] = set()

    def begin(self, clinic: str, encounter: str, sheet: Mapping[str, Any]) -> None:
        """Have a sheet commented; returns at once."""
        if self._llm is None:
            return
        task = asyncio.ensure_future(self._comment(self._llm, clinic, encounter, Debrief.from_json(sheet)))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Let what is being written end."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _comment(self, llm: Llm, clinic: str, encounter: str, sheet: Debrief) -> None:
        job = Job(clinic, Task.COMMENT, Choosing(TOKENS, seed_of(sheet), TOTAL_S))
        try:
            raw = json.dumps(await llm.choose(prompt(sheet), SCHEMA, job), ensure_ascii=False)
            await self._debriefs.write_comment(clinic, encounter, record_of(sheet, self._model, raw))
        except BadComment as error:
            log.warning("comment refused", extra={"action": "comment_refused", "clinic": clinic, "why": str(error)})
        except (ModelUnavailable, StoreUnavailable, NotFound) as error:
            log.warning(
                "no comment", extra={"action": "comment_failed", "clinic": clinic, "error": type(error).__name__}
            )
