"""From the steps of one drug's text to readings, phase by phase, each with its own bounds.

A phase begins where the one before it ended; what it does not say (its rhythm, its dose) it keeps from that one. A
plan whose steps say a dose only in part is refused. A first dose of its own lasts until the day of the second taking,
or, where that is the same day, until the middle between the two: so neither is lost when a person's day differs.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.amounts import Amount
from schedules.courses import find_course
from schedules.due import due_times
from schedules.limbs import read_limbs
from schedules.plans import rhythm_only
from schedules.problems import RegimenProblem
from schedules.reading import RegimenReading
from schedules.tapers import Change, PhaseWords, StepWords, amounts_after, find_steps
from schedules.timing import PeriodUnit, Timing

Readings = Sequence[RegimenReading]
"""Of one phase: one, or one for each dose that differs by time or day."""

MOST_CLAUSES: Final = 40
"""Most clauses of one phase: nobody says so much of one drug."""
_CLAUSE: Final = re.compile("[,;。]")
_NO_RHYTHM: Final = frozenset({RegimenProblem.HOW_OFTEN, RegimenProblem.WHICH_HOUR})
_SEVERAL_TIMES: Final = re.compile(r"[2-9二两三四五六]次|[bt]\.?i\.?d|qid|早晚|早中晚|三餐|q[1-9]h|q1[0-2]h|小时")
_MINUTE: Final = timedelta(minutes=1)


class PhasesRefused(Exception):
    """这些步骤还不能变成用药方案。"""

    def __init__(self, *problems: RegimenProblem) -> None:
        super().__init__(*problems)
        self.problems = problems


def read_phases(words: str, at: datetime, timezone: ZoneInfo, *, named: bool) -> list[Readings]:
    """The phases of the plain words of one drug, every reading with its timing; raises PhasesRefused.

    `named`: the drug's name has been cut out of the words.
    """
    steps = find_steps(words)
    if any(len(_CLAUSE.findall(phase.words)) > MOST_CLAUSES for phase in steps.phases):
        raise PhasesRefused(RegimenProblem.TOO_MANY)
    phases = _Reader(at, timezone, named).phases(steps)
    for one in (reading for phase in phases for reading in phase):
        _timing(one)
    return phases


def _timing(reading: RegimenReading) -> Timing:
    if reading.timing is None:
        raise PhasesRefused(*(RegimenProblem(problem) for problem in reading.problems))
    return reading.timing


@dataclass(frozen=True, slots=True)
class _Reader:
    at: datetime
    timezone: ZoneInfo
    named: bool

    def phases(self, steps: StepWords) -> list[Readings]:
        """The phases of these steps; a single one may still lack its timing."""
        if steps.broken:
            raise PhasesRefused(RegimenProblem.TAPER)
        several = len(steps.phases) > 1 or steps.change is not None
        if not several:
            phases: list[Readings] = [self._readings(steps.phases[0].words, self.at, whole=False)]
        else:
            phases = list(self._following(steps))
        if len({one.dose is None for phase in phases for one in phase}) > 1:
            raise PhasesRefused(RegimenProblem.TAPER)
        if steps.change is not None:
            phases = [*phases[:-1], *_changed(phases[-1], steps.change)]
        if steps.first_dose is not None or steps.doubled:
            phases = self._with_first_dose(phases, steps)
        return phases

    def _readings(self, words: str, at: datetime, *, whole: bool) -> tuple[RegimenReading, ...]:
        return read_limbs(words, at, self.timezone, whole=whole, named=self.named)

    def _following(self, steps: StepWords) -> Iterator[Readings]:
        """The phases in order, each begun where the one before it ended."""
        whole = not any(_SEVERAL_TIMES.search(phase.words) for phase in steps.phases)
        start, dated = self._start(steps.phases[0])
        before: Readings = ()
        for place, phase in enumerate(steps.phases):
            last = place == len(steps.phases) - 1
            readings = _inherited(self._read_phase(phase, start, before, whole=whole), before)
            end = _end(start, phase.days) or _said_end(readings[0].timing, self.timezone)
            if end is None and last and steps.change is not None:
                end = _end(start, steps.change.days)
            if end is None and not last:
                raise PhasesRefused(RegimenProblem.TAPER)
            yield [_placed(one, start, end, dated=dated) for one in readings]
            start = start if end is None else end + _MINUTE
            before = readings

    def _start(self, first: PhaseWords) -> tuple[datetime, bool]:
        """When the first phase begins, and whether that is a whole day."""
        course, _ = find_course(first.words, self.at, self.timezone)
        local = clock.local(self.at, self.timezone).replace(second=0, microsecond=0)
        if isinstance(course.start, datetime):
            return course.start, False
        if course.start is not None:
            return datetime.combine(course.start, time(0), self.timezone), True
        return local, False

    def _read_phase(self, phase: PhaseWords, start: datetime, before: Readings, *, whole: bool) -> Readings:
        """A phase read alone, or where it says no rhythm with that of the phase before it."""
        readings = self._readings(phase.words, start, whole=whole)
        if len(before) == 1 and before[0].timing and set(readings[0].problems) & _NO_RHYTHM:
            words = f"{rhythm_only(before[0].timing)},{phase.words}"
            readings = self._readings(words, start, whole=whole)
        for one in readings:
            timing = _timing(one)
            if timing.start is not None and not _begins_at(timing, start):
                raise PhasesRefused(RegimenProblem.STEPS)
        return readings

    def _with_first_dose(self, phases: Sequence[Readings], steps: StepWords) -> list[Readings]:
        """The first taking with its own dose, and the rest from the second taking on."""
        if len(phases) > 1 or len(phases[0]) > 1:
            raise PhasesRefused(RegimenProblem.UNSUPPORTED)
        (rest,) = phases[0]
        timing = _timing(rest)
        dose = steps.first_dose or _doubled(rest.amount)
        if dose is None or rest.amount is None:
            raise PhasesRefused(RegimenProblem.DOSE)
        now = clock.local(self.at, self.timezone).replace(second=0, microsecond=0)
        begun = self._ahead(replace(timing, start=timing.start or now))
        second = self._second_taking(begun)
        first = replace(begun, end=second - _MINUTE, duration_days=None, count=1)
        left = None if timing.count is None else timing.count - 1
        return [
            [replace(rest, timing=first, amount=dose, dose=str(dose))],
            [replace(rest, timing=replace(begun, start=second, count=left))],
        ]

    def _ahead(self, timing: Timing) -> Timing:
        """Begun a day later where the first taking of today has passed: 隔日一次 said at ten, due at eight."""
        start = timing.start
        passed = start is not None and not isinstance(start, datetime) and self._first_two(timing)[:1] < [self.at]
        return replace(timing, start=start + timedelta(days=1)) if start and passed else timing

    def _first_two(self, timing: Timing) -> list[datetime]:
        start = timing.start
        since = start if isinstance(start, datetime) else datetime.combine(start or date.min, time(0), self.timezone)
        return list(islice(due_times(timing, since, since + timedelta(days=800), timezone=self.timezone), 2))

    def _second_taking(self, timing: Timing) -> datetime:
        """When the second taking's part begins: its day, between two of one day, or its instant where hours count."""
        takings = self._first_two(timing)
        if timing.as_needed or len(takings) < 2:
            raise PhasesRefused(RegimenProblem.UNSUPPORTED)
        first, second = (moment.astimezone(self.timezone) for moment in takings)
        if timing.period_unit is PeriodUnit.HOUR:
            return second
        if second.date() > first.date():
            return datetime.combine(second.date(), time(0), self.timezone)
        return (first + (second - first) / 2).replace(second=0, microsecond=0)


