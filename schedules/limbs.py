"""Different doses at different times of a day or on different days: 早上2片晚上1片, 周一三五1片, 单日1片双日半片.

Each becomes a reading of its own; the words they share (连服7天, 饭后) belong to all of them. 单日, 双日 are taken for
every second day, begun on the next such date: the two doses go on in turn where a month of 31 days ends.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.amounts import AMOUNT, AMOUNT_GROUPS, amount_of
from schedules.numbers import CHINESE, NUMBER
from schedules.reading import RegimenReading, read_order

_CLOCK: Final = rf"(?:[0-9]{{1,2}}:[0-9]{{2}}|(?:[0-9]{{1,2}}|[{CHINESE}]{{1,3}})点(?:半|[0-9]{{1,2}}分|整)?)"
_MEAL: Final = rf"[早午中晚][饭餐](?:前|后|时|中)(?:{NUMBER}个?(?:小时|分钟))?"
_PART: Final = (
    rf"(?:{_MEAL}|(?:早上|早晨|上午|中午|下午|傍晚|晚上|夜里|夜间|睡前|临睡前|晨起|起床后|空腹|[早中午晚])){{1,2}}"
)
_WEEKDAY: Final = r"(?:周|星期)?[一二三四五六日天](?!次)"
_WEEK: Final = rf"(?:每?(?:周|星期)[一二三四五六日天](?:(?:、|,|和|及|到|至|-)?{_WEEKDAY}){{0,6}}|工作日|周末)"
_PARITY: Final = r"(?:单日|双日|单号|双号|奇数日|偶数日|奇数天|偶数天)"
_TIME: Final = rf"(?:{_PARITY}(?:的?{_PART})?|{_WEEK}(?:的?{_PART})?|(?:{_PART})?{_CLOCK}|{_PART})"
_TAKEN: Final = r"(?:每次|各|一次|1次)?(?:口服|服用?|吃|用|打|注射|含|喷|滴)?[ ,:]?"
_LIMB: Final = re.compile(rf"(?<!天)(?<!每)({_TIME}){_TAKEN}({AMOUNT})(?:[,、;和及]|$|(?={_TIME})| )?")
_TURNED: Final = re.compile(rf"({AMOUNT})[ ,]?({_TIME})(?:[,、; 和及]|$|(?={AMOUNT}))")
_ANY_AMOUNT: Final = re.compile(AMOUNT)
_PARITY_SAID: Final = re.compile(_PARITY)
_IN_FULL: Final = {"早": "早上", "中": "中午", "午": "中午", "晚": "晚上"}
_EVERY_DAY: Final = re.compile(r"每[天日](?=[早中午晚上下睡晨起空])")
_IN_TURN: Final = re.compile(rf"({AMOUNT})[,、和与跟/]({AMOUNT})(?:隔[日天]|每[天日]|轮流)?交替")
_SAME_TIME: Final = re.compile(r"[,;]?同时")


@dataclass(frozen=True, slots=True)
class _Limb:
    time: str
    amount: str


def read_limbs(said: str, at: datetime, timezone: ZoneInfo, *, whole: bool, named: bool) -> tuple[RegimenReading, ...]:
    """The readings of one phase of one drug in a plain text: one, or one for each dose that differs."""
    side_by_side = _SAME_TIME.split(said)
    if len(side_by_side) > 1:
        return tuple(read_order(part, at, timezone, whole=whole, named=named) for part in side_by_side)
    limbs, common = _limbs(_EVERY_DAY.sub("", said))
    if len(limbs) > 1 and len({limb.amount for limb in limbs}) == 1 and not _PARITY_SAID.match(limbs[0].time):
        times = "、".join(map(_time_words, limbs))
        said = f"{common},{times},每次{limbs[0].amount}"  # 早1片晚1片 is one regimen
    if len({limb.amount for limb in limbs}) < 2:
        return (read_order(said, at, timezone, whole=whole, named=named),)
    today = clock.local(at, timezone).date()
    readings = (
        read_order(f"{common},{_time_words(limb)},每次{limb.amount}", at, timezone, whole=whole, named=named)
        for limb in limbs
    )
    return tuple(_placed(reading, limb, today) for reading, limb in zip(readings, limbs, strict=True))


def _limbs(said: str) -> tuple[Sequence[_Limb], str]:
    """The differing doses with their times, and what is said of all."""
    turn = _IN_TURN.search(said)
    if turn is not None:
        first, second = turn[1], turn[2 + AMOUNT_GROUPS]
        return (_Limb("今天起", first), _Limb("明天起", second)), said[: turn.start()] + said[turn.end() :]
    found = [match for match in _LIMB.finditer(said) if amount_of(match, 3) is not None]
    limbs = [_Limb(match[1], match[2].strip()) for match in found]
    if len(found) < 2:
        turned = list(_TURNED.finditer(said))
        if len(turned) > 1 and len(turned) == len(_ANY_AMOUNT.findall(said)):
            found, limbs = turned, [_Limb(match[2 + AMOUNT_GROUPS], match[1].strip()) for match in turned]
    common = said
    for match in reversed(found):
        common = f"{common[: match.start()]},{common[match.end() :]}"
    return limbs, common


def _time_words(limb: _Limb) -> str:
    """隔天 in place of 单日, which no rhythm knows; 早 alone in full."""
    if limb.time.endswith("天起"):
        return "隔天"
    return _PARITY_SAID.sub("隔天", _IN_FULL.get(limb.time, limb.time))


def _placed(reading: RegimenReading, limb: _Limb, today: date) -> RegimenReading:
    """A dose of every second day begun on its own day."""
    if reading.timing is None:
        return reading
    start = reading.timing.start
    first = today if start is None else start.date() if isinstance(start, datetime) else start
    if limb.time.endswith("天起"):
        first += timedelta(days=int(limb.time.startswith("明")))
    elif _PARITY_SAID.match(limb.time):
        odd = limb.time[0] in "单奇"
        first += timedelta(days=int((first.day % 2 == 1) != odd))
    else:
        return reading
    return replace(reading, timing=replace(reading.timing, start=first))
