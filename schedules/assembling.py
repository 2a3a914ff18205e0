"""From the pieces of a said regimen to one timing, or to what is missing or wrong with it."""

from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any

from schedules import clock
from schedules.at_meals import at_codes, codes_said
from schedules.bounding import bounds_said
from schedules.clock_words import Hour
from schedules.courses import Course
from schedules.heard import Heard, Refused, count_said, loose_parts, several_days
from schedules.pieces import ClockPiece
from schedules.problems import RegimenProblem as Wrong
from schedules.rhythm_words import Rhythm
from schedules.speaking import CODE_WORDS
from schedules.timing import EVERY_MEAL, MOST_TIMES_A_DAY, PeriodUnit, Timing, TimingError, WhenCode
from schedules.when import Problem, hours_said

__all__ = ["Assembled", "Heard", "Refused", "assembled"]


@dataclass(frozen=True, slots=True)
class Assembled:
    """The timing, and words that it cannot hold but the person should read (饭后 beside clock times)."""

    timing: Timing
    note: str | None = None


def assembled(heard: Heard) -> Assembled:
    """The timing that was said; raises Refused with the first problem."""
    _check(heard)
    if _is_single(heard):
        return Assembled(_single(heard))
    try:
        timing, note = _recurring(heard)
    except TimingError as error:
        raise Refused(Wrong.UNSUPPORTED) from error
    return Assembled(timing, note)


def _is_single(heard: Heard) -> bool:
    """Whether one moment was said: no rhythm, no course, and neither meals nor several times of a day."""
    if heard.rhythm.said or heard.rhythm.as_needed or heard.course != Course():
        return False
    if heard.when is not None and (heard.when.days is not None or several_days(heard)):
        return True
    if heard.order and (heard.when is not None or heard.total is not None):
        return False  # nobody orders 早上8点1片 for once, and 20mg/d is for every day
    clocks = [piece for piece in heard.pieces if isinstance(piece, ClockPiece)]
    several = len(clocks) > 1 or len(loose_parts(heard.pieces)) > 1
    return not (several or heard.ties or heard.rhythm.codes)


def _check(heard: Heard) -> None:
    rhythm = heard.rhythm
    if heard.course.problem:
        raise Refused(Wrong.BOUNDS)
    if rhythm.range_of_counts:
        raise Refused(Wrong.COUNT_RANGE)
    counts = rhythm.counts | ({rhythm.most_per_day} if rhythm.most_per_day is not None else set())
    if any(not 1 <= count <= MOST_TIMES_A_DAY for count in counts):
        raise Refused(Wrong.COUNT)
    if rhythm.range_of_hours and not rhythm.as_needed:
        raise Refused(Wrong.COUNT_RANGE)
    if rhythm.gap is not None and not 1 <= rhythm.gap <= 24 * 30:
        raise Refused(Wrong.INTERVAL)
    for amount, unit in rhythm.periods:
        if amount < 1 or amount > 366 or (unit is PeriodUnit.HOUR and amount * 60 % 1):
            raise Refused(Wrong.INTERVAL)
    if heard.when is not None and heard.when.problem is Problem.IMPOSSIBLE:
        raise Refused(Wrong.IMPOSSIBLE)


def _single(heard: Heard) -> Timing:
    """A reminder for one moment."""
    when = heard.when
    if several_days(heard) and when is not None and when.problem is Problem.SEVERAL:
        raise Refused(Wrong.CONTRADICTION)
    if when is None or (when.days is None and when.time is None):
        raise Refused(Wrong.ONCE_OR_DAILY if when is not None and when.part else Wrong.HOW_OFTEN)
    if when.problem is not None:
        raise Refused(Wrong.PAST if when.problem is Problem.PAST else Wrong.CONTRADICTION)
    if when.days is None:
        raise Refused(Wrong.ONCE_OR_DAILY)
    if when.day is None:
        raise Refused(Wrong.CONTRADICTION)
    if when.time is None:
        raise Refused(Wrong.WHICH_HOUR)
    if when.assumed:
        raise Refused(Wrong.WHICH_HALF)
    return Timing(events=(clock.instant(when.day, when.time, heard.timezone),))


