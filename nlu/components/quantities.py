"""Values: of a lab item (血糖13.9mmol/L, 血压160/100, 体温三十八度五), of a dose (两片, 5mg), of an age (3岁)."""

from __future__ import annotations

import re

from components.numerals import FRACTION, HAN_NUMBER, NUMBER, and_half, read_number

_LAB_UNITS = (
    r"[munμµp]?mol/l|[muμ]?g/l|[mg]g?/dl|[npu]g/ml|mm/h|m?iu/m?l|u/m?l|mmhg|毫米汞柱|[毫微]摩尔?(?:每升)?|个?加号|次/分"
    r"|单位|万|分|℃|%"
)
_WHEN = "现在|今天|早上|空腹|餐后|最高|一直"
_SAYS = (
    r"的?[是为有到达在]|高达|高到|量了?|测了?|测出来|查出来|显示|烧到|升到|[高低](?=\d)|大概|大约|差不多|已经|只有|才"
)
_VALUE = re.compile(
    rf" ?(?:值|水平|指标|结果|检查|化验)?[:：,，]?(?:{_WHEN})?(?:{_SAYS})*[:：]? ?"
    rf"(?P<number>(?:{NUMBER})(?:[/到~比-](?:{NUMBER}))?)"
    r"(?P<degree>度(?P<tenth>[\d一二三四五六七八九半](?![天周个月岁年次片粒])|))?"
    rf"(?: ?(?P<unit>{_LAB_UNITS}))?"
)
# What a number must not run into: then it counts days, people or years, not the item.
_NO_VALUE = re.compile(r"\d|[个]?[天周月年岁号点楼次个位科]|小时|分钟|期|级|型")
_HALF = "半"
_RANGE = re.compile(r"[/到~比-]")


def lab_value(text: str, end: int) -> tuple[int, str, str | None] | None:
    """Return the end, the number and the unit of the value that follows a lab item; None if none does."""
    match = _VALUE.match(text, end)
    if match is None:
        return None
    bare = not match["unit"] and not match["degree"]
    if bare and (_NO_VALUE.match(text, match.end()) or (len(match["number"]) == 1 and not match["number"].isascii())):
        return None
    number = "/".join(read_number(part) for part in _RANGE.split(match["number"]))
    if match["tenth"] == _HALF:
        number = and_half(number)
    elif match["tenth"] and "." not in number:
        number += f".{read_number(match['tenth'])}"
    return match.end(), number, "度" if match["degree"] else match["unit"]


_COUNTED = "片|粒|颗|丸|袋|包|支|瓶|滴|喷|揿|吸|贴|枚|勺|板|盒|针"
_WEIGHED = r"毫克|微克|毫升|克|mg(?!/)|ug(?!/)|μg(?!/)|ml(?!/)|g(?![a-z/])|iu(?!/)|国际单位|单位"
_DOSE = re.compile(
    rf"(?P<number>{FRACTION}|{NUMBER})(?P<most>[到~-]{NUMBER})? ?(?P<unit>{_COUNTED}|{_WEIGHED})(?P<half>半)?"
)


def doses(text: str) -> list[tuple[int, int, str, str]]:
    """Return start, end, number and unit of every amount of medicine in a text."""
    found = []
    for match in _DOSE.finditer(text):
        number = read_number(match["number"])
        if match["most"]:
            number += f"-{read_number(match['most'][1:])}"
        elif match["half"]:
            number = and_half(number)
        found.append((match.start(), match.end(), number, match["unit"]))
    return found


_AGE = re.compile(rf"(?P<number>\d+|{HAN_NUMBER}|半)多?(?P<unit>周?岁|个月|个?半月|月|天|周)(?P<half>半)?")


def age(words: str) -> tuple[str, str] | None:
    """Return number and unit of an age: 岁, 月, 周 or 天."""
    match = _AGE.search(words)
    if match is None:
        return None
    number, half = read_number(match["number"]), match["half"] or _HALF in match["unit"]
    return and_half(number) if half else number, match["unit"].strip("周个半大") or "周"
