"""The channels that the settings ask for, put together: what comes in, what goes out, what runs beside."""

from aiohttp import ClientSession
from prometheus_client import CollectorRegistry

from bot.bootstrap import Bot
from bot.settings import Settings
from connectors.tencent.metrics import TencentErrors
from deploy.channels.outside import Channels, Outside

__all__ = ["Channels", "open_channels"]


def open_channels(settings: Settings, bot: Bot, http: ClientSession, registry: CollectorRegistry) -> Channels:
    """Those that are configured. Raises Trouble when a file of the operator is wrong.

    A channel is imported when it is wanted: Telegram's library alone costs every start some tenths of a second.
    """
    outside, channels = Outside(settings, bot, http, TencentErrors(registry), registry), Channels()
    if settings.wechat_app_id:
        from deploy.channels.wechat import open_wechat

        open_wechat(outside, channels)
    if settings.wecom_corp_id:
        from deploy.channels.wecom import open_wecom

        open_wecom(outside, channels)
    if settings.wecom_corp_id and settings.kf_secret:
        from deploy.channels.wecom import open_kf

        open_kf(outside, channels)
    if settings.chatwoot_url:
        from deploy.channels.chatwoot import open_chatwoot

        open_chatwoot(outside, channels)
    if settings.telegram_token:
        from deploy.channels.telegram import open_telegram

        open_telegram(outside, channels)
    return channels
