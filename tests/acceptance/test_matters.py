"""One matter or several: real sentences through real Rasa. The sentences and their parts stand in `matters.yml`."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.matters import UNSURE, Matter, matters_of
from bot.rasa import RasaAt, RasaClient
from tests.acceptance.conftest import RunningHouse

pytestmark = pytest.mark.acceptance

SENTENCES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "matters.yml").read_text())
# The reader learns new sentences all the time; a few of so many may fall either way.
ENOUGH = 0.95


async def split(house: RunningHouse, sentences: Sequence[str]) -> list[tuple[Matter, ...]]:
    """The matters of each sentence."""
    at = RasaAt(house.announced["rasa_url"], house.announced["rasa_token"], 30.0, 500)
    client = RasaClient(at)
    try:
        return [await matters_of(sentence, client.parse) for sentence in sentences]
    finally:
        await client.close()


def right(found: tuple[Matter, ...], wanted: list[str]) -> bool:
    """Whether the parts are the ones wanted, in order; a question nobody is sure of is the knowledge's."""
    intents = [matter.intent for matter in found]
    return len(intents) == len(wanted) and all(one in (want, UNSURE) for one, want in zip(intents, wanted, strict=True))


def test_several_matters_are_found_in_order(house: RunningHouse) -> None:
    wanted = SENTENCES["several"]
    found = asyncio.run(split(house, [sentence for sentence, _ in wanted]))
    wrong = [
        (sentence, parts) for (sentence, intents), parts in zip(wanted, found, strict=True) if not right(parts, intents)
    ]
    assert len(wrong) <= (1 - ENOUGH) * len(wanted), wrong


def test_one_matter_of_several_clauses_stays_one(house: RunningHouse) -> None:
    found = asyncio.run(split(house, SENTENCES["one"]))
    wrong = [parts for parts in found if len(parts) > 1]
    assert len(wrong) <= (1 - ENOUGH) * len(found), wrong
