"""Chinese and Arabic numerals to exact values: 十二 → 12, 两百五 → 250, 零点五 → 0.5, 半 → 0.5, 1/2 → 0.5."""

import re
from decimal import Decimal
from typing import Final

from schedules.spelling import plain

DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2, "仨": 3}
UNITS: Final = {"十": 10, "百": 100, "千": 1000}

CHINESE: Final = "零一二两三四五六七八九十百千万廿卅"
INTEGER: Final = rf"(?:[0-9]{{1,9}}|[{CHINESE}]{{1,12}})"
"""Pattern of a whole number in plain spelling; bounded, so that it costs linear time."""
NUMBER: Final = (
    rf"(?:[0-9]{{1,3}}/[0-9]{{1,3}}|[0-9]{{1,9}}(?:\.[0-9]{{1,6}})?|[{CHINESE}]{{1,12}}分之[{CHINESE}]{{1,12}}"
    rf"|[{CHINESE}]{{1,12}}(?:点[零一二三四五六七八九]{{1,6}})?|半)"
)
"""Pattern of a number that may be a fraction, in plain spelling."""

_DECIMAL: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
_FRACTION: Final = re.compile(r"([0-9]{1,3})/([0-9]{1,3})")


def read_int(text: str) -> int | None:
    """The whole number that `text` spells, or None. Reads 12, １２, 十二, 一百零五, 二零二六, 廿三, 两百五."""
    said = plain(text.strip())
    if len(said) > 12:
        return None
    if re.fullmatch(r"[0-9]+", said):
        return int(said)
    return _chinese_int(said.replace("廿", "二十").replace("卅", "三十"))


def read_number(text: str) -> Decimal | None:
    """The exact value that `text` spells, or None; also halves, fractions and decimals. Never negative."""
    said = plain(text.strip())
    if said == "半":
        return Decimal("0.5")
    if _DECIMAL.fullmatch(said):
        return Decimal(said)
    if fraction := _FRACTION.fullmatch(said):
        return _ratio(int(fraction[1]), int(fraction[2]))
    if "分之" in said:
        below, _, above = said.partition("分之")
        return _ratio(read_int(above), read_int(below))
    return _chinese_decimal(said)


def plain_number(value: Decimal) -> str:
    """The value in digits without an exponent or idle zeros: 0.50 → 0.5, 1E+1 → 10."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _ratio(above: int | None, below: int | None) -> Decimal | None:
    if above is None or not below:
        return None
    return (Decimal(above) / Decimal(below)).quantize(Decimal("0.0001")).normalize()


def _chinese_decimal(said: str) -> Decimal | None:
    whole, dot, rest = said.partition("点")
    value = read_int(whole)
    if value is None or not dot:
        return None if value is None else Decimal(value)
    if not rest or any(char not in DIGITS for char in rest):
        return None
    return Decimal(f"{value}." + "".join(str(DIGITS[char]) for char in rest))


def _chinese_int(said: str) -> int | None:
    if not said or any(char not in DIGITS and char not in UNITS and char != "万" for char in said):
        return None
    if all(char in DIGITS for char in said):
        return int("".join(str(DIGITS[char]) for char in said))
    high, wan, low = said.rpartition("万")
    above = _section(high) if wan and high else (None if wan else 0)
    below = _section(low, after=10_000 if wan else 0) if low else 0
    return None if above is None or below is None else above * 10_000 + below


def _section(said: str, after: int = 0) -> int | None:
    """A number below 10,000; a last digit right after a unit counts tens less of it (两百五 = 250)."""
    total, digit, last_unit, bare = 0, None, after or 100_000, False
    for place, char in enumerate(said):
        if char in UNITS:
            unit = UNITS[char]
            if unit >= last_unit or (digit is None and place > 0 and said[place - 1] != "零"):
                return None
            total, digit, last_unit = total + (1 if digit is None else digit) * unit, None, unit
        elif char == "零":
            bare = True
        elif digit is not None or char not in DIGITS:
            return None
        else:
            digit = DIGITS[char]
    colloquial = last_unit in (100, 1000, 10_000) and not bare and digit is not None
    return total + (digit or 0) * (last_unit // 10 if colloquial else 1)
