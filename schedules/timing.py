"""When a medicine is due: a frozen `Timing` with the fields and meanings of FHIR R4 `Timing`.

One timing is of one kind only: single moments (`events`), as needed, every so many hours, or on days: so many times
a day, at clock times, or at parts of the day and meals. What FHIR forbids to mix (`when` with `timeOfDay`, an offset
without `when`: rules tim-9, tim-10) and what we cannot keep raises `TimingError` at construction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

MOST_TIMES_A_DAY: Final = 12
"""More takings a day than every two hours awake are taken for a slip."""
LONGEST_DAYS: Final = 3660
"""Ten years: longer periods and courses are taken for a slip."""
MOST_TAKINGS: Final = 1000
"""More takings than this are said by an end, not counted."""


class TimingError(ValueError):
    """这样的用药时间自相矛盾或暂不支持。"""


class PeriodUnit(StrEnum):
    """UCUM units of a period that we keep."""

    HOUR = "h"
    DAY = "d"
    WEEK = "wk"
    MONTH = "mo"


class Weekday(StrEnum):
    """FHIR DaysOfWeek, in the order of `date.weekday()`."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def number(self) -> int:
        """0 for Monday, as `date.weekday()` counts."""
        return list(Weekday).index(self)


class WhenCode(StrEnum):
    """FHIR EventTiming (http://hl7.org/fhir/event-timing and v3 TimingEvent): parts of the day, sleep, meals."""

    WAKE = "WAKE"
    MORN = "MORN"
    NOON = "NOON"
    AFT = "AFT"
    EVE = "EVE"
    NIGHT = "NIGHT"
    HS = "HS"
    PHS = "PHS"
    AC = "AC"
    ACM = "ACM"
    ACD = "ACD"
    ACV = "ACV"
    C = "C"
    CM = "CM"
    CD = "CD"
    CV = "CV"
    PC = "PC"
    PCM = "PCM"
    PCD = "PCD"
    PCV = "PCV"


EVERY_MEAL: Final = frozenset({WhenCode.AC, WhenCode.C, WhenCode.PC})
"""Codes that mean every meal, or as many meals as `frequency` says."""
AT_MEAL: Final = frozenset({WhenCode.C, WhenCode.CM, WhenCode.CD, WhenCode.CV})
"""Codes that take no offset (tim-9)."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When one medicine is due. Clock times are those of the person's wall, dates the person's dates."""

    frequency: int | None = None
    """Times per period; None when clock times, codes or moments say it."""
    period: Decimal = Decimal(1)
    period_unit: PeriodUnit = PeriodUnit.DAY
    day_of_week: tuple[Weekday, ...] = ()
    time_of_day: tuple[time, ...] = ()
    when: tuple[WhenCode, ...] = ()
    offset: int | None = None
    """Minutes from the event that `when` names, before it for the AC codes, after it for the others;
    None = the distance the person's day plan gives."""
    start: date | datetime | None = None
    """First day, or first instant (aware)."""
    end: date | datetime | None = None
    """Last day, the whole of it included, or last instant (aware)."""
    duration_days: int | None = None
    """Length of a course whose start is not known yet; `anchored` turns it into start and end."""
    as_needed: bool = False
    """Only when needed; then `period` is the least gap (hours) and nothing is ever due by itself."""
    as_needed_for: str | None = None
    most_per_day: int | None = None
    events: tuple[datetime, ...] = ()
    """Single moments (aware); then nothing else is set."""
    count: int | None = None
    """Takings in all, counted from `start`; `anchored` gives one that has none its start."""

    def __post_init__(self) -> None:
        problem = _fault(self)
        if problem is not None:
            raise TimingError(problem)

    @property
    def every_day(self) -> bool:
        """Whether the period is one day."""
        return self.period == 1 and self.period_unit is PeriodUnit.DAY

    def anchored(self, at: datetime) -> "Timing":
        """A course of so many days, begun at the aware instant `at`: it ends so many times 24 hours later, less
        a minute, so that no taking of the last day is lost. A number of takings is counted from `at` where no start
        was said. Any other timing is returned as it is.
        """
        start = at.replace(second=0, microsecond=0)
        if self.duration_days is None:
            return self if self.count is None or self.start else replace(self, start=start)
        end = start + timedelta(days=self.duration_days) - timedelta(minutes=1)
        return replace(self, start=start, end=end, duration_days=None)

    def to_fhir(self) -> dict[str, Any]:
        """The JSON of FHIR R4 `Dosage.timing`."""
        from schedules.fhir import timing_to_fhir  # the codec imports this module

        return timing_to_fhir(self)

    @staticmethod
    def from_fhir(resource: Mapping[str, Any]) -> "Timing":
        """The timing of a FHIR R4 `Timing`; raises TimingError for what it cannot mean or we cannot keep."""
        from schedules.fhir import timing_from_fhir

        return timing_from_fhir(resource)

    def read_back(self) -> str:
        """The timing in natural Chinese, in words that `read_regimen` reads to the same timing again."""
        from schedules.speaking import spoken_timing

        return spoken_timing(self)


def _fault(timing: Timing) -> str | None:
    """The first contradiction, in Chinese, or None."""
    return _fault_of_values(timing) or _fault_of_kinds(timing) or _fault_of_bounds(timing)


