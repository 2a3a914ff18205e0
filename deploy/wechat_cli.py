"""`xinglin wechat`: what an operator does with the official account."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import click
import segno
from aiohttp import ClientSession
from prometheus_client import CollectorRegistry

from bot.bootstrap import now, open_memory
from bot.settings import Settings
from connectors.tencent.api import ApiRefused
from connectors.tencent.metrics import TencentErrors
from connectors.wechat.account import WeChatAccount
from deploy.channels.wechat import account_file, wechat_api
from deploy.database import migrate_or_say
from deploy.terminal import read_settings, troubles
from deploy.trouble import no_wechat, wechat_refused

CODE_SCALE = 8  # pixels a module: legible from a poster


@click.group()
def wechat() -> None:
    """微信公众号：菜单、场景二维码。The official account: menu and codes of places."""


@wechat.group()
def menu() -> None:
    """公众号菜单。The account's menu."""


@menu.command()
def push() -> None:
    """把文件里的菜单推到微信。Replace the account's menu by the file's."""
    with troubles():
        settings = read_settings()
        count = asyncio.run(push_menu(settings))
        click.echo(
            f"菜单已更新（{count} 个一级菜单），手机上最多 5 分钟后看到。" if count else "文件里没有菜单，已删除。"
        )


@menu.command()
def show() -> None:
    """看微信上现在的菜单。The menu as WeChat has it."""
    with troubles():
        click.echo(json.dumps(asyncio.run(_shown(read_settings())), ensure_ascii=False, indent=2))


@wechat.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def codes(folder: Path) -> None:
    """为每个场景生成二维码图片。A picture of the code of every place in the file."""
    with troubles():
        folder.mkdir(parents=True, exist_ok=True)
        for scene, url in asyncio.run(_codes(read_settings())).items():
            segno.make(url, error="m").save(str(folder / f"{scene}.png"), scale=CODE_SCALE)
            click.echo(folder / f"{scene}.png")


async def push_menu(settings: Settings) -> int:
    """Replace the menu by the file's; how many top entries. Raises Trouble."""
    places = account_file(settings).places
    async with _account(settings) as account:
        await account.push_menu(places)
    return len(places.menu)


async def _shown(settings: Settings) -> object:
    async with _account(settings) as account:
        return await account.menu()


async def _codes(settings: Settings) -> dict[str, str]:
    async with _account(settings) as account:
        return {scene: (await account.create_code(scene)).url for scene in account_file(settings).places.scenes}


@asynccontextmanager
async def _account(settings: Settings) -> AsyncIterator[WeChatAccount]:
    """The account with the token that the running house uses too. Raises Trouble."""
    if not settings.wechat_app_id:
        raise no_wechat()
    memory = open_memory(settings)
    try:
        await migrate_or_say(memory, settings.clinic)
        async with ClientSession() as http:
            yield WeChatAccount(wechat_api(settings, memory, http, TencentErrors(CollectorRegistry()), now))
    except ApiRefused as error:
        raise wechat_refused(error.code, error.words) from error
    finally:
        await memory.close()
