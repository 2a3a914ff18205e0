"""Several models behind one face: routed by task, replaced when they fail, within what the clinic may spend.

A small model is enough to choose a command or to put one passage into plain words; hard questions go to the main one
first. Whoever fails before its first word is replaced by the next; one that breaks off later is not, for words that
are out can't be taken back.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from bot.breaker import Breaker
from bot.errors import ModelUnavailable, StoreUnavailable
from bot.llm import SHORT, Choosing, Job, JsonSchema, Prompt, Task, Tokens
from bot.spending import Price, Spending

log = logging.getLogger(__name__)


class Tier(StrEnum):
    """Places for a model. Only MAIN must be filled."""

    SMALL = "small"
    MAIN = "main"
    BACKUP = "backup"


_SMALL_FIRST = (Tier.SMALL, Tier.MAIN, Tier.BACKUP)
_MAIN_FIRST = (Tier.MAIN, Tier.BACKUP, Tier.SMALL)
_ORDER = {
    Task.RESCUE: _SMALL_FIRST, Task.ANSWER: _SMALL_FIRST, Task.VOTE: _SMALL_FIRST, Task.HARD_ANSWER: _MAIN_FIRST,
    Task.PATIENT: _SMALL_FIRST, Task.COMMENT: _MAIN_FIRST,
}  # fmt: skip
_VOTING = 0.8
_WRITING = 0.2
"""Temperatures: votes shall differ where the model is not sure, answers shall not."""


class Server(Protocol):
    """One model server; `bot.llm.OpenAiLlm` is one."""

    def stream(
        self, messages: Prompt, spent: Tokens | None = None, *, temperature: float = _WRITING
    ) -> AsyncGenerator[str]:
        """Pieces of text as they come. Raises ModelUnavailable."""

    async def choose(
        self, messages: Prompt, schema: JsonSchema, spent: Tokens | None = None, how: Choosing = SHORT
    ) -> Mapping[str, Any]:
        """An object that fits the schema. Raises ModelUnavailable."""

    async def models(self) -> list[str]:
        """Names of the models served. Raises ModelUnavailable."""

    async def close(self) -> None:
        """Close the connections."""


@dataclass(slots=True)
class Place:
    """A tier that is filled."""

    server: Server
    price: Price
    breaker: Breaker = field(default_factory=Breaker)


class Tiers:
    """The models of a house, as one `bot.llm.Llm`."""

    def __init__(self, places: Mapping[Tier, Place], spending: Spending, clock: Callable[[], datetime]) -> None:
        self._places = dict(places)
        self._spending = spending
        self._clock = clock
        self._noting: set[asyncio.Task[None]] = set()

    async def stream(self, messages: Prompt, job: Job) -> AsyncGenerator[str]:
        """Pieces of text as they come. Raises ModelUnavailable when no model can or may be asked."""
        await self._afford(job)
        temperature = _VOTING if job.task is Task.VOTE else _WRITING
        for tier, place in self._open(job):
            began = False
            try:
                with self._asking(tier, place, job) as spent:
                    async with aclosing(place.server.stream(messages, spent, temperature=temperature)) as pieces:
                        async for piece in pieces:
                            began = True
                            yield piece
                return
            except ModelUnavailable:
                if began:
                    raise
        raise ModelUnavailable("no model")

    async def choose(self, messages: Prompt, schema: JsonSchema, job: Job) -> Mapping[str, Any]:
        """An object that fits the schema. Raises ModelUnavailable when no model can or may be asked."""
        await self._afford(job)
        for tier, place in self._open(job):
            try:
                with self._asking(tier, place, job) as spent:
                    return await place.server.choose(messages, schema, spent, job.choosing)
            except ModelUnavailable:
                continue
        raise ModelUnavailable("no model")

    async def close(self) -> None:
        """Write down what is not written yet, and close the connections."""
        await asyncio.gather(*self._noting, return_exceptions=True)
        for place in self._places.values():
            await place.server.close()

    async def _afford(self, job: Job) -> None:
        try:
            affordable = await self._spending.affordable(job.clinic, self._clock())
        except StoreUnavailable:
            return  # not knowing what was spent is no reason to leave a patient without an answer
        if not affordable:
            log.warning("budget spent", extra={"action": "budget_spent", "clinic": job.clinic})
            raise ModelUnavailable("budget spent")

    def _open(self, job: Job) -> Iterator[tuple[Tier, Place]]:
        for tier in _ORDER[job.task]:
            place = self._places.get(tier)
            if place is not None and place.breaker.allows(self._clock()):
                yield tier, place

    @contextmanager
    def _asking(self, tier: Tier, place: Place, job: Job) -> Iterator[Tokens]:
        """One call: what becomes of it moves the breaker, what it used is written down, even when the caller left."""
        spent = Tokens()
        place.breaker = place.breaker.trying(self._clock())
        try:
            yield spent
        except ModelUnavailable:
            place.breaker = place.breaker.failed(self._clock())
            raise
        else:
            place.breaker = Breaker()
        finally:
            self._note(tier, place, job, spent)

    def _note(self, tier: Tier, place: Place, job: Job, spent: Tokens) -> None:
        task = asyncio.ensure_future(self._write(tier, place, job, spent))
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    async def _write(self, tier: Tier, place: Place, job: Job, spent: Tokens) -> None:
        cost = place.price.of(spent)
        figures = {"tier": tier, "task": job.task, "prompt_tokens": spent.prompt, "tokens": spent.completion}
        log.info("model asked", extra={"action": "model_asked", "clinic": job.clinic, **figures, "yuan": str(cost)})
        try:
            await self._spending.add(job.clinic, tier, spent, cost, self._clock())
        except StoreUnavailable:
            log.error("spending not written", extra={"action": "spending_lost", **figures})
