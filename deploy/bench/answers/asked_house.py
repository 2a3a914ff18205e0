"""A house of our own for the measuring: started as `make run` does, asking the model server it is given."""

import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession

from bot.bootstrap import open_memory
from bot.settings import ROOT
from bot.spending import Budget, Spending, Spent
from deploy.bench.answers.overhead import House
from deploy.bench.answers.paced import MODEL
from deploy.bench.processes import Start, running
from deploy.bench.sides import answers, house_environment, house_settings
from deploy.bench.where import CLINIC, LOOPBACK
from deploy.running import find_running, free_port
from deploy.terminal import tell
from deploy.train import ensure_model

_LOG = ROOT / "var" / "bench" / "answers-house.log"
"""Outside the house's own folder, which is gone when somebody wants to read why it did not start."""


@asynccontextmanager
async def asked_house(var: Path, http: ClientSession, address: str, price: str) -> AsyncIterator[House]:
    """The house for the time of the block; everything it keeps is in `var`. Raises Trouble."""
    model, port, settings = ensure_model(ROOT / "var" / "models", tell), free_port(), house_settings(var)
    (var / "models").mkdir(parents=True)
    shutil.copy(model, var / "models" / model.name)
    own = {"BASE_URL": address, "MODEL": MODEL, "PRICE": price}
    environment = house_environment(var, port) | {f"XINGLIN_LLM_{name}": value for name, value in own.items()}
    url = f"http://{LOOPBACK}:{port}"

    async def ready() -> bool:
        return await answers(http, f"{url}/readyz") and find_running(settings) is not None

    start = Start((str(Path(sys.executable).with_name("xinglin")), "up"), ROOT, environment)
    _LOG.unlink(missing_ok=True)
    async with running((start,), _LOG, ready):
        announced = find_running(settings)
        assert announced is not None
        yield House(http, url, announced.actions_url, announced.actions_token, CLINIC)


async def spent(var: Path) -> Sequence[Spent]:
    """What the house has noted of its model's tokens and their price."""
    memory = open_memory(house_settings(var))
    try:
        yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
        return await Spending(memory.databases, Budget()).since(CLINIC, yesterday)
    finally:
        await memory.close()
