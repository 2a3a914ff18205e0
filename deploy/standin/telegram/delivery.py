"""Sending updates to the webhook, each again until it gets its 200; those of one chat one after the other."""

import asyncio
import logging
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from deploy.standin.telegram.world import Telegram, Webhook

log = logging.getLogger(__name__)

LONGEST_S = 60.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def deliver(telegram: Telegram) -> None:
    """Work until cancelled."""
    async with ClientSession(timeout=ClientTimeout(total=telegram.bot.webhook_s)) as http:
        working: dict[int, asyncio.Task[None]] = {}
        try:
            while True:
                changed = telegram.changed
                for chat in {_chat_of(update) for update in telegram.updates} if telegram.webhook else ():
                    if chat not in working or working[chat].done():
                        working[chat] = asyncio.ensure_future(_serve(telegram, chat, http))
                await changed.wait()
        finally:
            for task in working.values():
                task.cancel()
            await asyncio.gather(*working.values(), return_exceptions=True)


async def _serve(telegram: Telegram, chat: int, http: ClientSession) -> None:
    """One chat's updates, in order."""
    pause = telegram.bot.again_s
    while (webhook := telegram.webhook) and (mine := [each for each in telegram.updates if _chat_of(each) == chat]):
        error = await _post(webhook, mine[0], http)
        if error is None:
            telegram.took(mine[0])
            pause = telegram.bot.again_s
        else:
            webhook.last_error, webhook.last_error_at = error, int(telegram.unix())
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_S)


async def _post(webhook: Webhook, update: dict[str, Any], http: ClientSession) -> str | None:
    """Send one update; in Telegram's words why it did not arrive, None when it did."""
    headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
    try:
        async with http.post(webhook.url, json=update, headers=headers) as answer:
            if 200 <= answer.status < 300:
                return None
            return f"Wrong response from the webhook: {answer.status} {answer.reason}"
    except TimeoutError:
        return "Read timeout expired"
    except ClientError:
        return "Connection refused"


def _chat_of(update: dict[str, Any]) -> int:
    body = next(value for name, value in update.items() if name != "update_id")
    chat = body["chat"] if "chat" in body else body["message"]["chat"]
    return int(chat["id"])
