"""Chinese words that tie a dose to meals, sleep or a part of the day: 饭后半小时, 睡前, 早晚, 空腹."""

import re
from dataclasses import dataclass
from typing import Final

from schedules.numbers import INTEGER, NUMBER, read_int, read_number
from schedules.spelling import masked
from schedules.timing import WhenCode

EMPTY_STOMACH: Final = "空腹"


@dataclass(frozen=True, slots=True)
class Tied:
    """Codes said together, with the minutes from the event when they were said; `said` is the word itself."""

    codes: tuple[WhenCode, ...]
    offset: int | None
    said: str
    every_meal: bool = False
    """三餐后: all three meals were said, not merely "after a meal"."""


_MEAL: Final = r"[饭餐]"
_DISTANCE: Final = (
    rf"(?:的?(?:大约|约)?(?:(半)个?(?:小时|钟头)|({NUMBER})个?(半)?(?:小时|钟头)"
    rf"|({INTEGER})分钟|([一三])刻钟)(?:左右)?)?"
)
_SIDE: Final = {"前": "AC", "后": "PC", "时": "C", "中": "C"}
_LETTER: Final = {"早": "M", "午": "D", "中": "D", "晚": "V", "夜": "V"}
_OR: Final = r"[、,和及跟与 ]?"

_NAMED_MEALS: Final = re.compile(
    rf"((?:[早午中晚夜]{_MEAL}?{_OR}){{0,2}}[早午中晚夜]){_MEAL}(前|后|时|中(?!午)){_DISTANCE}"
)
_ANY_MEAL: Final = re.compile(rf"(三|每|三顿|每顿|每一)?{_MEAL}(前|后|时|中(?!午)){_DISTANCE}")
_WITH_NAMED: Final = re.compile(r"(?:随|与|和)([早午中晚])[饭餐](?:同服|同时|一起)?")
_WITH_MEAL: Final = re.compile(
    r"(三|每)?(?:[与随和]?第一口[饭餐](?:同服|一起)?|随餐|随饭|与餐同服|和饭一起|跟饭一起|就餐时|用餐时|进餐时)"
)
_MEAL_SUM: Final = re.compile(r"三餐(?!前|后|时|中)")
_SLEEP: Final = re.compile(rf"((?:临睡觉?|睡觉|睡|入睡|上床)前|临睡(?!前|觉)){_DISTANCE}")
_ASLEEP: Final = re.compile(rf"(入睡后|睡着后){_DISTANCE}")
_WAKE: Final = re.compile(rf"(起床后|起床时|起床|晨起|醒来后?){_DISTANCE}")
_EMPTY: Final = re.compile(EMPTY_STOMACH)
_SERIES: Final = re.compile(
    rf"早(?:上|晨)?{_OR}(?:([中午])午?{_OR})?(晚)(?!饭|餐|点|上?[0-9一二三四五六七八九十]{1, 3}[点:时])上?"
)
_EARLY_AND_LATE: Final = re.compile("一早()一晚")
_LONE: Final = re.compile(r"(?<![上下中])([早中午晚夜])(?=各|[一1]次|半片|[0-9一二两半]+[片粒])")


def find_ties(said: str) -> tuple[list[Tied], str]:
    """Meals, sleep and series of parts of the day in a plain text, in that order, and the text without them."""
    found: list[Tied] = []
    for pattern, read in _RULES:
        for match in list(pattern.finditer(said)):
            found.append(read(match))
            said = masked(said, match.start(), match.end())
    return found, said


def _named_meals(match: re.Match[str]) -> Tied:
    letters = dict.fromkeys(_LETTER[char] for char in match[1] if char in _LETTER)
    codes = tuple(WhenCode(_SIDE[match[2]] + letter) for letter in letters)
    return Tied(codes, _distance(match, 3), match[0])


def _any_meal(match: re.Match[str]) -> Tied:
    return Tied((WhenCode(_SIDE[match[2]]),), _distance(match, 3), match[0], every_meal=match[1] is not None)


def _with_named(match: re.Match[str]) -> Tied:
    return Tied((WhenCode("C" + _LETTER[match[1]]),), None, match[0])


def _with_meal(match: re.Match[str]) -> Tied:
    return Tied((WhenCode.C,), None, match[0], every_meal=match[1] is not None)


def _three_meals(match: re.Match[str]) -> Tied:
    return Tied((WhenCode.C,), None, match[0], every_meal=True)


def _sleep(match: re.Match[str]) -> Tied:
    return Tied((WhenCode.HS,), _distance(match, 2), match[0])


def _asleep(match: re.Match[str]) -> Tied:
    return Tied((WhenCode.PHS,), _distance(match, 2), match[0])


def _wake(match: re.Match[str]) -> Tied:
    return Tied((WhenCode.WAKE,), _distance(match, 2), match[0])


def _empty(match: re.Match[str]) -> Tied:
    return Tied((WhenCode.AC,), None, EMPTY_STOMACH)


def _series(match: re.Match[str]) -> Tied:
    noon = (WhenCode.NOON,) if match[1] else ()
    return Tied((WhenCode.MORN, *noon, WhenCode.EVE), None, match[0])


def _lone(match: re.Match[str]) -> Tied:
    code = {"早": WhenCode.MORN, "晚": WhenCode.EVE, "夜": WhenCode.NIGHT}.get(match[1], WhenCode.NOON)
    return Tied((code,), None, match[0])


def _distance(match: re.Match[str], first: int) -> int | None:
    """Minutes said after the event, from the five groups that begin at `first`; None when none was said."""
    half_hour, hours, half, minutes, quarters = match.groups()[first - 1 : first + 4]
    if half_hour:
        return 30
    if hours:
        return int((read_number(hours) or 0) * 60) + (30 if half else 0)
    if minutes:
        return read_int(minutes)
    return 15 * (read_int(quarters) or 0) if quarters else None


_RULES: Final = (
    (_NAMED_MEALS, _named_meals),
    (_ANY_MEAL, _any_meal),
    (_WITH_NAMED, _with_named),
    (_WITH_MEAL, _with_meal),
    (_MEAL_SUM, _three_meals),
    (_ASLEEP, _asleep),
    (_SLEEP, _sleep),
    (_WAKE, _wake),
    (_EMPTY, _empty),
    (_EARLY_AND_LATE, _series),
    (_SERIES, _series),
    (_LONE, _lone),
)
