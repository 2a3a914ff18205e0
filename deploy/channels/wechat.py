"""The official account, put together."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from aiohttp import ClientSession

from bot.bootstrap import Bot, Memory
from bot.conversation import Conversation
from bot.messages import Message
from bot.settings import Settings
from bot.shelf import Shelf
from connectors.tencent.api import Api
from connectors.tencent.crypto import Envelope
from connectors.tencent.fetching import TencentFetcher
from connectors.tencent.metrics import TencentErrors
from connectors.tencent.tokens import TokenHolder
from connectors.web.linking import LinkRoutes
from connectors.wechat.account import WeChatAccount
from connectors.wechat.account_file import AccountFile, BadAccountFile, read_account_file
from connectors.wechat.client import WeChatClient
from connectors.wechat.codec import CHANNEL
from connectors.wechat.happenings import Happenings
from connectors.wechat.routes import WeChatConnector
from connectors.wechat.templates import Details
from connectors.wechat.token import fetch_token
from deploy.channels.outside import Channels, Outside, drug_names, secret
from deploy.trouble import bad_account_file


def open_wechat(outside: Outside, channels: Channels) -> None:
    """Callback, sender, media, and codes with which a page's visitor continues here. Raises Trouble."""
    settings, bot, file = outside.settings, outside.bot, account_file(outside.settings)
    api = wechat_api(settings, bot.memory, outside.http, outside.errors, bot.house.clock)
    client = WeChatClient(
        api, bot.memory.reach, file.templates, partial(_details, bot), lambda: bot.library.now().drugs,
        bot.house.clock, settings.wechat_customer_service,
    )  # fmt: skip
    connector = WeChatConnector(
        settings.clinic, bot.house, _envelope(settings), client,
        Happenings(settings.clinic, bot.memory.reach, file.templates.is_long_term), file.places, drug_names(bot),
        settings.wechat_reply_s, settings.wechat_customer_service,
    )  # fmt: skip
    channels.connectors.append(connector)
    channels.fetchers[CHANNEL] = TencentFetcher(api)
    channels.closing.append(partial(connector.kept.finish, settings.wechat_reply_s))
    channels.routes += _linking(outside, WeChatAccount(api)).routes()


def _envelope(settings: Settings) -> Envelope:
    keys = [secret(key) for key in (settings.wechat_aes_key, settings.wechat_aes_key_before) if key]
    return Envelope(secret(settings.wechat_token), keys, settings.wechat_app_id or "")


def _linking(outside: Outside, account: WeChatAccount) -> LinkRoutes:
    bot = outside.bot

    async def make_qr(scene: str, seconds: int) -> str:
        return (await account.create_code(scene, timedelta(seconds=seconds))).url

    return LinkRoutes(outside.settings.clinic, bot.memory.store, bot.house.linking, make_qr, bot.house.clock)


async def _details(bot: Bot, conversation: Conversation, message: Message) -> Details:
    """What a reminder is about, from the dose it was sent for."""
    dose = await bot.memory.regimens.reminded_by(conversation.clinic, message.id)
    return Details(message.text, dose.due_at, dose.drug, dose.dose) if dose else Details(message.text, message.at)


def account_file(settings: Settings) -> AccountFile:
    """The operator's file of the official account. Raises Trouble."""
    usual = settings.var / "wechat.yml"
    try:
        return read_account_file(settings.wechat_file or (usual if usual.exists() else None))
    except BadAccountFile as error:
        raise bad_account_file(str(error)) from error


def wechat_api(
    settings: Settings, memory: Memory, http: ClientSession, errors: TencentErrors, clock: Callable[[], datetime]
) -> Api:
    """The official account's calls, with its token from the shelf that all processes share."""
    count, app_id = errors.counting(CHANNEL), settings.wechat_app_id or ""
    bare = Api(settings.wechat_api_url, None, http, count)
    fetch = partial(fetch_token, bare, app_id, secret(settings.wechat_app_secret))
    shelf = Shelf(memory.databases, settings.clinic)
    holder = TokenHolder(fetch, shelf, memory.locks, clock, f"token:wechat:{app_id}")
    return Api(settings.wechat_api_url, holder, http, count)
