"""Follow-up after discharge: on which days questions are asked, and when again. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from schedules.clock import SHANGHAI, instant, local

ASKED_AT: Final = time(10, 0)
"""Wall-clock time of questions: up and dressed, and the whole working day still ahead for who has to come."""
USUAL_DAYS: Final = (1, 3, 7)
"""Days after discharge on which most troubles show."""
WAITS: Final = timedelta(hours=20)
"""At least so long after a question it is asked again."""
LASTS: Final = timedelta(days=2)
"""A question that could not be put for so long is a nurse's matter."""
LONGEST: Final = 90
"""Days after discharge."""


def moments(
    discharged: date, days: Sequence[int], at: datetime, timezone: ZoneInfo = SHANGHAI
) -> tuple[tuple[int, datetime], ...]:
    """The days after discharge whose questions lie ahead of `at`, each with its UTC instant, in order.

    Raises ValueError for a day before the first or after the ninetieth.
    """
    if any(not 1 <= day <= LONGEST for day in days):
        raise ValueError(f"days after discharge: {list(days)}")
    found = ((day, instant(discharged + timedelta(days=day), ASKED_AT, timezone)) for day in sorted(set(days)))
    return tuple((day, when) for day, when in found if when > at)


def again_at(at: datetime, timezone: ZoneInfo = SHANGHAI) -> datetime:
    """When a question put at `at` is looked at again: the first morning that is far enough away."""
    earliest = local(at + WAITS, timezone)
    day = earliest.date() + timedelta(days=int(earliest.time() > ASKED_AT))
    return instant(day, ASKED_AT, timezone)
