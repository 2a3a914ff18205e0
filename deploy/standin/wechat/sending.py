"""Messages to a patient: customer service, typing, template, subscription.

Official pages below developers.weixin.qq.com/doc/service/api/: customer/message/api_sendcustommessage, …/api_typing,
notify/template/api_sendtemplatemessage, notify/notify/api_sendnewsubscribemsg.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from deploy.standin.wechat import letters
from deploy.standin.wechat.fields import filled
from deploy.standin.wechat.people import TYPING_LASTS, Item, Look, Patient, Shown, Way
from deploy.standin.wechat.refused import Refused
from deploy.standin.wechat.settings import Template, TemplateKind
from deploy.standin.wechat.world import Call, World

OK: Mapping[str, Any] = {"errcode": 0, "errmsg": "ok"}
TEXT_BYTES = 2048
TYPING_AFTER = timedelta(seconds=30)


def custom(world: World, call: Call) -> Mapping[str, Any]:
    """POST /cgi-bin/message/custom/send."""
    patient = world.receiver(call.body.get("touser"))
    if not patient.receiving:
        raise Refused(48002, "user block the message")
    shown = _message(world, call.body)
    patient.windows.take(call.at)
    patient.show(shown, call.at)
    return OK


def _message(world: World, body: Mapping[str, Any]) -> Shown:
    kind = body.get("msgtype")
    inside = body.get(str(kind))
    if kind not in ("text", "image", "voice", "video", "news", "msgmenu"):
        raise Refused(40008, "invalid message type")
    if not isinstance(inside, Mapping):
        raise Refused(47001, "data format error")
    if kind == "text":
        return Shown(Way.CUSTOMER_SERVICE, Look.TEXT, _content(inside.get("content")))
    if kind == "news":
        return _news(inside)
    if kind == "msgmenu":
        return _menu(world, inside)
    media = world.kept(inside.get("media_id"))
    if media.kind != kind:
        raise Refused(40007, "invalid media_id")
    return Shown(Way.CUSTOMER_SERVICE, Look(kind), f"[{kind}]", media=str(inside["media_id"]))


def _content(words: Any) -> str:
    if not isinstance(words, str) or not words:
        raise Refused(44004, "empty content")
    if len(words.encode()) > TEXT_BYTES:
        raise Refused(45002, "content size out of limit")
    return words


def _news(inside: Mapping[str, Any]) -> Shown:
    articles = inside.get("articles")
    if not isinstance(articles, list) or len(articles) != 1:
        raise Refused(45008, "article size out of limit")
    title, about, url = (str(articles[0].get(name) or "") for name in ("title", "description", "url"))
    if not title:
        raise Refused(44003, "empty news data")
    return Shown(Way.CUSTOMER_SERVICE, Look.NEWS, about, title=title, url=url)


def _menu(world: World, inside: Mapping[str, Any]) -> Shown:
    if not world.settings.verified:
        raise Refused(40200, "invalid account type")
    choices = inside.get("list")
    if not isinstance(choices, list) or not choices:
        raise Refused(47001, "data format error")
    items = tuple(Item(str(each.get("id", "")), _content(each.get("content"))) for each in choices)
    head, tail = (str(inside.get(name) or "") for name in ("head_content", "tail_content"))
    _content(head + "".join(item.content for item in items) + tail)
    return Shown(Way.CUSTOMER_SERVICE, Look.MENU, head, items=items, tail=tail)


def typing(world: World, call: Call) -> Mapping[str, Any]:
    """POST /cgi-bin/message/custom/typing: for 15 s, within 30 s after the last exchange."""
    patient = world.receiver(call.body.get("touser"))
    command = call.body.get("command")
    if command not in ("Typing", "CancelTyping"):
        raise Refused(45072, "invalid command")
    if command == "CancelTyping":
        patient.typing_until = None
        return OK
    if patient.last_act is None or call.at - patient.last_act > TYPING_AFTER:
        raise Refused(45080, "need sending message to user, or recving message from user in the last 30 seconds")
    if patient.types(call.at):
        raise Refused(45081, "typing status sent")
    patient.typing_until = call.at + TYPING_LASTS
    return OK


def template(world: World, call: Call) -> Mapping[str, Any]:
    """POST /cgi-bin/message/template/send: taken at once, its fate comes as TEMPLATESENDJOBFINISH."""
    found = world.template(call.body.get("template_id"))
    if found.kind is not TemplateKind.TEMPLATE:
        raise Refused(40037, "invalid template_id")
    patient = world.receiver(call.body.get("touser"))
    rows = filled(found, call.body.get("data"))
    id = next(world.ids)
    status = _fate(world, patient)
    if status == "success":
        _card(patient, call, found, rows, Way.TEMPLATE)
    world.announce(patient.openid, letters.event("TEMPLATESENDJOBFINISH", MsgID=id, Status=status))
    return {**OK, "msgid": id}


def _fate(world: World, patient: Patient) -> str:
    if not patient.receiving:
        return "failed:user block"
    return "failed: system failed" if world.faults.of_delivery() else "success"


def subscription(world: World, call: Call) -> Mapping[str, Any]:
    """POST /cgi-bin/message/subscribe/bizsend: one tap, one message; long-term templates last."""
    found = world.template(call.body.get("template_id"))
    if found.kind is TemplateKind.TEMPLATE:
        raise Refused(40037, "invalid template_id")
    patient = world.people.known(call.body.get("touser"))
    if patient is None:
        raise Refused(40003, "invalid openid")
    if patient.subscriptions.get(found.id, 0) == 0:
        raise Refused(43101, "user refuse to accept the msg")
    rows = filled(found, call.body.get("data"))
    if (left := patient.subscriptions[found.id]) is not None:
        patient.subscriptions[found.id] = left - 1
    _card(patient, call, found, rows, Way.SUBSCRIPTION)
    sent = {"TemplateId": found.id, "MsgID": next(world.ids), "ErrorCode": 0, "ErrorStatus": "success"}
    world.announce(patient.openid, letters.subscriptions("subscribe_msg_sent_event", [sent]))
    return OK


def _card(patient: Patient, call: Call, found: Template, rows: tuple[tuple[str, str], ...], way: Way) -> None:
    words = "\n".join(f"{label}：{value}" for label, value in rows)
    url = str(call.body.get("url") or call.body.get("page") or "")
    patient.show(Shown(way, Look.CARD, words, title=found.title, url=url, rows=rows), call.at)
