"""The two sides as real processes, each started as anybody starts it."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientError, ClientSession

from bot.bootstrap import open_memory
from bot.settings import ROOT, Settings
from deploy.bench.figures import Line
from deploy.bench.processes import Start, quiet_environment, running
from deploy.bench.speakers import GatewaySpeaker, RestSpeaker, Speaker
from deploy.bench.stock import point_at_actions, stock_environment
from deploy.bench.where import CLINIC, LOOPBACK, SQLITE
from deploy.running import find_running, free_port
from deploy.train import RASA_PYTHON

SETUP = ("python3", "-m", "deploy.setup", "run")  # the first half of `make run`


@dataclass(frozen=True, slots=True)
class Up:
    """A side that is ready."""

    pids: Sequence[int]
    start_s: float  # from the command to ready
    speakers: dict[Line, Speaker]


def house_settings(var: Path) -> Settings:
    """The house's defaults in a folder of its own, whatever the environment and .env say of a real one."""
    return Settings(_env_file=None, var=var, clinic=CLINIC, database_url=SQLITE)


def house_environment(var: Path, port: int = 0) -> dict[str, str]:
    """The same for a process."""
    unset = dict.fromkeys(("REDIS_URL", "LLM_BASE_URL", "RASA_URL", "ACTIONS_URL", "DATA_KEYS"), "")
    own = {**unset, "VAR": str(var), "PORT": str(port), "CLINIC": CLINIC, "DATABASE_URL": SQLITE}
    return {**quiet_environment(os.environ), **{f"XINGLIN_{name}": value for name, value in own.items()}}


@asynccontextmanager
async def house(var: Path, http: ClientSession) -> AsyncIterator[Up]:
    """Our house, started as `make run` does, for the time of the block. `var` holds its trained model already."""
    port = free_port()
    environment = house_environment(var, port)
    settings = house_settings(var)
    url = f"http://{LOOPBACK}:{port}"

    async def ready() -> bool:
        return await answers(http, f"{url}/readyz") and find_running(settings) is not None

    began = time.monotonic()
    await asyncio.to_thread(_set_up, environment)
    start = Start((str(Path(sys.executable).with_name("xinglin")), "up"), ROOT, environment)
    async with running((start,), var / "up.log", ready) as pids:
        start_s = time.monotonic() - began
        announced = find_running(settings)
        assert announced is not None
        memory = open_memory(settings)
        rasa = RestSpeaker(http, announced.rasa_url, memory, CLINIC)
        yield Up(pids, start_s, {Line.HOUSE: GatewaySpeaker(http, url), Line.RASA: rasa})
        await memory.close()


@asynccontextmanager
async def stock(project: Path, model: Path, http: ClientSession) -> AsyncIterator[Up]:
    """Stock Rasa and its action server, started at the same moment, for the time of the block."""
    port, actions_port = free_port(), free_port()
    point_at_actions(project, actions_port)
    actions = (sys.executable, "-m", "deploy.bench.stock_actions", str(actions_port))

    async def ready() -> bool:
        return await answers(http, f"http://{LOOPBACK}:{port}/") and await answers(
            http, f"http://{LOOPBACK}:{actions_port}/health"
        )

    starts = (Start(actions, ROOT, house_environment(project / "var")), stock_rasa(project, model, port))
    began = time.monotonic()
    async with running(starts, project / "run.log", ready) as pids:
        yield Up(pids, time.monotonic() - began, {Line.STOCK: RestSpeaker(http, f"http://{LOOPBACK}:{port}")})


def stock_rasa(project: Path, model: Path, port: int, *options: str) -> Start:
    """Stock Rasa alone, as anybody starts it."""
    command = (
        str(RASA_PYTHON), "-m", "rasa", "run", "--model", str(model), "--interface", LOOPBACK, "--port", str(port),
        "--endpoints", "endpoints.yml", "--credentials", "credentials.yml", *options,
    )  # fmt: skip
    return Start(command, project, stock_environment())


def _set_up(environment: Mapping[str, str]) -> None:
    subprocess.run(SETUP, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


async def answers(http: ClientSession, url: str) -> bool:
    """Whether something there says 200."""
    try:
        async with http.get(url, raise_for_status=False) as response:
            return response.status == 200
    except (ClientError, TimeoutError, OSError):
        return False