def _recurring(heard: Heard) -> tuple[Timing, str | None]:
    period, unit = _period(heard)
    clocks = _clock_times(heard)
    if heard.rhythm.as_needed:
        return _as_needed(heard, period, unit, clocks)
    if clocks and not heard.order and not _recurs(heard):
        raise Refused(Wrong.ONCE_OR_DAILY)  # 早上8点和晚上8点: nobody said 每天
    fields, note = _moments(heard, unit, clocks)
    bounds = bounds_said(heard, period, unit)
    timing = Timing(
        period=period, period_unit=unit, day_of_week=tuple(sorted(heard.rhythm.weekdays, key=lambda day: day.number)),
        **fields, **bounds,
    )  # fmt: skip
    return timing.anchored(heard.at.astimezone(heard.timezone)), note


def _recurs(heard: Heard) -> bool:
    """Whether it is said on which days: clock times alone make no plan for every day."""
    rhythm = heard.rhythm
    return bool(rhythm.periods or rhythm.weekdays or rhythm.month_days or rhythm.codes) or heard.course != Course()


def _period(heard: Heard) -> tuple[Decimal, PeriodUnit]:
    rhythm = heard.rhythm
    day = (Decimal(1), PeriodUnit.DAY)
    periods = rhythm.periods - {day} or {day}
    if len(periods) > 1:
        raise Refused(Wrong.CONTRADICTION)
    amount, unit = next(iter(periods))
    if unit is PeriodUnit.WEEK and not rhythm.weekdays:
        if not heard.order:
            raise Refused(Wrong.WHICH_WEEKDAY)
        return amount, unit
    if rhythm.weekly_counts and rhythm.weekly_counts != {len(rhythm.weekdays)}:
        raise Refused(Wrong.CONTRADICTION)
    if amount == 1 and unit is PeriodUnit.WEEK:
        return day
    if unit is PeriodUnit.MONTH and heard.order and not rhythm.month_days:
        return amount, unit
    if unit is PeriodUnit.MONTH and len(rhythm.month_days) != 1:
        raise Refused(Wrong.WHICH_MONTH_DAY)
    return amount, unit


def _clock_times(heard: Heard) -> tuple[time, ...]:
    hours = hours_said(heard.pieces)
    said: list[Hour] = [hour for hour in hours if hour is not None]
    if len(said) < len(hours):
        raise Refused(Wrong.IMPOSSIBLE)
    if any(hour.assumed for hour in said):
        raise Refused(Wrong.WHICH_HALF)
    if any(piece.until for piece in heard.pieces if isinstance(piece, ClockPiece)):
        raise Refused(Wrong.WHICH_HOUR)
    if len(said) > MOST_TIMES_A_DAY:
        raise Refused(Wrong.COUNT)
    return tuple(sorted({hour.time for hour in said}))


def _moments(heard: Heard, unit: PeriodUnit, clocks: tuple[time, ...]) -> tuple[dict[str, Any], str | None]:
    """The fields of a timing that say when in a day, and the note."""
    if unit is PeriodUnit.HOUR:
        return _hourly(heard, clocks)
    codes = [] if clocks else codes_said(heard)
    open_week = unit is PeriodUnit.WEEK and not heard.rhythm.weekdays
    if open_week and (clocks or codes) and heard.rhythm.weekly_counts - {1}:
        raise Refused(Wrong.WHICH_WEEKDAY)
    if clocks:
        return _at_clocks(heard, clocks)
    note = _limits_note(heard.rhythm)
    if codes:
        return at_codes(heard, codes), note
    return {"frequency": _frequency(heard, unit)}, note


def _frequency(heard: Heard, unit: PeriodUnit) -> int | None:
    rhythm = heard.rhythm
    if not rhythm.counts and not heard.order:
        raise Refused(Wrong.WHICH_HOUR)
    # 第1天0.5g顿服: within the steps of a taper every day is meant.
    daily = heard.total is not None or (heard.whole and rhythm.counts == {1})
    if not rhythm.periods and not rhythm.weekdays and not daily:
        raise Refused(Wrong.HOW_OFTEN)
    if unit is PeriodUnit.WEEK and not rhythm.weekdays:
        return _times_a_week(heard)
    return count_said(rhythm) if rhythm.counts else _once_unless_split(heard, unit)


