"""When a person eats and sleeps, from their words: 早饭7点，午饭12点，晚饭6点半，10点睡; 7点、12点、18点、22点."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from itertools import pairwise
from typing import Any, Final

from schedules.clock_words import find_clocks, find_parts, hour_meant
from schedules.day_plan import DayPlan
from schedules.pieces import ClockPiece
from schedules.spelling import plain

_CLAUSE: Final = re.compile(r"[,、;。 和跟]+|(?<=[点半刻0-9])(?=[早午中晚][饭餐])")
_ORDER: Final = ("breakfast", "lunch", "supper", "sleep")
_LABELS: Final = {
    "sleep": re.compile(r"睡|上床|休息"),
    "supper": re.compile(r"晚[饭餐]|夜饭|晚上.{0,8}(?:吃|开)饭|傍晚"),
    "lunch": re.compile(r"[午中][饭餐]|中午|晌午"),
    "breakfast": re.compile(r"早[饭餐点]|早上|早晨|起床"),
}
_USUAL: Final = re.compile(r"按平常|按平时|正常|默认|差不多就(?:这样|行)|随便|都行|你定|没(?:个)?准|不固定|说不准")
_HALF_DAY: Final = {"supper": range(3, 12), "sleep": range(7, 12)}
"""Hours of the clock that mean the later half of the day, by what is done then."""
_HOUR: Final = 60


def takes_the_usual(text: str) -> bool:
    """Whether the usual day is as good as any."""
    return bool(_USUAL.search(text))


def read_day(text: str, before: DayPlan) -> DayPlan | None:
    """The day as told, what was not told as before; None when no time was told or the times can't be."""
    told: dict[str, Any] = {}
    for clause in filter(None, _CLAUSE.split(plain(text))):
        clocks, _ = find_clocks(clause)
        if len(clocks) != 1:
            continue
        label = _label(clause, told)
        clock = _clock(clocks[0], clause, label) if label else None
        if label is None or clock is None:
            return None
        told[label] = clock
    if not told:
        return None
    day = replace(before, **told)
    return _with_waking(day) if _in_order(day) else None


def _label(clause: str, told: Mapping[str, time]) -> str | None:
    """What the clock time of a clause is of: by its words, else the next in the order that was asked."""
    said = next((label for label, words in _LABELS.items() if words.search(clause)), None)
    return said or next((label for label in _ORDER if label not in told), None)


def _clock(piece: ClockPiece, clause: str, label: str) -> time | None:
    """6点 of a supper is eighteen o'clock, 12点 of sleep is midnight."""
    if piece.literal or piece.hour > 12:
        return _time(piece.hour % 24, piece.minute) if piece.hour <= 24 else None
    parts, _ = find_parts(clause)
    hour = piece.hour
    if label == "sleep" and hour == 12:
        return _time(0, piece.minute)
    if hour in _HALF_DAY.get(label, ()) or (label == "lunch" and hour < 4):
        return _time(hour + 12, piece.minute)
    meant = hour_meant(piece, parts[0].part) if parts and label != "sleep" else None
    return meant.time if meant is not None else _time(hour, piece.minute)


def _time(hour: int, minute: int) -> time | None:
    return time(hour, minute) if 0 <= hour < 24 and 0 <= minute < 60 else None


def _in_order(day: DayPlan) -> bool:
    """Breakfast, lunch, supper, then sleep, which may come after midnight."""
    bedtime = _minutes(day.sleep) + 24 * _HOUR * (day.sleep < time(4))
    ordered = [_minutes(day.breakfast), _minutes(day.lunch), _minutes(day.supper), bedtime]
    return all(later - earlier >= 2 * _HOUR for earlier, later in pairwise(ordered))


def _with_waking(day: DayPlan) -> DayPlan:
    """Waking before breakfast, the evening's medicine before sleep."""
    return replace(
        day,
        wake=_from(day.breakfast, -_HOUR),
        afternoon=_from(day.lunch, 3 * _HOUR) if _minutes(day.supper) - _minutes(day.lunch) > 3 * _HOUR else day.lunch,
        night=_from(day.sleep, -_HOUR),
    )


def _minutes(clock: time) -> int:
    return clock.hour * _HOUR + clock.minute


def _from(clock: time, minutes: int) -> time:
    hour, minute = divmod((_minutes(clock) + minutes) % (24 * _HOUR), _HOUR)
    return time(hour, minute)
