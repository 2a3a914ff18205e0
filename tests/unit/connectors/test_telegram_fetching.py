"""What people sent over Telegram is fetched, within limits."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.media import MediaGone, MediaTooLarge
from connectors.base import ChannelRefused
from connectors.telegram.client import TelegramClient
from connectors.telegram.codec import Said, decode
from connectors.telegram.fetching import TelegramFetcher
from deploy.standin.telegram.server import make_telegram
from deploy.standin.telegram.settings import Refused, bad
from deploy.standin.telegram.world import Telegram
from tests.unit.connectors.telegram_hall import now


@pytest.fixture
async def line() -> AsyncIterator[tuple[Telegram, TelegramFetcher]]:
    telegram = Telegram()
    async with TestServer(make_telegram(telegram)) as server, ClientSession() as http:
        client = TelegramClient(telegram.bot.token, str(server.make_url("")).rstrip("/"))
        yield telegram, TelegramFetcher(client, http)
        await client.close()


def ref(telegram: Telegram, kind: str) -> str:
    telegram.send(1001, kind)
    said = decode("demo", telegram.updates[-1], now())
    assert isinstance(said, Said)
    return said.inbound.attachments[0].ref


@pytest.mark.parametrize(("kind", "start"), [("photo", b"\xff\xd8\xff"), ("voice", b"OggS"), ("document", b"%PDF-")])
async def test_bytes(line: tuple[Telegram, TelegramFetcher], kind: str, start: bytes) -> None:
    telegram, fetcher = line
    assert (await fetcher.fetch(ref(telegram, kind), 100)).content.startswith(start)


async def test_too_large_by_what_is_told_and_by_what_comes(line: tuple[Telegram, TelegramFetcher]) -> None:
    telegram, fetcher = line
    found = ref(telegram, "photo")
    with pytest.raises(MediaTooLarge):
        await fetcher.fetch(found, 3)
    telegram.files[found] = b"x" * 1_000_000
    url, size = await fetcher.client.file(found)
    assert size == 1_000_000
    with pytest.raises(MediaTooLarge):
        await fetcher._bytes(url, 999_999)
    telegram.faults.next["getFile"] = [bad("file is too big")]
    with pytest.raises(MediaTooLarge):
        await fetcher.fetch(found, 10**7)


async def test_gone_and_not_now(line: tuple[Telegram, TelegramFetcher]) -> None:
    telegram, fetcher = line
    with pytest.raises(MediaGone):
        await fetcher.fetch("nothing", 100)
    telegram.faults.next["getFile"] = [Refused(502, "Bad Gateway")]
    with pytest.raises(ChannelRefused):
        await fetcher.fetch(ref(telegram, "voice"), 100)
    url, _ = await fetcher.client.file(ref(telegram, "voice"))
    for broken in (url + "x", "http://127.0.0.1:9/x"):
        with pytest.raises(ChannelRefused) as caught:
            await fetcher._bytes(broken, 100)
        assert telegram.bot.token not in str(caught.value) and caught.value.__cause__ is None