def _times_a_week(heard: Heard) -> int:
    counts = heard.rhythm.weekly_counts or {1}
    if len(counts) > 1 or not counts <= set(range(1, 8)) or not heard.rhythm.counts <= {1}:
        raise Refused(Wrong.CONTRADICTION)
    return counts.pop() if len(counts) == 1 else 1


def _once_unless_split(heard: Heard, unit: PeriodUnit) -> int:
    """隔日1片, 每周三1片, 每天1片 are taken at once; 每天30mg may be meant in several parts."""
    total = heard.total
    one_piece = total is not None and total.counted and total.value <= 1 and total.most is None
    if one_piece or heard.whole or heard.rhythm.weekdays or heard.rhythm.periods - {(Decimal(1), PeriodUnit.DAY)}:
        return 1
    raise Refused(Wrong.WHICH_HOUR if total is None else Wrong.DAILY_SPLIT)


def _hourly(heard: Heard, clocks: tuple[time, ...]) -> tuple[dict[str, Any], str | None]:
    (hours,) = (amount for amount, unit in heard.rhythm.periods if unit is PeriodUnit.HOUR)
    count = count_said(heard.rhythm)
    if count is not None and count * hours != 24:
        raise Refused(Wrong.CONTRADICTION)
    if clocks or loose_parts(heard.pieces) or heard.rhythm.weekdays:
        raise Refused(Wrong.UNSUPPORTED)
    return {"frequency": 1}, _note(heard)


def _at_clocks(heard: Heard, clocks: tuple[time, ...]) -> tuple[dict[str, Any], str | None]:
    if count_said(heard.rhythm) not in (None, len(clocks)):
        raise Refused(Wrong.CONTRADICTION)
    loose = loose_parts(heard.pieces)
    codes = [code for tie in heard.ties for code in tie.codes] + heard.rhythm.codes
    late = all(moment.hour >= 19 for moment in clocks)
    # 早上8点饭后 keeps 饭后 as a note; 早上8点和晚饭后 would lose a taking, so it is refused.
    harmless = all(code in EVERY_MEAL or (late and code is WhenCode.HS) for code in codes)
    if loose or not harmless:
        raise Refused(Wrong.UNSUPPORTED)
    return {"time_of_day": clocks}, _note(heard)


def _note(heard: Heard) -> str | None:
    phrases = [tie.said for tie in heard.ties] + [note for note in (_limits_note(heard.rhythm),) if note]
    return "，".join(phrases) or None


def _limits_note(rhythm: Rhythm) -> str | None:
    phrases = [f"间隔至少{rhythm.gap.normalize():f}小时"] if rhythm.gap else []
    if rhythm.most_per_day is not None:
        phrases.append(f"一天不超过{rhythm.most_per_day}次")
    return "，".join(phrases) or None


def _as_needed(heard: Heard, period: Decimal, unit: PeriodUnit, clocks: tuple[time, ...]) -> tuple[Timing, str | None]:
    rhythm = heard.rhythm
    if clocks or rhythm.weekdays or (unit is not PeriodUnit.HOUR and (period != 1 or unit is not PeriodUnit.DAY)):
        raise Refused(Wrong.UNSUPPORTED)
    hours = period if unit is PeriodUnit.HOUR else rhythm.gap
    if hours is not None:
        period, unit = hours, PeriodUnit.HOUR
    most = rhythm.most_per_day if rhythm.most_per_day is not None else count_said(rhythm)
    bounds = bounds_said(heard, Decimal(1), PeriodUnit.DAY)
    timing = Timing(
        period=period, period_unit=unit, as_needed=True, as_needed_for=rhythm.as_needed_for, most_per_day=most, **bounds
    )
    ties = [tie.said if len(tie.said) > 1 else CODE_WORDS[tie.codes[0]] for tie in heard.ties]
    phrases = ties + [CODE_WORDS[code] for code in rhythm.codes]
    phrases += [part.chinese for part in loose_parts(heard.pieces)]
    words = "，".join([*phrases, *([rhythm.range_of_hours] if rhythm.range_of_hours else [])])
    return timing.anchored(heard.at.astimezone(heard.timezone)), words or None
