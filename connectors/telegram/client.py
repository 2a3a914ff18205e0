"""The wire out: calls of the Bot API, by python-telegram-bot's `Bot`. Nothing connects before the first call.

Errors: Telegram names a pause with 429, says 403 when a person blocked the bot, 400 for what it will never take
(core.telegram.org/bots/api#making-requests). Nothing it says is logged: an error may repeat the message or the token.
"""

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ChatAction
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, TelegramError
from telegram.request import HTTPXRequest

from connectors.base import ChannelRefused, Fate
from connectors.telegram.codec import CHOSEN, UPDATES
from connectors.telegram.packing import Rows, Screen
from connectors.telegram.words import CHOSEN_MARK, MENU

TOO_MANY = 429
CALL_S = 15.0  # a call that was broken off may have arrived: better wait than send twice
CONNECTIONS = 64
DEFAULT_PAUSE_S = 5
_NEVER = ("chat not found", "chat_id is empty", "user not found", "peer_id_invalid")
_TOO_BIG = "file is too big"  # above the 20 MB that a bot may fetch
_UNCHANGED = "message is not modified"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TooFast(TelegramError):
    """Telegram asks for a pause. In place of the library's own, which warns of its type each time it is made."""

    def __init__(self, after: timedelta) -> None:
        super().__init__("too many requests")
        self.after = after


class Refused(ChannelRefused):
    """Telegram 没有接收。"""

    def __init__(self, error: TelegramError) -> None:
        fate, after = _fate(error)
        super().__init__(type(error).__name__, fate, after)
        self.blocked = isinstance(error, Forbidden)
        self.conflict = isinstance(error, Conflict)
        self.bad_request = isinstance(error, BadRequest)
        self.too_big = self.bad_request and _TOO_BIG in error.message.lower()


@dataclass(frozen=True, slots=True)
class WebhookState:
    """How far Telegram is with delivering to us."""

    set: bool  # there is a webhook; else we fetch, or nobody does
    pending: int  # updates waiting for us
    last_error: str  # in Telegram's words; empty: none

    @property
    def healthy(self) -> bool:
        """Nothing waits behind an error."""
        return not (self.last_error and self.pending)


class _Request(HTTPXRequest):
    """The library's requests, without its log lines and warnings that tell too much."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """As the library does it. Raises TooFast."""
        code, payload = await super().do_request(*args, **kwargs)
        if code == TOO_MANY:
            raise TooFast(_pause(self.parse_json_payload(payload)))
        return code, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The library's logs an answer that is no JSON; it may hold a person's words."""
        try:
            value = json.loads(payload)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise TelegramError("no JSON object")
        return value


class _Bot(Bot):
    """The library's bot, and updates as they came: one that it can't read must not stop the others."""

    async def raw_updates(self, offset: int, wait_s: int) -> Any:
        """Fetch what is new from `offset` on."""
        asked = {"offset": offset, "timeout": wait_s, "allowed_updates": list(UPDATES)}
        return await self._post("getUpdates", asked, read_timeout=wait_s + CALL_S)


