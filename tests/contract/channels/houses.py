"""Real houses as processes: `xinglin up` with a scripted Rasa and model, alone or several behind one address."""

import asyncio
import base64
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from aiohttp import ClientError, ClientSession

from bot.settings import ROOT
from deploy.bench.door.brain import Brain

READY_S = 90.0
OURS = ("XINGLIN_", "LLM_", "DATABASE_URL", "REDIS_URL")
DESK_KEY = "the-key-of-the-desk"
KEYS = f"k1:{base64.b64encode(b'1' * 32).decode()}"


@dataclass(slots=True)
class House:
    """One process."""

    port: int
    folder: Path
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its gateway."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """All that it has written, over all its lives."""
        return self.folder / f"log-{self.port}.txt"

    def start(self) -> None:
        """Start it; it is not ready yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.contract.channels.launch"],
                cwd=ROOT, env=dict(self.environment), stdout=output, stderr=output, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    async def ready(self) -> None:
        """Wait until every part of it is ready. Raises AssertionError when it falls."""
        async with asyncio.timeout(READY_S), ClientSession() as http:
            while not await self._is_ready(http):
                assert self.process and self.process.poll() is None, self.log.read_text()[-4_000:]
                await asyncio.sleep(0.05)

    async def _is_ready(self, http: ClientSession) -> bool:
        with suppress(ClientError, OSError):
            async with http.get(f"{self.url}/readyz") as response:
                return response.status == 200
        return False

    def kill(self) -> None:
        """As the kernel does when memory runs out."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As an operator does."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def resident_mib(self) -> float:
        """Its memory."""
        assert self.process
        return float(psutil.Process(self.process.pid).memory_info().rss) / 1024**2


@dataclass(slots=True)
class Door:
    """One address before all processes, as nginx is: each connection goes to the next one that listens."""

    backends: list[int] = field(default_factory=list)
    turn: int = 0
    port: int = 0
    passing: set[asyncio.Task[object] | None] = field(default_factory=set)

    @property
    def url(self) -> str:
        """What the outside servers are told."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, stack: AsyncExitStack) -> None:
        """Listen until the stack closes."""
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

        async def close() -> None:
            server.close()
            going = [task for task in self.passing if task]
            for task in going:
                task.cancel()
            await asyncio.gather(*going, return_exceptions=True)

        stack.push_async_callback(close)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.passing.add(here := asyncio.current_task())  # asyncio itself holds it weakly
        try:
            await self._between(reader, writer)
        finally:
            self.passing.discard(here)

    async def _between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside = await self._next()
        if inside is None:
            writer.transport.abort()
            return
        to_reader, to_writer = inside
        pumps = [asyncio.ensure_future(_pump(reader, to_writer)), asyncio.ensure_future(_pump(to_reader, writer))]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)  # HTTP knows no half-closed line
        finally:
            for pump in pumps:
                pump.cancel()
            writer.close()
            to_writer.close()
            await asyncio.gather(*pumps, writer.wait_closed(), to_writer.wait_closed(), return_exceptions=True)

    async def _next(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in self.backends:
            self.turn += 1
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", self.backends[self.turn % len(self.backends)])
        return None


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, port: int, brain: Brain, shape: Mapping[str, str]) -> dict[str, str]:
    """What a house is started with: nothing of ours that happens to stand in this process's environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | {
        "XINGLIN_VAR": str(folder),
        "XINGLIN_PORT": str(port),
        "XINGLIN_RASA_URL": brain.url,
        "XINGLIN_RASA_TOKEN": "rasa",
        "XINGLIN_ACTIONS_URL": brain.url,
        "XINGLIN_ACTIONS_TOKEN": "actions",
        "XINGLIN_DESK_KEY": DESK_KEY,
        "XINGLIN_DATA_KEYS": KEYS,
        "XINGLIN_HEARTBEAT_S": "0.5",
        **shape,
    }


@asynccontextmanager
async def housed(
    folder: Path, brain: Brain, door: Door, shape: Mapping[str, str], processes: int = 1
) -> AsyncIterator[list[House]]:
    """Ready houses behind the door, for the time of the block."""
    houses = []
    for _ in range(processes):
        port = free_port()
        house = House(port, folder, environment(folder, port, brain, shape))
        houses.append(house)
    try:
        for house in houses:
            house.start()
            await house.ready()  # one after the other: the first one makes the tables
        door.backends = [house.port for house in houses]
        yield houses
    finally:
        for house in houses:
            house.stop()
