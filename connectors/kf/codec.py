"""Pure translation between what KF lets us pull and our messages.

Messages and events: developer.work.weixin.qq.com/document/path/94670; what is sent: …/path/94677 and 95122 (event
answers). A click on a menu comes back as a text with the `menu_id` we gave.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from bot.messages import Address, Attachment, AttachmentKind, Button, InboundMessage, Touch
from connectors.base import Fate
from connectors.kf.packing import Screen

CHANNEL = "kf"
FROM_CUSTOMER, FROM_SYSTEM = 3, 4  # `origin`; 5 is a person of the hospital at WeCom's own desk
CLIENT_ID_CHARACTERS = 64
WIRE_ID_BYTES = 32  # of 0-9 a-z A-Z _ -
ENTERED = "进入会话"

Item = Mapping[str, Any]


class State(IntEnum):
    """Who has a conversation in WeCom (…/path/94669)."""

    NEW = 0
    ROBOT = 1
    QUEUED = 2  # waits for a person at WeCom's own desk
    PERSON = 3
    ENDED = 4


NOT_OURS = (State.QUEUED, State.PERSON)


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody opened the chat; the code allows one greeting within 20 s."""

    inbound: InboundMessage
    welcome_code: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A message that had been taken did not arrive."""

    address: Address
    wire_id: str
    fail_type: int


ATTACHMENTS = {
    "image": AttachmentKind.IMAGE,
    "voice": AttachmentKind.VOICE,
    "video": AttachmentKind.VIDEO,
    "file": AttachmentKind.FILE,
    "location": AttachmentKind.LOCATION,
    "link": AttachmentKind.LINK,
}

WINDOW_ENDED, SESSION_ENDED, NONE_LEFT, REFUSED_BY_PERSON = 4, 5, 6, 10
FATES = {WINDOW_ENDED: Fate.WAIT, SESSION_ENDED: Fate.WAIT, NONE_LEFT: Fate.WAIT}
"""`fail_type` of msg_send_fail; all others (account deleted, interface off, refused by the person …) never arrive."""


def address(clinic: str, open_kfid: str, external_userid: str) -> Address:
    """A person at one of the hospital's KF accounts; both ids are needed to answer."""
    return Address(clinic, CHANNEL, f"{open_kfid}:{external_userid}")


def ids(where: Address) -> tuple[str, str]:
    """The open_kfid and the external_userid of an address."""
    open_kfid, _, external_userid = where.user.partition(":")
    return open_kfid, external_userid


def decode(clinic: str, item: Item, at: datetime) -> InboundMessage | Entered | Failed | None:
    """One item of a page; None for what is not for us."""
    if item.get("origin") == FROM_CUSTOMER:
        return _said(clinic, item, at)
    if item.get("msgtype") != "event":
        return None
    event = _part(item, "event")
    if event.get("event_type") == "enter_session" and event.get("welcome_code"):
        return _entered(clinic, item, event, at)
    if event.get("event_type") == "msg_send_fail":
        where = address(clinic, _text(event, "open_kfid"), _text(event, "external_userid"))
        fail_type = event.get("fail_type")
        return Failed(where, _text(event, "fail_msgid"), fail_type if isinstance(fail_type, int) else 0)
    return None


def _said(clinic: str, item: Item, at: datetime) -> InboundMessage:
    kind = _text(item, "msgtype")
    content = _part(item, kind)
    words = _text(content, "content") if kind == "text" else ""
    return InboundMessage(
        address(clinic, _text(item, "open_kfid"), _text(item, "external_userid")), _client_id(item), words,
        _sent_at(item, at), button=_text(content, "menu_id") or None, numbered=True, blind=True,
        attachments=() if kind == "text" else (_attachment(kind, content),), touch=Touch.SAID,
    )  # fmt: skip


def _attachment(kind: str, content: Item) -> Attachment:
    name = _text(content, "name") or _text(content, "title")
    return Attachment(ATTACHMENTS.get(kind, AttachmentKind.OTHER), _text(content, "media_id"), name)


def _entered(clinic: str, item: Item, event: Item, at: datetime) -> Entered:
    where = address(clinic, _text(event, "open_kfid"), _text(event, "external_userid"))
    scene = _text(event, "scene_param") or _text(event, "scene")
    pressed = Button(ENTERED, command="welcome", args={"scene": scene} if scene else {})
    return Entered(
        InboundMessage(
            where, _client_id(item), ENTERED, _sent_at(item, at), pressed=pressed, numbered=True, blind=True
        ),
        _text(event, "welcome_code"),
    )


def _client_id(item: Item) -> str:
    """KF's id, the same whenever the item is pulled; shortened when our column has no room."""
    given = _text(item, "msgid")
    return given if 0 < len(given) <= CLIENT_ID_CHARACTERS else hashlib.sha256(repr(item).encode()).hexdigest()


def _sent_at(item: Item, at: datetime) -> datetime:
    """When the person said it: the window to answer runs from then. Never later than now."""
    seconds = item.get("send_time")
    if not isinstance(seconds, int) or not 0 < seconds < at.timestamp():
        return at
    return datetime.fromtimestamp(seconds, UTC)


def _part(item: Item, name: str) -> Item:
    part = item.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(item: Item, name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def wire_id(message: str, part: int) -> str:
    """The id a message goes out under: KF takes the same one once only, so a repeated sending does no harm."""
    if part == 1 and len(message) <= WIRE_ID_BYTES:
        return message
    return hashlib.sha256(f"{message}:{part}".encode()).hexdigest()[:WIRE_ID_BYTES]


def content(screen: Screen, tail: str = "") -> dict[str, Any]:
    """A text, or a menu below it."""
    if not screen.menu:
        return {"msgtype": "text", "text": {"content": screen.text + tail}}
    clicks = [{"type": "click", "click": {"id": id_, "content": label}} for id_, label in screen.menu]
    return {"msgtype": "msgmenu", "msgmenu": {"head_content": screen.text, "list": clicks, "tail_content": tail}}
