"""Keep of a conversation only what its next turn needs, so that turn 1,000 costs what turn 10 does.

The house stores every message itself; Rasa's events are working memory, not the record.
"""

from __future__ import annotations

from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

LONGEST = 40  # events
LONGEST_IN_FORM = 120  # events; a form's own history is left alone as long as it is of human length
TURNS_KEPT = 3


def recent_events(tracker: DialogueStateTracker) -> list[Event]:
    """Return the tracker's events, or, when they are many, a beginning that says the same and the last turns."""
    events = list(tracker.events)
    longest = LONGEST_IN_FORM if tracker.active_loop_name else LONGEST
    waiting = tracker.followup_action not in (None, ACTION_LISTEN_NAME)
    if len(events) <= longest or waiting or tracker.is_paused():
        return events
    start = _start_of_last_turns(events)
    return events if start is None else [*_beginning(tracker, events[start].timestamp), *events[start:]]


def _start_of_last_turns(events: list[Event]) -> int | None:
    turns = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    return turns[-TURNS_KEPT] if len(turns) >= TURNS_KEPT else None


def _beginning(tracker: DialogueStateTracker, at: float) -> list[Event]:
    """Return events that bring a new tracker to the slots and the form of this one."""
    slots = [SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value is not None]
    loop = [ActiveLoop(tracker.active_loop_name)] if tracker.active_loop_name else []
    beginning = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted(), *slots, *loop]
    beginning.append(ActionExecuted(ACTION_LISTEN_NAME))
    for event in beginning:
        event.timestamp = at
    return beginning


def as_stored(event: Event) -> dict[str, Any]:
    """Return an event for storing; the ranking of intents was needed in its own turn only."""
    stored: dict[str, Any] = event.as_dict()
    reading = stored.get("parse_data")
    if reading:
        stored["parse_data"] = {key: value for key, value in reading.items() if key != "intent_ranking"}
    return stored
