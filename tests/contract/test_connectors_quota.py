"""A channel that allows few messages: what can't leave waits for the person's next word, and danger always leaves.

WeChat: five messages within 48 hours of each of the person's own; 45047 when none is left, 45015 when it is over.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest
import pytest_asyncio

from deploy.standin.wechat.faults import Fault, Trouble
from deploy.standin.wechat.people import Way
from tests.acceptance.channels import Nurse, nurse_at, patients
from tests.contract.channels.port import shows, somebody, word
from tests.contract.channels.street import Street, street

pytestmark = [pytest.mark.contract, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

DICE = random.Random(45047)
SEND = "/cgi-bin/message/custom/send"
RED_FLAG = "我胸口压着疼，出冷汗，喘不上气"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def around(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    """One house."""
    async with street(tmp_path_factory.mktemp("quota"), {}) as standing:
        yield standing


def nurse(around: Street) -> AbstractAsyncContextManager[Nurse]:
    return nurse_at(around)


async def test_what_the_channel_refuses_waits_for_the_next_word(around: Street) -> None:
    wechat, person, first, second = patients(around).wechat, somebody(DICE), word(DICE), word(DICE)
    for code in (45047, 45015):
        first, second = word(DICE), word(DICE)
        wechat.faults.order(Trouble(Fault.CODE, code), SEND)
        await wechat.say(person, f"慢3秒 {first}")
        await asyncio.sleep(4)
        assert f"答：{first}" not in "".join(wechat.answers(person))
        await wechat.say(person, second)
        shown = "\n".join(await shows(patients(around), person, f"答：{second}"))
        await shows(patients(around), person, f"答：{first}")
        assert shown.find(f"答：{first}") < shown.index(f"答：{second}")
        assert Counter("\n".join(wechat.answers(person)).split())[f"答：{first}。"] <= 1


async def test_a_nurse_who_writes_more_than_is_left_loses_no_word(around: Street) -> None:
    """Eight messages of hers, each at its own time: five leave, the rest when the person writes again, in order."""
    wechat, person, mark = patients(around).wechat, somebody(DICE), word(DICE)
    await wechat.say(person, mark)
    await wechat.say(person, "转人工")
    said = [word(DICE) for _ in range(8)]
    async with nurse(around) as at_desk:
        handoff = await at_desk.take(mark)
        for each in said:
            await at_desk.say(handoff, each)
            await asyncio.sleep(0.8)
    await asyncio.sleep(2)
    before = "".join(wechat.answers(person))
    left = [each for each in said if each in before]
    assert left == said[: len(left)] and 3 <= len(left) < len(said)
    await wechat.say(person, "我在听")
    await shows(patients(around), person, said[-1])
    shown = "".join(wechat.answers(person))
    places = [shown.index(each) for each in said]
    assert places == sorted(places)
    assert [shown.count(each) for each in said] == [1] * len(said)


async def test_one_message_is_kept_for_danger(around: Street) -> None:
    """Slow answers use the window up but for one; a warning that comes late still has it."""
    wechat, person = patients(around).wechat, somebody(DICE)
    await wechat.say(person, word(DICE))
    patient = wechat.world.people.meet(person)
    until_left = wechat.world.now() + timedelta(hours=47)
    assert patient.windows.left(until_left) == 5
    # Long answers: the first part stands in the reply, the others go by customer-service message.
    await wechat.say(person, f"长200 {word(DICE)}")
    await asyncio.sleep(6)
    assert patient.windows.left(wechat.world.now()) == 1
    ways = [one.way for one in wechat.shown(person)]
    assert ways.count(Way.CUSTOMER_SERVICE) == 4


async def test_danger_comes_before_what_waits(around: Street) -> None:
    wechat, person, waiting = patients(around).wechat, somebody(DICE), word(DICE)
    wechat.faults.order(Trouble(Fault.CODE, 45047), SEND)
    await wechat.say(person, f"慢3秒 {waiting}")
    await asyncio.sleep(4)
    await wechat.say(person, RED_FLAG)
    first = next(one.text for one in reversed(wechat.shown(person)) if one.way is Way.PASSIVE)
    assert "120" in first
    assert waiting not in first or first.index("120") < first.index(waiting)
