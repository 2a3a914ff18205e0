"""What no honest server sends: ten thousand bodies, wrong signatures, bodies that never come."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientError

from tests.contract.channels.houses import House
from tests.contract.channels.port import Driver, Raw, shows, somebody, word
from tests.contract.channels.street import CHANNELS, Street, street

pytestmark = [pytest.mark.contract, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

BODIES = 10_000
AT_ONCE = 8
WARM = 2_000  # after so many everything that is kept once has been made
GROWTH_MIB = 24.0
NEVER_SENT = 10 * 1024**2


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def around(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    """One house."""
    async with street(tmp_path_factory.mktemp("hostile"), {}) as standing:
        yield standing


@pytest.fixture(params=CHANNELS)
def driver(request: pytest.FixtureRequest, around: Street) -> Driver:
    """The persons of one channel, and who only says so."""
    return around.drivers[request.param]


async def test_ten_thousand_bodies_break_nothing(around: Street, driver: Driver) -> None:
    dice, (house,) = random.Random(len(driver.name)), around.houses
    statuses = await _throw(around, house, driver, dice, WARM)
    before = house.resident_mib()
    statuses += await _throw(around, house, driver, dice, BODIES - WARM)
    assert house.process and house.process.poll() is None
    assert statuses.total() == BODIES
    assert house.resident_mib() - before < GROWTH_MIB
    person, said = somebody(dice), word(dice)
    await driver.say(person, said)
    await shows(driver, person, f"答：{said}")


async def _throw(around: Street, house: House, driver: Driver, dice: random.Random, count: int) -> Counter[int]:
    statuses: Counter[int] = Counter()

    async def throw(some: int) -> None:
        for _ in range(some):
            raw = driver.hostile(dice)
            request = around.http.request(raw.method, house.url + raw.path, data=raw.body, headers=raw.headers)
            try:
                async with request as response:
                    statuses[response.status] += 1
                    assert response.status < 500, (raw.method, raw.path, raw.body[:300])
            except ClientError:  # it hung up on us, which it may
                statuses[0] += 1

    await asyncio.gather(*(throw(count // AT_ONCE) for _ in range(AT_ONCE)))
    return statuses


async def test_a_wrong_signature_is_refused_before_the_body_is_there(around: Street, driver: Driver) -> None:
    raw = driver.forged()
    if raw is None:
        pytest.skip("anybody may write here")
    began = time.monotonic()
    status = await asyncio.wait_for(_head_only(around.houses[0], raw), 5)
    assert 400 <= status < 500
    assert time.monotonic() - began < 1


async def _head_only(house: House, raw: Raw) -> int:
    """Announce a large body and never send a byte of it; the status that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    fields = {"Host": "house", "Content-Length": str(NEVER_SENT), "Content-Type": "text/xml"} | dict(raw.headers)
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    writer.write(f"{raw.method} {raw.path} HTTP/1.1\r\n{head}\r\n".encode())
    await writer.drain()
    status = int((await reader.readline()).split()[1])
    writer.close()
    return status


async def test_a_connection_that_stalls_in_its_body_holds_nobody_up(around: Street, driver: Driver) -> None:
    raw = driver.hostile(random.Random(1))
    stalled = [await asyncio.open_connection("127.0.0.1", around.houses[0].port) for _ in range(50)]
    for _, writer in stalled:
        writer.write(f"POST {raw.path} HTTP/1.1\r\nHost: house\r\nContent-Length: 1000\r\n\r\n<".encode())
        await writer.drain()
    person, said = somebody(random.Random(2)), word(random.Random(driver.name))
    await driver.say(person, said)
    await shows(driver, person, f"答：{said}", within_s=5)
    for _, writer in stalled:
        writer.close()
