"""Telegram when it does not take a message: blocked, pauses, passing refusals, lost calls; and quiet logs."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.house import House
from bot.messages import Kind, Reply
from bot.reach import Standing
from deploy.standin.telegram.settings import Refused, bad, too_many
from tests.unit.bot.conftest import house as house
from tests.unit.bot.conftest import red_flags as red_flags
from tests.unit.connectors.telegram_hall import ADDRESS, LEARNER, SECRET, TAKEN, UNHURRIED, Hall, hall, post, tell
from tests.unit.connectors.telegram_hall import quick_house as quick_house
from tests.unit.connectors.telegram_hall import rooms as rooms


@pytest.fixture
async def around(house: House) -> AsyncIterator[Hall]:
    async with hall(house) as standing:
        yield standing


async def test_who_blocked_us_is_marked_and_the_message_given_up(around: Hall) -> None:
    around.telegram.say(LEARNER, "挂号")
    await around.shows(lambda: around.telegram.texts(LEARNER))
    around.telegram.block(LEARNER)
    await around.quiet()
    assert around.noted.marks == [(ADDRESS, Standing.BLOCKED)]
    await tell(around, Reply("还在吗"))
    await around.quiet()
    assert around.noted.marks[1:] == [(ADDRESS, Standing.BLOCKED)]
    assert around.telegram.texts(LEARNER) == ["好"]
    around.telegram.block(LEARNER, blocked=False)
    await around.quiet()
    assert around.noted.marks[-1] == (ADDRESS, Standing.OPEN)
    await around.quiet()
    assert around.telegram.texts(LEARNER) == ["好"], "what was given up does not come late"


async def test_a_pause_that_telegram_asks_for_is_kept(house: House) -> None:
    async with hall(house, replace(UNHURRIED, burst=2, per_s=2.0, flood_s=1.0)) as here:
        here.telegram.say(LEARNER, "一")
        await here.shows(lambda: here.telegram.texts(LEARNER))
        await tell(here, *(Reply(f"话{n}") for n in range(4)))
        await here.shows(lambda: len(here.telegram.texts(LEARNER)) == 5, within_s=15)
        assert here.telegram.texts(LEARNER) == ["好", *(f"话{n}" for n in range(4))]
        refused = here.registry.get_sample_value("xinglin_telegram_refused_total", {"error": "TooFast"}) or 0
        asked = sum(method == "sendMessage" for method, _ in here.telegram.calls)
        assert refused >= 1 and asked - 5 <= 3, "a call inside the pause would prolong it"


@pytest.mark.parametrize("refused", [Refused(502, "Bad Gateway"), Refused(500, "Internal Server Error"),
                                     too_many(1), bad("chat is being upgraded")])  # fmt: skip
async def test_a_passing_refusal_is_tried_again(around: Hall, refused: Refused) -> None:
    around.telegram.faults.next["sendMessage"] = [refused]
    around.telegram.say(LEARNER, "挂号")
    await around.shows(lambda: around.telegram.texts(LEARNER) == ["好"], within_s=8)


async def test_a_long_message_goes_in_parts_and_what_has_left_does_not_go_again(around: Hall) -> None:
    text = "".join(f"第{n}条，氨氯地平片每次{n}.5毫克，每日1次。" for n in range(400))
    around.telegram.say(LEARNER, "你好")
    await around.shows(lambda: around.telegram.texts(LEARNER))
    await tell(around, Reply(text, (TAKEN,), kind=Kind.REMINDER))
    await around.courier.round()
    around.telegram.faults.next["sendMessage"] = [Refused(502, "Bad Gateway")]
    await around.shows(lambda: "".join(around.telegram.texts(LEARNER)[1:]) == text, within_s=8)
    shown = [each for each in around.telegram.chat(LEARNER).messages if each.from_bot][1:]
    assert [bool(each.rows) for each in shown] == [False] * (len(shown) - 1) + [True]


async def test_a_thousand_lost_calls_lose_nothing(house: House) -> None:
    async with hall(house) as here:
        here.telegram.faults.refuse = 0.3
        here.courier = replace(here.courier, clock=fast_clock(here))
        for n in range(30):
            here.telegram.say(LEARNER, f"第{n}句")
        await here.shows(lambda: len(here.telegram.texts(LEARNER)) == 30, within_s=20)


def fast_clock(here: Hall) -> Any:
    """Ten minutes pass with each look: the pauses between tries are over at once."""
    ahead = [timedelta()]

    def clock() -> Any:
        ahead[0] += timedelta(minutes=10)
        return here.connector.house.clock() + ahead[0]

    return clock


async def test_no_word_and_no_id_stands_in_a_log(around: Hall, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("aiosqlite", "sqlalchemy", "httpx", "httpcore", "telegram", "aiohttp.access"):
        logging.getLogger(name).setLevel(logging.WARNING)  # as bot.logs does
    around.telegram.faults.next["sendMessage"] = [Refused(500, "秘密 1001"), bad("秘密"), too_many(1)]
    around.telegram.say(LEARNER, "秘密的话")
    await post(around, "{秘密".encode())
    around.telegram.say_in_group(-500, "秘密的话")
    around.telegram.send(LEARNER, "photo", "秘密")
    around.telegram.block(LEARNER)
    await around.quiet()
    assert caplog.records
    written = "\n".join(
        f"{record.getMessage()} {vars(record)}" for record in caplog.records if record.name != "asyncio"
    )
    for secret in ("秘密", str(LEARNER), SECRET, UNHURRIED.token):
        assert secret not in written
