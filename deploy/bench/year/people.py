"""The people of the simulated year: where they live, what they take, and how they answer."""

import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.conversation import Conversation
from bot.regimen_rows import After, Care, Regimen
from deploy.bench.year.rhythms import DAY, Rhythm
from schedules.lateness import LateRule

ZONES: Final = tuple(
    map(ZoneInfo, ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo"))
)
CLOCKS: Final = tuple(time(hour, minute) for hour in range(24) for minute in (0, 30))
LATE_RULES: Final = ("half:6", "same_day", "hours:3", "until_next_minus:4", "never")


class Deed(StrEnum):
    """What a person does about a reminder."""

    TAKE = "take"
    SNOOZE = "snooze"
    SKIP = "skip"
    TAKE_TWICE = "press taken twice"
    FORGET = "forget"


DEEDS: Final = {Deed.TAKE: 66, Deed.SNOOZE: 9, Deed.SKIP: 7, Deed.TAKE_TWICE: 4, Deed.FORGET: 14}


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of time in which a regimen kept one rhythm in one zone."""

    since: datetime
    rhythm: Rhythm
    zone: ZoneInfo


@dataclass(slots=True)
class Medicine:
    """One regimen, and what its person did to it."""

    regimen: Regimen
    spells: list[Spell]
    stopped_at: datetime | None = None
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def after(self) -> After | None:
        """What its doses follow, where they follow something."""
        return self.regimen.after


@dataclass(slots=True)
class Patient:
    """One person."""

    conversation: Conversation
    zone: ZoneInfo
    dice: random.Random
    medicines: list[Medicine]

    def deed(self) -> Deed:
        """What to do about this reminder."""
        return self.dice.choices(tuple(DEEDS), tuple(DEEDS.values()))[0]

    def delay(self) -> timedelta:
        """How soon: mostly at once, now and then hours later."""
        minutes = self.dice.choice((1, 2, 3, 5, 8, 12, 45, 150))
        return timedelta(minutes=minutes, seconds=self.dice.randrange(60))


def patient(conversation: Conversation, zone: ZoneInfo, dice: random.Random, start: datetime, days: int) -> Patient:
    """A person with four regimens of different kinds."""
    first = start.astimezone(zone).date() + DAY
    makers: Sequence[Callable[[random.Random, date, int], Rhythm]] = (_steady, _weekly, _seldom, _course)
    medicines = [
        _medicine(conversation, zone, dice, start, maker(dice, first, days), number)
        for number, maker in enumerate(makers)
    ]
    if dice.random() < 0.2:
        medicines[-1] = _tied(dice, medicines[-1], medicines[0])
    return Patient(conversation, zone, dice, medicines)


def _steady(dice: random.Random, first: date, _days: int) -> Rhythm:
    return Rhythm(first, (dice.choice(CLOCKS),), every=dice.choice((1, 3, 7, 7)))


def _weekly(dice: random.Random, first: date, _days: int) -> Rhythm:
    return Rhythm(first, (dice.choice(CLOCKS),), weekdays=tuple(sorted(dice.sample(range(7), dice.choice((1, 1, 2))))))


def _seldom(dice: random.Random, first: date, _days: int) -> Rhythm:
    if dice.random() < 0.7:
        return Rhythm(first, (dice.choice(CLOCKS),), day_of_month=first.day)
    begins = datetime.combine(first, dice.choice(CLOCKS), UTC) + DAY
    return Rhythm(first, hours=dice.choice((36, 50, 100)), begins=begins)


def _course(dice: random.Random, first: date, days: int) -> Rhythm:
    """Three, two or four times a day for some days, some time of the year: on days that the clocks change too."""
    begins = first + dice.randrange(max(days - 10, 1)) * DAY
    hour = dice.randrange(24)
    times = dice.choice((2, 3, 4))
    clocks = tuple(sorted(time((hour + part * 24 // times) % 24, 30) for part in range(times)))
    return Rhythm(begins, clocks, last=begins + dice.choice((3, 5, 7)) * DAY)


def _medicine(
    conversation: Conversation, zone: ZoneInfo, dice: random.Random, start: datetime, rhythm: Rhythm, number: int
) -> Medicine:
    gap = timedelta(hours=dice.choice((2, 4))) if dice.random() < 0.3 else None
    care = Care(LateRule.read(dice.choice(LATE_RULES)), gap, critical=dice.random() < 0.1)
    regimen = Regimen(
        uuid.UUID(int=dice.getrandbits(128)).hex, conversation.person, conversation.id, f"药{number + 1}", None, "一片",
        rhythm.timing(), start, care=care,
    )  # fmt: skip
    return Medicine(regimen, [Spell(start, rhythm, zone)])


def _tied(dice: random.Random, own: Medicine, other: Medicine) -> Medicine:
    """Half an hour after another medicine, or six hours after its own last taking, for the days of the course."""
    regimen, rhythm = own.regimen, own.spells[0].rhythm
    after = After(other.regimen.id, 30) if dice.random() < 0.5 else After(regimen.id, 360)
    starts_at = max(regimen.starts_at, datetime.combine(rhythm.first, time(6), UTC))
    return Medicine(replace(regimen, after=after, starts_at=starts_at), own.spells)
