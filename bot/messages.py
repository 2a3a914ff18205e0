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
    number: int = 0  # given when queued: 1, 2, 3 … since the person last wrote, for channels that can only show text


@dataclass(frozen=True, slots=True)
class Reply:
    """One message a responder wants to send."""

    text: str
    buttons: tuple[Button, ...] = ()
    sources: tuple[Source, ...] = ()
    kind: Kind = Kind.TEXT
    author: Author = Author.BOT
    missed: bool = False  # it says that the person's words could not be used
    by: str = ""  # the nurse's name, where she speaks
    picture: str = ""  # address of an image of what the text says, in the web page shown beside it


class Touch(StrEnum):
    """What opens a window on channels that allow only a few messages after it."""

    SAID = "said"  # the person wrote
    TOUCHED = "touched"  # a menu, a code, the follow button


class AttachmentKind(StrEnum):
    """What came instead of words, or with them."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"
    LOCATION = "location"
    LINK = "link"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that is not text. `ref` is what the channel fetches its bytes by; empty where there are none."""

    kind: AttachmentKind
    ref: str = ""
    name: str = ""  # file name, place or title, as the person's channel gave it


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """What a person sent, decoded. `id` is unique per address: a repeated id is the same message."""

    address: Address
    id: str
    text: str
    received_at: datetime
    button: str | None = None  # id of a pressed button of an earlier message
    pressed: Button | None = None  # a button that stood in no message: the channel's menu, a scanned code, following
    attachments: tuple[Attachment, ...] = ()
    heard: bool = False  # the text was recognised from a voice: numbers and drug names may be wrong
    numbered: bool = False  # the channel shows buttons as numbers: `2` may mean the second one
    blind: bool = False  # no page shows who answers now: that a nurse is awaited has to be said
    touch: Touch | None = None  # on channels with windows
    reply_by: datetime | None = None  # until then the channel waits for the answer itself, and the courier must not


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
    by: str = ""  # as in Reply
    picture: str = ""  # as in Reply
