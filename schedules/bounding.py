"""From said starts, ends and courses to the bounds of a timing."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from schedules import clock
from schedules.courses import Course
from schedules.heard import Heard, Refused
from schedules.pieces import DayPiece
from schedules.problems import RegimenProblem as Wrong
from schedules.rhythm_words import Rhythm
from schedules.timing import PeriodUnit


def course_said(heard: Heard) -> Course:
    """The bounds said, or those that a plain future day or run of days beside a rhythm gives (下周每天早上8点)."""
    course = heard.course
    plain_day = [piece for piece in heard.pieces if isinstance(piece, DayPiece) and not piece.weekly]
    if course.start is not None or not plain_day or heard.when is None or heard.when.days is None:
        return course
    first, last = heard.when.days
    today = clock.local(heard.at, heard.timezone).date()
    if first < today or (first == today and first == last):
        return course
    end = course.end if first == last or course.end else last
    return replace(course, start=first, end=end)


def bounds_said(heard: Heard, period: Decimal, unit: PeriodUnit) -> dict[str, Any]:
    course = course_said(heard)
    now = clock.local(heard.at, heard.timezone).replace(second=0, microsecond=0)
    start = course.start
    if start is None and unit is PeriodUnit.HOUR and 24 % period:
        start = now
    if start is None and (unit is PeriodUnit.WEEK or (unit is PeriodUnit.DAY and period > 1)):
        start = _first_weekday(heard.rhythm, now.date())
    if unit is PeriodUnit.MONTH:
        start = _month_start(heard.rhythm, start or now.date())
    end, days = course.end, course.days
    if start is not None and days is not None:
        minute = timedelta(minutes=1) if isinstance(start, datetime) else timedelta(days=1)
        end, days = start + timedelta(days=days) - minute, None
    if end is not None and _day(end) < now.date():
        raise Refused(Wrong.PAST)
    if end is not None and start is not None and _day(end) < _day(start):
        raise Refused(Wrong.BOUNDS)
    return {"start": start, "end": end, "duration_days": days if end is None else None, "count": course.count}


def _first_weekday(rhythm: Rhythm, today: date) -> date:
    """Today, or the first of the weekdays said: 每两周周三 begins with the coming Wednesday."""
    numbers = {weekday.number for weekday in rhythm.weekdays} or {today.weekday()}
    return next(day for ahead in range(7) if (day := today + timedelta(days=ahead)).weekday() in numbers)


def _day(bound: date | datetime) -> date:
    return bound.date() if isinstance(bound, datetime) else bound


def _month_start(rhythm: Rhythm, earliest: date | datetime) -> date:
    """The first day with the number said, from the earliest day on."""
    first = _day(earliest)
    number = next(iter(rhythm.month_days), first.day)
    if not 1 <= number <= 31:
        raise Refused(Wrong.IMPOSSIBLE)
    days = (first + timedelta(days=ahead) for ahead in range(62 + 31))
    return next(day for day in days if day.day == number)
