"""The stock side's action server: rasa-sdk's own, in a process of its own, doing what our actions do.

    XINGLIN_VAR=… .venv/bin/python -m deploy.bench.stock_actions PORT

It keeps its appointments and reminders in a SQLite store like the house's.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rasa_sdk.endpoint import run
from rasa_sdk.executor import ActionExecutor

from actions.callers import Caller
from actions.deps import Deps
from actions.registry import make_executor
from bot.bootstrap import Memory, now, open_library, open_memory
from bot.messages import Address
from bot.migrate import migrate
from bot.settings import Settings
from deploy.bench.where import CLINIC, LOOPBACK


@dataclass(frozen=True, slots=True)
class AnyCallers:
    """Everybody who speaks to stock Rasa is a person; made at the first call, read at every other."""

    memory: Memory
    clock: Callable[[], datetime]

    async def caller(self, sender_id: str) -> Caller:
        """The caller behind a sender id of any form."""
        found = await self.memory.store.open(Address(CLINIC, "bench", sender_id), self.clock())
        return Caller(CLINIC, found.id, found.person)


class HouseExecutor(ActionExecutor):
    """rasa-sdk's executor with our actions. Its server sends it to a worker process, where it is made anew."""

    def __init__(self) -> None:
        super().__init__()
        settings = Settings()
        memory = open_memory(settings)
        deps = Deps(
            open_library(settings).now(), memory.appointments, memory.regimens, AnyCallers(memory, now), now,
            memory.plans, memory.habits,
        )  # fmt: skip
        self.actions = make_executor(lambda: deps).actions

    def __reduce__(self) -> tuple[Any, ...]:
        return HouseExecutor, ()


def main() -> None:
    """Serve until a signal ends the process."""
    os.environ["SANIC_HOST"] = LOOPBACK
    asyncio.run(_migrate())
    run(HouseExecutor(), port=int(sys.argv[1]))


async def _migrate() -> None:
    memory = open_memory(Settings())
    await migrate(memory.databases.of(CLINIC))
    await memory.close()


if __name__ == "__main__":
    main()
