"""Which of our messages left as which template message: one that WeChat loses afterwards is told to a nurse.

A template message is known by the number that its sending answers. A subscription notice's sending answers none, only
the event has one (developers.weixin.qq.com/doc/service/api/notify/notify/api_sendnewsubscribemsg): it is known by whom
it went to and its template.
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messages import Address
from connectors.tencent.tokens import Shelf
from connectors.wechat.events import Delivered

KEPT = timedelta(days=1)  # WeChat tells within seconds; a phone that is off changes nothing, its servers keep it
Undelivered = Callable[[str, str, datetime], Awaitable[bool]]
"""bot.outbox.Outbox.undelivered: clinic, message, now."""


@dataclass(frozen=True, slots=True)
class TemplateFates:
    """Raises StoreUnavailable."""

    clinic: str
    shelf: Shelf
    undelivered: Undelivered
    clock: Callable[[], datetime]

    async def leaves(self, message: str, address: Address, template: str) -> None:
        """A subscription notice is about to be sent: its event may be faster than the answer."""
        await self._keep(_sent(_unnumbered(address, template)), message)

    async def left(self, message: str, number: str) -> None:
        """A template message was taken under a number. Its event may have come already."""
        await self._keep(_sent(number), message)
        if await self._kept(_lost(number)):
            await self.undelivered(self.clinic, message, self.clock())

    async def lost(self, news: Delivered, at: datetime) -> None:
        """WeChat took a message and could not deliver it."""
        name = _unnumbered(news.address, news.template) if news.template else news.message
        message = await self._kept(_sent(name))
        if message:
            await self.undelivered(self.clinic, message, at)
        elif not news.template:
            await self._keep(_lost(name), news.why)

    async def _keep(self, name: str, value: str) -> None:
        await self.shelf.put(name, value, self.clock() + KEPT)

    async def _kept(self, name: str) -> str | None:
        kept = await self.shelf.get(name)
        return kept[0] if kept and self.clock() < kept[1] else None


def _sent(name: str) -> str:
    return f"wechat-sent:{name}"


def _lost(number: str) -> str:
    return f"wechat-lost:{number}"


def _unnumbered(address: Address, template: str) -> str:
    """Names on the shelf are stored in the clear: the openid goes in hashed."""
    return hashlib.sha256(f"{address.user}\n{template}".encode()).hexdigest()[:40]
