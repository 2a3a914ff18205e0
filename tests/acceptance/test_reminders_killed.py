"""The house is killed again and again while doses are due, and its database goes away: each dose is told once."""

import asyncio
import random
import shutil
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import phrases
from bot.bootstrap import Memory, open_memory
from bot.dose_tables import doses, rounds
from bot.habits import Habits
from bot.messages import Address, Kind
from bot.regimens import Regimen
from bot.settings import Settings
from bot.statements import SENT
from bot.tables import messages, outbox
from deploy.bench.door.brain import thinking
from schedules.ladder import NO_QUIET
from schedules.timing import Timing
from tests.conftest import _start_postgres, lacking
from tests.contract.channels.houses import KEYS, Door, House, housed

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(1_800)]

SEED = 20261121
CLINIC = "demo"
KILLS = 4
PEOPLE = 15  # who come in each life of the house; two medicines each, at one moment
SOON_S = (2.0, 6.0)  # after they came their doses are due
LIVES_S = (1.0, 5.0)  # and the house is killed
GONE_S = 25.0
PATIENCE_S = 300.0  # what a killed courier held is taken up after two minutes
NO_CHANNEL = {"EXAMPLE_KEY": "nobody", "EXAMPLE_URL": "http://127.0.0.1:9"}
AGAIN = phrases.REMINDER_AGAIN.split("，", 1)[0]


async def test_killed_again_and_again_every_dose_is_told_once(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    async with _housed(tmp_path, {}) as (house, memory):
        for _ in range(KILLS):
            await _arrive(memory, dice)
            await asyncio.sleep(dice.uniform(*LIVES_S))
            house.kill()
            house.start()
            await house.ready()
        await _all_told(memory, KILLS * PEOPLE)
        await _assert_told_once(memory, KILLS * PEOPLE)


async def test_the_database_goes_away_and_comes_back(tmp_path: Path, own_postgres: Any) -> None:
    dice = random.Random(SEED)
    shape = {"DATABASE_URL": own_postgres.get_uri(driver="asyncpg")}
    async with _housed(tmp_path, shape) as (house, memory):
        await _arrive(memory, dice)
        await asyncio.sleep(SOON_S[0])
        await asyncio.to_thread(own_postgres.stop)
        await asyncio.sleep(GONE_S)  # doses come due meanwhile
        await asyncio.to_thread(own_postgres.start)
        await _arrive(memory, dice)
        await _all_told(memory, 2 * PEOPLE)
        await _assert_told_once(memory, 2 * PEOPLE)
        assert house.process is not None and house.process.poll() is None, "the house outlives its database"


@pytest.fixture
def own_postgres() -> Iterator[Any]:
    """A server that may be stopped."""
    folder = Path(tempfile.mkdtemp(prefix="xl-pg-"))
    try:
        server = _start_postgres(folder)
    except Exception as error:  # whatever the reason, it is the same to the test
        lacking("PostgreSQL", error)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _housed(folder: Path, shape: dict[str, str]) -> AsyncIterator[tuple[House, Memory]]:
    door = Door()
    async with thinking() as brain, housed(folder, brain, door, NO_CHANNEL | shape) as (house,):
        settings = Settings(var=folder, data_keys=KEYS)
        if shape:
            settings = settings.model_copy(update={"database_url": shape["DATABASE_URL"]})
        memory = open_memory(settings)
        try:
            yield house, memory
        finally:
            await memory.close()


async def _arrive(memory: Memory, dice: random.Random) -> None:
    """Some people come, each with two medicines that are due together in some seconds."""
    now = datetime.now(UTC)
    for _ in range(PEOPLE):
        spoken = await memory.store.open(Address(CLINIC, "web", uuid.uuid4().hex), now)
        await memory.habits.keep(CLINIC, spoken.person, Habits(quiet=NO_QUIET, told_at=now))  # whenever the tests run
        timing = Timing(events=(now + timedelta(seconds=dice.uniform(*SOON_S)),))
        new = [
            Regimen(uuid.uuid4().hex, spoken.person, spoken.id, drug, None, "一片", timing, now)
            for drug in ("甲药", "乙药")
        ]
        await memory.regimens.add_all(CLINIC, new, now)


async def _all_told(memory: Memory, people: int) -> None:
    """Wait until everything has left."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        async with memory.databases.of(CLINIC).read() as connection:
            told = select(func.count()).select_from(doses).where(doses.c.round.is_not(None))
            waits = select(func.count()).select_from(outbox).where(outbox.c.status != SENT)
            counts = [(await connection.execute(query)).scalar_one() for query in (told, waits)]
        if counts == [2 * people, 0]:
            return
        await asyncio.sleep(0.5)


async def _assert_told_once(memory: Memory, people: int) -> None:
    async with memory.databases.of(CLINIC).read() as connection:
        due = (await connection.execute(select(doses))).all()
        begun = set((await connection.execute(select(rounds.c.id))).scalars())
        said = select(messages.c.conversation, messages.c.text).where(messages.c.kind == Kind.REMINDER)
        first = Counter(row.conversation for row in await connection.execute(said) if not row.text.startswith(AGAIN))
        left = Counter((await connection.execute(select(outbox.c.status))).scalars())
    assert len(due) == 2 * people, "a dose of every medicine"
    assert {row.round for row in due} == begun, "each in a round, and no round without doses"
    assert len(begun) == people, "what is due together is told together"
    assert len(first) == people and set(first.values()) == {1}, first.most_common(3)
    assert set(left) == {SENT}, left
