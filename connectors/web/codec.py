"""Pure translation between the wire's JSON and our messages."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.conversation import Handoff, Mode, Turn
from bot.errors import TooLong
from bot.handoffs import OPEN
from bot.messages import Address, InboundMessage
from connectors.wire import NotOurForm, encode, read_json

CHANNEL = "web"
_CLIENT_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_BUTTON = re.compile(r"[A-Za-z0-9-]{1,64}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class Said:
    """The body of POST /api/v1/messages. `conversation` is None for a new one."""

    conversation: str | None
    id: str
    text: str
    button: str | None


def new_conversation() -> str:
    """The secret by which a visitor's page knows its conversation."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def decode(body: bytes, longest: int) -> Said:
    """Read what a page sent. Raises NotOurForm, TooLong."""
    value = read_json(body)
    text, button = value.get("text"), value.get("button")
    if text is None and button is None:
        raise NotOurForm("neither text nor button")
    if not isinstance(text, str | None) or not isinstance(button, str | None):
        raise NotOurForm("text and button are strings")
    if button is not None and not _BUTTON.fullmatch(button):
        raise NotOurForm("button")
    if len(text or "") > longest:
        raise TooLong(f"more than {longest} characters")
    return Said(token_of(value.get("conversation")), _client_id(value.get("id")), text or "", button)


def token_of(value: object) -> str | None:
    """A conversation's secret, or None when there is none. Raises NotOurForm."""
    if value is None:
        return None
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise NotOurForm("conversation")
    return value


def _client_id(value: object) -> str:
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise NotOurForm("id: 1 to 64 of A-Z a-z 0-9 _ . : -")
    return value


def inbound(clinic: str, said: Said, token: str, at: datetime) -> InboundMessage:
    """Our message."""
    return InboundMessage(Address(clinic, CHANNEL, token), said.id, said.text, at, said.button)


def encode_turn(turn: Turn, token: str) -> dict[str, Any]:
    """A finished turn on the wire."""
    return {
        "conversation": token, "id": turn.inbound.client_id, "turn": turn.id, "route": turn.route,
        "replies": [encode(reply) for reply in turn.replies], "hops": dict(turn.hops), "repeated": turn.repeated,
    }  # fmt: skip


def encode_state(mode: Mode, handoff: Handoff | None, ahead: int) -> dict[str, Any]:
    """Who answers now. A task that the nurses were given is none of the person's waiting: the bot goes on answering."""
    if handoff is None or mode is not Mode.HANDOFF or handoff.status not in OPEN:
        return {"mode": mode, "handoff": None}
    waiting = {"id": handoff.id, "status": handoff.status, "nurse": handoff.nurse, "ahead": ahead}
    return {"mode": mode, "handoff": waiting}
