"""The lines: how a sentence is put to a side, and its answer's words taken."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from aiohttp import ClientSession

from bot.bootstrap import Memory
from bot.messages import Address


class Speaker(Protocol):
    """Puts a sentence and gets the answer's words."""

    async def fresh(self) -> str:
        """A new conversation."""
        ...

    async def say(self, conversation: str, text: str) -> str:
        """All words of the answer. Raises aiohttp.ClientError and TimeoutError."""
        ...


@dataclass(frozen=True, slots=True)
class GatewaySpeaker:
    """The way every message of a person takes: screening, Rasa, actions, store, outbox."""

    http: ClientSession
    url: str

    async def fresh(self) -> str:
        """A new conversation, as the page makes one."""
        async with self.http.post(f"{self.url}/api/v1/conversations", json={}) as response:
            return str((await response.json())["conversation"])

    async def say(self, conversation: str, text: str) -> str:
        """The replies of one turn."""
        said = {"conversation": conversation, "id": uuid.uuid4().hex, "text": text}
        async with self.http.post(f"{self.url}/api/v1/messages", json=said) as response:
            return " ".join(reply["text"] for reply in (await response.json())["replies"])


@dataclass(frozen=True, slots=True)
class RestSpeaker:
    """Rasa's REST channel; given the house's store, senders are written there, for our actions look them up."""

    http: ClientSession
    url: str
    memory: Memory | None = None
    clinic: str = ""

    async def fresh(self) -> str:
        """A new sender."""
        name = uuid.uuid4().hex
        if self.memory is None:
            return name
        return (await self.memory.store.open(Address(self.clinic, "bench", name), datetime.now(UTC))).key

    async def say(self, conversation: str, text: str) -> str:
        """The texts that Rasa answers with."""
        said = {"sender": conversation, "message": text}
        async with self.http.post(f"{self.url}/webhooks/rest/webhook", json=said) as response:
            parts = await response.json()
        return " ".join(str((part.get("custom") or part).get("text", "")) for part in parts)
