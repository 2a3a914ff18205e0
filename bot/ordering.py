"""What a nurse orders for a patient, read from her own words: the values, and the port to who reads and keeps it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Sheet:
    """An order as it was understood, in Chinese for the nurse."""

    lines: tuple[str, ...]  # a medicine each, as it will be reminded
    unread: tuple[str, ...]  # what could not be read, and what is missing; with any nothing is kept
    cautions: tuple[str, ...]  # too much, doubled, or not together with what the patient takes

    @property
    def complete(self) -> bool:
        """Whether it can be kept."""
        return bool(self.lines) and not self.unread


class Ordering(Protocol):
    """Reads and keeps orders."""

    async def read(self, patient: Conversation, text: str, at: datetime) -> Sheet:
        """What the words order; nothing is kept."""

    async def keep(self, patient: Conversation, nurse: str, client_id: str, text: str, at: datetime) -> Sheet:
        """Set the reminders and tell the patient, all or nothing, once per `client_id` of her page. A sheet that is not
        complete is only given back.
        """
