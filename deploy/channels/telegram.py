"""Telegram, put together."""

import logging
import secrets
from functools import partial

from bot.secret_files import secret_from
from bot.settings import Settings
from connectors.telegram.client import Refused, TelegramClient
from connectors.telegram.codec import CHANNEL
from connectors.telegram.fetching import TelegramFetcher
from connectors.telegram.metrics import TelegramCounts
from connectors.telegram.polling import Polling
from connectors.telegram.routes import PATH, TelegramConnector
from connectors.telegram.streaming import Previews
from deploy.channels.outside import Channels, Outside, drug_names, secret

log = logging.getLogger(__name__)


def open_telegram(outside: Outside, channels: Channels) -> None:
    """By webhook, or fetched by ourselves where nobody outside can reach us."""
    settings, bot = outside.settings, outside.bot
    client = TelegramClient(secret(settings.telegram_token), settings.telegram_api_url)
    webhook_secret = None if settings.telegram_polling else telegram_secret(settings)
    previews = Previews(client, bot.memory.stream, bot.memory.locks, outside.shelf, bot.house.clock)
    connector = TelegramConnector(
        settings.clinic, bot.house, client, previews, bot.memory.reach,
        TelegramCounts(outside.registry), webhook_secret, drug_names(bot),
    )  # fmt: skip
    channels.connectors.append(connector)
    channels.fetchers[CHANNEL] = TelegramFetcher(client, outside.http)
    channels.closing.append(connector.close)
    if webhook_secret is None:
        channels.workers.append(Polling(client, connector).work)
    elif settings.public_url:
        channels.workers.append(partial(_announce, client, settings.public_url + PATH, webhook_secret))


def telegram_secret(settings: Settings) -> str:
    """What Telegram shows with every update; made at the first run."""
    if settings.telegram_secret:
        return secret(settings.telegram_secret)
    return secret_from(settings.var / "telegram.secret", lambda: secrets.token_urlsafe(32))


async def _announce(client: TelegramClient, url: str, webhook_secret: str) -> None:
    """Tell Telegram where we are; the same again does no harm."""
    try:
        await client.set_webhook(url, webhook_secret)
    except Refused as refused:
        log.error("webhook not set", extra={"action": "telegram_webhook_not_set", "why": refused.detail})