def _fault_of_values(timing: Timing) -> str | None:
    if timing.frequency is not None and not 1 <= timing.frequency <= MOST_TIMES_A_DAY:
        return f"次数要在1到{MOST_TIMES_A_DAY}之间"
    if timing.most_per_day is not None and not 1 <= timing.most_per_day <= 24:
        return "每天最多次数要在1到24之间"
    if timing.count is not None and not 1 <= timing.count <= MOST_TAKINGS:
        return f"总次数要在1到{MOST_TAKINGS}之间"
    if not _sane_period(timing):
        return "间隔不在可用的范围内"
    if len(set(timing.time_of_day)) < len(timing.time_of_day) or len(timing.time_of_day) > MOST_TIMES_A_DAY:
        return "钟点重复或太多"
    if any(clock.tzinfo or clock.second or clock.microsecond for clock in timing.time_of_day):
        return "钟点只能到分钟"
    if any(len(set(codes)) < len(codes) for codes in (timing.when, timing.day_of_week)):
        return "同一时段或星期说了两次"
    return None


def _sane_period(timing: Timing) -> bool:
    if not timing.period.is_finite() or timing.period <= 0 or timing.period > LONGEST_DAYS:
        return False
    if timing.period_unit is PeriodUnit.HOUR:
        # One hour is the shortest gap: a chat is no infusion pump.
        return timing.period >= 1 and (timing.period * 60) % 1 == 0
    return timing.period % 1 == 0


def _fault_of_kinds(timing: Timing) -> str | None:
    hourly = timing.period_unit is PeriodUnit.HOUR
    daily_parts = bool(timing.time_of_day or timing.when)
    if timing.events:
        return _fault_of_events(timing)
    if timing.time_of_day and timing.when:
        return "钟点和饭前饭后不能同时作数"
    if timing.offset is not None and not _offset_fits(timing):
        return "提前或推后的分钟数没有对应的时段"
    if hourly and (daily_parts or timing.day_of_week):
        return "按小时间隔和固定时段不能同时作数"
    if hourly and timing.frequency not in (None, 1):
        return "每隔几小时只能吃一次"
    if timing.day_of_week and timing.period_unit is PeriodUnit.MONTH:
        return "按月和按星期不能同时作数"
    if timing.day_of_week and timing.period_unit is PeriodUnit.DAY and timing.period != 1:
        return "隔几天和按星期不能同时作数"
    return _fault_of_frequency(timing, daily_parts)


def _fault_of_events(timing: Timing) -> str | None:
    events = timing.events
    others = (one for one in fields(timing) if one.name != "events")
    if any(getattr(timing, one.name) != one.default for one in others):
        return "单次提醒不能再加别的规律"
    if any(moment.utcoffset() is None for moment in events) or len(set(events)) < len(events):
        return "单次提醒的时刻不明确"
    return None


def _offset_fits(timing: Timing) -> bool:
    return bool(timing.when) and not AT_MEAL & set(timing.when) and 0 <= (timing.offset or 0) <= 720


def _fault_of_frequency(timing: Timing, daily_parts: bool) -> str | None:
    every_meal = EVERY_MEAL & set(timing.when)
    if every_meal and len(timing.when) > 1:
        return "每餐和单独一餐不能同时作数"
    if every_meal and (timing.frequency or 3) > 3:
        return "一天只有三餐"
    if daily_parts and timing.frequency is not None and not every_meal:
        return "次数已经由钟点或时段决定"
    if (
        not every_meal
        and not timing.every_day
        and timing.period_unit is not PeriodUnit.HOUR
        and (timing.frequency or 1) > _most_in_period(timing)
    ):
        return "每几天或每周几次要说清是哪几天"
    if not daily_parts and timing.frequency is None and not timing.as_needed:
        return "没有说次数"
    if (timing.as_needed_for or timing.most_per_day) and not timing.as_needed:
        return "只有必要时用药才有每天最多次数"
    return "必要时用药没有总次数" if timing.count is not None and timing.as_needed else None


def _most_in_period(timing: Timing) -> int:
    """Days of a week may be left open (每周三次); of longer periods they must be said."""
    open_week = timing.period == 1 and timing.period_unit is PeriodUnit.WEEK and not timing.day_of_week
    return 7 if open_week else 1


def _fault_of_bounds(timing: Timing) -> str | None:
    if timing.duration_days is not None:
        if not 1 <= timing.duration_days <= LONGEST_DAYS:
            return "疗程天数不在可用的范围内"
        return "疗程天数和结束日期只能有一个" if timing.start or timing.end else None
    if any(isinstance(bound, datetime) and bound.utcoffset() is None for bound in (timing.start, timing.end)):
        return "开始或结束的时刻没有时区"
    if timing.start is None or timing.end is None:
        return None
    return "结束早于开始" if _before(timing.end, timing.start) else None


def _before(end: date | datetime, start: date | datetime) -> bool:
    if isinstance(end, datetime) and isinstance(start, datetime):
        return end < start
    days = [bound.date() if isinstance(bound, datetime) else bound for bound in (end, start)]
    return days[0] < days[1]
