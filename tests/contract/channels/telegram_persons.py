"""Learners on Telegram: the stand-in of the Bot API plays them."""

import asyncio
import json
import random
import zlib
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, web

from deploy.standin.telegram.server import make_telegram
from deploy.standin.telegram.settings import StandInBot
from deploy.standin.telegram.world import Telegram, Webhook
from tests.contract.channels.port import Raw

PATH = "/telegram/webhook"
SECRET = "the-secret-of-the-webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
FIRST_USER = 10**9


@dataclass(slots=True)
class TelegramPersons:
    """The stand-in and everybody on it."""

    http: ClientSession
    url: str
    name: str = "telegram"
    ack_s: float = 2.0
    numbered: bool = False
    text_bytes: int = 0  # it counts UTF-16 units; the stand-in refuses what is longer
    telegram: Telegram = field(default_factory=lambda: Telegram(StandInBot(again_s=0.2)))
    api: str = ""
    users: dict[str, int] = field(default_factory=dict)

    async def serve(self, stack: AsyncExitStack) -> None:
        """Listen until the stack closes."""
        runner = web.AppRunner(make_telegram(self.telegram), access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.api = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self.telegram.webhook = Webhook(self.url + PATH, SECRET)

    def settings(self) -> Mapping[str, str]:
        """The bot's token and secret."""
        return {
            "XINGLIN_TELEGRAM_TOKEN": self.telegram.bot.token,
            "XINGLIN_TELEGRAM_SECRET": SECRET,
            "XINGLIN_TELEGRAM_API_URL": self.api,
        }

    async def say(self, person: str, text: str) -> bool:
        """Write; done when the webhook has given its 200."""
        self.telegram.say(self._user(person), text)
        update = self.telegram.updates[-1]
        while update in self.telegram.updates:  # noqa: ASYNC110 - the stand-in tells nobody
            await asyncio.sleep(0.01)
        return True

    async def repeat(self, person: str, text: str, times: int) -> None:
        """One update, posted at once as often as this, and by the stand-in itself."""
        self.telegram.say(self._user(person), text)
        update = self.telegram.updates[-1]
        await asyncio.gather(*(self._post(update) for _ in range(times)))

    async def press(self, person: str, label: str) -> None:
        """The newest button with these words."""
        shown = self.telegram.chat(self._user(person)).messages
        labels = [b["text"] for one in reversed(shown) for row in one.rows for b in row if label in b["text"]]
        self.telegram.press(self._user(person), labels[0])

    async def shown(self, person: str) -> Sequence[str]:
        """What stands on the phone now."""
        return self.telegram.texts(self._user(person))

    async def odd(self, person: str) -> None:
        """A sticker."""
        self.telegram.send(self._user(person), "sticker")

    def forged(self) -> Raw | None:
        """A wrong secret."""
        return Raw("POST", PATH, b"", {SECRET_HEADER: "wrong"})

    def hostile(self, dice: random.Random) -> Raw:
        """Updates with wrong parts, most with the right secret: they must not break anything."""
        headers = {SECRET_HEADER: SECRET if dice.random() < 0.8 else "", "Content-Type": "application/json"}
        bodies = [dice.randbytes(dice.randrange(300)), b"[" * 100_000, b"null", json.dumps(_odd_update(dice)).encode()]
        return Raw("POST", PATH, dice.choice(bodies), headers)

    def ids(self) -> Sequence[str]:
        """Everybody's number."""
        return [str(user) for user in self.users.values()]

    def _user(self, person: str) -> int:
        return self.users.setdefault(person, FIRST_USER + zlib.crc32(person.encode()) % FIRST_USER)

    async def _post(self, update: Mapping[str, Any]) -> bool:
        headers = {SECRET_HEADER: SECRET}
        try:
            async with self.http.post(self.url + PATH, json=update, headers=headers) as response:
                return response.status == 200
        except (ClientError, OSError):
            return False


def _odd_update(dice: random.Random) -> dict[str, Any]:
    odd: list[Any] = [None, -1, 10**30, "", [], {}, "x" * 5_000, True, {"id": 1}, [[]], "\ud800", "\x00", 1.5]
    chat: dict[str, Any] = {"id": 7_000 + dice.randrange(50), "type": "private", "first_name": "学员"}
    message: dict[str, Any] = {
        "message_id": dice.randrange(10**6),
        "date": 1,
        "chat": chat,
        "text": "你好",
        "from": chat,
    }
    query: dict[str, Any] = {"id": "1", "from": chat, "chat_instance": "1", "data": "x", "message": message}
    update: dict[str, Any] = {"update_id": dice.randrange(10**9)}
    update |= dice.choice([{"message": message}, {"edited_message": message}, {"callback_query": query}, {"poll": {}}])
    for part in dice.sample([update, message, chat, query], 2):
        if part:
            part[dice.choice(sorted(part))] = dice.choice(odd)
    return update
