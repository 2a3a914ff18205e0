"""Media that people sent, fetched from a server that answers as Tencent's does."""

from collections.abc import AsyncIterator

import pytest

from bot.media import Fetcher, MediaGone, MediaTooLarge
from connectors.tencent.api import ApiRefused
from connectors.tencent.fetching import TencentFetcher
from tests.tencent_server import World, hands, says, tencent_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with tencent_world() as made:
        yield made


def fetcher(world: World) -> Fetcher:
    return TencentFetcher(world.api())


async def test_what_was_sent_comes(world: World) -> None:
    world.answers = [hands(b"\xff\xd8\xffphoto")]
    assert (await fetcher(world).fetch("m1", 100)).content == b"\xff\xd8\xffphoto"
    assert world.seen[0].query == {"media_id": "m1"}


async def test_a_large_one_is_refused(world: World) -> None:
    world.answers = [hands(bytes(10_000))]
    with pytest.raises(MediaTooLarge):
        await fetcher(world).fetch("m1", 9_999)


async def test_one_out_of_its_time_is_gone(world: World) -> None:
    world.answers = [hands(b'{"errcode":40007,"errmsg":"invalid media_id"}', "text/plain", None)]
    with pytest.raises(MediaGone):
        await fetcher(world).fetch("m1", 100)


@pytest.mark.parametrize("answer", [says(b"bad gateway", 502, "text/html"), says({"errcode": -1, "errmsg": "busy"})])
async def test_other_failures_may_pass(world: World, answer: object) -> None:
    world.answers = [answer]  # type: ignore[list-item]
    with pytest.raises(ApiRefused):
        await fetcher(world).fetch("m1", 100)
