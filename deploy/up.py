"""`xinglin up`: the whole house until Ctrl-C."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from bot.settings import Settings
from deploy.house import run_house
from deploy.running import Running, Tell


async def up(settings: Settings, tell: Tell) -> None:
    """Run until asked to stop. Raises Trouble."""
    began = time.monotonic()

    @asynccontextmanager
    async def house() -> AsyncIterator[str]:
        async with run_house(settings, tell) as running:
            yield welcome(running, time.monotonic() - began)

    await until_stopped(house(), tell)


async def until_stopped(house: AbstractAsyncContextManager[str], tell: Tell) -> None:
    """Run a house until asked to stop; it gives the words to tell once it stands. Raises Trouble."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    starting = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, starting.cancel if starting else stop.set)
    try:
        async with house as words:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stop.set)
            tell(words)
            await stop.wait()
            tell("正在停止… · stopping …")
    except asyncio.CancelledError:
        tell("已取消启动。 · start cancelled.")
        return
    tell("已停止。 · stopped.")


def welcome(running: Running, seconds: float) -> str:
    """Where everybody goes now."""
    return "\n".join(
        (
            "",
            f"杏林已就绪（用时 {seconds:.1f} 秒） · Xinglin is ready",
            f"  患者对话  {running.url}/",
            f"  护士台    {running.url}/desk#key={running.desk_key}",
            f"  问诊练习  {running.url}/practice",
            f"  带教老师  {running.url}/teacher#key={running.teacher_key}",
            f"  接口说明  {running.url}/api/v1/openapi.json",
            "按 Ctrl-C 停止 · Ctrl-C stops",
            "",
        )
    )
