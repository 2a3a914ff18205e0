"""What the actions need, given to them by the house."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from actions.answer import Outcome
from actions.callers import Callers
from actions.heard import Heard
from bot.appointments import Appointments
from bot.regimens import Regimens
from knowledge.library import Library


@dataclass(frozen=True, slots=True)
class Deps:
    """Knowledge, stores, the caller port and the clock."""

    library: Library
    appointments: Appointments
    regimens: Regimens
    callers: Callers
    clock: Callable[[], datetime]  # aware
    cases: Mapping[str, str] = field(default_factory=dict)  # titles of the practice cases by id


Verb = Callable[[Deps, Heard], Awaitable[Outcome]]
"""What an action does."""
