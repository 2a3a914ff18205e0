"""The client of Rasa's HTTP interface. Rasa swallows failures, so silence is treated as one."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from bot.errors import RasaUnavailable
from bot.text import for_rasa

log = logging.getLogger(__name__)

# Sanic closes an idle connection after 5 s; we give it up first, so that no request meets a closing one.
KEEP_ALIVE_S = 3.0
CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class RasaAt:
    """Where Rasa listens, the token of its HTTP API, the longest wait in seconds, and how much text it is given."""

    url: str
    token: str
    timeout_s: float
    text_chars: int


class RasaState(Enum):
    """What a Rasa can do."""

    DOWN = auto()
    NO_MODEL = auto()
    READY = auto()


class RasaClient:
    """Speaks to one Rasa. Every failure is raised as RasaUnavailable."""

    def __init__(self, where: RasaAt) -> None:
        self._where = where
        self._http: ClientSession | None = None

    async def send(self, sender: str, text: str) -> Sequence[dict[str, Any]]:
        """What Rasa answers to a message; never an empty list."""
        body = {"sender": sender, "message": for_rasa(text, self._where.text_chars)}
        answer = await self._post("/webhooks/rest/webhook", body)
        if not isinstance(answer, list) or not answer:
            raise RasaUnavailable("silence")
        return answer

    async def remember(self, sender: str, text: str) -> None:
        """Put words of ours into Rasa's memory of the conversation."""
        await self._note(sender, {"event": "bot", "text": text})

    async def set_slot(self, sender: str, name: str, value: object) -> None:
        """Set a slot of a conversation."""
        await self._note(sender, {"event": "slot", "name": name, "value": value})

    async def leave_form(self, sender: str) -> bool:
        """End the form of a conversation, if one runs; its answers are forgotten when it begins anew."""
        if not await self.in_form(sender):
            return False
        await self._note(sender, {"event": "active_loop", "name": None})
        await self.set_slot(sender, "requested_slot", None)
        return True

    async def _note(self, sender: str, event: dict[str, Any]) -> None:
        path = f"/conversations/{sender}/tracker/events?include_events=NONE&token={self._where.token}"
        await self._post(path, event)

    async def in_form(self, sender: str) -> bool:
        """Whether a form of the conversation waits for an answer."""
        path = f"/conversations/{sender}/tracker?include_events=NONE&token={self._where.token}"
        tracker = await self._ask("GET", path)
        return bool((tracker.get("active_loop") or {}).get("name"))

    async def parse(self, text: str) -> dict[str, Any]:
        """Intent and entities of a text."""
        body = {"text": for_rasa(text, self._where.text_chars)}
        answer: dict[str, Any] = await self._post(f"/model/parse?token={self._where.token}", body)
        return answer

    async def ready(self) -> bool:
        """Whether it answers and has a model."""
        return await self.state() is RasaState.READY

    async def state(self) -> RasaState:
        """What it can do now. It listens only after loading: who answers without a model never will have one."""
        try:
            async with self._session().get(f"{self._where.url}/status?token={self._where.token}") as response:
                loaded = response.status == 200 and (await response.json()).get("model_file")
        except (ClientError, TimeoutError, OSError, ValueError):
            return RasaState.DOWN
        return RasaState.READY if loaded else RasaState.NO_MODEL

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()

    def _session(self) -> ClientSession:
        if self._http is None:
            connector = TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE_S)
            self._http = ClientSession(connector=connector, timeout=ClientTimeout(total=self._where.timeout_s))
        return self._http

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        return await self._ask("POST", path, body)

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        try:
            async with self._session().request(method, self._where.url + path, json=body) as response:
                if response.status >= 400:
                    raise RasaUnavailable(f"status {response.status}")
                return await response.json()
        except (ClientError, TimeoutError, asyncio.IncompleteReadError, OSError, ValueError) as error:
            log.warning("rasa failed", extra={"action": "rasa_failed", "error": type(error).__name__})
            raise RasaUnavailable(type(error).__name__) from error
