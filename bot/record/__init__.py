"""The record of a person's medication over a span: in words, as a picture, as files."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.outbox import Delivery
from bot.regimen_rows import DueDose, Regimen
from schedules.clock import SHANGHAI, instant, local

WEEKS: Final = 4
"""How far a record looks back unless asked otherwise."""
LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class SentReminder:
    """One reminder that was written to the person."""

    id: str  # of the message
    regimens: tuple[str, ...]  # ids of what it reminded of
    delivery: Delivery
    at: datetime  # UTC; when it was sent, else when it was written
    text: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What one person was to take in a span and how it went. Instants are UTC."""

    person: str  # id; no name is kept here
    clinic_name: str
    since: datetime  # included
    until: datetime  # not included
    made_at: datetime
    regimens: tuple[Regimen, ...]  # those of the span, stopped ones too
    doses: tuple[DueDose, ...]  # due in the span, earliest first
    messages: tuple[SentReminder, ...] = ()
    timezone: ZoneInfo = SHANGHAI

    @property
    def first_day(self) -> date:
        """The person's first day of the span."""
        return local(self.since, self.timezone).date()

    @property
    def last_day(self) -> date:
        """The person's last day of the span, included."""
        return local(self.until - timedelta(microseconds=1), self.timezone).date()

    @property
    def days(self) -> int:
        """How many days of the person the span touches."""
        return (self.last_day - self.first_day).days + 1


def last_weeks(at: datetime, weeks: int = WEEKS, timezone: ZoneInfo = SHANGHAI) -> tuple[datetime, datetime]:
    """The span of so many weeks that ends with the day of `at`: its first and its last midnight."""
    today = local(at, timezone).date()
    first, after = today - timedelta(days=7 * weeks - 1), today + timedelta(days=1)
    return instant(first, time(0), timezone), instant(after, time(0), timezone)
