"""What one piece holds and what was handed out: 0.25g*24粒, 80mg/片, 每粒0.3g, 共14片. Never the dose of one taking."""

import re
from typing import Final

from schedules.amounts import AMOUNT, COUNTED, UNIT, amount_of
from schedules.numbers import INTEGER, NUMBER
from schedules.spelling import masked

_PLAIN: Final = rf"{NUMBER}(?:万)? ?{UNIT}"
_PIECE: Final = rf"(?:{COUNTED})"
_BOX: Final = r"(?:盒|瓶|板|罐|桶)"
_FIRST: Final = re.compile(AMOUNT)
_RULES: Final = (
    re.compile(rf"{_PLAIN}(?:/{_PLAIN})+"),  # 80mg/5mg: two ingredients in one piece
    re.compile(rf"{_PLAIN} ?[*x] ?{INTEGER}{_PIECE}(?:/{_BOX})?(?: ?[*x] ?{INTEGER}{_BOX})?"),
    re.compile(rf"{_PLAIN}/{_PIECE}"),
    re.compile(rf"每{_PIECE}(?:含|是|为|装)?{_PLAIN}"),
    re.compile(rf"规格(?:为|是|:)? ?{_PLAIN}(?:/{_PIECE})?"),
)
_HANDED_OUT: Final = (
    re.compile(rf"每?[一1]?{_BOX}(?:装|里有)?{INTEGER}{_PIECE}"),
    re.compile(rf"{INTEGER}{_PIECE}/{_BOX}(?: ?[*x] ?{INTEGER}{_BOX})?"),
    re.compile(rf"(?<!一次)(?<!每次)(?:(?<![天日次服吃])共|总共|开了?|取|发|[*x]) ?{INTEGER}(?:{_PIECE}|{_BOX})"),
    re.compile(rf"(?<![0-9.*x])[*x]? ?{INTEGER}盒"),
)


def find_strength(said: str) -> tuple[str | None, str]:
    """What one piece holds (None when not said), and the plain text with it and the amounts handed out blanked out."""
    strength: str | None = None
    for pattern in _RULES:
        for match in list(pattern.finditer(said)):
            strength = strength or _strength(match[0])
            said = masked(said, match.start(), match.end())
    for pattern in _HANDED_OUT:
        for match in list(pattern.finditer(said)):
            said = masked(said, match.start(), match.end())
    return strength, said


def _strength(words: str) -> str | None:
    found = [amount_of(match, 1) for match in _FIRST.finditer(words)]
    measured = [str(amount) for amount in found if amount is not None and not amount.counted]
    return "/".join(measured) or None
