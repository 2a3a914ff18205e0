"""Who is speaking: Rasa knows a sender id only, the house knows the person behind it."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Caller:
    """The person whose words an action answers."""

    clinic: str  # the tenant
    conversation: str  # id of the conversation; reminders set here are sent here
    person: str  # id of the person
    told: tuple[str, ...] = ()  # drugs that the one spoken of takes, as told in the talk
    shares_list: bool = False  # may answers use the medicines of their reminders?


class Callers(Protocol):
    """Finds the caller. Implemented over the house's store."""

    async def caller(self, sender_id: str) -> Caller:
        """The caller of a sender id `<clinic>.<conversation id>`. Raises bot.errors.NotFound."""
        ...
