"""Pure translation between calls to nurses and WeCom's messages and events.

Group robot: developer.work.weixin.qq.com/document/path/91770 (text 2,048 bytes, markdown 4,096). Cards of the
application and their events: …/path/90236, 94888 (update) and 90240 (template_card_event).
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.alerting import Call
from bot.conversation import HandoffStatus, Urgency
from bot.escalation import Scope
from bot.text import clean
from connectors.tencent.xml import Fields, text
from schedules.clock import local

TEXT_BYTES = 2_048
MARKDOWN_BYTES = 4_096
REASON_CHARACTERS = 40
EVERYBODY = "@all"
TAKE = "take:"  # begins the key of the button that takes a handoff; its id and the step follow
MOST_DIGITS = 7
_MARKS = re.compile(r"[<>\[\]()`*_#>|\\]")  # of markdown, which a reason must not bring along

URGENCIES = {Urgency.RED_FLAG: "危险信号", Urgency.ASKED: "等待人工"}
SCOPES = {
    Scope.FIRST: "",
    Scope.NEXT: "前一位没有接，轮到您",
    Scope.RAISED: "等待中的患者出现危险信号",
    Scope.ALL: "还没有人接，请大家看看",
}


@dataclass(frozen=True, slots=True)
class Pressed:
    """A nurse pressed the button of a card."""

    userid: str
    handoff: str
    step: int  # which of her cards of this handoff
    response_code: str  # changes this card once, within 72 hours


def group_bodies(calls: Sequence[Call], at: datetime) -> Iterator[tuple[Sequence[Call], dict[str, Any]]]:
    """Few messages for many calls: red flags call people by name, the others are one list. With the calls told."""
    red = [call for call in calls if call.urgency is Urgency.RED_FLAG]
    calling = [call for call in calls if call.urgency is not Urgency.RED_FLAG and call.scope is not Scope.FIRST]
    quiet = [call for call in calls if call.urgency is not Urgency.RED_FLAG and call.scope is Scope.FIRST]
    for loud in (red, calling):
        for some, words in _filled(loud, at, TEXT_BYTES, _plain_line):
            yield some, {"msgtype": "text", "text": {"content": words, "mentioned_list": _mentions(some)}}
    for some, words in _filled(quiet, at, MARKDOWN_BYTES, _markdown_line):
        yield some, {"msgtype": "markdown", "markdown": {"content": words}}


def _filled(calls: Sequence[Call], at: datetime, most: int, line: Any) -> Iterator[tuple[Sequence[Call], str]]:
    """As many lines as one message holds; the head counts them, and is never longer than for all."""
    some: list[Call] = []
    for call in calls:
        if some and len(_page(len(calls), [line(one, at) for one in (*some, call)]).encode()) > most:
            yield some, _page(len(some), [line(one, at) for one in some])
            some = []
        some.append(call)
    if some:
        yield some, _page(len(some), [line(one, at) for one in some])


def _page(count: int, lines: Sequence[str]) -> str:
    return "\n".join((f"【护士台】{count} 位患者等待接待", *lines, "请在护士台或应用消息里接手。"))


def _plain_line(call: Call, at: datetime) -> str:
    why = f"（{SCOPES[call.scope]}）" if SCOPES[call.scope] else ""
    return f"· {URGENCIES[call.urgency]} {call.patient}：{_reason(call)}，{_waited(call.waited(at))}{why}"


def _markdown_line(call: Call, at: datetime) -> str:
    return f"> **{call.patient}** {_reason(call)}，{_waited(call.waited(at))}"


def _mentions(calls: Sequence[Call]) -> list[str]:
    if any(call.scope is Scope.ALL or not call.mentions for call in calls):
        return [EVERYBODY]
    return list(dict.fromkeys(nurse.wecom for call in calls for nurse in call.mentions))


def _reason(call: Call) -> str:
    """Where not all dangers find room, the newest comes first."""
    words = _MARKS.sub(" ", clean(call.reason).replace("\n", " "))
    if len(words) > REASON_CHARACTERS:
        *earlier, newest = words.split("；")
        words = "；".join((newest, *earlier))
    return words[:REASON_CHARACTERS]


def _waited(waited: timedelta) -> str:
    minutes = int(waited.total_seconds() // 60)
    return f"已等 {minutes} 分钟" if minutes else "刚刚求助"


def card_body(agent: int, userid: str, call: Call, link: str) -> dict[str, Any]:
    """The card of one handoff for one nurse; the same words each time it is tried, so that WeCom drops a repeat."""
    return {
        "touser": userid, "msgtype": "template_card", "agentid": agent, "template_card": _card(userid, call, link),
        "enable_duplicate_check": 1, "duplicate_check_interval": 1_800,
    }  # fmt: skip


def _card(userid: str, call: Call, link: str) -> dict[str, Any]:
    return {
        "card_type": "button_interaction",
        "source": {"desc": "杏林护士台", "desc_color": 2 if call.urgency is Urgency.RED_FLAG else 0},
        "main_title": {"title": f"{URGENCIES[call.urgency]}：{call.patient}", "desc": _reason(call)},
        "sub_title_text": SCOPES[call.scope],
        "horizontal_content_list": [
            {"keyname": "求助时间", "value": f"{local(call.requested_at):%H:%M}"},
            {"keyname": "等待", "value": _waited(call.waited(call.planned_at))},
        ],
        "card_action": {"type": 1, "url": link},
        "task_id": task_id(userid, call),
        "button_list": [
            {"type": 0, "text": "接手", "style": 1, "key": f"{TAKE}{call.handoff}:{call.step}"},
            {"type": 1, "text": "打开护士台", "style": 4, "url": link},
        ],
    }


def task_id(userid: str, call: Call) -> str:
    """Unique for each card of the application."""
    return hashlib.sha256(f"{call.handoff}:{call.step}:{userid}".encode()).hexdigest()[:32]


def ending_body(agent: int, userid: str, response_code: str, words: str) -> dict[str, Any]:
    """Replaces the buttons of a card by words."""
    return {"userids": [userid], "agentid": agent, "response_code": response_code, "button": {"replace_name": words}}


def ending(status: HandoffStatus, by: str | None) -> str:
    """How a handoff went on."""
    if status is HandoffStatus.REQUESTED:
        return "已重新通知"
    if status is HandoffStatus.EXPIRED:
        return "已超时退回，患者得到了医院电话"
    if by:
        return f"已由{by}接待"
    return "患者不再等待"


def pressed(event: Fields) -> Pressed | None:
    """A press of the button that takes a handoff; None for any other event."""
    key = text(event, "EventKey")
    if text(event, "Event") != "template_card_event" or not key.startswith(TAKE):
        return None
    handoff, _, step = key.removeprefix(TAKE).partition(":")
    number = int(step) if step.isdecimal() and len(step) < MOST_DIGITS else 0
    return Pressed(text(event, "FromUserName"), handoff[:64], number, text(event, "ResponseCode"))
