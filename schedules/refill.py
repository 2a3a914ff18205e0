"""When to say that a medicine runs out: while enough open days remain on which more of it can be had. Pure."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

OPEN_DAYS: Final = 5
"""Open days from the notice to the last day that is covered, both included; one week of work."""
_FURTHEST: Final = 60  # days; a hospital that is closed longer helps nobody


def refill_on(last_day: date, is_closed: Callable[[date], bool], open_days: int = OPEN_DAYS) -> date:
    """The day on which to say that a medicine lasts until `last_day`.

    So many days before as there are `open_days` among them: five days usually, six over a Sunday that is closed,
    twelve over a week of holidays.
    """
    day, left = last_day, open_days
    for _ in range(_FURTHEST):
        left -= not is_closed(day)
        if left <= 0:
            return day
        day -= timedelta(days=1)
    return day


def last_chance(last_day: date, is_closed: Callable[[date], bool]) -> date:
    """The last open day on which more can be had before the medicine has run out."""
    return refill_on(last_day, is_closed, 1)


def look_again_on(today: date, wanted: date) -> date:
    """When to count again a stock that is to be spoken of on `wanted`: halfway there, for it may go faster."""
    return today + timedelta(days=max((wanted - today).days // 2, 1))
