"""What users of other assistants complain of on their channels: each complaint is a test that has its name.

The long waits are the real ones: WeChat's five seconds and three tries, a model of thirty seconds.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot import phrases
from bot.dose_tables import doses
from bot.settings import Settings
from bot.tables import audit
from deploy.bench.door.brain import long_text
from deploy.settings_table import table
from deploy.standin.wechat.callbacks import NOTICE
from deploy.standin.wechat.people import Way
from tests.acceptance.channels import logged, memory_of, patients, ring
from tests.contract.channels import example
from tests.contract.channels.port import shows, somebody, word
from tests.contract.channels.street import CHANNELS, Street, street
from tests.contract.channels.telegram_persons import TelegramPersons
from tests.contract.channels.wechat_persons import WeChatPersons

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

DICE = random.Random(1014)
WAIT_S, REPLY_S = 5.0, 4.2  # WeChat's, and ours within


def real_times(url: str) -> WeChatPersons:
    return WeChatPersons(url, wait_s=WAIT_S, reply_s=REPLY_S, ack_s=WAIT_S)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def around(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    """One house, WeChat at its real pace."""
    async with street(tmp_path_factory.mktemp("complaints"), {}, wechat=real_times) as standing:
        yield standing


@pytest.fixture
def person() -> str:
    return somebody(DICE)


@pytest.fixture
def said() -> str:
    return word(DICE)


def answers(around: Street, person: str, way: Way | None = None) -> list[str]:
    """What a patient's phone shows of us."""
    shown = patients(around).wechat.shown(person)
    return [one.text for one in shown if one.way is not Way.SAID and way in (None, one.way)]


async def test_01_a_slow_model_is_asked_once_and_the_account_is_never_out_of_order(
    around: Street, person: str, said: str
) -> None:
    delivery = await patients(around).wechat.say(person, f"慢30秒 {said}")
    assert delivery.fine and len(delivery.tries) == 1
    await shows(patients(around), person, f"答：{said}", within_s=40)
    await asyncio.sleep(1)
    assert around.brain.model[f"慢30秒 {said}"] == 1
    assert "".join(answers(around, person)).count(f"答：{said}") == 1
    assert NOTICE not in answers(around, person)


async def test_02_nobody_is_told_to_type_something_again(around: Street, person: str, said: str) -> None:
    """Fast answers stand in the reply itself, slow ones come by themselves."""
    await patients(around).wechat.say(person, said)
    assert any(f"答：{said}" in text for text in answers(around, person, Way.PASSIVE))
    await patients(around).wechat.say(person, f"慢6秒 {said}慢")
    await shows(patients(around), person, f"答：{said}慢")
    assert any(f"答：{said}慢" in text for text in answers(around, person, Way.CUSTOMER_SERVICE))
    assert "回复 1" not in "".join(answers(around, person))


async def test_03_an_account_without_the_right_uses_all_fifteen_seconds(tmp_path: Path) -> None:
    def no_right(url: str) -> WeChatPersons:
        return WeChatPersons(url, wait_s=WAIT_S, reply_s=REPLY_S, customer_service=False)

    async with street(tmp_path, {}, wechat=no_right) as around:
        wechat, (late, later) = patients(around).wechat, (somebody(DICE), somebody(DICE))
        first, second = word(DICE), word(DICE)
        third_try, too_late = await asyncio.gather(
            wechat.say(late, f"慢12秒 {first}"), wechat.say(later, f"慢17秒 {second}")
        )
        assert all(one.took_s >= WAIT_S for one in third_try.tries[:2]) and len(third_try.tries) == 3
        assert 2 * WAIT_S < sum(one.took_s for one in third_try.tries) < 3 * WAIT_S + 1
        assert any(f"答：{first}" in text for text in answers(around, late, Way.PASSIVE))
        assert too_late.fine and len(too_late.tries) == 3
        assert phrases.WORKING_REPLY_1 in answers(around, later)
        await asyncio.sleep(4)
        await wechat.say(later, "1")
        assert any(f"答：{second}" in text for text in answers(around, later, Way.PASSIVE))
        assert around.brain.model.total() == 2
        assert NOTICE not in answers(around, late) + answers(around, later)
        assert not answers(around, late, Way.CUSTOMER_SERVICE) + answers(around, later, Way.CUSTOMER_SERVICE)


