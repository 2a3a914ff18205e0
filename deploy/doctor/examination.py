"""The examination: this machine first, in order, then everything outside at once."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from bot.bootstrap import now
from bot.settings import Settings
from deploy.doctor.callbacks import look_at_callbacks
from deploy.doctor.engine import look_at_engine
from deploy.doctor.finding import Finding, failed
from deploy.doctor.home import look_at_gateway, look_at_knowledge, look_at_pages, look_at_port, look_at_rasa
from deploy.doctor.hours import look_at_clock
from deploy.doctor.keeping import look_at_database, look_at_disk, look_at_keys, look_at_redis
from deploy.doctor.kit import WAIT_S, Kit, Look
from deploy.doctor.models import look_at_models
from deploy.doctor.outside import look_outside
from deploy.doctor.telegram import look_at_telegram
from deploy.doctor.wechat import look_at_wechat
from deploy.doctor.wecom import look_at_wecom

log = logging.getLogger(__name__)

AT_HOME: Mapping[str, Look] = {
    "端口": look_at_port, "网关": look_at_gateway, "对话模型": look_at_rasa, "知识库": look_at_knowledge,
    "页面": look_at_pages, "密钥": look_at_keys, "数据库": look_at_database, "Redis": look_at_redis,
    "磁盘": look_at_disk, "提醒引擎": look_at_engine,
}  # fmt: skip
OUTSIDE: Mapping[str, Look] = {
    "大模型": look_at_models, "时钟": look_at_clock, "外网地址": look_outside, "回调": look_at_callbacks,
    "公众号": look_at_wechat, "企业微信": look_at_wecom, "Telegram": look_at_telegram,
}  # fmt: skip


async def examine(
    settings: Settings, *, clock: Callable[[], datetime] = now, trust: ssl.SSLContext | None = None, send: bool = False
) -> Sequence[Finding]:
    """Look at every part. `trust`: whose certificates count, the system's if None; `send`: test messages may leave."""
    trust = trust or ssl.create_default_context()
    timeout = ClientTimeout(total=WAIT_S)
    async with ClientSession(timeout=timeout, connector=TCPConnector(ssl=trust)) as http:
        kit = Kit(settings, clock, http, trust, send)
        home = [await _looked(part, look, kit) for part, look in AT_HOME.items()]
        outside = await asyncio.gather(*(_looked(part, look, kit) for part, look in OUTSIDE.items()))
    return [finding for findings in (*home, *outside) for finding in findings]


async def _looked(part: str, look: Look, kit: Kit) -> Sequence[Finding]:
    try:
        return await look(kit)
    except Exception as error:  # what answers in a way that nobody foresaw must not hide the other parts
        log.warning("part not examined", extra={"action": "part_not_examined", "error": type(error).__name__})
        return [failed(part, f"检查到一半出错（{type(error).__name__}），对方的回答出乎意料。请把这一行报给开发者")]
