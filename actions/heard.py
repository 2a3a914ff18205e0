"""What an action hears: the person's words in their place in the conversation, read from Rasa's tracker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from rasa_sdk.interfaces import Tracker

from actions.callers import Caller

Event = Mapping[str, Any]


# Actions that leave the words to whoever comes next.
_NO_ANSWERS = frozenset({"action_listen", "action_extract_slots", "action_session_start", "action_inform"})


class Phase(StrEnum):
    """Why a form runs now."""

    STARTED = "started"  # the words opened it
    CONTINUED = "continued"  # the words should answer its question
    RESUMED = "resumed"  # another action has just answered: ask again, read nothing


@dataclass(frozen=True, slots=True)
class Heard:
    """One sentence of a person, and what Rasa remembers."""

    text: str  # as cleaned by the house
    intent: str  # name of the intent, `nlu_fallback` where Rasa is unsure
    slots: Mapping[str, Any]
    events: Sequence[Event]  # of Rasa's tracker, oldest first
    caller: Caller
    at: datetime  # when the action runs, UTC
    form: str | None = None  # the running form

    def phase(self, form: str) -> Phase:
        """Why `form` runs: told by what happened since the person spoke."""
        since = _since_last_words(self.events)
        done = {event.get("name") for event in since if event.get("event") == "action"}
        opened = any(event.get("event") == "active_loop" and event.get("name") == form for event in since)
        silent = not any(event.get("event") == "bot" for event in since)
        if done - {form, *_NO_ANSWERS} and not (opened and silent):  # an action may open a form instead of answering
            return Phase.RESUMED
        return Phase.STARTED if opened else Phase.CONTINUED

    @property
    def requested(self) -> str | None:
        """The slot that the running form asked for."""
        return self.slots.get("requested_slot")


def hear(tracker: Tracker, caller: Caller, at: datetime) -> Heard:
    """Read Rasa's tracker."""
    message = tracker.latest_message or {}
    intent = (message.get("intent") or {}).get("name") or ""
    form = (tracker.active_loop or {}).get("name")
    return Heard(str(message.get("text") or ""), intent, dict(tracker.slots), tracker.events, caller, at, form)


def _since_last_words(events: Sequence[Event]) -> Sequence[Event]:
    last = max((place for place, event in enumerate(events) if event.get("event") == "user"), default=-1)
    return events[last + 1 :]


def last_bot_texts(events: Sequence[Event]) -> list[str]:
    """What the assistant said in the turn before the last words of the person, in order."""
    before: list[Event] = []
    users = 0
    for event in reversed(events):
        users += event.get("event") == "user"
        if users == 2 and before:
            break
        if users >= 1 and event.get("event") == "bot":
            before.append(event)
    return [text for text in map(_bot_text, reversed(before)) if text]


def _bot_text(event: Event) -> str:
    custom = (event.get("data") or {}).get("custom") or {}
    return str(event.get("text") or custom.get("text") or "")
