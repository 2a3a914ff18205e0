"""`xinglin demo`: the house with stand-ins of WeChat, WeCom and Telegram beside it: anybody can play the patient.

The stand-ins speak the real protocols on loopback; the channels know them by their address only.
"""

import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from bot.bootstrap import now
from bot.settings import ROOT, Settings
from connectors.kf.routes import PATH as KF_PATH
from connectors.wechat.account_file import EXAMPLE
from connectors.wechat.routes import PATH as WECHAT_PATH
from connectors.wecom.routes import PATH as WECOM_PATH
from deploy.house import check_port, run_house
from deploy.running import LOOPBACK, Running, Tell
from deploy.standin.telegram.server import make_telegram
from deploy.standin.telegram.settings import StandInBot
from deploy.standin.telegram.world import Telegram
from deploy.standin.wechat.server import make_wechat
from deploy.standin.wechat.settings import StandInSettings
from deploy.standin.wecom.server import WECOM, make_wecom
from deploy.standin.wecom.settings import WeComSettings
from deploy.up import until_stopped, welcome
from deploy.wechat_admin import push_menu


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the stand-ins listen."""

    wechat: int
    telegram: int
    wecom: int

    @classmethod
    def from_first(cls, first: int) -> "Ports":
        """Three in a row."""
        return cls(first, first + 1, first + 2)


async def up_demo(settings: Settings, first_port: int, tell: Tell) -> None:
    """Run house and stand-ins until asked to stop. Raises Trouble."""
    began = time.monotonic()

    @asynccontextmanager
    async def house() -> AsyncIterator[str]:
        async with run_demo(settings, first_port, tell) as (running, ports):
            yield welcome(running, time.monotonic() - began) + demo_welcome(running, ports)

    await until_stopped(house(), tell)


@asynccontextmanager
async def run_demo(settings: Settings, first_port: int, tell: Tell) -> AsyncIterator[tuple[Running, Ports]]:
    """House and stand-ins for the time of the block. Raises Trouble when one can't start."""
    ports = Ports.from_first(first_port)
    for port in (ports.wechat, ports.telegram, ports.wecom):
        check_port(LOOPBACK, port)
    house_url = f"http://{LOOPBACK}:{settings.port}"
    wechat = StandInSettings(callback_url=house_url + WECHAT_PATH, public_url=_url(ports.wechat), callback_clock=now)
    telegram = Telegram(StandInBot(token=f"123456:{secrets.token_hex(16)}"))
    wecom = make_wecom(WeComSettings(lambda: datetime.now(UTC)))
    settings = settings.model_copy(update=_pointed_at(wechat, telegram, wecom[WECOM].settings, ports, house_url))
    async with AsyncExitStack() as stack:
        for app, port in (
            (make_wechat(wechat), ports.wechat),
            (make_telegram(telegram), ports.telegram),
            (wecom, ports.wecom),
        ):
            await _serve(app, port, stack)
        wecom[WECOM].callbacks.url, wecom[WECOM].kf_callbacks.url = house_url + WECOM_PATH, house_url + KF_PATH
        running = await stack.enter_async_context(run_house(settings, tell))
        await push_menu(settings)
        yield running, ports


def _pointed_at(
    wechat: StandInSettings, telegram: Telegram, wecom: WeComSettings, ports: Ports, house_url: str
) -> Mapping[str, Any]:
    """The settings a hospital would fill in from its back offices."""
    return {
        "public_url": house_url,
        "wechat_app_id": wechat.app_id, "wechat_app_secret": SecretStr(wechat.secret),
        "wechat_token": SecretStr(wechat.token), "wechat_aes_key": SecretStr(wechat.aes_key),
        "wechat_file": EXAMPLE, "wechat_api_url": _url(ports.wechat),
        "wecom_corp_id": wecom.corp_id, "wecom_agent_id": wecom.agent_id, "wecom_secret": SecretStr(wecom.secret),
        "wecom_token": SecretStr(wecom.token), "wecom_aes_key": SecretStr(wecom.aes_key),
        "nurses_file": ROOT / "connectors" / "wecom" / "nurses.example.yml",
        "wecom_webhook_key": SecretStr(wecom.robot_key), "wecom_api_url": _url(ports.wecom),
        "kf_secret": SecretStr(wecom.kf_secret), "kf_token": SecretStr(wecom.kf_token),
        "kf_aes_key": SecretStr(wecom.kf_aes_key),
        "telegram_token": SecretStr(telegram.bot.token), "telegram_api_url": _url(ports.telegram),
        "telegram_polling": True,
    }  # fmt: skip


def demo_welcome(running: Running, ports: Ports) -> str:
    """Where everybody plays."""
    return "\n".join(
        (
            "",
            "演示：微信、企业微信和 Telegram 都是本机的替身 · stand-ins of WeChat, WeCom and Telegram on this machine",
            f"  微信手机        {_url(ports.wechat)}/phone?openid=zhang",
            f"  企业微信、客服  {_url(ports.wecom)}/wecom",
            f"  Telegram        {_url(ports.telegram)}/telegram",
            f"  护士台          {running.url}/desk#key={running.desk_key}",
            f"  带教老师        {running.url}/teacher#key={running.teacher_key}",
            "",
        )
    )


async def _serve(app: web.Application, port: int, stack: AsyncExitStack) -> None:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, LOOPBACK, port).start()


def _url(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"
