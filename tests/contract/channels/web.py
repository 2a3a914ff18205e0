"""Persons on our own web page."""

import asyncio
import json
import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession

from tests.contract.channels.port import Raw

HEADERS = {"Content-Type": "application/json"}


@dataclass(slots=True)
class WebPersons:
    """Posts as the page does and reads the history as the page does."""

    http: ClientSession
    url: str
    name: str = "web"
    ack_s: float = 2.0
    numbered: bool = False
    text_bytes: int = 0
    tokens: dict[str, str] = field(default_factory=dict)

    def settings(self) -> Mapping[str, str]:
        """The page is always there."""
        return {}

    async def say(self, person: str, text: str) -> bool:
        """Post with `respond-async`: the answer comes by events."""
        return await self._post(person, {"id": uuid.uuid4().hex, "text": text})

    async def repeat(self, person: str, text: str, times: int) -> None:
        """The same id, at once."""
        await self._token(person)
        body = {"id": uuid.uuid4().hex, "text": text}
        await asyncio.gather(*(self._post(person, body) for _ in range(times)))

    async def press(self, person: str, label: str) -> None:
        """The newest button with these words."""
        buttons = [b for m in reversed(await self._history(person)) for b in m["buttons"] if label in b["label"]]
        await self._post(person, {"id": uuid.uuid4().hex, "button": buttons[0]["id"]})

    async def shown(self, person: str) -> Sequence[str]:
        """What the house has said."""
        return [each["text"] for each in await self._history(person) if each["author"] != "patient"]

    async def odd(self, person: str) -> None:
        """A body with fields that nobody knows."""
        await self._post(person, {"id": uuid.uuid4().hex, "text": "🎈", "sticker": {"set": [1, 2]}})

    def forged(self) -> Raw | None:
        """Anybody may begin a conversation."""
        return None

    def hostile(self, dice: random.Random) -> Raw:
        """Bytes, JSON of any shape, and messages with one thing wrong."""
        value: Any = {"id": "a", "text": "b"}
        value[dice.choice(["id", "text", "button", "conversation"])] = dice.choice(
            [None, 1, [], {}, "\x00", "\ud800", "长" * 5_000, "a" * 70, -1.5, True, {"a": [[]]}, "/restart"]
        )
        bodies = [dice.randbytes(dice.randrange(300)), json.dumps(value).encode(), b"[" * 100_000, b"[1]", b"null"]
        body = dice.choice(bodies)
        return Raw("POST", "/api/v1/messages", body, HEADERS)

    def ids(self) -> Sequence[str]:
        """The secrets of the conversations."""
        return list(self.tokens.values())

    async def _token(self, person: str) -> str:
        if person not in self.tokens:
            async with self.http.post(f"{self.url}/api/v1/conversations", json={}) as response:
                self.tokens[person] = (await response.json())["conversation"]
        return self.tokens[person]

    async def _post(self, person: str, body: Mapping[str, Any]) -> bool:
        sent = {"conversation": await self._token(person)} | dict(body)
        headers = {"Prefer": "respond-async"}
        try:
            async with self.http.post(f"{self.url}/api/v1/messages", json=sent, headers=headers) as response:
                return response.status == 202
        except (ClientError, OSError):
            return False

    async def _history(self, person: str) -> list[dict[str, Any]]:
        """All of it, page by page."""
        said: list[dict[str, Any]] = []
        token = await self._token(person)
        while True:
            query = {"conversation": token, "since": str(said[-1]["seq"] if said else 0)}
            async with self.http.get(f"{self.url}/api/v1/messages", params=query) as response:
                found: list[dict[str, Any]] = (await response.json())["messages"]
            if not found:
                return said
            said += found
