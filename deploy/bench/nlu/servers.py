"""The two Rasa servers alone, without house and actions: started, for the time of a block."""

import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession

from bot.neighbours import Neighbours
from deploy.bench.processes import Start, quiet_environment, running
from deploy.bench.sides import answers, house_settings, stock_rasa
from deploy.bench.stock import point_at_actions
from deploy.bench.where import LOOPBACK
from deploy.rasa_child import rasa_recipe
from deploy.running import free_port

NOBODY = 1  # the port of an action server that is never asked
TOKEN = "bench"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is ready."""

    url: str
    token: str  # empty where it asks for none
    pids: Sequence[int]
    start_s: float  # from the command to ready


@asynccontextmanager
async def ours(var: Path, model: Path, http: ClientSession) -> AsyncIterator[Server]:
    """Our Rasa, started as `make run` starts it."""
    where = Neighbours(f"http://{LOOPBACK}:{free_port()}", TOKEN, f"http://{LOOPBACK}:{NOBODY}", "")
    recipe = rasa_recipe(house_settings(var), where, model)
    start = Start(recipe.command, recipe.folder, {**quiet_environment(os.environ), **recipe.environment})
    async with _served(start, where.rasa_url, TOKEN, var / "rasa.log", http) as server:
        yield server


@asynccontextmanager
async def stock(project: Path, model: Path, http: ClientSession) -> AsyncIterator[Server]:
    """Stock Rasa, started with the one option that opens `/model/parse`."""
    port = free_port()
    point_at_actions(project, NOBODY)
    start = stock_rasa(project, model, port, "--enable-api")
    async with _served(start, f"http://{LOOPBACK}:{port}", "", project / "run.log", http) as server:
        yield server


@asynccontextmanager
async def _served(start: Start, url: str, token: str, log: Path, http: ClientSession) -> AsyncIterator[Server]:
    async def ready() -> bool:
        return await answers(http, f"{url}/")

    began = time.monotonic()
    async with running((start,), log, ready) as pids:
        yield Server(url, token, pids, time.monotonic() - began)
