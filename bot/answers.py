"""What a responder gives back: messages for the person, and at most one change of who answers next."""

from dataclasses import dataclass
from typing import Protocol

from bot.conversation import Conversation, Route, Urgency
from bot.messages import Message, Reply


@dataclass(frozen=True, slots=True)
class HandoffWanted:
    """Pass the conversation to a nurse."""

    reason: str
    urgency: Urgency = Urgency.ASKED


@dataclass(frozen=True, slots=True)
class HandoffCancelled:
    """The person no longer waits for a nurse."""


@dataclass(frozen=True, slots=True)
class PracticeWanted:
    """Start an encounter with a simulated patient."""

    case: str


@dataclass(frozen=True, slots=True)
class PracticeLeft:
    """Back to the assistant."""

    encounter: str


Change = HandoffWanted | HandoffCancelled | PracticeWanted | PracticeLeft


@dataclass(frozen=True, slots=True)
class Answer:
    """What one turn says and changes."""

    route: Route
    replies: tuple[Reply, ...] = ()
    change: Change | None = None
    unsure: bool = False  # the question is left to the fallback; `replies` come after its answer


@dataclass(frozen=True, slots=True)
class Asked:
    """What a responder is asked: the conversation as it stands and the cleaned words of the person."""

    conversation: Conversation
    turn: str
    inbound: Message
    text: str


class Responder(Protocol):
    """Who answers a turn. None: this one knows nothing about it."""

    async def respond(self, asked: Asked) -> Answer | None:
        """Answer a turn."""
