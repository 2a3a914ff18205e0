"""Pure translation between WeChat's fields and our messages.

Sources: developers.weixin.qq.com, 接收普通消息, 接收事件推送, 被动回复用户消息, 客服接口-发消息.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.errors import BadInput
from bot.messages import Address, Attachment, AttachmentKind, InboundMessage, Touch
from connectors.numbered import label
from connectors.tencent.xml import Fields, text
from connectors.wechat.events import ANSWERED, Happening, happening, pressed
from connectors.wechat.packing import Menu
from connectors.wechat.places import Places

CHANNEL = "wechat"
_USER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MESSAGE_ID = re.compile(r"[0-9]{1,32}")
_CHOICE = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
# What WeChat writes into a text message in place of what it cannot pass on.
_NOT_PASSED_ON = re.compile(r"[\[【]收到不支持的消息类型，暂无法显示[\]】]")


class NotAMessage(BadInput):
    """这条消息缺少必要的内容。"""


def decode(clinic: str, fields: Fields, at: datetime, places: Places) -> InboundMessage | Happening:
    """Read what came `at`. Raises NotAMessage when nobody sent it."""
    address = Address(clinic, CHANNEL, _user(fields))
    if text(fields, "MsgType") == "event":
        return _event(fields, address, at, places)
    words, attachments = _content(fields)
    heard = text(fields, "MsgType") == "voice" and bool(words)
    button = _choice(fields)
    return InboundMessage(
        address, id_of(fields), words, at, button, attachments=attachments, heard=heard, numbered=True, blind=True
    )  # fmt: skip


def touch(fields: Fields) -> Touch | None:
    """Which window of customer-service messages this opens; a touched choice (msgmenu) counts like the menu."""
    kind = text(fields, "MsgType")
    if kind != "event":
        return Touch.TOUCHED if _choice(fields) else Touch.SAID
    return Touch.TOUCHED if text(fields, "Event") in ANSWERED else None


def id_of(fields: Fields) -> str:
    """Repeated deliveries have the same: MsgId, or for events, which have none, who and when. Ids are stored in the
    clear, so the openid goes in hashed.
    """
    id = text(fields, "MsgId")
    if text(fields, "MsgType") != "event" and _MESSAGE_ID.fullmatch(id):
        return id
    names = ("FromUserName", "CreateTime", "MsgType", "Event", "EventKey", "MsgId", "Content")
    return f"event:{hashlib.sha256(repr([text(fields, name) for name in names]).encode()).hexdigest()[:40]}"


def passive(fields: Fields, words: str, at: datetime) -> dict[str, str | int]:
    """The answer within the callback's own reply, as fields of its XML."""
    return {
        "ToUserName": text(fields, "FromUserName"), "FromUserName": text(fields, "ToUserName"),
        "CreateTime": int(at.timestamp()), "MsgType": "text", "Content": words,
    }  # fmt: skip


def custom_text(user: str, words: str) -> dict[str, Any]:
    """A customer-service message of words."""
    return {"touser": user, "msgtype": "text", "text": {"content": words}}


def custom_menu(user: str, menu: Menu, tail: str = "") -> dict[str, Any]:
    """A customer-service message with choices to touch."""
    choices = [
        {"id": button.id, "content": label(button) if button.number else button.label} for button in menu.buttons
    ]
    return {
        "touser": user, "msgtype": "msgmenu",
        "msgmenu": {"head_content": menu.head, "list": choices, "tail_content": tail},
    }  # fmt: skip


def typing(user: str) -> dict[str, Any]:
    """The other side is seen to be writing."""
    return {"touser": user, "command": "Typing"}


def _event(fields: Fields, address: Address, at: datetime, places: Places) -> InboundMessage | Happening:
    event = text(fields, "Event")
    if event not in ANSWERED:
        return happening(event, fields, address)
    return InboundMessage(
        address, id_of(fields), "", at, pressed=pressed(event, fields, places), numbered=True, blind=True
    )


def _content(fields: Fields) -> tuple[str, tuple[Attachment, ...]]:
    read = _READERS.get(text(fields, "MsgType"))
    return read(fields) if read else ("", (Attachment(AttachmentKind.OTHER),))


def _text(fields: Fields) -> tuple[str, tuple[Attachment, ...]]:
    words = text(fields, "Content")
    return ("", (Attachment(AttachmentKind.OTHER),)) if _NOT_PASSED_ON.fullmatch(words.strip()) else (words, ())


def _voice(fields: Fields) -> tuple[str, tuple[Attachment, ...]]:
    """The words are there only if the account has speech recognition switched on, and may be empty even then."""
    return text(fields, "Recognition").strip(), (Attachment(AttachmentKind.VOICE, text(fields, "MediaId")),)


def _media(kind: AttachmentKind) -> Callable[[Fields], tuple[str, tuple[Attachment, ...]]]:
    return lambda fields: ("", (Attachment(kind, text(fields, "MediaId"), text(fields, "Title")),))


def _location(fields: Fields) -> tuple[str, tuple[Attachment, ...]]:
    """The place's name alone: where exactly somebody is, nobody here needs to keep."""
    return "", (Attachment(AttachmentKind.LOCATION, name=text(fields, "Label")),)


def _link(fields: Fields) -> tuple[str, tuple[Attachment, ...]]:
    return "", (Attachment(AttachmentKind.LINK, name=text(fields, "Title")),)


_READERS: Mapping[str, Callable[[Fields], tuple[str, tuple[Attachment, ...]]]] = {
    "text": _text,
    "voice": _voice,
    "image": _media(AttachmentKind.IMAGE),
    "video": _media(AttachmentKind.VIDEO),
    "shortvideo": _media(AttachmentKind.VIDEO),
    "file": _media(AttachmentKind.FILE),
    "location": _location,
    "link": _link,
}


def _user(fields: Fields) -> str:
    user = text(fields, "FromUserName")
    if not _USER.fullmatch(user):
        raise NotAMessage("FromUserName")
    return user


def _choice(fields: Fields) -> str | None:
    """The id of our button: WeChat sends it along with the words of a touched choice."""
    choice = text(fields, "bizmsgmenuid")
    return choice if text(fields, "MsgType") == "text" and _CHOICE.fullmatch(choice) else None
