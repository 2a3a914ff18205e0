"""A button that was pressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button pressed by the person of a conversation."""

    conversation: Conversation
    args: Mapping[str, str]
    at: datetime
