"""The official account, put together."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from aiohttp import ClientSession

from bot.bootstrap import Memory
from bot.conversation import Conversation
from bot.messages import Message
from bot.occasion_appointments import visit_told
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
from connectors.wechat.dose_page import ALLOW_NEXT, ALLOW_PATH, DosePage, address
from connectors.wechat.fates import TemplateFates
from connectors.wechat.happenings import Happenings
from connectors.wechat.routes import WeChatConnector
from connectors.wechat.subscribe_tag import SDK_PATH, SubscribeTag, fetch_ticket
from connectors.wechat.templates import Details, Purpose, TemplateKind
from connectors.wechat.token import fetch_token
from deploy.channels.outside import Channels, Outside, drug_names, secret
from deploy.trouble import bad_account_file

SDK_HOST = "https://res.wx.qq.com"


def open_wechat(outside: Outside, channels: Channels) -> None:
    """Callback, sender, media, and codes with which a page's visitor continues here. Raises Trouble."""
    settings, bot, file = outside.settings, outside.bot, account_file(outside.settings)
    api = wechat_api(settings, bot.memory, outside.http, outside.errors, bot.house.clock)
    key, tag = _pages_key(outside), _tag(outside, file, api)
    fates = TemplateFates(settings.clinic, outside.shelf, bot.memory.outbox.undelivered, bot.house.clock)
    client = WeChatClient(
        api, bot.memory.reach, file.templates, partial(_details, outside, key), lambda: bot.library.now().drugs,
        bot.house.clock, fates, settings.wechat_customer_service,
    )  # fmt: skip
    connector = WeChatConnector(
        settings.clinic, bot.house, _envelope(settings), client,
        Happenings(settings.clinic, bot.memory.reach, file.templates.is_long_term, fates.lost), file.places,
        drug_names(bot), settings.wechat_reply_s, settings.wechat_customer_service,
        allow_next=ALLOW_NEXT.format(url=outside.public_url + ALLOW_PATH) if tag else "",
    )  # fmt: skip
    channels.connectors.append(connector)
    channels.fetchers[CHANNEL] = TencentFetcher(api)
    channels.closing.append(partial(connector.kept.finish, settings.wechat_reply_s))
    channels.routes += DosePage(settings.clinic, bot.house, key, tag).routes()
    channels.routes += _linking(outside, WeChatAccount(api)).routes()


def _envelope(settings: Settings) -> Envelope:
    keys = [secret(key) for key in (settings.wechat_aes_key, settings.wechat_aes_key_before) if key]
    return Envelope(secret(settings.wechat_token), keys, settings.wechat_app_id or "")


def _linking(outside: Outside, account: WeChatAccount) -> LinkRoutes:
    bot = outside.bot

    async def make_qr(scene: str, seconds: int) -> str:
        return (await account.create_code(scene, timedelta(seconds=seconds))).url

    return LinkRoutes(outside.settings.clinic, bot.memory.store, bot.house.linking, make_qr, bot.house.clock)


async def _details(outside: Outside, key: str, conversation: Conversation, message: Message) -> Details:
    """What a reminder is about, from the doses it was sent for."""
    bot, clinic = outside.bot, conversation.clinic
    doses = await bot.memory.regimens.reminded_by(clinic, message.id)
    if not doses and (told := await visit_told(bot.memory.databases, clinic, message, bot.library.now().clinic)):
        starts_at, visit = told
        return Details(visit.what, starts_at, place=visit.place, purpose=Purpose.APPOINTMENT)
    if not doses:
        return Details(message.text, message.at)
    first = doses[0]
    page = address(outside.public_url, key, conversation, message.id, first.due_at)
    drugs = "、".join(dose.drug for dose in doses)
    return Details(message.text, first.due_at, drugs, first.dose if len(doses) == 1 else "", page=page)


def _pages_key(outside: Outside) -> str:
    """Signs the tickets of pages; the same in all processes, as the data keys are."""
    keyring = outside.bot.memory.databases.of(outside.settings.clinic).keyring
    return keyring.blind_index("tickets of the pages in wechat")


def _tag(outside: Outside, file: AccountFile, api: Api) -> SubscribeTag | None:
    """WeChat's button, where each reminder needs a tap of its own."""
    template, settings, bot = file.templates.of(Purpose.REMINDER), outside.settings, outside.bot
    if template is None or template.kind is not TemplateKind.ONE_TIME:
        return None
    app_id, clock = settings.wechat_app_id or "", bot.house.clock
    name = f"ticket:wechat:{app_id}"
    holder = TokenHolder(partial(fetch_ticket, api), outside.shelf, bot.memory.locks, clock, name)
    official = urlsplit(settings.wechat_api_url).hostname == "api.weixin.qq.com"
    sdk_url = (SDK_HOST if official else settings.wechat_api_url) + SDK_PATH  # a stand-in serves its own
    return SubscribeTag(app_id, template.id, holder.token, outside.public_url, sdk_url, clock)


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
