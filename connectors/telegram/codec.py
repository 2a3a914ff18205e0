"""Pure translation of Telegram's updates. No type of python-telegram-bot leaves this file.

What an update holds: core.telegram.org/bots/api#update. The library checks no types, so each value taken from it is
looked at here; whatever is not as it should be becomes `Ignored`, never an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import telegram
from telegram.constants import ChatMemberStatus, ChatType

from bot.messages import Address, Attachment, AttachmentKind, Button, InboundMessage
from bot.phrases import CALL_FOR_MENU
from connectors.telegram.words import CORRECTED, EXIT, PRACTICE, START, WELCOME

CHANNEL = "telegram"
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")  # what we ask Telegram to send
CHOSEN = "chosen"
"""What the one button says that is left under an answered question; ours have 34 characters."""

_ODD = (AttributeError, KeyError, LookupError, OSError, OverflowError, RecursionError, TypeError, ValueError)
_COMMANDS = {"practice": PRACTICE, "exit": EXIT, "help": CALL_FOR_MENU}
_SCENE_CHARS = 64  # longest payload of a t.me/…?start= link
_NAME_CHARS = 200
_KINDS: tuple[tuple[type, AttachmentKind], ...] = (
    (telegram.Voice, AttachmentKind.VOICE),
    (telegram.Video, AttachmentKind.VIDEO),
    (telegram.VideoNote, AttachmentKind.VIDEO),
    (telegram.Animation, AttachmentKind.VIDEO),
    (telegram.Audio, AttachmentKind.FILE),
    (telegram.Document, AttachmentKind.FILE),
    (telegram.Location, AttachmentKind.LOCATION),
    (telegram.Venue, AttachmentKind.LOCATION),
)


@dataclass(frozen=True, slots=True)
class Press:
    """A button under one of our messages was pressed; Telegram shows a waiting sign until it is answered."""

    id: str
    chat: int
    message: int | None  # whose button it is; None when Telegram no longer knows the message
    label: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A person said or pressed something."""

    inbound: InboundMessage
    press: Press | None = None


@dataclass(frozen=True, slots=True)
class PressedAgain:
    """A button that only shows what was chosen."""

    press: Press


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Somebody spoke to us in a group or channel."""

    chat: int


@dataclass(frozen=True, slots=True)
class Membership:
    """A person blocked the bot, or let it in again."""

    address: Address
    blocked: bool


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to do. `kind` is counted and says nothing of the person."""

    kind: str


Decoded = Said | PressedAgain | Elsewhere | Membership | Ignored


def decode(clinic: str, value: Mapping[str, Any], at: datetime) -> Decoded:
    """Read one update that arrived `at`."""
    try:
        return _read(telegram.Update.de_json(dict(value), None), clinic, at)
    except _ODD:
        return Ignored("malformed")


def update_id(value: Mapping[str, Any]) -> int | None:
    """The number by which fetching goes on."""
    found = value.get("update_id")
    return found if _is_number(found) else None


def _read(update: telegram.Update, clinic: str, at: datetime) -> Decoded:
    if not _is_number(update.update_id):
        return Ignored("malformed")
    if update.callback_query:
        return _press(update, update.callback_query, clinic, at)
    if update.my_chat_member:
        return _membership(update.my_chat_member, clinic)
    message = update.message or update.edited_message
    return _message(update, message, clinic, at) if message else Ignored("other_update")


def _message(update: telegram.Update, message: telegram.Message, clinic: str, at: datetime) -> Decoded:
    if message.chat.type != ChatType.PRIVATE:
        return Elsewhere(_number(message.chat.id)) if update.message else Ignored("elsewhere")
    text, attachments = _string(message.text or message.caption), _attachments(message)
    if update.edited_message:
        if not text:  # a place that moves on, a preview that was found: nothing was said
            return Ignored("edit_without_words")
        text = CORRECTED + text
    elif not text and not attachments:
        return Ignored("service")
    said, pressed = (text, None) if update.edited_message else _command(text)
    address = _address(clinic, message.chat.id)
    inbound = InboundMessage(address, _id(update), said, at, pressed=pressed, attachments=attachments, blind=True)
    return Said(inbound)


def _command(text: str) -> tuple[str, Button | None]:
    """The words that a command of the bot's menu stands for, or the button it presses."""
    if not text.startswith("/"):
        return text, None
    name, _, payload = text[1:].partition(" ")
    name = name.partition("@")[0].lower()
    if name == "start":
        scene = {"scene": payload.strip()[:_SCENE_CHARS], "words": WELCOME, "practice": "yes"}
        return START, Button(START, command="welcome", args=scene)
    return _COMMANDS.get(name, text), None


def _press(update: telegram.Update, query: telegram.CallbackQuery, clinic: str, at: datetime) -> Decoded:
    message, data = query.message, _string(query.data)
    if message is not None and message.chat.type != ChatType.PRIVATE:
        return Ignored("elsewhere")
    chat = _number(message.chat.id if message else query.from_user.id)
    label = _label(message, data) if isinstance(message, telegram.Message) else ""
    press = Press(_string(query.id), chat, _number(message.message_id) if message else None, label)
    if data == CHOSEN:
        return PressedAgain(press)
    return Said(InboundMessage(_address(clinic, chat), _id(update), "", at, button=data, blind=True), press)


def _label(message: telegram.Message, data: str) -> str:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return next((_string(button.text) for row in rows for button in row if button.callback_data == data), "")


def _membership(change: telegram.ChatMemberUpdated, clinic: str) -> Decoded:
    if change.chat.type != ChatType.PRIVATE:
        return Ignored("elsewhere")
    return Membership(_address(clinic, change.chat.id), change.new_chat_member.status == ChatMemberStatus.BANNED)


def _attachments(message: telegram.Message) -> tuple[Attachment, ...]:
    found = message.effective_attachment
    if message.photo:
        return (Attachment(AttachmentKind.IMAGE, _string(message.photo[-1].file_id)),)  # the last is the largest
    if found is None or isinstance(found, (list, tuple)):
        return () if message.text or not message.api_kwargs else (Attachment(AttachmentKind.OTHER),)
    if message.venue:  # a venue also carries its place
        found = message.venue
    kind = next((kind for type_, kind in _KINDS if isinstance(found, type_)), AttachmentKind.OTHER)
    name = next((name for each in ("file_name", "title", "emoji") if (name := getattr(found, each, None))), "")
    return (Attachment(kind, _string(getattr(found, "file_id", "")), _string(name)[:_NAME_CHARS]),)


def _id(update: telegram.Update) -> str:
    return f"tg:{update.update_id}"


def _address(clinic: str, chat: object) -> Address:
    """In a private chat its number is the person's own."""
    return Address(clinic, CHANNEL, str(_number(chat)))


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


def _number(value: object) -> int:
    """Raises TypeError for what is no number of Telegram's."""
    if not isinstance(value, int) or not _is_number(value):
        raise TypeError("number")
    return value


def _string(value: object) -> str:
    """Raises TypeError for what is neither text nor missing."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError("text")
    return value
