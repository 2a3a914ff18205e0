"""A conversation and what can happen in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.messages import Address, Message
from bot.notes import NO_NOTES, Notes


class Mode(StrEnum):
    """Who answers."""

    ASSISTANT = "assistant"
    PRACTICE = "practice"
    HANDOFF = "handoff"


class Route(StrEnum):
    """Which way a turn took."""

    STRUCTURED = "structured"
    FALLBACK = "fallback"
    REFUSED = "refused"
    RED_FLAG = "red_flag"
    HANDOFF = "handoff"
    PRACTICE = "practice"
    COMMAND = "command"


class HandoffStatus(StrEnum):
    """requested → accepted → closed, or requested → expired."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    EXPIRED = "expired"


class Urgency(StrEnum):
    """Red flags stand before those who asked for a person."""

    RED_FLAG = "red_flag"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Conversation:
    """All turns of one person on one channel."""

    id: str
    address: Address
    person: str
    mode: Mode
    encounter: str | None = None  # the running practice encounter, in mode PRACTICE
    notes: Notes = NO_NOTES

    @property
    def clinic(self) -> str:
        """The tenant whose conversation it is."""
        return self.address.clinic

    @property
    def key(self) -> str:
        """Its name for locks, streams and Rasa: unique over all clinics, and it tells nothing of the person."""
        return f"{self.clinic}.{self.id}"


@dataclass(frozen=True, slots=True)
class Handoff:
    """A conversation passed, or about to be passed, to a nurse."""

    id: str
    conversation: str
    status: HandoffStatus
    urgency: Urgency
    reason: str
    summary: str
    requested_at: datetime
    nurse: str | None = None
    note: str = ""
    patient: str = ""  # a label without any identity, such as 访客 3F2A


@dataclass(frozen=True, slots=True)
class Turn:
    """One inbound message and all that it caused."""

    id: str
    conversation: str
    inbound: Message
    route: Route
    replies: tuple[Message, ...] = ()
    hops: Mapping[str, float] = field(default_factory=dict)  # milliseconds by step
    repeated: bool = False  # the message had been answered before; nothing was done again
