"""The house's way to what people sent over Telegram (core.telegram.org/bots/api#getfile)."""

from dataclasses import dataclass

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.media import Fetched, MediaGone, MediaTooLarge
from connectors.base import ChannelRefused
from connectors.telegram.client import CALL_S, Refused, TelegramClient

CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class TelegramFetcher:
    """Fetches by `file_id`; see bot.media.Fetcher."""

    client: TelegramClient
    http: ClientSession

    async def fetch(self, ref: str, most: int) -> Fetched:
        """The bytes. Raises MediaTooLarge, MediaGone, ChannelRefused when it may come later."""
        try:
            url, size = await self.client.file(ref)
        except Refused as refused:
            if refused.too_big:
                raise MediaTooLarge from None
            if refused.bad_request:
                raise MediaGone from None
            raise
        if size > most:
            raise MediaTooLarge
        return Fetched(await self._bytes(url, most))

    async def _bytes(self, url: str, most: int) -> bytes:
        """The error of a call may hold the address, and that the token: only its kind goes on."""
        content = bytearray()
        try:
            async with self.http.get(url, timeout=ClientTimeout(total=CALL_S)) as answer:
                if answer.status != 200:
                    raise ChannelRefused(f"status {answer.status}")
                async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
                    content += chunk
                    if len(content) > most:
                        raise MediaTooLarge
        except (ClientError, TimeoutError) as error:
            raise ChannelRefused(type(error).__name__) from None
        return bytes(content)
