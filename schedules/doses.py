"""Doses: what is due, how it ended, how late still counts, putting off, adherence."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from schedules import clock
from schedules.due import due_times, next_due

__all__ = [
    "GRACE",
    "REPEAT_EVERY",
    "SNOOZE_MINUTES",
    "TOO_LATE_AFTER",
    "Adherence",
    "Dose",
    "Outcome",
    "Reason",
    "SnoozeRefused",
    "adherence",
    "due_times",
    "ended",
    "grace_of",
    "is_late",
    "is_too_late",
    "next_due",
    "snooze",
]

GRACE: Final = timedelta(minutes=30)
"""A dose taken or reminded within this time after it was due counts as on time."""
TOO_LATE_AFTER: Final = timedelta(hours=6)
"""Longest time after which a dose may still be reminded or taken, whatever its interval."""
SNOOZE_MINUTES: Final = (10, 30)
"""By how many minutes a person may put a dose off."""
REPEAT_EVERY: Final = timedelta(minutes=10)
"""Unanswered reminders come again after this time."""


class Outcome(StrEnum):
    """How a due dose ended; every one ends in exactly one of these."""

    TAKEN = "taken"
    SKIPPED = "skipped"
    MISSED = "missed"
    SNOOZED = "snoozed"
    CANCELLED = "cancelled"
    UNDELIVERABLE = "undeliverable"

    @property
    def chinese(self) -> str:
        """The word a patient or nurse reads."""
        return _CHINESE[self]


class Reason(StrEnum):
    """Why a dose was skipped, as the person told it."""

    NOT_AT_HAND = "not_at_hand"
    UNWELL = "unwell"
    BETTER = "better"
    NONE_LEFT = "none_left"
    OTHER = "other"

    @property
    def chinese(self) -> str:
        """The word on the button, and in the record."""
        return _REASONS[self]


_REASONS: Final = {
    Reason.NOT_AT_HAND: "忘带",
    Reason.UNWELL: "恶心不舒服",
    Reason.BETTER: "已经好了",
    Reason.NONE_LEFT: "没药了",
    Reason.OTHER: "其他",
}
_CHINESE: Final = {
    Outcome.TAKEN: "已服",
    Outcome.SKIPPED: "跳过",
    Outcome.MISSED: "漏服",
    Outcome.SNOOZED: "稍后",
    Outcome.CANCELLED: "已取消",
    Outcome.UNDELIVERABLE: "未能送达",
}


class SnoozeRefused(ValueError):
    """这次服药不能再往后推。"""


@dataclass(frozen=True, slots=True)
class Dose:
    """One due taking of one regimen; unique by `(regimen_id, due_at)`."""

    regimen_id: str
    due_at: datetime
    """UTC instant."""
    outcome: Outcome | None = None
    """None while it is open."""
    ended_at: datetime | None = None
    """UTC instant of the outcome."""
    follows: datetime | None = None
    """Due instant of the dose that was put off into this one."""


def is_late(due_at: datetime, at: datetime, grace: timedelta = GRACE) -> bool:
    """Whether more than `grace` has passed since the dose was due."""
    return clock.aware(at) - clock.aware(due_at) > grace


def is_too_late(due_at: datetime, at: datetime, grace: timedelta = TOO_LATE_AFTER) -> bool:
    """Whether the dose must no longer be taken or reminded: more than `grace` has passed since it was due."""
    return is_late(due_at, at, grace)


def grace_of(due_at: datetime, following: datetime | None, longest: timedelta = TOO_LATE_AFTER) -> timedelta:
    """How late a dose may be: half the interval to the following one, at most `longest`.

    Half the interval is the usual rule of patient leaflets for a forgotten dose where the drug's own leaflet
    gives none; a drug with its own rule passes it as `longest` to `is_too_late` instead.
    """
    if following is None:
        return longest
    return min(longest, (clock.aware(following) - clock.aware(due_at)) / 2)


def ended(dose: Dose, outcome: Outcome, at: datetime) -> Dose:
    """The dose with its outcome; a dose that has one keeps it (confirming twice changes nothing)."""
    return dose if dose.outcome is not None else replace(dose, outcome=outcome, ended_at=clock.aware(at))


def snooze(
    dose: Dose, minutes: int, at: datetime, following: datetime | None = None, grace: timedelta = TOO_LATE_AFTER
) -> tuple[Dose, Dose]:
    """The dose put off at the instant `at`, and the one it was put off into, due `minutes` later.

    Raises SnoozeRefused when the minutes are not on offer, the dose has ended, the new instant would be too late
    for the dose first due, or would reach the `following` regular dose.
    """
    original = dose.follows or dose.due_at
    due_at = clock.aware(at) + timedelta(minutes=minutes)
    if minutes not in SNOOZE_MINUTES:
        raise SnoozeRefused("只能推后10分钟或30分钟")
    if dose.outcome is not None:
        raise SnoozeRefused("这次服药已经有了结果")
    if is_too_late(original, due_at, grace) or (following is not None and due_at >= following):
        raise SnoozeRefused("再推后就太晚了")
    return ended(dose, Outcome.SNOOZED, at), Dose(dose.regimen_id, due_at, follows=original)


@dataclass(frozen=True, slots=True)
class Adherence:
    """How many due doses were taken. Put-off and cancelled doses are not counted (the one put off into is);
    undeliverable ones are counted apart: we do not know, and the fault is ours."""

    taken: int
    skipped: int
    missed: int
    undeliverable: int

    @property
    def due(self) -> int:
        """Doses that count: taken, skipped and missed."""
        return self.taken + self.skipped + self.missed

    @property
    def ratio(self) -> Decimal | None:
        """Taken ÷ due with three decimals, or None when nothing was due."""
        return (Decimal(self.taken) / Decimal(self.due)).quantize(Decimal("0.001")) if self.due else None


def adherence(doses: Iterable[Dose]) -> Adherence:
    """Adherence over the doses given; open ones do not count yet."""
    counts = dict.fromkeys(Outcome, 0)
    for dose in doses:
        if dose.outcome is not None:
            counts[dose.outcome] += 1
    return Adherence(
        counts[Outcome.TAKEN], counts[Outcome.SKIPPED], counts[Outcome.MISSED], counts[Outcome.UNDELIVERABLE]
    )
