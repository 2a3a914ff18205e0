"""The amount of one dose as said: 每次0.5g, 一片半, 半片, 2喷. Exact values, units kept as said."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from schedules.numbers import NUMBER, plain_number, read_number
from schedules.spelling import masked

_COUNTED: Final = ("片", "粒", "颗", "丸", "袋", "包", "支", "瓶", "滴", "喷", "揿", "吸", "贴", "枚", "勺", "格", "针")
_MEASURED: Final = (
    "毫克", "微克", "毫升", "国际单位", "单位", "mg", "mcg", "ug", "μg", "µg", "ml", "iu", "克", "升", "g", "u",
)  # fmt: skip
_UNIT: Final = rf"(?:(?:{'|'.join(_MEASURED)})(?![a-z])|{'|'.join(_COUNTED)}(?!剂))"
_CUE: Final = r"每次|一次|1次|每回|各|吃|服用?|口服|用|喝|涂|喷|滴|注射|打|含|贴"
_AMOUNT: Final = re.compile(
    rf"({_CUE})?(?<![0-9.]) ?(负|-(?=[0-9]))?({NUMBER})(?: ?(?:-|~|到|至) ?({NUMBER}))? ?个?({_UNIT})(半)?"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact amount; `most` is the upper end of a range (1~2片)."""

    value: Decimal
    unit: str
    most: Decimal | None = None

    def __str__(self) -> str:
        if self.most is not None:
            return f"{plain_number(self.value)}~{plain_number(self.most)}{self.unit}"
        if self.unit in _COUNTED and self.value % 1 == Decimal("0.5"):
            whole = int(self.value)
            return f"{whole}{self.unit}半" if whole else f"半{self.unit}"
        return f"{plain_number(self.value)}{self.unit}"


@dataclass(frozen=True, slots=True)
class AmountFound:
    """The amount of one dose; `wrong` when one was said that cannot be (zero, negative), `several` when two."""

    amount: Amount | None = None
    wrong: bool = False
    several: bool = False


def find_amount(said: str) -> tuple[AmountFound, str]:
    """The amount of one dose in a plain text, and the text with all amounts blanked out.

    Of a strength and an amount (缬沙坦80mg，每次1片) the one after 每次, 吃, 服 … counts, else the counted one.
    """
    cued: list[Amount] = []
    other: list[Amount] = []
    wrong = False
    for match in list(_AMOUNT.finditer(said)):
        amount = _amount(match)
        wrong = wrong or amount is None
        if amount is not None:
            (cued if match[1] else other).append(amount)
        start = match.end(1) if match[1] else match.start()
        said = masked(said, start, match.end())
    chosen = set(cued) or {one for one in other if one.unit in _COUNTED} or set(other)
    several = len(chosen) > 1
    return AmountFound(None if several or not chosen else chosen.pop(), wrong, several), said


def _amount(match: re.Match[str]) -> Amount | None:
    value, most = read_number(match[3]), read_number(match[4]) if match[4] else None
    if match[2] or not value or (most is not None and most <= value):
        return None
    if match[6] and most is None:
        value += Decimal("0.5")
    return Amount(value, match[5], most)
