"""How late a dose may still be taken. Pure: a rule, the dose, the following one and the wall clock in, an instant out.

The usual rule of patient leaflets for a forgotten dose is half the interval: take it while less than half of the time
to the next one has passed, else leave it out, and never take two. A drug with a rule of its own carries it with its
regimen as text: limits joined by `+` (the earliest counts), after a `/` those for intervals of six days and more.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.clock import SHANGHAI

LONGEST: Final = timedelta(hours=24)
"""No dose is made up later, but of medicines taken about once a week."""
WITHOUT_NEXT: Final = timedelta(hours=6)
"""What half the interval means where no dose follows."""
ON_TIME: Final = timedelta(hours=1)
"""A dose within this time counts as taken then, even one that is never made up."""
SELDOM: Final = timedelta(days=6)
"""From this interval on a medicine counts as taken about once a week."""
SLACK: Final = timedelta(minutes=30)
"""An earlier dose ends so long before the following one is due: never two open doses of one medicine."""


class LimitKind(StrEnum):
    """What a limit is measured from."""

    HALF = "half"
    """Half the interval to the following dose; with hours: at most these."""
    SAME_DAY = "same_day"
    """Midnight of the person's wall; with hours: so long before it. Half the interval if a dose follows before it."""
    HOURS = "hours"
    """Hours after the dose was due."""
    UNTIL_NEXT_MINUS = "until_next_minus"
    """Hours before the following dose; half the interval where that is no longer than these."""
    NEVER = "never"
    """Not made up."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit."""

    kind: LimitKind = LimitKind.HALF
    hours: int = 0


@dataclass(frozen=True, slots=True)
class LateRule:
    """Until when a forgotten dose may be taken."""

    limits: tuple[Limit, ...] = (Limit(LimitKind.HALF, 6),)
    seldom: tuple[Limit, ...] = ()
    """Where the medicine is taken about once a week; empty: the same limits."""

    @property
    def code(self) -> str:
        """As it is stored: half:6, same_day+until_next_minus:4, same_day/hours:48."""
        usual, seldom = ("+".join(map(_code, some)) for some in (self.limits, self.seldom))
        return f"{usual}/{seldom}" if seldom else usual

    @staticmethod
    def read(code: str) -> "LateRule":
        """The rule of a stored code; raises ValueError."""
        usual, _, seldom = code.partition("/")
        return LateRule(_limits(usual), _limits(seldom) if seldom else ())


USUAL: Final = LateRule()
_NEEDS_HOURS: Final = frozenset({LimitKind.HOURS, LimitKind.UNTIL_NEXT_MINUS})
_LIMIT: Final = re.compile(r"([a-z_]+)(?::([1-9][0-9]{0,2}))?")


def late_until(
    rule: LateRule,
    due_at: datetime,
    following: datetime | None,
    timezone: ZoneInfo = SHANGHAI,
    least_gap: timedelta = timedelta(),
) -> datetime:
    """The instant (UTC) up to which a dose due at `due_at` counts: before the `following` one, never before its own.

    `following` is the next due instant of the same medicine, None when there is none; `least_gap` is kept to it
    wherever the plan itself keeps it. Raises ValueError for a naive instant.
    """
    # Python subtracts the walls of two datetimes of one zone: an interval is counted in UTC.
    due_at = clock.aware(due_at).astimezone(UTC)
    following = clock.aware(following).astimezone(UTC) if following is not None else None
    interval = following - due_at if following is not None else None
    seldom = rule.seldom if interval is not None and interval >= SELDOM else ()
    until = min(_end(limit, due_at, interval, timezone) for limit in seldom or rule.limits)
    if interval is not None and least_gap < interval:
        until = min(until, due_at + interval - least_gap)
    until = max(until if seldom else min(until, due_at + LONGEST), due_at + ON_TIME)
    if following is not None and interval is not None:
        # Doses that are an hour apart leave no room for the slack: half of the interval is.
        until = min(until, following - min(SLACK, interval / 2))
    return max(until, due_at)


def _code(limit: Limit) -> str:
    return f"{limit.kind}:{limit.hours}" if limit.hours else limit.kind.value


def _limits(text: str) -> tuple[Limit, ...]:
    return tuple(_limit(each) for each in text.split("+"))


def _limit(text: str) -> Limit:
    match = _LIMIT.fullmatch(text)
    limit = Limit(LimitKind(match[1]), int(match[2] or 0)) if match else None
    if limit is None or (limit.kind in _NEEDS_HOURS and not limit.hours):
        raise ValueError(f"not a limit: {text!r}")
    return limit


def _end(limit: Limit, due_at: datetime, interval: timedelta | None, timezone: ZoneInfo) -> datetime:
    hours = timedelta(hours=limit.hours)
    half = interval / 2 if interval is not None else WITHOUT_NEXT
    midnight = clock.instant(clock.local(due_at, timezone).date() + timedelta(days=1), time(0), timezone)
    match limit.kind:
        case LimitKind.HALF:
            return due_at + (min(half, hours) if hours else half)
        case LimitKind.SAME_DAY:
            return due_at + half if interval is not None and due_at + interval <= midnight else midnight - hours
        case LimitKind.HOURS:
            return due_at + hours
        case LimitKind.UNTIL_NEXT_MINUS:
            if interval is None:
                return midnight
            return due_at + (interval - hours if hours < interval else half)
        case LimitKind.NEVER:
            return due_at
