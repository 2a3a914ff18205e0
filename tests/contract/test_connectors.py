"""The contract that every connector passes, on one process with SQLite and on two with PostgreSQL and Redis."""

import asyncio
import random
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.bench.door.brain import LABELS, long_text
from tests.contract.channels.port import Driver, shows, somebody, word
from tests.contract.channels.street import CHANNELS, Street, street

pytestmark = [pytest.mark.contract, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

DICE = random.Random(20261121)
CHEST_PAIN = "我胸口压着疼，出冷汗，喘不上气"
TIDY = "".join


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql and redis"])
async def around(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    """Houses of one shape, all channels before them."""
    folder = tmp_path_factory.mktemp("street")
    if request.param == "sqlite":
        shape, processes = {}, 1
    else:
        postgres, redis = request.getfixturevalue("postgres_url"), request.getfixturevalue("redis_url")
        shape = {"DATABASE_URL": postgres, "REDIS_URL": redis, "XINGLIN_CLINIC": f"c{uuid.uuid4().hex[:12]}"}
        processes = 2
    async with street(folder, shape, processes) as standing:
        yield standing


@pytest.fixture(params=CHANNELS)
def driver(request: pytest.FixtureRequest, around: Street) -> Driver:
    """The persons of one channel."""
    return around.drivers[request.param]


@pytest.fixture
def person() -> str:
    """Somebody new."""
    return somebody(DICE)


def times(shown: list[str] | tuple[str, ...], words: str) -> int:
    return sum(text.count(words) for text in shown)


async def test_words_are_answered(driver: Driver, person: str) -> None:
    said = word(DICE)
    await driver.say(person, said)
    await shows(driver, person, f"答：{said}")


async def test_the_channel_is_content_in_time_however_slow_the_model_is(
    around: Street, driver: Driver, person: str
) -> None:
    said = word(DICE)
    began = time.monotonic()
    await driver.say(person, f"慢4秒 {said}")
    assert time.monotonic() - began < driver.ack_s
    shown = await shows(driver, person, f"答：{said}")
    assert times(list(shown), f"答：{said}") == 1
    assert around.brain.model[f"慢4秒 {said}"] == 1


async def test_answers_keep_the_order_of_the_words(driver: Driver, person: str) -> None:
    said = [word(DICE) for _ in range(4)]  # WeChat allows five answers to the last of these, one of them kept
    for n, each in enumerate(said):
        await driver.say(person, f"慢1秒 {each}" if n % 3 == 0 else each)
    await shows(driver, person, f"答：{said[-1]}")
    text = "\n".join(await driver.shown(person))
    places = [text.find(f"答：{each}") for each in said]
    assert -1 not in places and places == sorted(places), places


async def test_a_message_delivered_ten_times_at_once_has_one_effect(
    around: Street, driver: Driver, person: str
) -> None:
    said, slow = word(DICE), word(DICE)
    await driver.repeat(person, said, 10)
    await shows(driver, person, f"答：{said}")
    await driver.repeat(person, f"慢1秒 {slow}", 10)
    await shows(driver, person, f"答：{slow}")
    await asyncio.sleep(1)
    shown = list(await driver.shown(person))
    assert (times(shown, f"答：{said}"), times(shown, f"答：{slow}")) == (1, 1), shown
    assert around.brain.rasa[said] == 1
    assert around.brain.model[f"慢1秒 {slow}"] == 1


async def test_people_do_not_wait_for_each_other(driver: Driver) -> None:
    slow, quick, late, said = somebody(DICE), somebody(DICE), word(DICE), word(DICE)
    waiting = asyncio.ensure_future(driver.say(slow, f"慢6秒 {late}"))
    await asyncio.sleep(0.2)
    await driver.say(quick, said)
    await shows(driver, quick, f"答：{said}")
    assert f"答：{late}" not in "".join(await driver.shown(slow))
    await waiting
    await shows(driver, slow, f"答：{late}")


async def test_several_replies_all_arrive_in_order(driver: Driver, person: str) -> None:
    said = word(DICE)
    await driver.say(person, f"三 {said}")
    shown = "\n".join(await shows(driver, person, f"第三：{said}"))
    assert shown.index(f"第一：{said}") < shown.index(f"第二：{said}") < shown.index(f"第三：{said}")
    assert shown.count(said) == 3


async def test_a_long_answer_arrives_whole(driver: Driver, person: str) -> None:
    said = word(DICE)
    await driver.say(person, f"长60 {said}")
    for _ in range(8):  # a channel may have to be asked for the rest
        seen = await shows(driver, person, f"开始{said}")
        if f"结束{said}" in "".join(seen):
            break
        await asyncio.sleep(1.5)
        if f"结束{said}" not in "".join(await driver.shown(person)):
            await driver.say(person, "继续")
    shown = await shows(driver, person, f"结束{said}")
    assert squeezed(long_text(60, said)) in squeezed("".join(without_tails(shown)))
    if driver.text_bytes:
        assert max(len(text.encode()) for text in shown) <= driver.text_bytes


def squeezed(text: str) -> str:
    return "".join(text.split())


def without_tails(shown: object) -> list[str]:
    """Without what a channel says about how to get the rest."""
    import re

    return [re.sub(r"（还有内容[^）]*）|回复“?(?:1|继续)”?[^。]*。?$", "", text) for text in shown]  # type: ignore[attr-defined]


@pytest.mark.parametrize("answer", ["2", "二", "第二个", "乙{}", "２", "2。"])
async def test_a_choice_is_made_by_its_number_or_its_words(driver: Driver, person: str, answer: str) -> None:
    said = word(DICE)
    await driver.say(person, f"选 {said}")
    shown = await shows(driver, person, f"请选：{said}")
    if not driver.numbered:
        await driver.press(person, LABELS[1])
    else:
        assert all(f"{each}{said}" in shown[-1] for each in LABELS), shown
        await driver.say(person, answer.format(said))
    await shows(driver, person, f"答：要乙{said}" if "{}" not in answer or not driver.numbered else f"乙{said}")


async def test_an_old_number_is_not_mistaken_for_a_new_one(around: Street, driver: Driver, person: str) -> None:
    if not driver.numbered:
        pytest.skip("its buttons can be pressed")
    first, second = word(DICE), word(DICE)
    await driver.say(person, f"选 {first}")
    await shows(driver, person, f"请选：{first}")
    await driver.say(person, second)
    await shows(driver, person, f"答：{second}")
    await driver.say(person, "2")
    await asyncio.sleep(2)
    assert around.brain.rasa[f"要乙{first}"] == 0
    await driver.say(person, f"选 {second}")
    await shows(driver, person, f"请选：{second}")
    await driver.say(person, "2")
    await shows(driver, person, f"答：要乙{second}")
    assert around.brain.rasa[f"要乙{first}"] == 0


async def test_something_unknown_gets_a_kind_word(driver: Driver, person: str) -> None:
    said = word(DICE)
    await driver.say(person, said)
    await shows(driver, person, f"答：{said}")
    before = len(await driver.shown(person))
    await driver.odd(person)
    end = time.monotonic() + 10
    while len(after := await driver.shown(person)) == before:
        assert time.monotonic() < end, "silence"
        await asyncio.sleep(0.1)
    assert any("\u4e00" <= char <= "\u9fff" for char in after[-1])


async def test_danger_is_told_at_once(around: Street, driver: Driver, person: str) -> None:
    await driver.say(person, CHEST_PAIN)
    await shows(driver, person, "120", within_s=driver.ack_s + 3)
    assert around.brain.rasa[CHEST_PAIN] == 0


async def test_a_model_that_fails_is_no_silence(driver: Driver, person: str) -> None:
    before = len(await driver.shown(person))
    await driver.say(person, f"坏 {word(DICE)}")
    end = time.monotonic() + 15
    while len(await driver.shown(person)) == before:
        assert time.monotonic() < end, "silence"
        await asyncio.sleep(0.1)


async def test_no_words_and_no_ids_stand_in_the_logs(around: Street, tmp_path: Path) -> None:
    """Last: what all the tests before have left in the logs."""
    told = "\n".join(house.log.read_text() for house in around.houses)
    assert '"action"' in told  # it is the log that we read
    for driver in around.drivers.values():
        for each in driver.ids():
            assert each not in told, f"an id of {driver.name}"
    spoken = [text for text in around.brain.rasa if "词" in text] + [*around.brain.model, CHEST_PAIN]
    assert spoken
    for each in spoken:
        assert each not in told
