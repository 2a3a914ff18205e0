"""What an operator does with the official account: menu and codes of places."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession
from prometheus_client import CollectorRegistry

from bot.bootstrap import now, open_memory
from bot.settings import Settings
from connectors.tencent.api import ApiRefused
from connectors.tencent.metrics import TencentErrors
from connectors.wechat.account import WeChatAccount
from deploy.channels.wechat import account_file, wechat_api
from deploy.database import migrate_or_say
from deploy.trouble import no_wechat, wechat_refused


async def push_menu(settings: Settings) -> int:
    """Replace the menu by the file's; how many top entries. Raises Trouble."""
    places = account_file(settings).places
    async with _account(settings) as account:
        await account.push_menu(places)
    return len(places.menu)


async def shown_menu(settings: Settings) -> object:
    """The menu as WeChat has it. Raises Trouble."""
    async with _account(settings) as account:
        return await account.menu()


async def code_urls(settings: Settings) -> dict[str, str]:
    """What the code of each place in the file holds, by scene. Raises Trouble."""
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
