"""Pure translation between the desk's JSON and our handoffs."""

from dataclasses import dataclass
from typing import Any

from bot.conversation import Handoff
from bot.messages import Author, Message
from bot.outbox import Delivery
from bot.text import clean
from connectors.wire import NotOurForm, encode, read_json
from schedules.clock import SHANGHAI

LONGEST_NAME = 20


@dataclass(frozen=True, slots=True)
class Login:
    """The body of POST /api/v1/desk/login."""

    key: str
    nurse: str


def decode_login(body: bytes) -> Login:
    """Read a login. Raises NotOurForm."""
    value = read_json(body)
    key, nurse = value.get("key"), value.get("nurse")
    if not isinstance(key, str) or not isinstance(nurse, str):
        raise NotOurForm("key and nurse are strings")
    name = clean(nurse).replace("\n", " ")[:LONGEST_NAME]
    if not name:
        raise NotOurForm("nurse is empty")
    return Login(key, name)


def decode_words(body: bytes) -> tuple[str, str]:
    """The client id and the text of a nurse's message. Raises NotOurForm."""
    value = read_json(body)
    client_id, text = value.get("id"), value.get("text")
    if not isinstance(client_id, str) or not 0 < len(client_id) <= 50 or not isinstance(text, str):
        raise NotOurForm("id and text are strings")
    return client_id, text


def decode_note(body: bytes) -> str:
    """The note of a closing. Raises NotOurForm."""
    note = read_json(body or b"{}").get("note", "")
    if not isinstance(note, str):
        raise NotOurForm("note is a string")
    return note


def encode_handoff(handoff: Handoff, said: list[Message]) -> dict[str, Any]:
    """A handoff on the wire, with the patient's last words and how many nobody answered."""
    last_nurse = max((message.seq for message in said if message.author is Author.NURSE), default=0)
    words = [message for message in said if message.author is Author.PATIENT]
    unread = [message for message in words if message.seq > last_nurse and message.at >= handoff.requested_at]
    return {
        "id": handoff.id, "status": handoff.status, "urgency": handoff.urgency, "reason": handoff.reason,
        "summary": handoff.summary, "patient": handoff.patient, "nurse": handoff.nurse, "note": handoff.note,
        "requested_at": handoff.requested_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "last": words[-1].text if words else "", "unread": len(unread),
    }  # fmt: skip


def encode_said(message: Message, delivery: Delivery | None) -> dict[str, Any]:
    """A message on the wire, with whether it has left; the patient's own have no delivery."""
    return encode(message) | ({"delivery": delivery} if delivery else {})
