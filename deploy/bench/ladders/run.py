"""One run: the rounds are adopted, people confirm, messages leave, and the worker is killed twice meanwhile."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil
from sqlalchemy import and_, func, select

from bot.db import Databases
from bot.dose_tables import doses, rounds
from bot.outbox import Outbox
from bot.settings import ROOT
from deploy.bench.ladders.people import STARTING, Person, confirm
from deploy.bench.where import CLINIC
from deploy.running import Tell
from deploy.temporal.frontend import Frontend
from deploy.temporal.scheduling import keep_schedule
from deploy.temporal.waking import Waker, WakingRegimens

MIB = 1024**2
LOOK_S = 2.0
CONFIRM_AT_ONCE = 8  # they share the pool of connections with the courier
DEAD_S = 8.0  # between killing a worker and starting the next
PATIENCE_S = 1_800.0
FIRST_KILL = 0.3  # of the ladders have been started
SECOND_KILL_S = 45.0  # after the first of them had to look
LADDERS = "WorkflowType='Ladder'"


@dataclass(slots=True)
class Found:
    """What one run has shown."""

    started: int = 0  # ladders
    finished: int = 0
    starts_per_s: float = 0.0
    kills: int = 0
    spent_s: float = 0.0
    worker_mib: list[float] = field(default_factory=list)
    server_mib: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """The bench at work."""

    databases: Databases
    database_url: str
    temporal_url: str
    frontend: Frontend
    log: Path
    tell: Tell
    found: Found = field(default_factory=Found)
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONFIRM_AT_ONCE))
    _worker: asyncio.subprocess.Process | None = None

    async def run(self, people: Sequence[Person]) -> None:
        """From the first adopted round to the last finished ladder."""
        began = time.monotonic()
        waker = Waker(self.frontend)
        try:
            async with self._beside(self._deliver(), self._weigh()):
                await self._climb(people, waker, began)
        finally:
            self.found.spent_s = time.monotonic() - began
            await waker.close()
            await self._kill()

    async def _climb(self, people: Sequence[Person], waker: Waker, began: float) -> None:
        await self._start_worker()
        await keep_schedule(self.frontend)
        await self.frontend.adopt()
        await self._until_started(len(people), began)
        first_look = began + STARTING.total_seconds()
        confirming = [self._confirm(each, waker, first_look) for each in people]
        async with self._beside(self._kill_at(first_look + SECOND_KILL_S), *confirming):
            await self._until_finished(len(people), began)

    async def _until_started(self, wanted: int, began: float) -> None:
        """The worker is killed once while it starts ladders."""
        while (started := await self._count(LADDERS)) < wanted:
            await asyncio.sleep(LOOK_S)
            if started > FIRST_KILL * wanted and not self.found.kills:
                await self._kill_and_start()
            self._give_up(began, f"{started} of {wanted} ladders started")
        self.found.started = started
        self.found.starts_per_s = wanted / max(time.monotonic() - began - self.found.kills * DEAD_S, 1.0)
        self.tell(f"{started} 个阶梯已启动，每秒 {self.found.starts_per_s:.0f} 个 · ladders started")

    async def _until_finished(self, wanted: int, began: float) -> None:
        over = and_(rounds.c.clinic == CLINIC, rounds.c.next_at.is_not(None), doses.c.outcome.is_(None))
        mine = and_(doses.c.clinic == rounds.c.clinic, doses.c.round == rounds.c.id)
        climbing = select(func.count()).select_from(rounds.join(doses, mine)).where(over)
        while True:
            async with self.databases.of(CLINIC).read() as connection:
                left = (await connection.execute(climbing)).scalar_one()
            self.found.finished = await self._count(f"{LADDERS} AND ExecutionStatus='Completed'")
            if not left and self.found.finished >= wanted:
                return
            self._give_up(began, f"{left} rounds climb, {self.found.finished} of {wanted} ladders finished")
            await asyncio.sleep(LOOK_S)

    def _give_up(self, began: float, how_far: str) -> None:
        if time.monotonic() - began > PATIENCE_S:
            raise TimeoutError(how_far)

    async def _count(self, query: str) -> int:
        return (await self.frontend.client.count_workflows(query)).count

    async def _confirm(self, person: Person, waker: Waker, first_look: float) -> None:
        if person.confirms_after_s is not None:
            await asyncio.sleep(max(first_look + person.confirms_after_s - time.monotonic(), 0))
            async with self.gate:
                await confirm(self.databases, WakingRegimens(self.databases, waker), person)

    async def _deliver(self) -> None:
        outbox = Outbox(self.databases)
        while True:
            parcels = await outbox.take(CLINIC, datetime.now(UTC), 500)
            await outbox.sent(CLINIC, [each.message.id for each in parcels], datetime.now(UTC))
            await asyncio.sleep(0.2)

    async def _weigh(self) -> None:
        while True:
            for named, kept in (
                ("deploy.bench.ladders.worker", self.found.worker_mib),
                ("start-dev", self.found.server_mib),
            ):
                with suppress(psutil.Error):
                    found = [each for each in psutil.Process().children(recursive=True) if named in each.cmdline()]
                    kept += [each.memory_info().rss / MIB for each in found[:1]]
            await asyncio.sleep(5)

    async def _kill_at(self, moment: float) -> None:
        await asyncio.sleep(max(moment - time.monotonic(), 0))
        await self._kill_and_start()

    async def _kill_and_start(self) -> None:
        await self._kill()
        self.found.kills += 1
        self.tell("工作进程被 SIGKILL · the worker is killed")
        await asyncio.sleep(DEAD_S)
        await self._start_worker()

    async def _kill(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            await self._worker.wait()

    async def _start_worker(self) -> None:
        with self.log.open("ab") as output:
            self._worker = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "deploy.bench.ladders.worker", self.database_url, self.temporal_url,
                cwd=ROOT, stdout=output, stderr=output,
            )  # fmt: skip

    @asynccontextmanager
    async def _beside(self, *works: Awaitable[None]) -> AsyncIterator[None]:
        """Works for the time of the block; one that breaks is told in its end."""
        tasks = [asyncio.ensure_future(work) for work in works]
        try:
            yield
        finally:
            broken = [task for task in tasks if task.done() and not task.cancelled() and task.exception()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in broken:
            task.result()
