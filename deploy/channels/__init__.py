"""The channels that the settings ask for, put together: what comes in, what goes out, what runs beside."""

from aiohttp import ClientSession
from prometheus_client import CollectorRegistry

from bot.bootstrap import Bot
from bot.settings import Settings
from connectors.telegram.metrics import TelegramCounts
from connectors.tencent.metrics import TencentErrors
from deploy.channels.chatwoot import open_chatwoot
from deploy.channels.outside import Channels, Outside
from deploy.channels.telegram import open_telegram
from deploy.channels.wechat import open_wechat
from deploy.channels.wecom import open_kf, open_wecom

__all__ = ["Channels", "open_channels"]


def open_channels(settings: Settings, bot: Bot, http: ClientSession, registry: CollectorRegistry) -> Channels:
    """Those that are configured. Raises Trouble when a file of the operator is wrong."""
    outside, channels = Outside(settings, bot, http, TencentErrors(registry), TelegramCounts(registry)), Channels()
    if settings.wechat_app_id:
        open_wechat(outside, channels)
    if settings.wecom_corp_id:
        open_wecom(outside, channels)
    if settings.wecom_corp_id and settings.kf_secret:
        open_kf(outside, channels)
    if settings.chatwoot_url:
        open_chatwoot(outside, channels)
    if settings.telegram_token:
        open_telegram(outside, channels)
    return channels
