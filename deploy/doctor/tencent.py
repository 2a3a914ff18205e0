"""What the examinations of WeChat and WeCom share: a token fetched anew, and how a refusal is told."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.locks import MemoryLocks
from connectors.tencent.api import ApiRefused
from connectors.tencent.remedies import NO_ANSWER, Remedy
from connectors.tencent.tokens import Fetched, TokenHolder
from deploy.doctor.finding import Finding, failed, mind
from deploy.doctor.kit import Kit

NOBODY = "xinglin-doctor"  # no openid and no member: a call for it shows the right to call and reaches no one
NOT_LISTED = {
    40164: "公众平台“基本配置”（或微信开发者平台）的 IP 白名单",
    60020: "企业微信后台应用详情页的“企业可信IP”（要先设好可信域名或接收消息的网址，约一分钟后生效）",
}
_ADDRESS = re.compile(r"\bip:?\s+([0-9a-fA-F.:]*[0-9a-fA-F])")
"""Tencent's words name it: `invalid ip 203.0.113.7, not in whitelist`, `from ip: 203.0.113.7`."""


class _Pocket:
    """A shelf for the time of one examination."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, datetime]] = {}

    async def get(self, key: str) -> tuple[str, datetime] | None:
        """What was put there."""
        return self._kept.get(key)

    async def put(self, key: str, value: str, until: datetime) -> None:
        """Keep a value."""
        self._kept[key] = (value, until)


def holder_of(kit: Kit, fetch: Callable[[], Awaitable[Fetched]]) -> TokenHolder:
    """Asks for the token itself, whatever the house has kept: id, secret and address are to be examined.

    Tencent hands out the one that is in use, so that the running house keeps its own.
    """
    return TokenHolder(fetch, _Pocket(), MemoryLocks(), kit.clock, "token:doctor")


def told(part: str, error: ApiRefused) -> Finding:
    """A refusal and what to do about it."""
    if error.code in NOT_LISTED:
        found = _ADDRESS.search(error.errmsg)
        address = found.group(1) if found else "（返回信息里没有写明）"
        return failed(part, f"本机的出口地址 {address} 不在白名单，请加到{NOT_LISTED[error.code]}", error.code)
    say = mind if error.remedy in (Remedy.WAIT, Remedy.RETRY) and error.code != NO_ANSWER else failed
    number = "" if error.code == NO_ANSWER else f"（返回码 {error.code}）"
    return say(part, error.words.rstrip("。") + number, error.code)