async def test_05_long_answers_keep_their_end(around: Street, person: str, said: str) -> None:
    """Byte for byte, in order, no part too long, no dose cut; the rest on demand when the five messages are used up."""
    await patients(around).wechat.say(person, f"长120 {said}")
    for _ in range(6):
        await asyncio.sleep(3)
        if f"结束{said}" in "".join(answers(around, person)):
            break
        await patients(around).wechat.say(person, "继续")
    parts = [one for one in patients(around).wechat.shown(person) if one.way is not Way.SAID]
    assert not any(one.cut for one in parts)
    assert max(len(one.text.encode()) for one in parts) <= 2_048
    bare = ["".join(line for line in one.text.splitlines() if "还有内容" not in line) for one in parts]
    assert "".join("".join(bare).split()) == "".join(long_text(120, said).split())
    for n in range(1, 121):
        assert any(f"{n}.5毫克" in one for one in bare), f"dose {n} was cut"


async def test_06_answers_come_in_order_and_working_is_said_once(around: Street, person: str, said: str) -> None:
    wechat = patients(around).wechat
    began = time.monotonic()
    slow = asyncio.ensure_future(wechat.say(person, f"慢7秒 {said}一"))
    await asyncio.sleep(0.3)
    delivered = await asyncio.gather(slow, wechat.say(person, f"{said}二"))
    assert time.monotonic() - began < WAIT_S + 1
    assert all(one.fine and len(one.tries) == 1 for one in delivered)
    await shows(patients(around), person, f"答：{said}二")
    shown = "\n".join(answers(around, person))
    assert shown.index(f"答：{said}一") < shown.index(f"答：{said}二")
    assert shown.count(f"答：{said}一") == shown.count(f"答：{said}二") == 1
    working = answers(around, person).count(phrases.WORKING)
    assert working <= len(delivered)
    assert wechat.shown(person)[-1].text != phrases.WORKING


async def test_07_one_setting_with_a_right_default_and_a_line_that_tells_the_way(around: Street, person: str) -> None:
    field = Settings.model_fields["wechat_reply_s"]
    assert 3 < field.default < WAIT_S and "XINGLIN_WECHAT_REPLY_S" in table()
    before = len(logged(around.houses[0], "wechat_reply"))
    await patients(around).wechat.say(person, word(DICE))
    await patients(around).wechat.say(person, f"慢5秒 {word(DICE)}")
    ways = [line["way"] for line in logged(around.houses[0], "wechat_reply")[before:]]
    assert ways == ["reply", "courier"]


async def test_08_a_model_that_never_answers_is_told_with_the_reason_and_the_phone(tmp_path: Path) -> None:
    patience = {"XINGLIN_LLM_FIRST_TOKEN_S": "0.5", "XINGLIN_LLM_TOTAL_S": "2"}
    async with street(tmp_path, patience) as around:
        person = somebody(DICE)
        await patients(around).wechat.say(person, f"慢200秒 {word(DICE)}")
        await asyncio.sleep(8)
        last = answers(around, person)[-1]
        assert last not in (phrases.WORKING, NOTICE)
        assert any(each in last for each in ("忙", "没", "恢复", "不好意思")), last
        async with around.http.get(f"{around.houses[0].url}/api/v1/clinic") as response:
            assert (await response.json())["phone"] in last, last


async def test_09_the_house_speaks_first_when_a_dose_is_due(around: Street, person: str) -> None:
    wechat = patients(around).wechat
    await wechat.say(person, "你好")
    await ring(around, person)
    await shows(patients(around), person, "氨氯地平")
    button = wechat.shown(person)[-1].items[0]
    assert button.content.endswith(phrases.TAKEN)
    await wechat.choose(person, button.id)
    await shows(patients(around), person, "这次已服药")


