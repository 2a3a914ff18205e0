"""The processes that are measured: started, waited for, weighed, ended."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.trouble import Trouble

OURS = ("XINGLIN_", "LLM_", "DATABASE_", "REDIS_", "RASA_", "ACTION_", "SANIC_", "TF_", "OMP_", "OPENBLAS_")
MIB = 1024**2
READY_S = 240.0
LOOK_S = 0.05  # pause between two looks whether it is ready
STOP_S = 20.0

Ready = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Start:
    """How a process is started."""

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]


def quiet_environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment without anything that steers either side: both begin from their defaults."""
    return {name: value for name, value in given.items() if not name.startswith(OURS)}


@asynccontextmanager
async def running(starts: Sequence[Start], log: Path, ready: Ready) -> AsyncIterator[Sequence[int]]:
    """The processes, all started at once, for the time of the block; their ids, given when they are ready.

    Raises Trouble when one ends, or none is ready in time.
    """
    async with AsyncExitStack() as stack:
        processes = [_spawn(start, log) for start in starts]
        for process in processes:
            stack.callback(_end, process)
        await _until_ready(processes, log, ready)
        yield [process.pid for process in processes]


def _spawn(start: Start, log: Path) -> subprocess.Popen[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            start.command, cwd=start.folder, env=start.environment, stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip


async def _until_ready(processes: Sequence[subprocess.Popen[bytes]], log: Path, ready: Ready) -> None:
    end = time.monotonic() + READY_S
    while not await ready():
        if any(process.poll() is not None for process in processes) or time.monotonic() > end:
            raise Trouble(f"被测进程没有启动，原因见 {log}。", f"A measured process did not start, see {log}.")
        await asyncio.sleep(LOOK_S)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask as Ctrl-C does, then insist. Its children are told apart by their parent before it goes."""
    family = _family(process.pid)
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for left in psutil.wait_procs(family, timeout=STOP_S)[1]:
        left.kill()


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def resident_mib(pids: Iterable[int]) -> float:
    """Resident memory of the processes and all their children, in MiB; a page that several share counts once a sharer
    (its share) where the system tells, as Linux does."""
    return sum(_resident(process) for pid in pids for process in _family(pid)) / MIB


def _resident(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
    except psutil.NoSuchProcess:
        return 0
    shared: int = getattr(full, "pss", 0)
    return shared or int(full.rss)


def priority() -> str:
    """How politely we and our children run: it moves the figures of a busy machine."""
    level = os.nice(0)
    return f"nice {level}" if level else "at normal priority"
