"""Who is told next about a dose that nobody confirms: the person again, then the family, then a nurse.

A `Round` is what one person is told at one time: all medicines of eight o'clock together. Pure: how far a round has
climbed and what is known at the instant in, the next step and when to look again out. Both engines climb by it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.clock import SHANGHAI


class Rung(StrEnum):
    """What is to be done for a round at an instant."""

    WAIT = "wait"
    PERSON = "person"
    FAMILY = "family"
    NURSE = "nurse"
    TOP = "top"
    """Everybody has been told: only time ends the doses now."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the person's wall clock in which nobody is called for what can wait; may pass midnight."""

    first: time = time(23, 0)
    last: time = time(6, 0)

    def ends_after(self, at: datetime, timezone: ZoneInfo) -> datetime | None:
        """The UTC instant at which the quiet hours around `at` end; None outside of them."""
        wall = clock.local(at, timezone)
        now, overnight = wall.time(), self.first > self.last
        inside = (now >= self.first or now < self.last) if overnight else self.first <= now < self.last
        if not inside or self.first == self.last:
            return None
        tomorrow = overnight and now >= self.first
        return clock.instant(wall.date() + timedelta(days=int(tomorrow)), self.last, timezone)


@dataclass(frozen=True, slots=True)
class Ladder:
    """How patient the house is. By default like the commonest medicine reminder: every 10 minutes, 4 times."""

    repeat_every: timedelta = timedelta(minutes=10)
    repeats: int = 4
    family_waits: timedelta = timedelta(minutes=30)
    """From telling the family to telling a nurse."""


USUAL: Final = Ladder()
NO_QUIET: Final = Quiet(time(0), time(0))


@dataclass(frozen=True, slots=True)
class Climb:
    """How far a round has climbed."""

    told: int = 0
    """Times the person was told, the first time included."""
    family_told: bool = False
    nurse_told: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a round at the instant of looking."""

    critical: bool
    """One of its open doses is of a medicine whose omission can harm at once."""
    family: bool
    """Somebody of the family has agreed to be told."""
    heard: bool = True
    """The last message to the person has left; when it could not, another would not either."""
    quiet: Quiet = NO_QUIET
    timezone: ZoneInfo = SHANGHAI


@dataclass(frozen=True, slots=True)
class Step:
    """What to do now, how far the round has climbed then, and when to look again (None: no more)."""

    rung: Rung
    climb: Climb
    again_at: datetime | None


def next_step(climb: Climb, known: Known, at: datetime, ladder: Ladder = USUAL) -> Step:
    """The next step of a round with open doses, looked at when its time to look again has come."""
    wakes_at = None if known.critical else known.quiet.ends_after(at, known.timezone)
    if wakes_at is not None:
        return Step(Rung.WAIT, climb, wakes_at)
    if climb.told <= ladder.repeats and (known.heard or climb.told == 0):
        return Step(Rung.PERSON, replace(climb, told=climb.told + 1), at + ladder.repeat_every)
    if known.family and not climb.family_told:
        return Step(Rung.FAMILY, replace(climb, family_told=True), at + ladder.family_waits)
    if known.critical and not climb.nurse_told:
        return Step(Rung.NURSE, replace(climb, nurse_told=True), None)
    return Step(Rung.TOP, climb, None)
