"""Fetching updates ourselves: for a laptop, which Telegram can't reach.

Telegram keeps an update until a later `offset` is asked for, up to 24 h. So the offset moves on only after a message
was stored: what is killed in between comes again (core.telegram.org/bots/api#getupdates).
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import StoreUnavailable
from connectors.telegram.client import Refused, TelegramClient
from connectors.telegram.codec import update_id
from connectors.telegram.routes import TelegramConnector

log = logging.getLogger(__name__)

WAIT_S = 25  # how long Telegram holds a request while nothing is new
PAUSES_S = (1.0, 2.0, 5.0, 15.0, 30.0)  # after one, two, … failures in a row


@dataclass(frozen=True, slots=True)
class Polling:
    """One per bot: Telegram ends the older of two that fetch at once (409)."""

    client: TelegramClient
    connector: TelegramConnector
    wait_s: int = WAIT_S
    pauses_s: tuple[float, ...] = PAUSES_S

    async def work(self) -> None:
        """Fetch until cancelled. A webhook from before is dropped first; one that is set later wins (409)."""
        offset, failures, fetching = 0, 0, False
        while True:
            try:
                if not fetching:
                    await self.client.drop_webhook()
                    fetching = True
                offset = await self.round(offset)
                failures = 0
            except Refused as refused:
                await self._pause(failures, refused.detail, refused.after)
                failures += 1
            except StoreUnavailable as error:
                await self._pause(failures, type(error).__name__)
                failures += 1

    async def round(self, offset: int) -> int:
        """Fetch once and take in what came; the offset to go on from. Raises Refused, StoreUnavailable: then all
        comes again, and what was stored is known by its number.
        """
        for update in await self.client.updates(offset, self.wait_s):
            number = update_id(update) if isinstance(update, Mapping) else None
            if number is None:
                log.error("update without number", extra={"action": "update_without_number"})
                continue
            await self.connector.take(update)
            offset = number + 1
        return offset

    async def _pause(self, failures: int, why: str, after: timedelta | None = None) -> None:
        log.warning("fetching failed", extra={"action": "telegram_fetching_failed", "why": why})
        own = self.pauses_s[min(failures, len(self.pauses_s) - 1)]
        await asyncio.sleep(max(own, after.total_seconds() if after else 0.0))
