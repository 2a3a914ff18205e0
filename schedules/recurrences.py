"""What comes again and again, as a recurrence rule of RFC 5545: 每周一三五, 每隔一天, 每月第一个周一, 三餐后, 工作日.

The words of dosing (`rhythm_words`, `meal_words`) are read as there; the calendar's (每年, 每月最后一天, 每季度) here.
- 每隔一天 is every second day, 每隔两周 every third week; 每隔8小时 is every 8 hours.
- Clock times come from the sentence, or from a usual day (`DayPlan`) where meals, sleep or parts of the day are said.
- 每年 with a day of the lunar calendar is no rule of RFC 5545: `rrule` is None, the words stay.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from schedules import clock, latin
from schedules.calendar_rhythm import every_seconds, find_calendar_rule
from schedules.courses import Course, find_course
from schedules.day_plan import DayPlan
from schedules.day_values import WEEK
from schedules.due import due_times
from schedules.meal_words import EMPTY_STOMACH, Tied, find_ties
from schedules.numbers import CHINESE
from schedules.pieces import ClockPiece, DayPart, DayPiece, PartPiece
from schedules.recurrence import DAYS, Frequency, Recurrence
from schedules.regimen import read_regimen
from schedules.rhythm_words import Rhythm, find_rhythm
from schedules.timing import AT_MEAL, EVERY_MEAL, PeriodUnit, Timing, WhenCode
from schedules.when import AnyPiece, hours_said, pieces_of

_USUAL_DAY: Final = DayPlan()
_MOST_TIMES: Final = 12
_MOST_PIECES: Final = 64
"""Pieces of a text that are looked at, so that the cost stays linear."""

_NO_RHYTHM: Final = (
    "次|人|片|粒|颗|袋|支|瓶|位|盒|件|斤|公斤|千克|毫升|克|kg|ml|张|种|项|步|句|题|户|家|所|股|米"
    "|[一个]{1,2}(?!个?(?:月|年|星期|礼拜|周|工作日|季度|小时|钟头|晚|早|天|日))"
)
"""What follows 每 where nothing recurs: 每次两片, 每个人."""
_COUNT: Final = rf"[0-9{CHINESE}]{{1,3}}"
_PERIOD: Final = "(?:[天日周年]|个?月|小时|星期|礼拜)"
_EXPLICIT: Final = re.compile(
    rf"每(?!{_NO_RHYTHM})|天天|日日|夜夜|(?:月月|年年)(?![初中底末])|工作日|双休日"
    rf"|(?<![相间])隔(?:[天日周]|{_COUNT}{_PERIOD})"
    rf"|[0-9{CHINESE}半]{_PERIOD}[要需吃服用喝药]{{0,3}}{_COUNT}次|日[一二三四五六]次|次/[日天周]"
    rf"|{WEEK}[一二三四五六日天](?:、?[一二三四五六日天])+(?![点号月时早晚次上下中])"
    rf"|{latin.DAILY.pattern}|{latin.WEEKLY.pattern}|(?<![a-z])q ?[0-9]{{1,3}} ?[hdw](?![a-z])|(?<![a-z])q\.?o\.?d"
)
_TIED: Final = re.compile(
    r"[饭餐][前后时中]|睡前|临睡|睡觉前|入睡|上床前|空腹|起床|晨起|三餐|早[上晨]?[、和]?[中午]{0,2}[、和]?晚上?(?:各|$|[,。,;]|一?次)"
)
_CODE_OF_PART: Final = {
    DayPart.DAWN: WhenCode.WAKE, DayPart.MORNING: WhenCode.MORN, DayPart.NOON: WhenCode.NOON,
    DayPart.AFTERNOON: WhenCode.AFT, DayPart.EVENING: WhenCode.EVE, DayPart.NIGHT: WhenCode.NIGHT,
}  # fmt: skip


def read_recurrence(said: str, at: datetime, timezone: ZoneInfo) -> Recurrence | None:
    """What recurs in a plain text, or None. `at` is the aware instant of speaking."""
    explicit = _EXPLICIT.search(said) is not None
    if not explicit and not _TIED.search(said):
        return None
    said = said.replace("每逢", "每个")
    course, rest = find_course(said, at, timezone)
    today = clock.local(at, timezone).date()
    rule, rest = find_calendar_rule(rest, today)
    ties, rest = find_ties(rest)
    rhythm, rest = find_rhythm(rest)
    pieces = pieces_of(rest, today)[:_MOST_PIECES]
    rule = rule or _of_dosing(rhythm, bool(ties))
    if rule is None:
        return None
    if rule.frequency is Frequency.WEEKLY and not rule.by_day:
        rule = replace(rule, by_day=_weekdays_said(pieces))
    lasts = _lasts(said, pieces)
    within_days = rule.frequency in (Frequency.SECONDLY, Frequency.MINUTELY, Frequency.HOURLY)
    if within_days:
        times = _round_the_clock(rule, timezone)
    else:
        times = _at_meals_of_parts(said, at, timezone, ties, pieces) or _times(rhythm, ties, pieces)
    rule = replace(rule, times=times[:1] if lasts else times, lasts=lasts)
    return _bounded(rule, course, pieces, today, explicit)


def _of_dosing(rhythm: Rhythm, tied: bool) -> Recurrence | None:
    """A rule from the words of dosing."""
    period, unit = min(rhythm.periods, default=(Decimal(1), None), key=str)
    weekdays = tuple(DAYS[day.number] for day in sorted(rhythm.weekdays, key=lambda day: day.number))
    if period <= 0:
        return None
    if weekdays:
        return Recurrence(Frequency.WEEKLY, int(period) if unit is PeriodUnit.WEEK else 1, by_day=weekdays)
    if unit is PeriodUnit.MONTH:
        return Recurrence(Frequency.MONTHLY, int(period), by_month_day=tuple(sorted(rhythm.month_days)))
    if unit is PeriodUnit.HOUR:
        return every_seconds(Decimal(round(period * 3600)))
    if unit is PeriodUnit.WEEK:
        return Recurrence(Frequency.WEEKLY, int(period))
    if unit is PeriodUnit.DAY or tied or rhythm.counts or rhythm.codes:
        return Recurrence(Frequency.DAILY, int(period))
    return None


def _weekdays_said(pieces: Sequence[AnyPiece]) -> tuple[str, ...]:
    """每隔两周，周三下午: the weekday said apart belongs to the week."""
    weekly = [piece.first for piece in pieces if isinstance(piece, DayPiece) and piece.weekly]
    return tuple(dict.fromkeys(DAYS[day.weekday()] for day in weekly if day))


def _round_the_clock(rule: Recurrence, timezone: ZoneInfo) -> tuple[time, ...]:
    """The clock times of hours that divide the day, of those that one keeps in mind."""
    if rule.frequency is not Frequency.HOURLY or 24 % rule.interval or 24 // rule.interval > _MOST_TIMES:
        return ()
    day = datetime(2000, 1, 3, tzinfo=timezone)
    timing = Timing(frequency=1, period=Decimal(rule.interval), period_unit=PeriodUnit.HOUR)
    moments = due_times(timing, day, day + timedelta(days=1), _USUAL_DAY, timezone)
    return tuple(sorted(clock.local(moment, timezone).time() for moment in moments))


def _times(rhythm: Rhythm, ties: Sequence[Tied], pieces: Sequence[AnyPiece]) -> tuple[time, ...]:
    """Clock times said, or those that meals, sleep, parts of the day or a count mean on a usual day."""
    said = [hour.time for hour in hours_said(pieces) if hour]
    if said:
        return tuple(dict.fromkeys(said))
    count = max(rhythm.counts, default=0)
    timings = [_tied_timing(tie, count) for tie in ties]
    codes = [] if ties else [_CODE_OF_PART[piece.part] for piece in pieces if isinstance(piece, PartPiece)]
    timings += [Timing(when=(code,)) for code in dict.fromkeys([*codes, *rhythm.codes])]
    if timings:
        return _clock_times({minute for timing in timings for minute in _USUAL_DAY.minutes_of_day(timing)})
    return _clock_times(set(_USUAL_DAY.spread(count))) if 1 <= count <= _MOST_TIMES else ()


def _at_meals_of_parts(
    said: str, at: datetime, timezone: ZoneInfo, ties: Sequence[Tied], pieces: Sequence[AnyPiece]
) -> tuple[time, ...]:
    """早上饭后 is after breakfast, 晚上睡前 before sleep: how a part narrows a meal the regimen knows."""
    if not ties or not any(isinstance(piece, PartPiece) for piece in pieces):
        return ()
    timing = read_regimen(said, at, timezone).timing
    return _clock_times(set(_USUAL_DAY.minutes_of_day(timing))) if timing and timing.when else ()


def _tied_timing(tie: Tied, count: int) -> Timing:
    offset = tie.offset if not AT_MEAL & set(tie.codes) else None
    every = len(tie.codes) == 1 and tie.codes[0] in EVERY_MEAL
    once = 1 if tie.said == EMPTY_STOMACH else None
    frequency = (count if 1 <= count <= 3 else once) if every else None
    return Timing(when=tie.codes, offset=offset if offset is None or offset <= 720 else None, frequency=frequency)


def _clock_times(minutes: set[int]) -> tuple[time, ...]:
    return tuple(sorted(time(minute // 60 % 24, minute % 60) for minute in minutes))


def _lasts(said: str, pieces: Sequence[AnyPiece]) -> timedelta | None:
    """上午9点到11点 lasts two hours."""
    clocks = [piece for piece in pieces if isinstance(piece, ClockPiece)]
    if len(clocks) != 2:
        return None
    between = said[clocks[0].end : clocks[1].start].strip("上下午晚早中 ")
    if not (clocks[1].until or between in ("到", "至", "-", "~")):
        return None
    first, last = hours_said(pieces)
    if first is None or last is None:
        return None
    day = date(2000, 1, 1)
    length = datetime.combine(day, last.time) - datetime.combine(day, first.time)
    return length % timedelta(days=1) or None


def _bounded(rule: Recurrence, course: Course, pieces: Sequence[AnyPiece], today: date, explicit: bool) -> Recurrence:
    """The rule with its first and last day, from a course or from a day said beside it."""
    first, last = _day_of(course.start), _day_of(course.end)
    days = next((piece for piece in pieces if isinstance(piece, DayPiece) and piece.first and piece.last), None)
    if first is None and days and not days.weekly:
        first, last = days.first, last or (days.last if days.last != days.first else None)
    if course.days:
        first = first or today
        last = clock.shifted(first, course.days - 1)
    return replace(rule, first_day=first, last_day=last, once=not explicit and days is not None and last is None)


def _day_of(bound: date | datetime | None) -> date | None:
    return bound.date() if isinstance(bound, datetime) else bound