class Pauses:
    """The chats that Telegram wants left alone for a while: every call in between would prolong it."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}  # seconds of the event loop's clock, by chat

    def left(self, chat: str) -> timedelta | None:
        """How long a chat is still to be left alone."""
        until, now = self._until.get(chat), asyncio.get_running_loop().time()
        if until is None or until <= now:
            self._until.pop(chat, None)
            return None
        return timedelta(seconds=until - now)

    def keep(self, chat: str, pause: timedelta) -> None:
        """Telegram asked for a pause."""
        now = asyncio.get_running_loop().time()
        self._until = {each: until for each, until in self._until.items() if until > now}
        self._until[chat] = now + pause.total_seconds()


class TelegramClient:
    """One bot. Every method raises Refused when Telegram does not take it."""

    def __init__(self, token: str, api_url: str) -> None:
        base, files = f"{api_url}/bot", f"{api_url}/file/bot"
        self._request = _Request(CONNECTIONS, CALL_S, CALL_S, CALL_S, CALL_S)
        self._fetching = _Request(1, CALL_S, CALL_S, CALL_S, CALL_S)
        self._bot = _Bot(token, base, files, request=self._request, get_updates_request=self._fetching)
        self._pauses = Pauses()

    async def close(self) -> None:
        """Close every connection."""
        await self._request.shutdown()
        await self._fetching.shutdown()

    async def show(self, chat: str | int, screen: Screen) -> int:
        """Send a message; its number in the chat."""
        with self._talking(chat):
            sent = await self._bot.send_message(
                chat, screen.text, reply_markup=_keyboard(screen.rows), link_preview_options=_NO_PREVIEW
            )
            return sent.message_id

    async def change(self, chat: str | int, message: int, screen: Screen) -> None:
        """Put other words in the place of a message; the same ones again do no harm."""
        with self._talking(chat, harmless=_UNCHANGED):
            await self._bot.edit_message_text(
                screen.text, chat, message, reply_markup=_keyboard(screen.rows), link_preview_options=_NO_PREVIEW
            )

    async def mark_chosen(self, chat: str | int, message: int, label: str) -> None:
        """Leave under a message the one button that was pressed, or none; it does nothing any more."""
        rows = (((CHOSEN_MARK + label, CHOSEN),),) if label else ()
        with self._talking(chat, harmless=_UNCHANGED):
            await self._bot.edit_message_reply_markup(chat, message, reply_markup=_keyboard(rows))

    async def take_back(self, chat: str | int, message: int) -> None:
        """Delete a message of ours."""
        with self._talking(chat):
            await self._bot.delete_message(chat, message)

    async def typing(self, chat: str | int) -> None:
        """Show for 5 s that an answer is coming."""
        with self._talking(chat):
            await self._bot.send_chat_action(chat, ChatAction.TYPING)

    async def answer_press(self, press: str, words: str = "") -> None:
        """End the waiting sign on a pressed button."""
        with _refusing():
            await self._bot.answer_callback_query(press, words or None)

    async def updates(self, offset: int, wait_s: int) -> Sequence[Any]:
        """What is new from `offset` on; Telegram holds the answer up to `wait_s` seconds."""
        with _refusing():
            found = await self._bot.raw_updates(offset, wait_s)
            return found if isinstance(found, list) else []

    async def file(self, file_id: str) -> tuple[str, int]:
        """Where a file can be fetched for an hour, and its size in bytes (0: not told). The address holds the token."""
        with _refusing():
            found = await self._bot.get_file(file_id)
            return found.file_path or "", found.file_size or 0

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates sent to us, and fill the bot's menu. `secret`: 1 to 256 of A-Z a-z 0-9 _ -."""
        with _refusing():
            await self._bot.set_webhook(url, allowed_updates=UPDATES, secret_token=secret)
        await self.set_menu()

    async def drop_webhook(self) -> None:
        """Without this nothing can be fetched; what waits stays waiting."""
        with _refusing():
            await self._bot.delete_webhook(drop_pending_updates=False)

    async def set_menu(self) -> None:
        """The commands beside the text field."""
        with _refusing():
            await self._bot.set_my_commands([BotCommand(name, words) for name, words in MENU])

    async def webhook_state(self) -> WebhookState:
        """How far Telegram is with delivering to us."""
        with _refusing():
            found = await self._bot.get_webhook_info()
            return WebhookState(bool(found.url), found.pending_update_count, found.last_error_message or "")

    async def name(self) -> str:
        """The bot's user name; also whether the token is right."""
        with _refusing():
            return (await self._bot.get_me()).username or ""

    @contextmanager
    def _talking(self, chat: str | int, harmless: str = "") -> Iterator[None]:
        if left := self._pauses.left(str(chat)):
            raise Refused(TooFast(left))
        try:
            with _refusing(harmless):
                yield
        except Refused as refused:
            if refused.after:
                self._pauses.keep(str(chat), refused.after)
            raise


@contextmanager
def _refusing(harmless: str = "") -> Iterator[None]:
    """The one place where the library's errors become ours."""
    try:
        yield
    except TelegramError as error:
        if not (harmless and harmless in error.message.lower()):
            raise Refused(error) from error


def _fate(error: TelegramError) -> tuple[Fate, timedelta | None]:
    if isinstance(error, TooFast):
        return Fate.RETRY, error.after
    if isinstance(error, Forbidden | ChatMigrated):
        return Fate.GIVE_UP, None
    if isinstance(error, BadRequest) and any(words in error.message.lower() for words in _NEVER):
        return Fate.GIVE_UP, None
    return Fate.RETRY, None


def _pause(answer: dict[str, Any]) -> timedelta:
    parameters = answer.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return timedelta(seconds=seconds if isinstance(seconds, int) and seconds > 0 else DEFAULT_PAUSE_S)


def _keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=id) for label, id in row] for row in rows])
