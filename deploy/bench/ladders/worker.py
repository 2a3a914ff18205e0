"""The worker that is killed: `python -m deploy.bench.ladders.worker DATABASE TEMPORAL`."""

import asyncio
import sys
from datetime import timedelta

from temporalio.client import Client

from bot.crypto import Keyring
from bot.db import Databases
from bot.outcomes import Outcomes
from bot.regimens import Regimens
from bot.reminding import Reminding
from bot.rounds import Rounds
from bot.store import ConversationStore
from bot.stream import MemoryStream
from deploy.bench.where import CLINIC
from deploy.temporal.activities import Activities
from deploy.temporal.frontend import Frontend
from deploy.temporal.worker import working
from schedules.ladder import Ladder

KEYS = Keyring({"k1": b"1" * 32}, "k1")
IMPATIENT = Ladder(repeat_every=timedelta(seconds=60), repeats=2, family_waits=timedelta(seconds=30))
STARTS = 300  # in one beat, as in the settings


def reminding_of(databases: Databases) -> Reminding:
    """What time brings to the doses of the bench."""
    outcomes = Outcomes(databases, ConversationStore(databases), MemoryStream(), {})
    return Reminding(CLINIC, databases, Regimens(databases), Rounds(databases, IMPATIENT), outcomes)


async def frontend_at(url: str) -> Frontend:
    """The bench's part of the server."""
    return Frontend(await Client.connect(url), CLINIC, f"xinglin-{CLINIC}")


async def work(database_url: str, temporal_url: str) -> None:
    """Until killed."""
    frontend = await frontend_at(temporal_url)
    async with working(frontend, Activities(reminding_of(Databases(database_url, KEYS)), frontend, STARTS)):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))
