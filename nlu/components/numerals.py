"""Small numbers as people write them: 13.9, 三十八, 一百二, 两片半, 半, 1/2, 三分之一."""

from __future__ import annotations

import re

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10000}
HAN_NUMBER = "[零〇一二两俩三四五六七八九十百千万]+(?:点[零〇一二三四五六七八九]+)?"
NUMBER = rf"(?:\d+(?:\.\d+)?|{HAN_NUMBER}|半)"
# Of a tablet; read as 2 pieces, 1/2 would be four times too much.
FRACTION = r"(?:(?<![\d./])[1-9]/[1-9](?!\d)|[二三四五]分之[一二三四])"
_DECIMAL = re.compile(r"\d+(?:\.\d+)?")
_PARTS_OF = "分之"


def read_number(words: str) -> str:
    """Return a number in digits; the words must match NUMBER or FRACTION."""
    if _DECIMAL.fullmatch(words) or "/" in words:
        return words
    if _PARTS_OF in words:
        whole, _, parts = words.partition(_PARTS_OF)
        return f"{_whole(parts)}/{_whole(whole)}"
    if words == "半":
        return "0.5"
    whole, point, rest = words.partition("点")
    return f"{_whole(whole)}{'.' if point else ''}{''.join(str(_DIGITS[char]) for char in rest)}"


def and_half(number: str) -> str:
    """Return a number and a half, in digits; what has a fraction already gets none (半片半 is no number)."""
    return number if "." in number or "/" in number else f"{number}.5"


def _whole(words: str) -> int:
    if not any(char in _PLACES for char in words):
        return int("".join(str(_DIGITS[char]) for char in words))
    total, digit, place = 0, 0, 1
    for char in words:
        if char in _PLACES:
            place = _PLACES[char]
            total = (total + digit) * place if place == _PLACES["万"] else total + (digit or 1) * place
            digit = 0
        else:
            digit = _DIGITS[char]
    spoken_short = digit and place > 10 and words[-2] not in "零〇"  # 一百二 is 120
    return total + digit * (place // 10 if spoken_short else 1)
