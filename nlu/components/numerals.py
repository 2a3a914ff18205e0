"""Small numbers as people write them: 13.9, 三十八, 一百二, 两片半, 半."""

from __future__ import annotations

import re

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10000}
HAN_NUMBER = "[零〇一二两俩三四五六七八九十百千万]+(?:点[零〇一二三四五六七八九]+)?"
NUMBER = rf"(?:\d+(?:\.\d+)?|{HAN_NUMBER}|半)"
_DECIMAL = re.compile(r"\d+(?:\.\d+)?")


def read_number(words: str) -> str:
    """Return a number in digits; the words must match NUMBER."""
    if _DECIMAL.fullmatch(words):
        return words
    if words == "半":
        return "0.5"
    whole, point, rest = words.partition("点")
    return f"{_whole(whole)}{'.' if point else ''}{''.join(str(_DIGITS[char]) for char in rest)}"


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
    spoken_short = digit and place > 10 and not words[-2:].startswith("零")  # 一百二 is 120
    return total + digit * (place // 10 if spoken_short else 1)
