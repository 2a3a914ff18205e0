"""Amounts of a whole day, never of one taking: 每日90mg分3次 (what is taken), 一天不超过4片 (a limit)."""

import re
from dataclasses import dataclass
from typing import Final

from schedules.amounts import AMOUNT, Amount, amount_of
from schedules.numbers import CHINESE
from schedules.spelling import masked

_PER_DAY: Final = r"(?:每24小时|24小时|每[天日]|[一1][天日]|全天|全日|日)(?:之?内)?"
_OF_DAY: Final = r"(?:总?剂?用?量)?(?:总共|一共|共)?(?:口服|吃|服用?|用)?(?:为|是)?"
_NO_MORE: Final = (
    r"(?:最多|最大(?:剂?用?量)?|极量|不(?:要|得|能|可|宜|应)?(?:超过|多于|大于)|至多|上限)"
    r"(?:口服|吃|服用?|用)?(?:为|是|:)?"
)
_LIMITS: Final = (
    re.compile(rf"{_PER_DAY}(?:总?剂?用?量)?{_NO_MORE} ?{AMOUNT}"),
    re.compile(rf"{_NO_MORE}{_PER_DAY} ?{AMOUNT}"),
    re.compile(rf"{_NO_MORE} ?{AMOUNT}/(?:[日天]|d(?![a-z]))"),
)
_ONE_LIMIT: Final = re.compile(rf"(?:每次|一次|单次)(?:剂?用?量)?{_NO_MORE} ?{AMOUNT}")
_TOTALS: Final = (
    re.compile(rf"{_PER_DAY}{_OF_DAY}()[ :]?{AMOUNT}(?! ?[*x/])"),
    re.compile(rf"(){AMOUNT}/(?:[日天]|d(?![a-z]))"),
)
_SPLIT: Final = re.compile(
    rf"(?:平均|均)?(?<![0-9{CHINESE}])分(?!钟)(?:成|为|作)?(?=[^,。;]{{0,6}}[0-9二两三四五六]次)|(?:平均|均)分(?:成|为|作)?"
)


@dataclass(frozen=True, slots=True)
class DayAmounts:
    """What was said of the amounts of a whole day."""

    total: Amount | None = None
    split: bool = False
    """分3次: the total is divided over the takings."""
    most: Amount | None = None
    """No more than this in 24 hours."""
    most_each: Amount | None = None
    """No more than this at once."""
    wrong: bool = False
    """A zero or negative one, or two different ones."""


def find_totals(said: str) -> tuple[DayAmounts, str]:
    """The amounts of a whole day in a plain text, and the text with them blanked out, the words 每天 left standing."""
    limits, said = _blanked(said, _LIMITS, 1, whole=True)
    each, said = _blanked(said, (_ONE_LIMIT,), 1, whole=True)
    totals, said = _blanked(said, _TOTALS, 2, whole=False)
    split = _SPLIT.search(said)
    if split is not None:
        said = masked(said, split.start(), split.end())
    wrong = any(None in found or len(found) > 1 for found in (limits, each, totals))
    total, most, most_each = (next(iter(found), None) for found in (totals, limits, each))
    return DayAmounts(total, split is not None, most, most_each, wrong), said


def _blanked(
    said: str, patterns: tuple[re.Pattern[str], ...], first: int, *, whole: bool
) -> tuple[set[Amount | None], str]:
    found: set[Amount | None] = set()
    for pattern in patterns:
        for match in list(pattern.finditer(said)):
            found.add(amount_of(match, first))
            # The amount alone is blanked out where the words before it say how often (每天).
            said = masked(said, match.start() if whole else match.end(1), match.end())
    return found, said


def takings_note(amounts: DayAmounts) -> str | None:
    """The limits in words, for the note of a regimen."""
    phrases = [f"一天不超过{amounts.most}"] if amounts.most else []
    if amounts.most_each:
        phrases.append(f"一次不超过{amounts.most_each}")
    return "，".join(phrases) or None
