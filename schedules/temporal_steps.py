"""What the workflows of Temporal and those who do their steps say to each other: names, ids and counts.

A module of its own: the workflows' one is loaded anew for every workflow, and this one is not.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Task(StrEnum):
    """The activities, by the names under which workers offer them."""

    LAY_OUT = "lay_out"
    BEGIN = "begin"
    START_LADDERS = "start_ladders"
    CLIMB = "climb"
    END_LATE = "end_late"
    OTHERS = "others"
    DELIVER = "deliver"
    CLIMB_ONE = "climb_one"
    ADOPT = "adopt"


BEAT: Final = (
    Task.LAY_OUT, Task.BEGIN, Task.START_LADDERS, Task.CLIMB, Task.END_LATE, Task.OTHERS, Task.DELIVER
)  # fmt: skip
"""What is done every minute, in this order."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What one look needs to know."""

    clinic: str
    shards: int = 4
    """Parts of the conversations that are told side by side: 1, 2, 4, 8 or 16."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of several parts of the conversations."""

    clinic: str
    index: int
    of: int


@dataclass(frozen=True, slots=True)
class Climber:
    """The round that a ladder is for."""

    clinic: str
    round: str
    first_look_s: float = 0.0
    """Seconds from the start to the first look."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a round had climbed when it was last looked at."""

    told: int = 0
    """Times the person was told."""
    family_told: bool = False
    nurse_told: bool = False
    open_doses: int = 0
    again_s: float | None = None
    """Seconds until the next look; None: no more."""
