"""Whom a waiting handoff is told next: a pure rule over what has been told so far.

At once: the group, and the first nurse on duty. Not taken in time: the next nurse, and so on through the roster, then
everybody. A red flag has shorter pauses, is told at once when a waiting handoff becomes one or another danger is added
to it, and is repeated to everybody until somebody takes it: less and less often, so that the calls go on being heard.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.conversation import Handoff, Urgency
from bot.roster import Nurse

LONGEST = timedelta(minutes=15)  # between two repetitions of a red flag that nobody takes


class Scope(StrEnum):
    """Why somebody is told."""

    FIRST = "first"
    NEXT = "next"  # the one before did not take it
    RAISED = "raised"  # it has become a red flag, or another danger has come
    ALL = "all"  # nobody took it


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a nurse has to take a handoff before the next one is told."""

    asked: timedelta
    red_flag: timedelta

    def of(self, urgency: Urgency) -> timedelta:
        """The pause for this urgency."""
        return self.red_flag if urgency is Urgency.RED_FLAG else self.asked

    def before_repeating(self, repeated: int) -> timedelta:
        """The pause after a red flag was told to everybody for the n-th time: 1, 2, 4, 8, 15, 15, … minutes."""
        most = max(self.red_flag, LONGEST)
        return min(self.red_flag * (1 << min(repeated - 1, 16)), most)


@dataclass(frozen=True, slots=True)
class Told:
    """Something that was told, or is about to be."""

    step: int
    scope: Scope
    urgency: Urgency
    nurses: tuple[str, ...]  # names: who got it, or was mentioned in the group
    planned_at: datetime
    to_group: bool = False
    refused: bool = False  # it can never arrive
    reason: str | None = None  # of the handoff when it was planned; None: not known


@dataclass(frozen=True, slots=True)
class Step:
    """Who is told now."""

    number: int
    scope: Scope
    nurses: tuple[Nurse, ...]


def next_step(
    handoff: Handoff, told: Sequence[Told], on_duty: Sequence[Nurse], at: datetime, pace: Pace
) -> Step | None:
    """The step due at `at`; None while the one before still has time, or when there is none left."""
    if not told:
        return Step(0, Scope.FIRST, tuple(on_duty[:1]))
    latest = [one for one in told if one.step == max(each.step for each in told)]
    number = latest[0].step + 1
    names = {name for one in told for name in one.nurses}
    red_flag = handoff.urgency is Urgency.RED_FLAG
    if red_flag and not any(_tells_danger(one, handoff) for one in told):
        again = tuple(nurse for nurse in on_duty if nurse.name in names) or tuple(on_duty[:1])
        return Step(number, Scope.RAISED, again)
    if latest[0].scope is Scope.ALL:
        due = red_flag and at >= latest[0].planned_at + pace.before_repeating(_times_to_all(told))
        return Step(number, Scope.ALL, tuple(on_duty)) if due else None
    if not _out_of_time(latest, at, pace.of(handoff.urgency)):
        return None
    others = [nurse for nurse in on_duty if nurse.name not in names]
    return Step(number, Scope.NEXT, (others[0],)) if others else Step(number, Scope.ALL, tuple(on_duty))


def _out_of_time(latest: Sequence[Told], at: datetime, pause: timedelta) -> bool:
    """The time is up, or no nurse of this step can be reached at all (then nobody waits for her)."""
    if at >= latest[0].planned_at + pause:
        return True
    persons = [one for one in latest if not one.to_group]
    return bool(persons) and all(one.refused for one in persons)


def _tells_danger(one: Told, handoff: Handoff) -> bool:
    return one.urgency is Urgency.RED_FLAG and one.reason in (handoff.reason, None)


def _times_to_all(told: Sequence[Told]) -> int:
    """How often everybody was told of this danger; another one begins anew."""
    raised = max((one.step for one in told if one.scope is Scope.RAISED), default=-1)
    return len({one.step for one in told if one.scope is Scope.ALL and one.step > raised})
