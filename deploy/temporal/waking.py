"""What a person says reaches the ladder at once. A courtesy: a ladder that is not reached finds it at its next look."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from temporalio.service import RPCError

from bot.bootstrap import Memory
from bot.db import Databases
from bot.dose_tables import doses
from bot.engine_settings import EngineSettings
from bot.regimen_rows import Settled
from bot.regimens import Regimens
from deploy.temporal.frontend import Frontend, Signal, connect
from schedules.doses import Outcome

log = logging.getLogger(__name__)

CLOSE_WITHIN_S = 2.0


class Waker:
    """Sends signals beside the work that causes them: nobody's answer waits for Temporal."""

    def __init__(self, frontend: Frontend) -> None:
        self._frontend = frontend
        self._sending: set[asyncio.Task[None]] = set()

    def wake(self, rounds: Iterable[str], signal: Signal) -> None:
        """Wake the ladders of rounds; those without one are passed over."""
        for one in set(rounds):
            task = asyncio.create_task(self._send(one, signal))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def close(self) -> None:
        """Let what is being sent arrive, for a moment."""
        if self._sending:
            _, late = await asyncio.wait(self._sending, timeout=CLOSE_WITHIN_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _send(self, round_id: str, signal: Signal) -> None:
        try:
            await self._frontend.wake(round_id, signal)
        except (RPCError, RuntimeError) as error:  # no such ladder, or no Temporal: a lazy client says RuntimeError
            log.info("ladder not woken", extra={"action": "ladder_not_woken", "error": type(error).__name__})


async def waking(memory: Memory, temporal: EngineSettings, clinic: str, stack: AsyncExitStack) -> Memory:
    """The memory of a house whose doses are brought by Temporal. Nothing connects before somebody answers a dose."""
    waker = Waker(await connect(temporal, clinic, lazy=True))
    stack.push_async_callback(waker.close)
    return replace(memory, regimens=WakingRegimens(memory.databases, waker))


class WakingRegimens(Regimens):
    """The store, whose ladders wait in Temporal."""

    def __init__(self, databases: Databases, waker: Waker) -> None:
        super().__init__(databases)
        self._databases = databases
        self._waker = waker

    async def settle(self, clinic: str, dose: str, outcome: Outcome, at: datetime, **how: Any) -> Settled:
        """As the store's, and the ladder looks at once."""
        settled = await super().settle(clinic, dose, outcome, at, **how)
        self._wake([settled], outcome)
        return settled

    async def settle_round(
        self, clinic: str, round_id: str, outcome: Outcome, at: datetime, **how: Any
    ) -> Sequence[Settled]:
        """As the store's, and the ladder looks at once."""
        ended = await super().settle_round(clinic, round_id, outcome, at, **how)
        self._wake(ended, outcome)
        return ended

    async def stop(self, clinic: str, person: str, regimen: str, at: datetime) -> bool:
        """As the store's, and its ladders look at once."""
        stopped = await super().stop(clinic, person, regimen, at)
        if stopped:
            self._waker.wake(await self._cancelled(clinic, regimen, at), Signal.CANCELLED)
        return stopped

    def _wake(self, ended: Sequence[Settled], outcome: Outcome) -> None:
        self._waker.wake([each.dose.round for each in ended if each.changed and each.dose.round], Signal.of(outcome))

    async def _cancelled(self, clinic: str, regimen: str, at: datetime) -> Sequence[str]:
        ended = and_(doses.c.clinic == clinic, doses.c.regimen == regimen, doses.c.outcome == Outcome.CANCELLED.value)
        query = select(doses.c.round).where(ended, doses.c.outcome_at == at, doses.c.round.is_not(None))
        async with self._databases.of(clinic).read() as connection:
            return list((await connection.execute(query)).scalars())
