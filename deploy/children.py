"""Child processes: started, watched, restarted with growing pauses, stopped cleanly."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

log = logging.getLogger(__name__)

PAUSES_S = (1.0, 2.0, 5.0, 15.0, 60.0)  # before each restart; the last one repeats
STEADY_S = 60.0  # who ran this long starts again with the first pause
STOP_S = 8.0  # between asking a child to stop and killing it


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a child is started."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    output: Path  # file that takes what it prints


@dataclass(slots=True)
class Child:
    """One child process, kept alive until stopped. `tell` is given a sentence for the operator."""

    recipe: Recipe
    tell: Callable[[str], None]
    _process: asyncio.subprocess.Process | None = None
    _keeper: asyncio.Task[None] | None = None
    falls: int = 0  # how often it has ended unasked
    _stopping: bool = field(default=False)

    @property
    def pid(self) -> int | None:
        """The process now running."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start it and keep it alive."""
        await self._spawn()
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Ask it to stop, then insist."""
        self._stopping = True
        if self._keeper:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        if self._process and self._process.returncode is None:
            await self._end(self._process)

    async def _spawn(self) -> None:
        self.recipe.output.parent.mkdir(parents=True, exist_ok=True)
        with self.recipe.output.open("ab") as output:
            # A session of its own: Ctrl-C in the terminal reaches us alone, and we stop the children in order.
            self._process = await asyncio.create_subprocess_exec(
                *self.recipe.command, cwd=self.recipe.folder, env={**os.environ, **self.recipe.environment},
                stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    async def _keep(self) -> None:
        in_a_row = 0
        loop = asyncio.get_running_loop()
        while not self._stopping and self._process is not None:
            began = loop.time()
            status = await self._process.wait()
            in_a_row = 0 if loop.time() - began > STEADY_S else in_a_row
            pause = PAUSES_S[min(in_a_row, len(PAUSES_S) - 1)]
            in_a_row += 1
            self.falls += 1
            log.error("child ended", extra={"action": "child_ended", "child": self.recipe.name, "status": status})
            self.tell(
                f"{self.recipe.name} 意外退出（状态 {status}），{pause:.0f} 秒后重启 · "
                f"{self.recipe.name} ended unexpectedly, restarting in {pause:.0f} s. 详见 {self.recipe.output}"
            )
            await asyncio.sleep(pause)
            await self._spawn()

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        _signal_group(process.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            _signal_group(process.pid, signal.SIGKILL)
            await process.wait()


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)


async def until(ready: Callable[[], Awaitable[bool]], patience_s: float, pause_s: float = 0.1) -> bool:
    """Wait until something is ready; False when patience runs out."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience_s
    while loop.time() < end:
        if await ready():
            return True
        await asyncio.sleep(pause_s)
    return False
