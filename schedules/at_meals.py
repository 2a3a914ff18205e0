"""From said meals, sleep and parts of the day to the codes of a timing."""

from typing import Any, Final

from schedules.heard import Heard, Refused, count_said, loose_parts
from schedules.meal_words import EMPTY_STOMACH
from schedules.pieces import DayPart
from schedules.problems import RegimenProblem as Wrong
from schedules.timing import EVERY_MEAL, WhenCode

_CODE_OF_PART: Final = {
    DayPart.MORNING: WhenCode.MORN,
    DayPart.NOON: WhenCode.NOON,
    DayPart.AFTERNOON: WhenCode.AFT,
    DayPart.EVENING: WhenCode.EVE,
    DayPart.NIGHT: WhenCode.NIGHT,
}


_MEAL_OF_PART: Final = {WhenCode.MORN: "M", WhenCode.NOON: "D", WhenCode.EVE: "V"}


_WITHIN: Final = {
    WhenCode.MORN: ("WAKE", "ACM", "CM", "PCM"),
    WhenCode.NOON: ("ACD", "CD", "PCD"),
    WhenCode.EVE: ("ACV", "CV", "PCV", "HS"),
    WhenCode.NIGHT: ("HS", "PHS"),
}
"""Codes that say more exactly what a part of the day says: 晚上睡前 is HS."""


def codes_said(heard: Heard) -> list[WhenCode]:
    codes = [code for tie in heard.ties for code in tie.codes] + heard.rhythm.codes
    for part in loose_parts(heard.pieces):
        if part not in _CODE_OF_PART:
            raise Refused(Wrong.WHICH_HOUR)
        codes.append(_CODE_OF_PART[part])
    exact = list(dict.fromkeys(codes))
    return [code for code in exact if not {other.value for other in exact} & set(_WITHIN.get(code, ()))]


def at_codes(heard: Heard, codes: list[WhenCode]) -> dict[str, Any]:
    generic = [code for code in codes if code in EVERY_MEAL]
    all_meals = any(tie.every_meal for tie in heard.ties)
    if len(generic) > 1 and WhenCode.C in generic and all_meals:
        generic.remove(WhenCode.C)  # 三餐饭后: the meals were only counted, 饭后 says when
    if len(generic) > 1:
        raise Refused(Wrong.CONTRADICTION)
    empty = any(tie.said == EMPTY_STOMACH for tie in heard.ties)
    others = [code for code in codes if code not in EVERY_MEAL and not (empty and code is WhenCode.WAKE)]
    count = count_said(heard.rhythm)
    if generic:
        fields = _at_meals(heard, generic[0], others, count, all_meals)
    else:
        if count not in (None, len(others)):
            raise Refused(Wrong.CONTRADICTION)
        fields = {"when": tuple(others)}
    offset = _offset(heard)
    if offset is not None and set(_CODE_OF_PART.values()) & set(fields["when"]):
        raise Refused(Wrong.UNSUPPORTED)  # 早饭前半小时和夜间: the distance is that of the meal only
    return fields | ({"offset": offset} if offset is not None else {})


def _at_meals(
    heard: Heard, meal: WhenCode, others: list[WhenCode], count: int | None, all_meals: bool
) -> dict[str, Any]:
    if others and all(code in _MEAL_OF_PART for code in others):
        if count not in (None, len(others)):
            raise Refused(Wrong.CONTRADICTION)
        return {"when": tuple(WhenCode(meal.value + _MEAL_OF_PART[code]) for code in others)}
    if others:
        if not all_meals and count != 3 + len(others):
            raise Refused(Wrong.WHICH_MEAL)
        return {"when": (*(WhenCode(meal.value + letter) for letter in "MDV"), *others)}
    empty = any(tie.said == EMPTY_STOMACH for tie in heard.ties)
    if empty and count in (None, 1):
        return {"when": (WhenCode.ACM,)}
    count = 3 if all_meals and count is None else count
    if count is None or count == 1:
        raise Refused(Wrong.WHICH_MEAL)
    if count > 3:
        raise Refused(Wrong.CONTRADICTION)
    return {"frequency": count, "when": (meal,)}


def _offset(heard: Heard) -> int | None:
    parted = any(code in EVERY_MEAL for tie in heard.ties for code in tie.codes)
    offsets = {
        tie.offset
        for tie in heard.ties
        if tie.said != EMPTY_STOMACH
        and not (tie.every_meal and tie.said == "三餐")
        # 早晚各一次，餐前半小时: the parts of the day say which meals, not how far from them.
        and not (parted and _MEAL_OF_PART.keys() >= set(tie.codes))
    }
    if len(offsets) > 1:
        raise Refused(Wrong.UNSUPPORTED)
    return next(iter(offsets), None)
