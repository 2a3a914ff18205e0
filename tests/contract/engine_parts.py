"""The two engines under one clock that is set by hand: a test says until when, and the engine does what is due."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import pytest
from sqlalchemy import and_, exists, func, select
from temporalio.client import Client

from bot.dose_tables import doses, regimens, rounds
from bot.laying import LOOKED_AT
from bot.regimen_rows import ACTIVE
from deploy.temporal.activities import Activities
from deploy.temporal.frontend import Frontend
from deploy.temporal.waking import Waker, WakingRegimens
from deploy.temporal.worker import working
from schedules.temporal import Adopt, DueMinute
from schedules.temporal_steps import Beat
from tests.contract.conftest import AT
from tests.contract.dose_ward import Ward
from tests.temporal_server import temporal_server

MINUTE = timedelta(minutes=1)
POLL_S = 0.05  # a ladder looks so often whether the hand has moved the clock
PATIENCE_S = 20.0


class HandClock:
    """A clock set by hand."""

    at = AT

    def now(self) -> datetime:
        return self.at

    def seconds_to(self, _at: datetime) -> float:
        return POLL_S


class Engine(Protocol):
    """Who brings what is due."""

    ward: Ward

    async def until(self, at: datetime) -> None:
        """The time passes up to an instant, minute by minute where something is due, and messages leave."""

    async def stands_still(self, at: datetime) -> None:
        """The time passes, and the engine is not there."""


@dataclass(slots=True)
class Embedded:
    """The heartbeat of one process."""

    ward: Ward
    clock: HandClock

    async def until(self, at: datetime) -> None:
        while (moment := await next_moment(self.ward, self.clock.at, at)) is not None:
            self.clock.at = moment
            await self.ward.beat(moment)
        self.clock.at = at

    async def stands_still(self, at: datetime) -> None:
        self.clock.at = at


@dataclass(slots=True)
class Outgrown:
    """Temporal: a minute's look where a dose begins or ends, and a ladder for each round."""

    ward: Ward
    frontend: Frontend
    clock: HandClock
    looks: int = 0

    async def until(self, at: datetime) -> None:
        while (moment := await next_moment(self.ward, self.clock.at, at)) is not None:
            if moment - MINUTE > self.clock.at:  # ladders are started in the minute before their first look
                self.clock.at = moment - MINUTE
                await self.look()
            self.clock.at = moment
            await self.climbed()
            await self.look()
            await self.ward.deliver(moment)
        self.clock.at = at

    async def look(self) -> dict[str, int]:
        """What the schedule does every minute."""
        self.looks += 1
        return await self.frontend.client.execute_workflow(
            DueMinute.run, Beat(self.ward.clinic), id=f"due-{self.ward.clinic}-{self.looks}",
            task_queue=self.frontend.queue,
        )  # fmt: skip

    async def adopted(self) -> int:
        """Ladders are started for what another engine has begun."""
        return await self.frontend.client.execute_workflow(
            Adopt.run, self.ward.clinic, id=f"adopt-{self.ward.clinic}", task_queue=self.frontend.queue
        )

    async def climbed(self) -> None:
        """Wait until the ladders have taken every step that is due: it is theirs, not the minute's."""
        still_open = exists().where(
            doses.c.clinic == rounds.c.clinic, doses.c.round == rounds.c.id, doses.c.outcome.is_(None)
        )
        late = and_(rounds.c.clinic == self.ward.clinic, rounds.c.next_at <= self.clock.at, still_open)
        query = select(func.count()).select_from(rounds).where(late)
        for _ in range(int(PATIENCE_S / POLL_S)):
            async with self.ward.databases.of(self.ward.clinic).read() as connection:
                if not (await connection.execute(query)).scalar_one():
                    return
            await asyncio.sleep(POLL_S)
        raise AssertionError("no ladder took the step")

    async def stands_still(self, at: datetime) -> None:
        """Nobody looks; a ladder would climb, so none may stand yet."""
        self.clock.at = at


async def next_moment(ward: Ward, after: datetime, until: datetime) -> datetime | None:
    """When doses are to be laid out, are due or over, or a round is looked at. None: not by `until`."""
    mine = and_(doses.c.clinic == ward.clinic, doses.c.outcome.is_(None))
    due = select(func.min(doses.c.due_at)).where(mine, doses.c.round.is_(None))
    over = select(func.min(doses.c.late_until)).where(mine)
    again = select(func.min(rounds.c.next_at)).where(rounds.c.clinic == ward.clinic)
    active = and_(regimens.c.clinic == ward.clinic, regimens.c.status == ACTIVE)
    laid_out = select(func.min(regimens.c.queued_until)).where(active)
    second = timedelta(seconds=1)  # the last moment of a dose is its own, and so is that of a day
    queries = {due: timedelta(), again: timedelta(), over: second, laid_out: second - LOOKED_AT}
    async with ward.databases.of(ward.clinic).read() as connection:
        found = [((await connection.execute(query)).scalar_one(), later) for query, later in queries.items()]
    moment = max(min((at + later for at, later in found if at), default=until + second), after)
    return moment if moment <= until else None


@pytest.fixture(scope="session")
def temporal_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Temporal server."""
    with temporal_server(tmp_path_factory.mktemp("temporal")) as url:
        yield url


@asynccontextmanager
async def outgrown(ward: Ward, url: str, clock: HandClock) -> AsyncIterator[Outgrown]:
    """A worker at the server, and a ward whose store wakes the ladders."""
    frontend = Frontend(await Client.connect(url), ward.clinic, f"xinglin-{ward.clinic}")
    waker = Waker(frontend)
    ward = replace(ward, reminding=replace(ward.reminding, regimens=WakingRegimens(ward.databases, waker)))
    async with working(frontend, Activities(ward.reminding, frontend, starts=50, clock=clock)):
        yield Outgrown(ward, frontend, clock)
        await waker.close()
