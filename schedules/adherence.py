"""Adherence in detail: by drug, week, day and part of the day; the longest run, the part that is forgotten most. Pure.

A dose counts at the time for which it was first planned: one put off past midnight still belongs to its own day.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.clock import SHANGHAI
from schedules.doses import Adherence, Dose, Outcome, Reason, adherence, is_late

__all__ = [
    "Adherence", "DayPart", "Taking", "Tally", "adherence", "by_day", "by_drug", "by_part", "by_week", "day_of",
    "longest_run", "most_forgotten", "part_of", "tally", "week_of",
]  # fmt: skip


class Taking(Protocol):
    """What is known of one due dose; instants are UTC."""

    @property
    def regimen(self) -> str:
        """Id of the regimen."""

    @property
    def drug(self) -> str:
        """As the person named it."""

    @property
    def due_at(self) -> datetime:
        """When it was due."""

    @property
    def planned_at(self) -> datetime:
        """When it was first due; earlier than `due_at` when it was put off."""

    @property
    def outcome(self) -> Outcome | None:
        """None while it is open."""

    @property
    def outcome_at(self) -> datetime | None:
        """When it ended; of a taking: when it was taken."""

    @property
    def reason(self) -> Reason | None:
        """Why it was skipped."""


class DayPart(StrEnum):
    """A part of the day by the wall clock; the value is what a person reads."""

    NIGHT = "凌晨"
    MORNING = "早上"
    FORENOON = "上午"
    NOON = "中午"
    AFTERNOON = "下午"
    EVENING = "晚上"


_PART_ENDS: Final = (
    (5, DayPart.NIGHT), (9, DayPart.MORNING), (11, DayPart.FORENOON), (14, DayPart.NOON), (17, DayPart.AFTERNOON),
    (24, DayPart.EVENING),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally(Adherence):
    """Adherence with what lies behind it."""

    late: int = 0
    """Of those taken: more than the grace after they were planned."""
    reasons: tuple[tuple[Reason, int], ...] = ()
    """Why doses were skipped, the most frequent first; a skip without a reason is OTHER."""

    @property
    def percent(self) -> int | None:
        """Taken by due in whole per cent, rounded down so that only all of them are 100; None when nothing was due."""
        return self.taken * 100 // self.due if self.due else None


T = TypeVar("T", bound=Taking)
K = TypeVar("K")


def tally(takings: Iterable[Taking]) -> Tally:
    """The sums over the doses given; open, put-off and cancelled ones do not count."""
    every = tuple(takings)
    sums = adherence(Dose(one.regimen, one.due_at, one.outcome) for one in every)
    reasons = Counter(one.reason or Reason.OTHER for one in every if one.outcome is Outcome.SKIPPED)
    late = sum(_taken_late(one) for one in every)
    return Tally(sums.taken, sums.skipped, sums.missed, sums.undeliverable, late, tuple(reasons.most_common()))


def _taken_late(one: Taking) -> bool:
    return one.outcome is Outcome.TAKEN and one.outcome_at is not None and is_late(one.planned_at, one.outcome_at)


def day_of(one: Taking, timezone: ZoneInfo = SHANGHAI) -> date:
    """The person's day to which a dose belongs."""
    return clock.local(one.planned_at, timezone).date()


def week_of(day: date) -> date:
    """The Monday of the ISO 8601 week of a day."""
    return day - timedelta(days=day.weekday())


def part_of(one: Taking, timezone: ZoneInfo = SHANGHAI) -> DayPart:
    """The part of the day in which a dose was planned."""
    hour = clock.local(one.planned_at, timezone).hour
    return next(part for end, part in _PART_ENDS if hour < end)


def by_drug(takings: Iterable[T]) -> dict[str, Tally]:
    """By the drug's name, in the order in which they first appear."""
    return _by(takings, lambda one: one.drug)


def by_week(takings: Iterable[T], timezone: ZoneInfo = SHANGHAI) -> dict[date, Tally]:
    """By ISO week, named by its Monday, the earliest first."""
    return _in_order(_by(takings, lambda one: week_of(day_of(one, timezone))), key=lambda week: week)


def by_day(takings: Iterable[T], timezone: ZoneInfo = SHANGHAI) -> dict[date, Tally]:
    """By the person's day, the earliest first."""
    return _in_order(_by(takings, lambda one: day_of(one, timezone)), key=lambda day: day)


def by_part(takings: Iterable[T], timezone: ZoneInfo = SHANGHAI) -> dict[DayPart, Tally]:
    """By part of the day, from night to evening."""
    return _in_order(_by(takings, lambda one: part_of(one, timezone)), key=list(DayPart).index)


def _by(takings: Iterable[T], key: Callable[[T], K]) -> dict[K, Tally]:
    groups: dict[K, list[T]] = {}
    for one in takings:
        groups.setdefault(key(one), []).append(one)
    return {name: tally(group) for name, group in groups.items()}


def _in_order(tallies: dict[K, Tally], key: Callable[[K], date | int]) -> dict[K, Tally]:
    return dict(sorted(tallies.items(), key=lambda each: key(each[0])))


def longest_run(takings: Iterable[Taking], timezone: ZoneInfo = SHANGHAI) -> int:
    """The most days in a row on which everything due was taken.

    A day without a dose that counts (nothing due, or only what we could not deliver) neither breaks a run nor is in it.
    """
    longest = running = 0
    for day in by_day(takings, timezone).values():
        if day.due:
            running = running + 1 if day.taken == day.due else 0
            longest = max(longest, running)
    return longest


def most_forgotten(takings: Sequence[Taking], timezone: ZoneInfo = SHANGHAI) -> DayPart | None:
    """The part of the day with more missed doses than any other; None when there is no such part."""
    missed = Counter(part_of(one, timezone) for one in takings if one.outcome is Outcome.MISSED)
    first, second = [*missed.most_common(2), (None, 0), (None, 0)][:2]
    return first[0] if first[1] > second[1] else None
