"""A house at the WeChat door: one process, with the stand-in of Tencent's server before it."""

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, web

from bot.settings import ROOT
from deploy.bench.door.brain import Brain
from deploy.bench.processes import Start, running
from deploy.bench.sides import answers, house_environment
from deploy.bench.where import LOOPBACK
from deploy.children import until
from deploy.running import free_port
from deploy.standin.wechat.server import WECHAT, make_wechat
from deploy.standin.wechat.settings import StandInSettings
from deploy.standin.wechat.wechat import WeChat

PATH = "/wechat"
PATIENCE_S = 60.0
LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Window:
    """How long WeChat waits for one answer, and how much of that the house uses; seconds."""

    wait_s: float = 5.0
    reply_s: float = 4.2


@dataclass(frozen=True, slots=True)
class Standing:
    """What is ready to be measured."""

    wechat: WeChat
    url: str  # of the house's callback
    pids: tuple[int, ...]


def scripted(brain: Brain) -> Mapping[str, str]:
    """Settings by which a house asks this brain in place of Rasa and the action server."""
    own = {"RASA_URL": brain.url, "RASA_TOKEN": "rasa", "ACTIONS_URL": brain.url, "ACTIONS_TOKEN": "actions"}
    return {f"XINGLIN_{name}": value for name, value in own.items()}


@asynccontextmanager
async def standing(var: Path, more: Mapping[str, str], window: Window) -> AsyncIterator[Standing]:
    """House and stand-in for the time of the block; `more` are settings of the house. Raises Trouble."""
    port = free_port()
    url = f"http://{LOOPBACK}:{port}"
    account = StandInSettings(callback_url=url + PATH, wait_s=window.wait_s)
    app = make_wechat(account)
    wechat = app[WECHAT]
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, 0).start()
    api = f"http://{LOOPBACK}:{runner.addresses[0][1]}"
    environment = house_environment(var, port) | _keys(account, api, window) | dict(more)
    start = Start((str(Path(sys.executable).with_name("xinglin")), "up"), ROOT, environment)

    async with ClientSession() as http:

        async def ready() -> bool:
            return await answers(http, f"{url}/readyz")

        try:
            async with running((start,), var / "up.log", ready) as pids:
                yield Standing(wechat, url + PATH, tuple(pids))
        finally:
            await runner.cleanup()


def _keys(account: StandInSettings, api: str, window: Window) -> dict[str, str]:
    own = {
        "APP_ID": account.app_id,
        "APP_SECRET": account.secret,
        "TOKEN": account.token,
        "AES_KEY": account.aes_key,
        "API_URL": api,
        "REPLY_S": str(window.reply_s),
    }
    return {f"XINGLIN_WECHAT_{name}": value for name, value in own.items()}


async def answered_after(wechat: WeChat, openid: str, before: int) -> bool:
    """Wait until a patient's phone shows more than `before` answers; False when patience runs out."""

    async def more() -> bool:
        return len(wechat.answers(openid)) > before

    return await until(more, PATIENCE_S, LOOK_S)
