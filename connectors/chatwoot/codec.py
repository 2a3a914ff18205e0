"""Pure translation between a handoff and a conversation of Chatwoot, which we call a chat.

What Chatwoot sends and takes: developers.chatwoot.com/api-reference (contacts, conversations, messages); the callback
of an API inbox: docs/channels/api-channel/callback-url.md in chatwoot/chatwoot; its signature:
github.com/chatwoot/chatwoot/pull/13892 (from version 4.13 on).
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.conversation import Handoff, HandoffStatus, Urgency
from bot.messages import Message
from bot.text import clean
from schedules.clock import local

OURS = "xinglin:"  # begins the source_id of everything we post: what is read back there was posted before
WORD = "word:"  # begins the key of a patient's words; their number follows
NURSE = "客服"  # begins the name under which agents of Chatwoot hold a handoff
OUTGOING = 1  # message_type of the API; the callback has words in its place
FRESH_FOR = timedelta(minutes=5)
LONGEST_NAME = 20
USED_EVENTS = ("message_created", "conversation_status_changed")

NOT_OPEN = "没有发给患者：这次人工接待已经结束。"
TAKEN = "没有发给患者：已由{nurse}在护士台接待。"
NO_FILES = "图片和文件没有发给患者，目前只能发文字。"
NOTE_NEEDED = "这是危险信号：请先写一条私密备注说明处理情况，再点“解决”。会话已重新打开。"
NOT_DELIVERED = "没有送到：患者的渠道没有接收。"
WAITS = "还没有送到：患者的渠道要等他再发一条消息才能收到。急事请打电话。"
_URGENCIES = {Urgency.RED_FLAG: "危险信号", Urgency.ASKED: "请求人工"}


@dataclass(frozen=True, slots=True)
class Remark:
    """A message as Chatwoot lists it."""

    id: int
    text: str
    at: datetime
    key: str = ""  # of one that we posted
    by_agent: bool = False  # a person at Chatwoot wrote it
    name: str = ""  # of that person
    private: bool = False
    files: bool = False


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation of Chatwoot."""

    id: int
    inbox: int
    resolved: bool
    assignee: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """Something of ours that has to stand in a chat, once per `key`."""

    key: str
    text: str
    private: bool = True

    @property
    def body(self) -> Mapping[str, Any]:
        """The body of POST …/messages."""
        kind = "outgoing" if self.private else "incoming"
        return {"content": self.text, "message_type": kind, "private": self.private, "source_id": OURS + self.key}


def remark(value: Mapping[str, Any]) -> Remark:
    """One message of a list. Raises KeyError, TypeError, ValueError."""
    sender, source = value.get("sender") or {}, str(value.get("source_id") or "")
    deleted = bool((value.get("content_attributes") or {}).get("deleted"))
    person = value["message_type"] == OUTGOING and sender.get("type") == "user" and not source.startswith(OURS)
    return Remark(
        int(value["id"]), clean(str(value.get("content") or "")),
        datetime.fromtimestamp(int(value["created_at"]), UTC), source.removeprefix(OURS) * source.startswith(OURS),
        person and not deleted, str(sender.get("name") or ""), bool(value.get("private")),
        bool(value.get("attachments")),
    )  # fmt: skip


def chat(value: Mapping[str, Any]) -> Chat:
    """One conversation. Raises KeyError, TypeError, ValueError."""
    assignee = (value.get("meta") or {}).get("assignee") or {}
    resolved = value["status"] == "resolved"
    return Chat(int(value["id"]), int(value["inbox_id"]), resolved, str(assignee.get("name") or ""))


def chat_told_of(event: Mapping[str, Any]) -> int | None:
    """The chat in which a person at Chatwoot has done something; None for anything else."""
    if event.get("event") not in USED_EVENTS or event.get("message_type") == "incoming":
        return None
    where = event.get("conversation") if event["event"] == "message_created" else event
    number = where.get("id") if isinstance(where, Mapping) else None
    return number if isinstance(number, int) else None


def is_signed(secret: str, headers: Mapping[str, str], body: bytes, at: datetime) -> bool:
    """Whether Chatwoot signed this callback, a short time ago."""
    timestamp, signature = headers.get("X-Chatwoot-Timestamp", ""), headers.get("X-Chatwoot-Signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(at.timestamp() - int(timestamp)) > FRESH_FOR.total_seconds():
        return False
    return secrets.compare_digest(sign(secret, timestamp, body).encode(), signature.encode(errors="replace"))


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a callback sent at `timestamp`, seconds since 1970."""
    return "sha256=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def nurse_name(name: str) -> str:
    """How an agent is called in our house."""
    one_line = clean(name).replace("\n", " ")
    return f"{NURSE} {one_line[:LONGEST_NAME]}".strip()


def is_at_chatwoot(handoff: Handoff) -> bool:
    """Whether agents of Chatwoot may answer: nobody has taken it yet, or one of them has."""
    if handoff.status is HandoffStatus.REQUESTED:
        return True
    return handoff.status is HandoffStatus.ACCEPTED and (handoff.nurse or "").split(" ")[0] == NURSE


def asked_post(handoff: Handoff) -> Post:
    """What the handoff is about; told anew when it has become a red flag."""
    head = f"【{_URGENCIES[handoff.urgency]}】{handoff.reason}（{local(handoff.requested_at):%m-%d %H:%M}）"
    hint = "回复即接待；点“解决”即结束，之后由助手继续回答。"
    return Post(f"{handoff.id}:{handoff.urgency}", "\n".join(filter(None, (head, handoff.summary, hint))))


def words_posts(said: Sequence[Message]) -> list[Post]:
    """The patient's words."""
    return [Post(f"{WORD}{each.seq}", each.text, private=False) for each in said if each.text]


def over_key(handoff: Handoff) -> str:
    """The key of the post that ends a handoff here."""
    return f"{handoff.id}:over"


def over_post(handoff: Handoff) -> Post:
    """Why nobody at Chatwoot has to answer any more."""
    match handoff.status:
        case HandoffStatus.ACCEPTED:
            words = f"已由{handoff.nurse}在护士台接待。"
        case HandoffStatus.EXPIRED:
            words = "等待超时：患者得到了医院电话，由助手继续回答。"
        case _:
            words = f"本次求助已结束{f'（{handoff.note}）' if handoff.note else ''}，由助手继续回答。"
    return Post(over_key(handoff), words)
