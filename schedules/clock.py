"""Instants and wall clocks. Everything inside is an aware datetime in UTC; the person's zone is a parameter."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
"""The zone in which patients and clinics of the mainland live; no daylight saving since 1991."""


def aware(at: datetime) -> datetime:
    """`at` itself; raises ValueError when it carries no offset, since a naive time names no instant."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError("a datetime without a time zone names no instant")
    return at


def local(at: datetime, timezone: ZoneInfo = SHANGHAI) -> datetime:
    """The wall clock of `timezone` at the instant `at`."""
    return aware(at).astimezone(timezone)


def instant(day: date, clock: time, timezone: ZoneInfo = SHANGHAI) -> datetime:
    """The UTC instant at which the wall of `timezone` shows `clock` on `day`.

    A time skipped in spring happens as long after the jump as it was meant after it (02:30 → 03:30);
    a time shown twice in autumn means the first (fold 0).
    """
    return datetime.combine(day, clock, timezone).astimezone(UTC)


def days_between(first: date, last: date) -> int:
    """Whole days from `first` to `last`; negative when `last` is earlier."""
    return (last - first).days


def shifted(day: date, days: int) -> date | None:
    """`day` moved by `days`, or None when the calendar has no such day (before year 1, after 9999)."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def month_shifted(day: date, months: int) -> date | None:
    """The same day `months` later, or the last day of a shorter month; None outside the calendar."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9998:
        return None
    return date(year, month + 1, min(day.day, month_length(year, month + 1)))


def month_length(year: int, month: int) -> int:
    """Number of days of a month, leap years counted."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days
