"""What the actions need, given to them by the house."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from actions.answer import Outcome
from actions.callers import Callers
from actions.heard import Heard
from bot.appointments import Appointments
from bot.habits import HabitStore
from bot.plans import Plans
from bot.regimens import Regimens
from knowledge.library import Library

RecordLink = Callable[[str, str, datetime], str]
"""Clinic, person and instant → the address of the person's record, good for a day; empty where none can be given."""


def no_link(_clinic: str, _person: str, _at: datetime) -> str:
    """Without a page of its own a house has no links to give."""
    return ""


@dataclass(frozen=True, slots=True)
class Deps:
    """Knowledge, stores, the caller port and the clock."""

    library: Library
    appointments: Appointments
    regimens: Regimens
    callers: Callers
    clock: Callable[[], datetime]  # aware
    plans: Plans
    habits: HabitStore
    cases: Mapping[str, str] = field(default_factory=dict)  # titles of the practice cases by id
    record_link: RecordLink = no_link


Verb = Callable[[Deps, Heard], Awaitable[Outcome]]
"""What an action does."""
