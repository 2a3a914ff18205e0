"""Telegram: the bot's token, and whether Telegram reaches us (getMe and getWebhookInfo of the Bot API)."""

import re
from collections.abc import Sequence

from connectors.telegram.client import Refused, TelegramClient, WebhookState
from connectors.telegram.routes import PATH, SECRET_HEADER
from deploy.doctor.finding import Finding, failed, mind, well
from deploy.doctor.kit import SILENT, Kit
from deploy.running import find_running

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # setWebhook, secret_token
WRONG_TOKEN = ("InvalidToken", "Forbidden")  # the library's names for 401, 403 and 404


async def look_at_telegram(kit: Kit) -> Sequence[Finding]:
    """Who the bot is, then how its messages come."""
    s = kit.settings
    if s.telegram_token is None:
        return [well("Telegram", "未配置。接入步骤见 docs/telegram.md")]
    if s.telegram_secret and not SECRET.fullmatch(s.telegram_secret.get_secret_value()):
        return [failed("Telegram", "XINGLIN_TELEGRAM_SECRET 只能用英文字母、数字、_ 和 -，最长 256 个")]
    client = TelegramClient(s.telegram_token.get_secret_value(), s.telegram_api_url)
    try:
        name = await client.name()
        delivery = _delivery(kit, await client.webhook_state())
        return [well("Telegram", f"@{name} 可用"), delivery, *await _callback(kit)]
    except Refused as error:
        return [_refused(s.telegram_api_url, error)]
    finally:
        await client.close()


def _refused(url: str, error: Refused) -> Finding:
    if error.detail in WRONG_TOKEN:
        return failed("Telegram", "令牌不被接受。请向 @BotFather 要现在的令牌，填进 XINGLIN_TELEGRAM_TOKEN")
    return failed("Telegram", f"{url} 没有回应（{error.detail}）。请检查出网；到不了的网络里请不要配置 Telegram")


async def _callback(kit: Kit) -> Sequence[Finding]:
    """A stranger knocks from outside: whoever refuses is ours."""
    s, part = kit.settings, "Telegram 回调（外网）"
    if s.telegram_polling or not s.public_url:
        return []
    url = s.public_url + PATH
    try:
        async with kit.http.post(url, json={}, headers={SECRET_HEADER: "stranger"}, allow_redirects=False) as answer:
            status = answer.status
    except SILENT as error:
        return [failed(part, f"{url} 连不上（{type(error).__name__}）。请看上面“端口”“证书”各行")]
    if status == 403:
        return [well(part, f"{url} 在，冒充的被拒绝")]
    if status < 300:
        return [failed(part, f"{url} 接受了冒充的消息，可能转发到了别的程序。请检查代理")]
    return [failed(part, f"{url} 回答 {status}。改过设置后要重启网关；经过代理的，请把它转发过来")]


def _delivery(kit: Kit, state: WebhookState) -> Finding:
    part = "Telegram 收信"
    if kit.settings.telegram_polling:
        return (
            mind(part, "设的是轮询，却还登记着网址。重启网关会取消它") if state.set else well(part, "自己去取（轮询）")
        )
    if not state.set:
        words = "没有登记网址，收不到消息。网关启动时会登记"
        return failed(part, f"{words}，请看 var/logs/house.jsonl") if find_running(kit.settings) else mind(part, words)
    if not state.healthy:
        return failed(part, f"积压 {state.pending} 条，对方说：{state.last_error}。请看上面“端口”“证书”两行")
    return well(part, f"网址已登记，积压 {state.pending} 条")
