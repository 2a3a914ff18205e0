"""The activities: every step of the workflows is a call of the house's own rules and store, safe to be repeated."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from temporalio import activity
from temporalio.exceptions import ApplicationError

from bot.climbing import Told
from bot.reminding import BATCH, HORIZON, Reminding
from bot.rounds import Shard
from deploy.temporal.frontend import Frontend
from deploy.temporal.standing import Coming, climbing, first_looks, stands
from schedules.temporal_steps import Climber, Part, Standing, Task

AHEAD = timedelta(seconds=90)  # ladders stand before their first look comes, even when a beat comes late
SIDE_BY_SIDE = 16  # ladders being started at a time
PAGE = 100  # rounds adopted between two signs of life
HEARTBEAT_S = 5.0


class HouseClock(Protocol):
    """The clock of the house: the doses live by it, whatever the time is on Temporal's machines."""

    def now(self) -> datetime:
        """The present instant, UTC."""

    def seconds_to(self, at: datetime) -> float:
        """How long to wait from now, seconds; never negative."""


class WallClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The present instant, UTC."""
        return datetime.now(UTC)

    def seconds_to(self, at: datetime) -> float:
        """How long to wait from now, seconds."""
        return max((at - self.now()).total_seconds(), 0.0)


@dataclass(frozen=True, slots=True)
class Activities:
    """What one worker does for its clinic."""

    reminding: Reminding
    frontend: Frontend
    starts: int  # ladders started in one beat at most
    deliver_due: Callable[[], Awaitable[int]] | None = None  # one round of a courier; how many messages left
    clock: HouseClock = field(default_factory=WallClock)

    def of_beats(self) -> Sequence[Callable[..., Any]]:
        """What is done every minute, and when rounds are adopted."""
        return [
            self.lay_out, self.begin, self.start_ladders, self.climb, self.end_late, self.others, self.deliver,
            self.adopt,
        ]  # fmt: skip

    def of_ladders(self) -> Sequence[Callable[..., Any]]:
        """What is done for one round."""
        return [self.climb_one]

    @activity.defn(name=Task.LAY_OUT)
    async def lay_out(self, clinic: str) -> int:
        """Doses written ahead."""
        async with self._alive(clinic):
            return await self.reminding.regimens.lay_out(clinic, self.clock.now(), HORIZON)

    @activity.defn(name=Task.BEGIN)
    async def begin(self, part: Part) -> int:
        """People of one shard told of what is due."""
        shard, at, rounds = Shard.of(part.of)[part.index], self.clock.now(), self.reminding.rounds
        async with self._alive(part.clinic):
            return await self._until_none(lambda: rounds.begin(part.clinic, at, BATCH, shard))

    @activity.defn(name=Task.START_LADDERS)
    async def start_ladders(self, clinic: str) -> int:
        """Ladders started for rounds that nobody has answered by the time of their first look."""
        async with self._alive(clinic):
            before = self.clock.now() + AHEAD
            return await self._start(await first_looks(self.reminding.databases, clinic, before, self.starts))

    @activity.defn(name=Task.CLIMB)
    async def climb(self, clinic: str) -> int:
        """Messages of the rounds that no ladder has climbed in time: those beyond what can be started, and strays."""
        at, rounds = self.clock.now(), self.reminding.rounds
        async with self._alive(clinic):
            return await self._until_none(lambda: rounds.climb(clinic, at, BATCH))

    @activity.defn(name=Task.END_LATE)
    async def end_late(self, clinic: str) -> int:
        """People told that we had failed them."""
        async with self._alive(clinic):
            return await self.reminding.end_late(self.clock.now())

    @activity.defn(name=Task.OTHERS)
    async def others(self, clinic: str) -> int:
        """What else is looked at with each beat."""
        async with self._alive(clinic):
            for work in self.reminding.also:
                await work(self.clock.now())
        return len(self.reminding.also)

    @activity.defn(name=Task.DELIVER)
    async def deliver(self, clinic: str) -> int:
        """Messages that this worker has brought to their channels; 0 when others do that."""
        left = 0
        async with self._alive(clinic):
            while self.deliver_due is not None and (more := await self.deliver_due()):
                left += more
        return left

    @activity.defn(name=Task.CLIMB_ONE)
    async def climb_one(self, climber: Climber) -> Standing:
        """The next step of one round, if its time has come; how it stands then."""
        self._mine(climber.clinic)
        at, databases = self.clock.now(), self.reminding.databases
        again_at, told = await self.reminding.rounds.climb_one(climber.clinic, climber.round, at)
        await self.reminding.tell(told)
        found = await stands(databases, climber.clinic, climber.round)
        if found is None:
            return Standing()
        wait_s = self.clock.seconds_to(again_at) if again_at is not None and found.open_doses else None
        return Standing(found.told, found.family_told, found.nurse_told, found.open_doses, wait_s)

    @activity.defn(name=Task.ADOPT)
    async def adopt(self, clinic: str) -> int:
        """Every round that climbs and is open gets a ladder; goes on where a fallen worker was."""
        self._mine(clinic)
        last, found = activity.info().heartbeat_details or ("", 0)
        while page := await climbing(self.reminding.databases, clinic, last, PAGE):
            await self._start(page)
            last, found = page[-1].round, found + len(page)
            activity.heartbeat(last, found)
        return int(found)

    async def _start(self, found: Sequence[Coming]) -> int:
        gate = asyncio.Semaphore(SIDE_BY_SIDE)

        async def start(coming: Coming) -> bool:
            async with gate:
                return await self.frontend.start_ladder(coming.round, self.clock.seconds_to(coming.next_at))

        return sum(await asyncio.gather(*map(start, found)))

    async def _until_none(self, work: Callable[[], Awaitable[Told | None]]) -> int:
        written = 0
        while (told := await work()) is not None:
            await self.reminding.tell(told)
            written += len(told)
        return written

    def _mine(self, clinic: str) -> None:
        if clinic != self.reminding.clinic:
            raise ApplicationError("the task queue of another clinic", non_retryable=True)

    @asynccontextmanager
    async def _alive(self, clinic: str) -> AsyncIterator[None]:
        """Temporal is told again and again that this worker lives; when it dies, another takes the step."""
        self._mine(clinic)

        async def beat() -> None:
            while True:
                activity.heartbeat()
                await asyncio.sleep(HEARTBEAT_S)

        beating = asyncio.create_task(beat())
        try:
            yield
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating
