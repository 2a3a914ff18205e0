"""What a change of the plan brings, as values."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from bot.regimen_rows import DueDose, Regimen


class Change(StrEnum):
    """What a person did to the plan; each is kept in the journal and can be taken back."""

    PAUSED = "paused"
    RESUMED = "resumed"
    RETIMED = "retimed"
    SHIFTED = "shifted"
    MOVED = "moved"
    DOSE_CHANGED = "dose_changed"
    STOPPED = "stopped"
    HABITS = "habits"
    COUNTED = "counted"
    AS_NEEDED = "as_needed"
    SETTLED = "settled"  # doses taken, left out, put off


class PlanRefused(ValueError):
    """A change that can't be made; the words are for the person, in Chinese, without a full stop."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The plan after a change."""

    what: Change
    regimens: tuple[Regimen, ...]  # those concerned, as they stand now
    cancelled: int  # open doses that the change ended without another in their place
    next_due: datetime | None  # UTC; the first dose of them ahead


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back."""

    what: Change
    at: datetime  # UTC, when it had been done
    regimens: tuple[Regimen, ...]  # those concerned, as they stand again
    doses: tuple[DueDose, ...]  # those that are open again
    next_due: datetime | None  # UTC; the first dose of them ahead


@dataclass(frozen=True, slots=True)
class DaysLeft:
    """How long a medicine lasts."""

    regimen: str  # the one whose count it is
    drug: str
    left: Decimal  # now, in the unit of the dose
    unit: str | None  # 片, 粒 …; None: the dose was not said
    days: int | None  # so many days from the next dose on; None: not to be known (as needed, no amount), or `enough`
    last_day: date | None  # on the person's wall; None where `days` is
    enough: bool = False  # lasts to the end of the course, or a year


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether a medicine taken as needed may be taken, and that it was."""

    dose: DueDose | None  # as it was noted; None: nothing was noted
    allowed_at: datetime  # UTC; refused: from then on; noted: from then on the next
    too_soon: bool  # before the least gap had passed, or beyond the most of 24 hours
    left_today: int | None  # takings still allowed within 24 hours; None: no most is known
