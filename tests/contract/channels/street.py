"""The whole street: brain, outside servers, door and houses, with the persons on every channel."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

from deploy.bench.door.brain import Brain, thinking
from tests.contract.channels.example_persons import ExamplePersons
from tests.contract.channels.houses import Door, House, housed
from tests.contract.channels.kf_persons import KfPersons
from tests.contract.channels.port import Driver
from tests.contract.channels.telegram_persons import TelegramPersons
from tests.contract.channels.web import WebPersons
from tests.contract.channels.wechat_persons import WeChatPersons

CHANNELS = ("web", "example", "wechat", "kf", "telegram")


@dataclass(slots=True)
class Street:
    """What stands for the time of the block."""

    brain: Brain
    door: Door
    houses: list[House]
    drivers: Mapping[str, Driver]
    http: ClientSession
    shape: Mapping[str, str]


@asynccontextmanager
async def street(
    folder: Path, shape: Mapping[str, str], processes: int = 1, wechat: Callable[[str], WeChatPersons] = WeChatPersons
) -> AsyncIterator[Street]:
    """Everything, ready. `wechat` makes the account, told the address of the door."""
    async with AsyncExitStack() as stack:
        brain = await stack.enter_async_context(thinking())
        connector = TCPConnector(limit=0, force_close=True)  # each request meets the next process
        session = ClientSession(connector=connector, timeout=ClientTimeout(total=60), cookie_jar=DummyCookieJar())
        http = await stack.enter_async_context(session)
        door = Door()
        await door.serve(stack)
        drivers = await _drivers(http, door, wechat(door.url), stack)
        whole = dict(shape)
        for driver in drivers.values():
            whole |= driver.settings()
        houses = await stack.enter_async_context(housed(folder, brain, door, whole, processes))
        yield Street(brain, door, houses, drivers, http, whole)


async def _drivers(
    http: ClientSession, door: Door, wechat: WeChatPersons, stack: AsyncExitStack
) -> Mapping[str, Driver]:
    example, telegram = ExamplePersons(http, door.url), TelegramPersons(http, door.url)
    kf = KfPersons(door.url)
    for outside in (example, wechat, kf, telegram):
        await outside.serve(stack)
    drivers: list[Driver] = [WebPersons(http, door.url), example, wechat, kf, telegram]
    return {driver.name: driver for driver in drivers}
