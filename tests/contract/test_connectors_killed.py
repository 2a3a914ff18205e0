"""The house is killed twenty times while people talk on every channel: whatever it has taken is answered."""

import asyncio
import random
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.bootstrap import open_memory
from bot.messages import Author
from bot.settings import Settings
from bot.tables import messages
from tests.contract.channels.houses import KEYS
from tests.contract.channels.port import Driver, somebody, word
from tests.contract.channels.street import Street, street

pytestmark = [pytest.mark.contract, pytest.mark.timeout(1_800)]

SEED = 20261121
KILLS = 20
PEOPLE = 3  # on each channel
LIVES_S = (0.02, 2.0)  # shortest and longest time between ready and the kill
LEASE_S = 240.0  # what a killed courier held is taken up after two minutes; then five answers for each word

LOOKS = 10  # a second each, until the people write again

WORD = re.compile(r"词\d{9}")

Shown = Mapping[str, Counter[str]]
"""How often each word was answered, by channel."""


async def test_killed_twenty_times_nothing_taken_is_lost(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    async with street(tmp_path, {}) as around:
        (house,) = around.houses
        people = {name: [somebody(dice) for _ in range(PEOPLE)] for name in around.drivers}
        content: dict[str, set[str]] = defaultdict(set)
        for _ in range(KILLS):
            talking = [
                asyncio.ensure_future(_talk(around.drivers[name], each, content[name], random.Random(dice.random())))
                for name, some in people.items()
                for each in some
            ]
            await asyncio.sleep(dice.uniform(*LIVES_S))
            house.kill()
            for talk in talking:
                talk.cancel()
            await asyncio.gather(*talking, return_exceptions=True)
            house.start()
            await house.ready()
        taken = {name: content[name] | words for name, words in (await _claimed(tmp_path)).items()}
        assert sum(map(len, taken.values())) > KILLS, taken
        shown = await _all_shown(around, people, taken)
    for name, words in taken.items():
        lost = {each for each in words if not shown[name][each]}
        assert not lost, f"{name}: {len(lost)} of {len(words)} lost"
        doubled = [each for each in words if shown[name][each] > 1]
        # What had left when the kill came, and was not yet written down as sent, leaves again: never more than that.
        assert len(doubled) <= (0 if name == "web" else KILLS), f"{name}: {len(doubled)} of {len(words)} doubled"
        print(f"{name}: {len(words)} taken, {len(doubled)} shown twice")


async def _talk(driver: Driver, person: str, content: set[str], dice: random.Random) -> None:
    while True:
        said = word(dice)
        if await driver.say(person, f"慢0.3秒 {said}" if dice.random() < 0.3 else said):
            content.add(said)
        await asyncio.sleep(dice.uniform(0.2, 0.8))


async def _claimed(folder: Path) -> Mapping[str, set[str]]:
    """The words that stand in the database, by channel."""
    memory = open_memory(Settings(var=folder, data_keys=KEYS))
    found: dict[str, set[str]] = defaultdict(set)
    try:
        async with memory.databases.of("demo").read() as connection:
            query = select(messages.c.text, messages.c.conversation).where(messages.c.author == Author.PATIENT)
            for text, conversation in await connection.execute(query):
                spoken = await memory.store.by_id("demo", conversation)
                assert spoken
                found[spoken.address.channel].add(text.split()[-1])
    finally:
        await memory.close()
    return found


async def _all_shown(around: Street, people: Mapping[str, list[str]], taken: Mapping[str, set[str]]) -> Shown:
    shown: dict[str, Counter[str]] = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(LEASE_S):
            for look in count():
                for name, some in people.items():
                    texts = [text for each in some for text in await around.drivers[name].shown(each)]
                    shown[name] = Counter(
                        word for word in taken[name] for text in texts for _ in range(text.count(word))
                    )
                if all(shown[name][each] for name, words in taken.items() for each in words):
                    break
                if look % LOOKS == LOOKS - 1:  # where a channel allows five answers a word, the rest waits for another
                    await asyncio.gather(
                        *(around.drivers[n].say(each, "继续") for n, some in people.items() for each in some)
                    )
                await asyncio.sleep(1)
    return shown
