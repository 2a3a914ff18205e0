"""What an event of WeChat is to us: a button that was pressed, news for the outbox, or nothing.

Names and fields: developers.weixin.qq.com, 接收事件推送, 自定义菜单事件推送, 订阅通知事件推送.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.messages import Address, Button
from connectors.tencent.xml import Fields, each, inner, text
from connectors.wechat.places import Places

SCENE_OF_FOLLOWING = "qrscene_"
LINK_SCENE = "link-"
MENU_EVENTS = ("CLICK", "scancode_push", "scancode_waitmsg")
ANSWERED = (*MENU_EVENTS, "subscribe", "SCAN")
"""These open a turn, and a window of three messages within a minute."""
_SUBSCRIPTIONS = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
}
_NAME = re.compile(r"[A-Za-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Unfollowed:
    """The person left: nothing reaches them until they come back."""

    address: Address


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The person allowed (True) or refused (False) messages, by template id."""

    address: Address
    choices: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a template or subscription message."""

    address: Address
    message: str  # WeChat's number of it, as its sending answered
    arrived: bool
    why: str  # WeChat's word for it, such as `success`, `failed:user block`
    template: str = ""  # id; empty for template messages


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to do. `kind` is for counting and says nothing of the person."""

    kind: str


Happening = Unfollowed | Subscribed | Delivered | Ignored


def pressed(event: str, fields: Fields, places: Places) -> Button:
    """The button that an event of ANSWERED stands for."""
    key = text(fields, "EventKey")
    if event in MENU_EVENTS:
        return places.menu_button(key)
    scene = key.removeprefix(SCENE_OF_FOLLOWING) if event == "subscribe" else key
    if scene.startswith(LINK_SCENE):
        return Button("扫码继续", command="link", args={"code": scene.removeprefix(LINK_SCENE)})
    return places.scene_button(scene)


def happening(event: str, fields: Fields, address: Address) -> Happening:
    """News that nobody waits for an answer to."""
    if event == "unsubscribe":
        return Unfollowed(address)
    if event in _SUBSCRIPTIONS:
        return Subscribed(address, _choices(inner(fields, _SUBSCRIPTIONS[event])))
    if event == "TEMPLATESENDJOBFINISH":
        status = text(fields, "Status")
        # Two spellings of the number are in use on Tencent's own pages.
        return Delivered(address, text(fields, "MsgID") or text(fields, "MsgId"), status == "success", status)
    if event == "subscribe_msg_sent_event":
        return _sent(inner(inner(fields, "SubscribeMsgSentEvent"), "List"), address)
    return Ignored(event if _NAME.fullmatch(event) else "odd")


def _choices(listed: Fields) -> Mapping[str, bool]:
    rows = [(text(row, "TemplateId"), text(row, "SubscribeStatusString")) for row in each(listed, "List")]
    return {template: answer == "accept" for template, answer in rows if template and answer}


def _sent(row: Fields, address: Address) -> Delivered:
    arrived = text(row, "ErrorCode") == "0"
    return Delivered(address, text(row, "MsgID"), arrived, text(row, "ErrorStatus"), text(row, "TemplateId"))
