"""Is the process alive, and is every part ready?"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from connectors.wire import json_answer

CHECK_S = 3.0  # a part that does not answer within this is not ready

Check = Callable[[], Awaitable[str]]
"""`ok`, or a word that tells what is missing. `off` is a part that is not configured: fine."""

FINE = ("ok", "off")


@dataclass(frozen=True, slots=True)
class Health:
    """Checks by part."""

    checks: Mapping[str, Check]

    def routes(self) -> Sequence[web.RouteDef]:
        """`/healthz` and `/readyz`."""
        return (web.get("/healthz", self.alive), web.get("/readyz", self.ready))

    async def alive(self, _request: web.Request) -> web.Response:
        """This process answers."""
        return json_answer({"status": "ok"})

    async def ready(self, _request: web.Request) -> web.Response:
        """Each part with its state; 503 until all are fine."""
        states = await self.states()
        fine = all(state in FINE for state in states.values())
        body = {"status": "ready" if fine else "not_ready", "parts": states}
        return json_answer(body, status=200 if fine else 503)

    async def states(self) -> dict[str, str]:
        """Each part's state."""
        states = await asyncio.gather(*(_state(check) for check in self.checks.values()))
        return dict(zip(self.checks, states, strict=True))


async def _state(check: Check) -> str:
    try:
        return await asyncio.wait_for(check(), CHECK_S)
    except Exception as error:  # a broken part is a state here, not an error of this route
        return f"failed: {type(error).__name__}"
