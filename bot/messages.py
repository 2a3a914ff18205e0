"""What travels through the house: neutral, frozen, known to every channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Author(StrEnum):
    """Who said a message."""

    PATIENT = "patient"
    BOT = "bot"
    NURSE = "nurse"
    SP = "sp"  # the standardized patient of a practice encounter


class Kind(StrEnum):
    """How a message is shown."""

    TEXT = "text"
    RED_FLAG = "red_flag"
    REMINDER = "reminder"
    NOTICE = "notice"
    DEBRIEF = "debrief"
    GENERATED = "generated"  # words of a model, marked as such (生成式人工智能服务管理暂行办法, article 12)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person is reached. `user` is the channel's own id and never logged in the clear."""

    clinic: str
    channel: str
    user: str


@dataclass(frozen=True, slots=True)
class Source:
    """What a statement rests on, as shown under an answer."""

    title: str
    publisher: str
    reviewed: str  # ISO date of our last review
    excerpt: str = ""  # the source's own words, when there is room for them


@dataclass(frozen=True, slots=True)
class Button:
    """A quick reply. Pressing it either says words or gives the house one of its own commands."""

    label: str
    say: str | None = None  # the words the person thereby says
    command: str | None = None  # a name in bot.commands.COMMANDS; never sent to Rasa
    args: Mapping[str, str] = field(default_factory=dict)
    id: str = ""  # given when queued; the only part that a channel sends back


@dataclass(frozen=True, slots=True)
class Reply:
    """One message a responder wants to send."""

    text: str
    buttons: tuple[Button, ...] = ()
    sources: tuple[Source, ...] = ()
    kind: Kind = Kind.TEXT
    author: Author = Author.BOT
    missed: bool = False  # it says that the person's words could not be used


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """What a person sent, decoded. `id` is unique per address: a repeated id is the same message."""

    address: Address
    id: str
    text: str
    received_at: datetime
    button: str | None = None  # id of a pressed button of an earlier message


@dataclass(frozen=True, slots=True)
class Message:
    """A stored message of a conversation, either direction."""

    seq: int  # 1, 2, 3 … within its conversation, without gaps
    id: str
    author: Author
    text: str
    at: datetime
    kind: Kind = Kind.TEXT
    client_id: str | None = None  # the channel's id, for inbound ones
    turn: str | None = None
    buttons: tuple[Button, ...] = ()
    sources: tuple[Source, ...] = ()
    missed: bool = False  # as in Reply
