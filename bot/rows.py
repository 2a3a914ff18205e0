"""Rows of the tables as our objects, and back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping

from bot.conversation import Conversation, Mode
from bot.messages import Address, Author, Button, InboundMessage, Kind, Message, Reply, Source
from bot.notes import from_text


def new_id() -> str:
    """An id that nobody can guess and that sorts nowhere."""
    return uuid4().hex


@dataclass(frozen=True, slots=True)
class OpenTurn:
    """A claimed message whose answer is not stored yet."""

    id: str
    inbound: Message
    button: str | None  # id of the button pressed


def conversation_of(row: RowMapping) -> Conversation:
    """A row of `conversations` with its address's `user`."""
    address = Address(row["clinic"], row["channel"], row["user"])
    return Conversation(row["id"], address, row["person"], Mode(row["mode"]), row["encounter"], from_text(row["notes"]))


def message_of(row: RowMapping) -> Message:
    """A row of `messages`."""
    extras = json.loads(row["extras"] or "{}")
    return Message(
        seq=row["seq"], id=row["id"], author=Author(row["author"]), text=row["text"], at=row["at"],
        kind=Kind(row["kind"]), client_id=row["client_id"], turn=row["turn"],
        buttons=tuple(Button(**button) for button in extras.get("buttons", ())),
        sources=tuple(Source(**source) for source in extras.get("sources", ())), missed=extras.get("missed", False),
    )  # fmt: skip


def open_turn_of(row: RowMapping) -> OpenTurn:
    """A row of `messages` whose turn is open."""
    return OpenTurn(row["turn"], message_of(row), json.loads(row["extras"] or "{}").get("button"))


def inbound_row(conversation: Conversation, inbound: InboundMessage, seq: int, turn: str) -> Mapping[str, Any]:
    """An inbound message as a row of `messages`."""
    return {
        "clinic": conversation.clinic, "conversation": conversation.id, "seq": seq, "id": new_id(),
        "client_id": inbound.id, "turn": turn, "author": Author.PATIENT, "kind": Kind.TEXT,
        "text": inbound.text, "extras": json.dumps({"button": inbound.button}), "at": inbound.received_at,
    }  # fmt: skip


def outbound(reply: Reply, seq: int, at: datetime, turn: str | None, client_id: str | None = None) -> Message:
    """A reply as the message it becomes; its buttons get their ids."""
    message_id = new_id()
    buttons = tuple(replace(button, id=f"{message_id}-{n}") for n, button in enumerate(reply.buttons))
    return Message(
        seq, message_id, reply.author, reply.text, at, reply.kind, client_id, turn, buttons, reply.sources, reply.missed
    )


def message_row(conversation: Conversation, message: Message) -> Mapping[str, Any]:
    """An outbound message as a row of `messages`."""
    extras = {
        "buttons": [asdict(button) for button in message.buttons],
        "sources": [asdict(source) for source in message.sources],
        "missed": message.missed,
    }
    return {
        "clinic": conversation.clinic, "conversation": conversation.id, "seq": message.seq, "id": message.id,
        "client_id": message.client_id, "turn": message.turn, "author": message.author, "kind": message.kind,
        "text": message.text, "extras": json.dumps(extras, ensure_ascii=False), "at": message.at,
    }  # fmt: skip


def outbox_row(conversation: Conversation, message: Message) -> Mapping[str, Any]:
    """An outbound message as a row of `outbox`."""
    return {
        "clinic": conversation.clinic, "message": message.id, "conversation": conversation.id, "seq": message.seq,
        "channel": conversation.address.channel, "status": "queued", "attempts": 0, "next_at": message.at,
    }  # fmt: skip
