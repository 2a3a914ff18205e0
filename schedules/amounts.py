"""The amount of one dose as said: 每次0.5g, 一片半, 半片, 1/3袋, 2喷, 1#. Exact values, units kept as said.

Numbers that belong to a name (维生素B12片, 三七片, 十滴水) are no amounts; 两三片 is a range, never twenty-three.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from schedules.numbers import CHINESE, DIGITS, NUMBER, plain_number, read_number
from schedules.spelling import masked

_COUNTED: Final = (
    "片", "粒", "颗", "丸", "袋", "包", "支", "瓶", "滴", "喷", "揿", "吸", "贴", "枚", "勺", "格", "针", "#",
)  # fmt: skip
_MEASURED: Final = ("毫克", "微克", "毫升", "国际单位", "单位", "克", "升")
_LATIN: Final = ("mmol", "mg", "mcg", "ug", "μg", "µg", "ml", "cc", "iu", "g", "u")
_SAME_UNIT: Final = {"#": "片", "cc": "ml"}
UNIT: Final = rf"(?:(?:{'|'.join(_LATIN)})(?![a-z])|(?:{'|'.join(_MEASURED)})|(?:{'|'.join(_COUNTED)})(?!剂))"
COUNTED: Final = "|".join(_COUNTED)
_CUE: Final = r"每次|一次|1次|每回|各|吃|服用?|口服|用|喝|涂|喷|滴|注射|打|含|贴"
_AFTER_LATIN: Final = (
    r"(?:(?<![0-9.a-z])|(?<=:[0-9][0-9])(?=半)"
    r"|(?<=po)|(?<=sig)|(?<=[qtb]d)|(?<=[bt]id)|(?<=qn)|(?<=hs)|(?<=ac)|(?<=pc))"
)
NAMES_LIKE_AMOUNTS: Final = r"(?!三七[片粒]|十滴水|三九[片粒])"
_NOT_A_NAME: Final = rf"(?:(?<![{CHINESE}])|(?=[0-9])){NAMES_LIKE_AMOUNTS}"
AMOUNT: Final = (
    rf"{_AFTER_LATIN}{_NOT_A_NAME} ?(?:({NUMBER})(?: ?{UNIT})? ?(?:-|~|到|至) ?)?({NUMBER})(万)? ?个?({UNIT})"
    r"(半(?![天日月年夜]))?"
)
"""Pattern of an amount: the lower end of a range, the number, ten thousands, the unit, and a half more."""
AMOUNT_GROUPS: Final = 5
_SAID: Final = re.compile(rf"({_CUE})?(又|负|-(?=[0-9]))?{AMOUNT}")
MOST_PIECES: Final = 200
"""Pieces of one taking (drops, small pills); more are taken for a slip."""
_SPOKEN_RANGE: Final = re.compile("一[二两]|[二两]三|三四|四五|五六|六七|七八|八九")
_THIRDS: Final = {"0.3333": "1/3", "0.6667": "2/3", "0.25": "1/4", "0.75": "3/4"}


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact amount; `most` is the upper end of a range (1~2片)."""

    value: Decimal
    unit: str
    most: Decimal | None = None

    def __str__(self) -> str:
        if self.most is not None:
            return f"{plain_number(self.value)}~{plain_number(self.most)}{self.unit}"
        if self.counted and self.value % 1 == Decimal("0.5"):
            whole = int(self.value)
            return f"{whole}{self.unit}半" if whole else f"半{self.unit}"
        said = plain_number(self.value)
        return f"{_THIRDS.get(said, said) if self.counted else said}{self.unit}"

    @property
    def counted(self) -> bool:
        """Whether it is so many pieces (片, 滴), not a mass or a volume."""
        return self.unit in _COUNTED

    def divided(self, parts: int) -> "Amount | None":
        """One of so many equal parts; None when they do not come out even, or for a range."""
        part = self.value / parts
        return None if self.most is not None or part != part.quantize(Decimal("0.0001")) else replace(self, value=part)


@dataclass(frozen=True, slots=True)
class AmountFound:
    """The amount of one dose; `wrong` when one was said that cannot be (zero, negative), `several` when two."""

    amount: Amount | None = None
    wrong: bool = False
    several: bool = False
    strength: Amount | None = None
    """A measured amount said before a dose of another: 缬沙坦80mg，每次1片."""


@dataclass(frozen=True, slots=True)
class _Said:
    amount: Amount
    cued: bool


def find_amount(said: str) -> tuple[AmountFound, str]:
    """The amount of one dose in a plain text, and the text with all amounts blanked out.

    Of a strength and an amount (缬沙坦80mg，每次1片) the one after 每次, 吃, 服 … counts, else the counted one. Any
    other amount that could be a second dose (每次1片，晚上加半片) makes them several.
    """
    found: list[_Said] = []
    wrong = False
    for match in list(_SAID.finditer(said)):
        amount = None if match[2] else amount_of(match, 3)
        wrong = wrong or amount is None
        if amount is not None:
            found.append(_Said(amount, match[1] is not None))
        said = masked(said, match.end(1) if match[1] else match.start(), match.end())
    return _chosen(found, wrong), said


def amount_of(match: re.Match[str], first: int) -> Amount | None:
    """The amount of a match of `AMOUNT` whose groups begin at `first`; None for one that cannot be."""
    low, number, wan, unit, half = match.groups()[first - 1 : first - 1 + AMOUNT_GROUPS]
    if not low and _SPOKEN_RANGE.fullmatch(number):
        low, number = number[0], number[1]
    value, most = _read(low or number), _read(number) if low else None
    if not value or (unit in _COUNTED and value > MOST_PIECES) or (low and (most is None or most <= value)):
        return None
    if half and most is None:
        value += Decimal("0.5")
    times = 10_000 if wan else 1
    return Amount(value * times, _SAME_UNIT.get(unit, unit), None if most is None else most * times)


def _read(number: str) -> Decimal | None:
    """The number, unless it is bare digits in a row (周一三五一片): no amount is said so."""
    return None if len(number) > 1 and all(char in DIGITS for char in number) else read_number(number)


def _chosen(found: Sequence[_Said], wrong: bool) -> AmountFound:
    cued = {one.amount for one in found if one.cued}
    counted = {one.amount for one in found if one.amount.counted}
    chosen = cued or counted or {one.amount for one in found}
    if len(chosen) != 1:
        return AmountFound(None, wrong, several=len(chosen) > 1)
    (dose,) = chosen
    place = next(place for place, one in enumerate(found) if one.amount == dose)
    beside = [one.amount for one in found[:place] if one.amount != dose]
    after = [one.amount for one in found[place:] if one.amount != dose]
    second = [one for one in beside if one.counted and dose.counted] + [one for one in after if _alike(one, dose)]
    strengths = {one for one in (*beside, *after) if not one.counted}
    if second or len(strengths) > 1:
        return AmountFound(None, wrong, several=True)
    return AmountFound(dose, wrong, several=False, strength=next(iter(strengths), None))


def _alike(one: Amount, dose: Amount) -> bool:
    """Whether another amount could be a second dose: 1片 and 2片, 5mg and 10mg; 1片 and 80mg say one thing."""
    return one.counted == dose.counted
