"""Keep the connection to the action server open between calls.

Rasa makes a new HTTP session and a new connection for each call. Connections idle for longer than the
client keeps them (15 s in aiohttp) are dropped before a server would close them under a call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType

import aiohttp
from rasa.utils.endpoints import EndpointConfig

_new_session: Callable[[EndpointConfig], aiohttp.ClientSession] = EndpointConfig.session


class KeptSession:
    """What `async with endpoint.session()` gets: one session a loop, left open at the block's end."""

    def __init__(self, endpoint: EndpointConfig) -> None:
        self._endpoint = endpoint
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            self._session, self._loop = _new_session(self._endpoint), loop
        return self._session

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        pass

    async def close(self) -> None:
        """Close the session, if one was opened."""
        if self._session is not None:
            await self._session.close()


def session(endpoint: EndpointConfig) -> KeptSession:
    """Return the endpoint's kept session."""
    kept: KeptSession | None = endpoint.__dict__.get("_kept_session")
    if kept is None:
        kept = endpoint.__dict__["_kept_session"] = KeptSession(endpoint)
    return kept


def install() -> None:
    """Let every endpoint keep its session; doing so twice changes nothing."""
    EndpointConfig.session = session  # type: ignore[method-assign,assignment]