def _begins_at(timing: Timing, start: datetime) -> bool:
    """Whether a said start is that of its place in the plan; alternate days may begin a day later."""
    said = timing.start
    if isinstance(said, datetime):
        return said == start
    return said is not None and (said - start.date()).days in (0, 1)


def _end(start: datetime, days: int | None) -> datetime | None:
    """The last minute of so many days."""
    return None if days is None else start + timedelta(days=days) - _MINUTE


def _said_end(timing: Timing | None, timezone: ZoneInfo) -> datetime | None:
    """The last minute of a phase whose own words bound it."""
    end = timing.end if timing else None
    if end is None or isinstance(end, datetime):
        return end
    return datetime.combine(end, time(0), timezone) + timedelta(days=1) - _MINUTE


def _placed(reading: RegimenReading, start: datetime, end: datetime | None, *, dated: bool) -> RegimenReading:
    """A reading bound to its place in the plan."""
    if reading.timing is None or reading.timing.events:
        raise PhasesRefused(RegimenProblem.UNSUPPORTED)
    begin: date | datetime = start.date() if dated else start
    own = reading.timing.start
    if not isinstance(own, datetime) and own is not None and own > start.date():
        begin = own  # the second of two alternate days
    last: date | datetime | None = end.date() if end and dated else end
    return replace(reading, timing=replace(reading.timing, start=begin, end=last, duration_days=None))


def _inherited(readings: Readings, before: Readings) -> Readings:
    """A step without a dose keeps that of the step before."""
    if len(readings) != 1 or len(before) != 1 or readings[0].dose is not None:
        return readings
    return [replace(readings[0], dose=before[0].dose, amount=before[0].amount)]


def _changed(last: Readings, change: Change) -> Iterator[Readings]:
    """The last phase said and those that a regular change makes after it."""
    reading = last[0]
    if len(last) > 1 or reading.timing is None or reading.amount is None:
        raise PhasesRefused(RegimenProblem.TAPER)
    amounts = amounts_after(reading.amount, change)
    end = reading.timing.end
    if amounts is None or end is None or _takings(reading.timing) != 1:
        raise PhasesRefused(RegimenProblem.TAPER)
    yield last
    dated = not isinstance(end, datetime)
    start = datetime.combine(end + timedelta(days=1), time(0)) if not isinstance(end, datetime) else end + _MINUTE
    for place, amount in enumerate(amounts):
        goes_on = change.end is not None and not change.stops and place == len(amounts) - 1
        one = replace(reading, amount=amount, dose=str(amount), timing=replace(reading.timing, start=None, end=None))
        yield [_placed(one, start, None if goes_on else _end(start, change.days), dated=dated)]
        start += timedelta(days=change.days)


def _takings(timing: Timing) -> int:
    """Takings of one day, one for every rhythm longer than a day."""
    if timing.period_unit is PeriodUnit.HOUR:
        return 1 if timing.period >= 24 else 2
    return len(timing.time_of_day) or len(timing.when) or (timing.frequency or 1)


def _doubled(amount: Amount | None) -> Amount | None:
    return None if amount is None or amount.most is not None else replace(amount, value=amount.value * 2)
