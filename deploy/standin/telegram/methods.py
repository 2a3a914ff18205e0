"""The methods of the Bot API that a bot like ours calls (core.telegram.org/bots/api#available-methods)."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from deploy.standin.telegram.chats import Chat, checked_rows, checked_text
from deploy.standin.telegram.settings import Refused, bad
from deploy.standin.telegram.world import BOT_ID, Telegram, Webhook

TYPING_S = 5.0
MOST_UPDATES = 100
_LOOPBACK = ("127.0.0.1", "localhost")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

Params = Mapping[str, Any]
Method = Callable[[Telegram, Params], Awaitable[Any]]


def _chat(telegram: Telegram, params: Params) -> Chat:
    try:
        return telegram.chats[int(params.get("chat_id", ""))]
    except (KeyError, ValueError):
        raise bad("chat not found") from None


def _number(params: Params, name: str, default: int) -> int:
    try:
        return int(params.get(name, default))
    except ValueError:
        raise bad(f"parameter {name} is invalid") from None


async def _get_me(telegram: Telegram, _params: Params) -> Any:
    me = {"id": BOT_ID, "is_bot": True, "first_name": "杏林", "username": telegram.bot.username}
    return me | {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}


async def _send_message(telegram: Telegram, params: Params) -> Any:
    chat = _chat(telegram, params)
    if params.get("parse_mode"):
        raise bad("the stand-in knows plain text only")
    text, rows = checked_text(str(params.get("text", ""))), checked_rows(params.get("reply_markup"))
    telegram.taken(chat)
    chat.typing_until = 0.0
    return telegram.on_wire(chat, chat.add(from_bot=True, text=text.strip(), at=int(telegram.unix()), rows=rows))


async def _edit_message_text(telegram: Telegram, params: Params) -> Any:
    return _edit(telegram, params, checked_text(str(params.get("text", ""))))


async def _edit_message_reply_markup(telegram: Telegram, params: Params) -> Any:
    return _edit(telegram, params, None)


def _edit(telegram: Telegram, params: Params, text: str | None) -> Any:
    chat, rows = _chat(telegram, params), checked_rows(params.get("reply_markup"))
    telegram.taken(chat)
    shown = chat.find(_number(params, "message_id", 0), "message to edit not found")
    if not shown.from_bot:
        raise bad("message can't be edited")
    words = shown.text if text is None else text.strip()
    if (words, rows) == (shown.text, shown.rows):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
    shown.edited = shown.edited or words != shown.text  # a keyboard that changes is not shown as an edit
    shown.text, shown.rows = words, rows
    return telegram.on_wire(chat, shown) | {"edit_date": int(telegram.unix())}


async def _delete_message(telegram: Telegram, params: Params) -> Any:
    chat = _chat(telegram, params)
    chat.messages.remove(chat.find(_number(params, "message_id", 0), "message to delete not found"))
    return True


async def _send_chat_action(telegram: Telegram, params: Params) -> Any:
    chat = _chat(telegram, params)
    if chat.blocked:
        raise Refused(403, "Forbidden: bot was blocked by the user")
    chat.typing_until = telegram.now() + TYPING_S
    return True


async def _answer_callback_query(telegram: Telegram, params: Params) -> Any:
    chat, at = telegram.pressed.pop(str(params.get("callback_query_id", "")), (0, float("-inf")))
    if telegram.now() - at > telegram.bot.query_s:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if text := params.get("text"):
        telegram.chat(chat).notices.append(str(text))
    return True


async def _set_webhook(telegram: Telegram, params: Params) -> Any:
    url, secret = str(params.get("url", "")), str(params.get("secret_token", ""))
    if not url:
        return await _delete_webhook(telegram, params)
    if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in _LOOPBACK:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    _allow(telegram, params)
    telegram.webhook = Webhook(url, secret)
    return _dropping(telegram, params)


async def _delete_webhook(telegram: Telegram, params: Params) -> Any:
    telegram.webhook = None
    return _dropping(telegram, params)


def _dropping(telegram: Telegram, params: Params) -> bool:
    if str(params.get("drop_pending_updates", "")).lower() == "true":
        telegram.updates.clear()
    telegram.wake()
    return True


async def _get_webhook_info(telegram: Telegram, _params: Params) -> Any:
    webhook = telegram.webhook
    info = {"url": webhook.url if webhook else "", "has_custom_certificate": False}
    info |= {"pending_update_count": len(telegram.updates)}
    if webhook and webhook.last_error:
        info |= {"last_error_date": webhook.last_error_at, "last_error_message": webhook.last_error}
    return info


async def _get_updates(telegram: Telegram, params: Params) -> Any:
    if telegram.webhook:
        raise Refused(
            409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
            "webhook first"
        )  # fmt: skip
    _allow(telegram, params)
    telegram.confirm(_number(params, "offset", 0))
    until = telegram.now() + _number(params, "timeout", 0)
    telegram.fetchers += 1
    telegram.wake()  # another that waits is told that this one took over
    mine = telegram.fetchers
    while not telegram.updates and (left := until - telegram.now()) > 0:
        changed = telegram.changed
        try:
            await asyncio.wait_for(changed.wait(), left)
        except TimeoutError:
            break
        if telegram.fetchers != mine:
            raise Refused(
                409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )
    return telegram.updates[: min(_number(params, "limit", MOST_UPDATES), MOST_UPDATES)]


def _allow(telegram: Telegram, params: Params) -> None:
    if "allowed_updates" in params:
        telegram.allowed = tuple(params["allowed_updates"] or ())


async def _get_file(telegram: Telegram, params: Params) -> Any:
    file_id = str(params.get("file_id", ""))
    if file_id not in telegram.files:
        raise bad("invalid file_id")
    size = len(telegram.files[file_id])
    return {"file_id": file_id, "file_unique_id": file_id, "file_size": size, "file_path": f"files/{file_id}"}


async def _set_my_commands(telegram: Telegram, params: Params) -> Any:
    telegram.menu = list(params.get("commands") or ())
    return True


METHODS: Mapping[str, Method] = {
    "getme": _get_me, "sendmessage": _send_message, "editmessagetext": _edit_message_text,
    "editmessagereplymarkup": _edit_message_reply_markup, "deletemessage": _delete_message,
    "sendchataction": _send_chat_action, "answercallbackquery": _answer_callback_query,
    "setwebhook": _set_webhook, "deletewebhook": _delete_webhook, "getwebhookinfo": _get_webhook_info,
    "getupdates": _get_updates, "getfile": _get_file, "setmycommands": _set_my_commands,
}  # fmt: skip
"""By name in small letters: Telegram takes names in any case."""
