"""A person's own day: when they wake, eat and sleep; what "after meals" and "three times a day" mean for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Final

from schedules.timing import PeriodUnit, Timing, WhenCode

_ROUND_MINUTES: Final = 5


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Wall-clock times of a person's day, and usual distances from meals and sleep in minutes.

    The defaults are a sensible day, not a medical fact; each person is asked once for their own.
    """

    wake: time = time(7, 0)
    breakfast: time = time(8, 0)
    lunch: time = time(12, 0)
    afternoon: time = time(15, 0)
    supper: time = time(18, 0)
    night: time = time(21, 0)
    sleep: time = time(22, 0)
    before_meal: int = 30
    after_meal: int = 30
    before_sleep: int = 30

    def minutes_of_day(self, timing: Timing) -> tuple[int, ...]:
        """Minutes after midnight of the day to which each taking belongs, in order; may pass either midnight."""
        if timing.time_of_day:
            return tuple(sorted(_minutes(clock) for clock in timing.time_of_day))
        if timing.when:
            codes = _meals_meant(timing)
            return tuple(sorted({self._minutes_at(code, timing.offset) for code in codes}))
        # Of three times a week each falls on its own day.
        return self.spread(1 if timing.period_unit is PeriodUnit.WEEK else timing.frequency or 1)

    def spread(self, times: int) -> tuple[int, ...]:
        """So many times over the waking day: at meals up to three, before sleep the fourth, evenly above."""
        meals = [_minutes(clock) for clock in (self.breakfast, self.lunch, self.supper)]
        bedtime = self._minutes_at(WhenCode.HS, None)
        if times <= 4:
            return tuple({1: meals[:1], 2: [meals[0], meals[2]], 3: meals, 4: [*meals, bedtime]}[max(times, 1)])
        last = bedtime if bedtime > meals[0] else bedtime + 24 * 60
        exact = (meals[0] + place * (last - meals[0]) / (times - 1) for place in range(times))
        return tuple(round(minute / _ROUND_MINUTES) * _ROUND_MINUTES for minute in exact)

    def _minutes_at(self, code: WhenCode, offset: int | None) -> int:
        clock, gap = self._event(code)
        return _minutes(clock) + (gap if offset is None else (-offset if gap < 0 or code in _BEFORE else offset))

    def _event(self, code: WhenCode) -> tuple[time, int]:
        """The event a code is tied to, and the usual distance from it: negative before, positive after."""
        if code in _PARTS_OF_DAY:
            return getattr(self, _PARTS_OF_DAY[code]), 0
        if code is WhenCode.HS:
            return self.sleep, -self.before_sleep
        meal: time = getattr(self, _MEALS[code.value[-1]])
        if code.value.startswith("A"):
            return meal, -self.before_meal
        return meal, self.after_meal if code.value.startswith("P") else 0


_PARTS_OF_DAY: Final = {
    WhenCode.WAKE: "wake",
    WhenCode.MORN: "breakfast",
    WhenCode.NOON: "lunch",
    WhenCode.AFT: "afternoon",
    WhenCode.EVE: "supper",
    WhenCode.NIGHT: "night",
    WhenCode.PHS: "sleep",
}
_MEALS: Final = {"M": "breakfast", "D": "lunch", "V": "supper"}
_BEFORE: Final = frozenset({WhenCode.HS, WhenCode.ACM, WhenCode.ACD, WhenCode.ACV})


def _meals_meant(timing: Timing) -> Sequence[WhenCode]:
    """AC, C and PC stand for every meal; twice a day for breakfast and supper, once for breakfast."""
    letters = {1: "M", 2: "MV"}.get(timing.frequency or 3, "MDV")
    codes: list[WhenCode] = []
    for code in timing.when:
        every = code in (WhenCode.AC, WhenCode.C, WhenCode.PC)
        codes.extend([WhenCode(code.value + letter) for letter in letters] if every else [code])
    return codes


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
