"""Two small costs that a conversation pays hundreds of times a turn.

An event's class is looked up by walking all subclasses for every event read from the store; here the
answer is remembered. A tracker is copied before every action, with every slot, by `copy.copy`'s general
protocol; a slot is copied here by its dictionary, which is all it has.
"""

from __future__ import annotations

from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot

_search = Event.resolve_by_type
_found: dict[str, type[Event]] = {}


def resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    """Return the class of an event's type name, as Rasa's own search does."""
    kind = _found.get(type_name)
    if kind is not None:
        return kind
    kind = _search(type_name, default)
    if kind is not None and kind is not default:
        _found[type_name] = kind
    return kind


def copy_slot(slot: Slot) -> Slot:
    """Return a shallow copy."""
    new = object.__new__(type(slot))
    new.__dict__.update(slot.__dict__)
    return new


def install() -> None:
    """Put both in place; doing so twice changes nothing."""
    Event.resolve_by_type = staticmethod(resolve_by_type)  # type: ignore[method-assign]
    Slot.__copy__ = copy_slot  # type: ignore[attr-defined]