async def test_10_what_was_allowed_still_holds_after_a_restart(tmp_path: Path) -> None:
    """A subscription given before a kill carries a reminder after it, when WeChat's window is long closed."""
    (tmp_path / "wechat.yml").write_text(
        "templates:\n  reminder:\n    id: dose-one-time-template-00000000000000000000\n    kind: one_time\n"
        "    fields: {thing1: drug, thing2: dose, time3: time}\n",
        encoding="utf-8",
    )
    async with street(tmp_path, {}) as around:
        wechat, person, (house,) = patients(around).wechat, somebody(DICE), around.houses
        await wechat.say(person, "你好")
        await wechat.subscribe(person, [("dose-one-time-template-00000000000000000000", True)])
        house.kill()
        house.start()
        await house.ready()
        wechat.forward(timedelta(hours=49))
        await ring(around, person)
        await shows(patients(around), person, "氨氯地平")
        assert wechat.shown(person)[-1].way is Way.SUBSCRIPTION


async def test_11_who_may_chat_may_not_do_everything_and_what_is_done_is_written_down(
    around: Street, person: str
) -> None:
    wechat, stranger = patients(around).wechat, somebody(DICE)
    await wechat.say(person, "你好")
    await wechat.say(stranger, "你好")
    dose = await ring(around, person)
    await shows(patients(around), person, "到时间吃药啦")
    button = wechat.shown(person)[-1].items[0].id
    await wechat.follow_link(stranger, phrases.TAKEN, button)
    await asyncio.sleep(1)
    async with memory_of(around) as memory, memory.databases.of("demo").read() as connection:
        settled = select(doses.c.outcome).where(doses.c.regimen == dose, doses.c.round.is_not(None))
        assert (await connection.execute(settled)).scalar_one() is None
    await wechat.choose(person, button)
    await shows(patients(around), person, "这次已服药")
    async with memory_of(around) as memory, memory.databases.of("demo").read() as connection:
        assert (await connection.execute(settled)).scalar_one() == "taken"
        lines = await connection.execute(select(audit.c.actor, audit.c.detail).where(audit.c.action == "command"))
        assert ("patient", {"command": "dose_taken"}) in [tuple(line) for line in lines]


def lines_of_code(path: Path) -> int:
    """Without blank lines, comments, docstrings of one line and imports."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return sum(bool(line) and not line.startswith(("#", '"""', "import ", "from ")) for line in lines)


async def test_12_a_channel_of_ones_own_is_sixty_lines(around: Street, person: str, said: str) -> None:
    """Written against the contract alone, it passes the whole of tests/contract/test_connectors.py."""
    assert lines_of_code(Path(example.__file__)) <= 60 and "example" in CHANNELS
    await around.drivers["example"].say(person, said)
    await shows(around.drivers["example"], person, f"答：{said}")


async def test_13_telegram_has_its_200_at_once_and_a_repeated_update_one_answer(
    around: Street, person: str, said: str
) -> None:
    driver = around.drivers["telegram"]
    assert isinstance(driver, TelegramPersons)
    driver.telegram.faults.repeat = 3
    began = time.monotonic()
    await driver.say(person, f"慢8秒 {said}")
    assert time.monotonic() - began < 2
    await shows(driver, person, f"答：{said}")
    await asyncio.sleep(1)
    assert around.brain.model[f"慢8秒 {said}"] == 1
    assert "".join(await driver.shown(person)).count(f"答：{said}") == 1
    assert not driver.telegram.updates


@pytest.mark.parametrize("channel", CHANNELS)
async def test_14_every_channel_keeps_the_same_rule_of_answering_at_once(
    around: Street, person: str, said: str, channel: str
) -> None:
    driver = around.drivers[channel]
    began = time.monotonic()
    await driver.repeat(person, f"慢3秒 {said}", 4)
    assert time.monotonic() - began < driver.ack_s
    await shows(driver, person, f"答：{said}")
    assert around.brain.model[f"慢3秒 {said}"] == 1
