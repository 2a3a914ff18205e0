"""One drug's regimens as one plan: phases that follow each other (a taper), regimens of a phase side by side.

The phases must touch: each begins where the one before it ends. Regimens side by side (早上2片晚上1片) must never be
due at the same time, which would be a dose taken twice.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.due import due_times
from schedules.problems import RegimenProblem
from schedules.regimen import Regimen
from schedules.timing import Timing

Phase = tuple[Regimen, ...]
"""Regimens of one drug that hold at the same time."""
MOST_STEPS: Final = 60
"""More regimens than this in one plan are taken for a slip."""
_WATCHED: Final = timedelta(days=42)
"""Six weeks: every rhythm by days and weeks has come round."""
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


def fault_of(phases: Sequence[Phase], at: datetime, timezone: ZoneInfo) -> RegimenProblem | None:
    """What is wrong with a plan made at the aware instant `at`, or None."""
    if sum(map(len, phases)) > MOST_STEPS:
        return RegimenProblem.TOO_MANY
    bounds = [_bounds(phase) for phase in phases]
    for (_, end), (start, _) in pairwise(bounds):
        if end is None or start is None or _following(end) != start:
            return RegimenProblem.STEPS
    if any(_twice_at_once(phase, at, timezone) for phase in phases if len(phase) > 1):
        return RegimenProblem.STEPS
    return None


def rhythm_only(timing: Timing) -> str:
    """How often and when, in words, without from when until when."""
    return "，".join(
        phrase for phrase in timing.read_back().split("，") if not phrase.startswith(("从", "到", "连服", "总共"))
    )


Bound = date | datetime | None


def _bounds(phase: Phase) -> tuple[Bound, Bound]:
    """First and last moment of a phase; None where it is open. Regimens on alternate days begin a day apart."""
    starts = [one.timing.start for one in phase]
    first = starts[0] if len(set(starts)) == 1 else min((bound for bound in starts if bound), key=_day, default=None)
    ends = {one.timing.end for one in phase}
    return first, ends.pop() if len(ends) == 1 else None


def _day(bound: date | datetime) -> date:
    return bound.date() if isinstance(bound, datetime) else bound


def _following(end: date | datetime) -> date | datetime:
    return end + (_MINUTE if isinstance(end, datetime) else _DAY)


def _twice_at_once(phase: Phase, at: datetime, timezone: ZoneInfo) -> bool:
    start, _ = _bounds(phase)
    first = _instant(start, at, timezone)
    seen: set[datetime] = set()
    for one in phase:
        due = set(due_times(one.timing, first, first + _WATCHED, timezone=timezone))
        if seen & due or (not due and not one.timing.as_needed):
            return True
        seen |= due
    return any(one.timing.as_needed for one in phase)


def _instant(start: Bound, at: datetime, timezone: ZoneInfo) -> datetime:
    if start is None:
        return at
    return start if isinstance(start, datetime) else clock.instant(start, datetime.min.time(), timezone)


def flattened(phases: Iterable[Phase]) -> tuple[Regimen, ...]:
    """All regimens in order."""
    return tuple(regimen for phase in phases for regimen in phase)
