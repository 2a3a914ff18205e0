"""Fetching updates: what was not stored comes again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest

from bot.conversation import Conversation
from bot.errors import StoreUnavailable
from bot.house import House
from bot.messages import Address, Author, InboundMessage
from bot.store import ConversationStore
from connectors.telegram.client import Refused, TelegramClient
from connectors.telegram.polling import Polling
from deploy.standin.telegram import settings
from deploy.standin.telegram.world import Webhook
from tests.unit.bot.conftest import house as house
from tests.unit.bot.conftest import red_flags as red_flags
from tests.unit.connectors.telegram_hall import LEARNER, Hall, hall
from tests.unit.connectors.telegram_hall import quick_house as quick_house
from tests.unit.connectors.telegram_hall import rooms as rooms

ADDRESS = Address("demo", "telegram", str(LEARNER))
QUICK = (0.05,)


@asynccontextmanager
async def fetching(here: Hall) -> AsyncIterator[None]:
    task = asyncio.ensure_future(Polling(here.client, here.connector, wait_s=1, pauses_s=QUICK).work())
    try:
        yield
    finally:
        assert not task.done(), "it fetches until it is cancelled"
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def heard(here: Hall) -> list[str]:
    store = here.connector.house.store
    said = await store.last(await store.open(ADDRESS, here.connector.house.clock()), 100)
    return [message.text for message in said if message.author is Author.PATIENT]


async def test_words_are_fetched_and_answered(house: House) -> None:
    async with hall(house, secret=None) as here:
        here.telegram.say(LEARNER, "早就说了")
        async with fetching(here):
            here.telegram.say(LEARNER, "挂号")
            await here.shows(lambda: here.telegram.texts(LEARNER) == ["好", "好"])
            here.telegram.say(LEARNER, "再问")
            await here.shows(lambda: len(here.telegram.texts(LEARNER)) == 3)
        assert await heard(here) == ["早就说了", "挂号", "再问"]


async def test_a_webhook_from_before_is_dropped_and_one_set_later_wins(house: House) -> None:
    async with hall(house) as here, fetching(here):
        await here.shows(lambda: here.telegram.webhook is None)
        here.telegram.say(LEARNER, "挂号")
        await here.shows(lambda: here.telegram.texts(LEARNER) == ["好"])
        here.telegram.webhook = Webhook("http://127.0.0.1:9/", "")
        here.telegram.wake()
        await asyncio.sleep(1.5)
        assert here.telegram.webhook is not None


async def test_what_the_store_did_not_take_comes_again(house: House) -> None:
    class Sometimes(ConversationStore):
        calls = 0

        async def claim(self, conversation: Conversation, inbound: InboundMessage) -> bool:
            Sometimes.calls += 1
            if Sometimes.calls in (2, 3):
                raise StoreUnavailable("busy")
            return await super().claim(conversation, inbound)

    async with hall(house, secret=None) as here:
        store = Sometimes(house.outcomes.databases)
        here.connector.house = replace(here.connector.house, store=store)
        for n in range(5):
            here.telegram.say(LEARNER, f"第{n}句")
        async with fetching(here):
            await here.shows(lambda: len(here.telegram.texts(LEARNER)) == 5)
        assert await heard(here) == [f"第{n}句" for n in range(5)]


async def test_what_was_killed_before_it_was_confirmed_has_one_effect(house: House) -> None:
    async with hall(house, secret=None) as here:
        here.telegram.say(LEARNER, "挂号")
        polling = Polling(here.client, here.connector, wait_s=0)
        assert await polling.round(0) == here.telegram.updates[0]["update_id"] + 1
        assert len(here.telegram.updates) == 1, "confirmed only by the next request"
        async with fetching(here):
            await here.shows(lambda: not here.telegram.updates)
            await here.quiet()
        assert (here.telegram.texts(LEARNER), await heard(here)) == (["好"], ["挂号"])


async def test_errors_are_waited_out(house: House) -> None:
    async with hall(house, secret=None) as here:
        here.telegram.faults.next["deleteWebhook"] = [settings.Refused(502, "Bad Gateway")]
        conflict = settings.Refused(409, "Conflict: terminated by other getUpdates request")
        here.telegram.faults.next["getUpdates"] = [settings.Refused(500, "x"), settings.too_many(1), conflict]
        async with fetching(here):
            here.telegram.say(LEARNER, "挂号")
            await here.shows(lambda: here.telegram.texts(LEARNER) == ["好"], within_s=8)


async def test_an_odd_update_does_not_stop_the_others(house: House) -> None:
    async with hall(house, secret=None) as here:
        here.telegram.updates += [{"update_id": 5, "message": [1]}, {"update_id": 6, "hologram": {}}]
        here.telegram.say(LEARNER, "挂号")
        async with fetching(here):
            await here.shows(lambda: here.telegram.texts(LEARNER) == ["好"])
            await here.shows(lambda: not here.telegram.updates)


async def test_the_older_of_two_who_fetch_is_told(house: House) -> None:
    async with hall(house, secret=None) as here:
        other = TelegramClient(here.telegram.bot.token, here.api)
        older = asyncio.ensure_future(here.client.updates(0, 5))
        await asyncio.sleep(0.2)
        newer = asyncio.ensure_future(other.updates(0, 1))
        with pytest.raises(Refused, match="Conflict"):
            await asyncio.wait_for(older, 3)
        assert await newer == []
        await other.close()
