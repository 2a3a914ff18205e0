"""Rows of the tables as our objects, and back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping

from bot.conversation import Conversation, Mode
from bot.messages import (
    Address,
    Attachment,
    AttachmentKind,
    Author,
    Button,
    InboundMessage,
    Kind,
    Message,
    Reply,
    Source,
)
from bot.notes import from_text
from bot.phrases import ASK_HUMAN


def new_id() -> str:
    """An id that nobody can guess and that sorts nowhere."""
    return uuid4().hex


@dataclass(frozen=True, slots=True)
class OpenTurn:
    """A claimed message whose answer is not stored yet."""

    id: str
    inbound: Message
    button: str | None = None  # id of the button pressed
    pressed: Button | None = None  # or the channel's own button
    attachments: tuple[Attachment, ...] = ()
    heard: bool = False
    numbered: bool = False
    blind: bool = False
    reply_by: datetime | None = None


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
        by=extras.get("by", ""), picture=extras.get("picture", ""),
    )  # fmt: skip


def open_turn_of(row: RowMapping) -> OpenTurn:
    """A row of `messages` whose turn is open."""
    extras = json.loads(row["extras"] or "{}")
    pressed, reply_by = extras.get("pressed"), extras.get("reply_by")
    return OpenTurn(
        row["turn"], message_of(row), extras.get("button"), Button(**pressed) if pressed else None,
        tuple(Attachment(AttachmentKind(each["kind"]), each["ref"], each["name"]) for each in extras.get("with", ())),
        extras.get("heard", False), extras.get("numbered", False),
        extras.get("blind", False), datetime.fromisoformat(reply_by) if reply_by else None,
    )  # fmt: skip


def inbound_row(conversation: Conversation, inbound: InboundMessage, seq: int, turn: str) -> Mapping[str, Any]:
    """An inbound message as a row of `messages`."""
    return {
        "clinic": conversation.clinic, "conversation": conversation.id, "seq": seq, "id": new_id(),
        "client_id": inbound.id, "turn": turn, "author": Author.PATIENT, "kind": Kind.TEXT,
        "text": inbound.text, "extras": _extras(inbound), "at": inbound.received_at,
    }  # fmt: skip


def _extras(inbound: InboundMessage) -> str:
    """What an inbound message has besides its words; a plain one has next to nothing."""
    extras = {
        "button": inbound.button,
        "pressed": asdict(inbound.pressed) if inbound.pressed else None,
        "with": [asdict(each) for each in inbound.attachments],
        "heard": inbound.heard,
        "numbered": inbound.numbered,
        "blind": inbound.blind,
        "reply_by": inbound.reply_by.isoformat() if inbound.reply_by else None,
    }
    return json.dumps({name: value for name, value in extras.items() if value}, ensure_ascii=False)


def is_numbered(button: Button) -> bool:
    """A nurse is called by her word alone: who answers every list with `1` must not call one by mistake."""
    return button.command != "request_human" and (button.say or button.label) != ASK_HUMAN


def outbound(
    reply: Reply, seq: int, at: datetime, turn: str | None, client_id: str | None = None, offered: int = 0
) -> Message:
    """A reply as the message it becomes; its buttons get their ids, and numbers that go on after `offered`."""
    message_id, buttons = new_id(), []
    for n, button in enumerate(reply.buttons):
        numbered = is_numbered(button)
        offered += numbered
        place = offered if numbered else 0
        buttons.append(Button(button.label, button.say, button.command, button.args, f"{message_id}-{n}", place))
    return Message(
        seq,
        message_id,
        reply.author,
        reply.text,
        at,
        reply.kind,
        client_id,
        turn,
        tuple(buttons),
        reply.sources,
        reply.missed,
        reply.by,
        reply.picture,
    )


def message_row(conversation: Conversation, message: Message) -> Mapping[str, Any]:
    """An outbound message as a row of `messages`."""
    extras = {
        "buttons": [_said_of(button) for button in message.buttons],
        "sources": [asdict(source) for source in message.sources],
        "missed": message.missed,
        "by": message.by,
        "picture": message.picture,
    }
    told = {name: value for name, value in extras.items() if value}
    return {
        "clinic": conversation.clinic, "conversation": conversation.id, "seq": message.seq, "id": message.id,
        "client_id": message.client_id, "turn": message.turn, "author": message.author, "kind": message.kind,
        "text": message.text, "extras": json.dumps(told, ensure_ascii=False), "at": message.at,
    }  # fmt: skip


def _said_of(button: Button) -> dict[str, Any]:
    """What makes the button again; only what it has: reminders are written by the thousand."""
    told = {
        "say": button.say, "command": button.command, "args": dict(button.args),
        "id": button.id, "number": button.number,
    }  # fmt: skip
    return {"label": button.label} | {name: value for name, value in told.items() if value}


def outbox_row(conversation: Conversation, message: Message, not_before: datetime | None) -> Mapping[str, Any]:
    """An outbound message as a row of `outbox`."""
    return {
        "clinic": conversation.clinic, "message": message.id, "conversation": conversation.id, "seq": message.seq,
        "channel": conversation.address.channel, "status": "queued", "attempts": 0, "parts_sent": 0,
        "next_at": max(message.at, not_before) if not_before else message.at,
    }  # fmt: skip
