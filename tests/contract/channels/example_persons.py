"""Persons on the example channel, and its outside server."""

import asyncio
import json
import random
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from aiohttp import ClientError, ClientSession, web

from tests.contract.channels.port import Raw

KEY = "the-key-of-the-example"


@dataclass(slots=True)
class ExamplePersons:
    """The outside server with its persons."""

    http: ClientSession
    url: str
    name: str = "example"
    ack_s: float = 2.0
    numbered: bool = True
    text_bytes: int = 2_048
    got: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    out: str = ""

    async def serve(self, stack: AsyncExitStack) -> None:
        """Take messages until the stack closes."""
        app = web.Application()
        app.add_routes([web.post("/out", self._take)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.out = f"http://127.0.0.1:{runner.addresses[0][1]}/out"

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.got[body["to"]].append(body["text"])
        return web.Response(status=204)

    def settings(self) -> Mapping[str, str]:
        """What `launch` reads."""
        return {"EXAMPLE_KEY": KEY, "EXAMPLE_URL": self.out}

    async def say(self, person: str, text: str) -> bool:
        """One message with an id of its own."""
        return await self._post({"from": person, "id": uuid.uuid4().hex, "text": text})

    async def repeat(self, person: str, text: str, times: int) -> None:
        """The same id, at once."""
        body = {"from": person, "id": uuid.uuid4().hex, "text": text}
        await asyncio.gather(*(self._post(body) for _ in range(times)))

    async def press(self, person: str, label: str) -> None:
        """Nothing to press: the words are typed."""
        await self.say(person, label)

    async def shown(self, person: str) -> Sequence[str]:
        """What has arrived."""
        return list(self.got[person])

    async def odd(self, person: str) -> None:
        """Neither words nor anything known."""
        await self._post({"from": person, "id": uuid.uuid4().hex, "text": "", "hologram": [1]})

    def forged(self) -> Raw | None:
        """The wrong key."""
        return Raw("POST", "/example", b"", {"X-Key": "wrong"})

    def hostile(self, dice: random.Random) -> Raw:
        """With the right key in half of the cases."""
        body = dice.choice(
            [dice.randbytes(dice.randrange(300)), b"[" * 50_000, b'{"from": 1}']
            + [json.dumps({"from": "o", "id": each, "text": each}).encode() for each in (None, [1], {"a": 1}, "\x00")]
        )
        return Raw("POST", "/example", body, {"X-Key": dice.choice([KEY, "wrong"])})

    def ids(self) -> Sequence[str]:
        """Everybody."""
        return list(self.got)

    async def _post(self, body: Mapping[str, object]) -> bool:
        try:
            async with self.http.post(f"{self.url}/example", json=body, headers={"X-Key": KEY}) as response:
                return response.status == 204
        except (ClientError, OSError):
            return False
