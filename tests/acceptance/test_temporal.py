"""The outgrown engine with real processes: `xinglin temporal worker`, killed in the middle of a ladder."""

import asyncio
import os
import subprocess
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from bot.bootstrap import Memory, now, open_memory
from bot.conversation import Conversation
from bot.messages import Address, Message
from bot.migrate import migrate
from bot.regimens import Care, DueDose, Regimen
from bot.settings import ROOT, Settings
from deploy.temporal.frontend import Frontend, ladder_id
from deploy.temporal.scheduling import beats, handle_of
from schedules.clock import local
from schedules.doses import Outcome
from schedules.timing import Timing
from tests.acceptance.conftest import XINGLIN
from tests.temporal_server import temporal_server

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(480)]

MINUTE = timedelta(minutes=1)


@contextmanager
def worker(var: Path, clinic: str, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process for the time of the block; killed in its end."""
    settings = {"XINGLIN_VAR": str(var), "XINGLIN_CLINIC": clinic, "XINGLIN_TEMPORAL_URL": url}
    settings |= {"XINGLIN_REMINDER_EVERY_MIN": "1"}
    with (var / "worker.log").open("ab") as output:
        process = subprocess.Popen(
            [XINGLIN, "temporal", "worker"], cwd=ROOT, env={**os.environ, **settings}, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def until(found: Callable[[], Awaitable[bool]], what: str, seconds: float = 150) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not await found():
        assert time.monotonic() < end, what
        await asyncio.sleep(0.3)


async def takes(memory: Memory, person: Conversation, at: datetime) -> None:
    """A medicine that was due a moment ago and can't wait for the morning."""
    timing = Timing(time_of_day=(local(at).time().replace(second=0, microsecond=0),))
    care, begins = Care(critical=True), at - MINUTE
    new = Regimen(uuid.uuid4().hex, person.person, person.id, "药", None, "一片", timing, begins, care=care)
    await memory.regimens.add(person.clinic, new, begins)


async def test_a_ladder_outlives_its_worker(tmp_path: Path) -> None:
    clinic = f"c{uuid.uuid4().hex[:12]}"
    memory = open_memory(Settings(clinic=clinic, var=tmp_path))
    await migrate(memory.databases.of(clinic))
    person = await memory.store.open(Address(clinic, "web", "v"), now())
    await takes(memory, person, now())

    async def said() -> list[Message]:
        return await memory.store.since(person, 0)

    async def dose() -> DueDose:
        return (await memory.regimens.history(clinic, person.person, now() - 5 * MINUTE, now()))[0]

    with temporal_server(tmp_path) as url:
        frontend = Frontend(await Client.connect(url), clinic, f"xinglin-{clinic}")

        async def scheduled() -> bool:
            return await beats(frontend) is not None

        async def told(times: int) -> bool:
            return len(await said()) >= times

        with worker(tmp_path, clinic, url):
            await until(scheduled, "no schedule")
            await handle_of(frontend).trigger()
            await until(lambda: told(1), "not told")
            round_id = (await dose()).round
            assert round_id is not None
            ladder = frontend.client.get_workflow_handle(ladder_id(clinic, round_id))
            await until(lambda: _runs(ladder.describe), "no ladder")
        with worker(tmp_path, clinic, url):
            await until(lambda: told(2), "not told again by another worker")
            await memory.regimens.settle(clinic, (await dose()).id, Outcome.TAKEN, now())
            await ladder.signal("confirmed")
            await ladder.result()
    assert len(await said()) == 2
    assert (await dose()).outcome is Outcome.TAKEN
    await memory.close()


async def _runs(describe: Callable[[], Awaitable[object]]) -> bool:
    try:
        found = await describe()
    except RPCError:
        return False
    return getattr(found, "status", None) is WorkflowExecutionStatus.RUNNING


async def test_without_a_server_the_worker_says_what_to_do(tmp_path: Path) -> None:
    with worker(tmp_path, "demo", "127.0.0.1:1") as process:
        assert process.wait(60) == 1
    words = (tmp_path / "worker.log").read_text()
    assert "连不上 Temporal" in words and "Traceback" not in words
