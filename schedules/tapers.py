"""Steps that follow each other: 第1周每天4片，第2周每天3片; 30mg连服7天，之后每周减5mg直到停药; 首剂加倍.

A text of one drug becomes phases, each with its words and its length in days. Rules:
- A step that says no rhythm or no dose keeps those of the step before it.
- 每周减5mg makes steps of a week; it must say until when (停药, or an amount: 减到10mg维持, 减到5mg后停药), and the
  amount must come out at that end exactly, else the taper is refused.
- Weeks are seven days, months thirty; the steps must follow each other from the first day without a gap.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from schedules.amounts import AMOUNT, Amount, amount_of
from schedules.numbers import INTEGER, read_int

_DAYS: Final = {"天": 1, "日": 1, "d": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}
_UNIT: Final = r"(天|日|周|星期|礼拜|月)"
_EXPLICIT: Final = re.compile(
    rf"(?P<number>第(?P<first>{INTEGER})(?:(?:-|~|到|至)第?(?P<last>{INTEGER}))?个?(?P<unit>天|日|周|星期|礼拜|月)的?)"
    rf"|(?P<head>(?:前|头)(?P<length>{INTEGER})个?(?P<head_unit>天|日|周|星期|月))"
    r"|(?P<one>首日|首周|首月)"
)
_THEN: Final = re.compile(
    rf"(?:(?P<after>{INTEGER})个?(?P<after_unit>天|日|周|星期|礼拜|月)(?:之|以)?后(?=[改减加增再换每,]))?"
    r"[,。;、 ]*(?:"
    r"(?:然后|之后|以后|随后|接着|此后|其后|而后|再(?=改|减|服|吃|用|每|[一1][天日]|[0-9半])|改[为成用]|减[为至到]|加[至到]|增[至加]到?|→|-+>)[,:]?"
    r")+"
)
_AFTER_ONLY: Final = re.compile(rf"({INTEGER})个?{_UNIT}(?:之|以)?后(?=[改减加增再换])")
_CHANGE: Final = re.compile(
    rf"[,。; ]*(?:然后|之后|以后|随后|接着|此后|再)?,?每(?P<every>{INTEGER})?个?(?P<unit>天|日|周|星期|礼拜|月)"
    rf"(?:逐渐|递|可)?(?P<way>减少?量?|减|加|增加?)(?P<amount>{AMOUNT})"
    rf"[, ]*(?:(?:直?到|直至|至|减到|减至|加到|加至|增至)(?:(?P<stop>停药|停用|停服|停)|(?P<end>{AMOUNT})"
    r"(?:后?(?P<last>停药|停用|停服|停)|(?:长期)?(?:维持|后?不变)?))?(?:为止)?)?"
)
_STOP: Final = re.compile(r"(?<=[天日周月期d])(?:之?后|即可?|[, ])?(?:停药|停用|停服|停)(?=$|[,。;])")
_FIRST_DOSE: Final = re.compile(
    rf"(?:首次|首剂|第一次|初次)(?:剂量)?(?:口服|服用?|吃|用|给予)?:?(?:(?P<amount>{AMOUNT})|(?P<double>加倍|倍量|双倍))[,、;]?"
    r"(?:以后|之后|此后|随后|然后|其后|后续|维持)?,?"
)
_AND_SO_ON: Final = re.compile(r"[以依]此类推|依次(?:类推|递减|递增)|逐[周日天月步渐](?:递?减|递?增|加)|…|\.{3}")
_CLAUSE: Final = re.compile("[,。;、]|->|→")
_HAS_AMOUNT: Final = re.compile(AMOUNT)
_LASTS: Final = re.compile(
    rf"[*x] ?{INTEGER}(?:d(?![a-z])|{_UNIT})|(?:连?[服用吃续])?(?<![每第隔]){INTEGER}个?{_UNIT}(?![次后内不最至])"
)
_HOW_OFTEN: Final = re.compile(r"[每隔](?!次)|(?<![每一1])次|[qbt]i?d")


@dataclass(frozen=True, slots=True)
class PhaseWords:
    """One phase as said; `days` when its place says how long it lasts, else its own words may."""

    words: str
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """每周减5mg直到停药: so much less (or more) each `days`, until the amount is `end`."""

    days: int
    by: Amount
    less: bool
    end: Amount | None
    """The last amount; None when it is taken down to nothing."""
    stops: bool
    """Whether the medicine is stopped after the last amount; else it goes on."""


@dataclass(frozen=True, slots=True)
class StepWords:
    """A text of one drug taken apart. `broken` when its steps do not fit together."""

    phases: tuple[PhaseWords, ...]
    change: Change | None = None
    first_dose: Amount | None = None
    """A first dose other than the others."""
    doubled: bool = False
    """首剂加倍."""
    broken: bool = False


def find_steps(said: str) -> StepWords:
    """The steps of a plain text of one drug; a single phase without words of steps."""
    first_dose, doubled, said = _first_dose(said)
    change, said, broken = _change(said)
    broken = broken or _AND_SO_ON.search(said) is not None
    said = _STOP.sub("", said)
    phases = _phases(_with_marks(said))
    return StepWords(phases or (PhaseWords(said),), change, first_dose, doubled, broken or phases is None)


def amounts_after(dose: Amount, change: Change) -> tuple[Amount, ...] | None:
    """The amounts of the steps after `dose`, in order; None when they never come to the end said."""
    end = change.end.value if change.end else Decimal(0)
    step = -change.by.value if change.less else change.by.value
    units = {dose.unit, change.by.unit, *([change.end.unit] if change.end else [])}
    exact = dose.most is None and change.by.most is None
    way = end - dose.value
    if len(units) > 1 or not exact or way / step <= 0 or way % step or way / step > _MOST_CHANGES:
        return None
    amounts = tuple(Amount(dose.value + step * place, dose.unit) for place in range(1, int(way / step) + 1))
    return amounts if change.end else amounts[:-1]


_MOST_CHANGES: Final = 60


def _with_marks(said: str) -> str:
    """30mg×7天，20mg×7天: clauses that each say an amount and how long follow each other."""
    clauses = _CLAUSE.split(said)
    steps = [bool(_HAS_AMOUNT.search(one) and _LASTS.search(one)) for one in clauses]
    if sum(steps) < 2 or _EXPLICIT.search(said) or _THEN.search(said):
        return said
    first = steps.index(True)
    marks = ("然后" if step and place > first else "," for place, step in enumerate(steps))
    return "".join(mark + clause for mark, clause in zip(marks, clauses, strict=True)).removeprefix(",")


def _first_dose(said: str) -> tuple[Amount | None, bool, str]:
    match = _FIRST_DOSE.search(said)
    if match is None:
        return None, False, said
    amount = amount_of(match, match.re.groupindex["amount"] + 1) if match["amount"] else None
    return amount, match["double"] is not None, f"{said[: match.start()]},{said[match.end() :]}"


def _change(said: str) -> tuple[Change | None, str, bool]:
    """The regular change, the text without it, and whether it is unclear."""
    match = _CHANGE.search(said)
    if match is None:
        return None, said, False
    groups = match.re.groupindex
    rest = f"{said[: match.start()]},{said[match.end() :]}".rstrip(",")
    by = amount_of(match, groups["amount"] + 1)
    end = amount_of(match, groups["end"] + 1) if match["end"] else None
    less = match["way"].startswith("减")
    days = (read_int(match["every"]) if match["every"] else 1) or 0
    ends = end is not None or (less and match["stop"] is not None)
    if by is None or not days or not ends or (match["end"] and end is None):
        return None, rest, True
    stops = match["stop"] is not None or match["last"] is not None
    return Change(days * _DAYS[match["unit"]], by, less, end, stops), rest, False


def _phases(said: str) -> tuple[PhaseWords, ...] | None:
    """The phases, none when no steps are said; None when their days do not follow each other."""
    marks = sorted([*_EXPLICIT.finditer(said), *_THEN.finditer(said)], key=lambda mark: mark.start())
    marks = [mark for mark in marks if mark.end() > mark.start()]
    if not marks:
        return ()
    common = said[: marks[0].start()]
    words = [said[mark.end() : after] for mark, after in zip(marks, _ends(marks, said), strict=True)]
    words[-1], tail = _without_tail(words[-1], said[: marks[-1].start()])
    found: list[PhaseWords] = []
    if marks[0].re is _THEN:
        first = ",".join(part for part in (common.strip(",。; "), tail) if part)
        found, common = [PhaseWords(first, _days_before(marks[0]))], ""
    day = 1
    for mark, own, following in zip(marks, words, [*marks[1:], None], strict=True):
        length = _length(mark, following, day)
        if length == 0:
            return None
        day += length or 0
        found.append(PhaseWords(",".join(part for part in (common, own.strip(",。; "), tail) if part), length))
    return tuple(one for one in found if one.words.strip(",。; ")) or None


def _ends(marks: Sequence[re.Match[str]], said: str) -> Iterator[int]:
    yield from (mark.start() for mark in marks[1:])
    yield len(said)


def _days_before(mark: re.Match[str]) -> int | None:
    if mark.re is not _THEN or not mark["after"]:
        return None
    return (read_int(mark["after"]) or 0) * _DAYS[mark["after_unit"]] or None


def _length(mark: re.Match[str], following: re.Match[str] | None, day: int) -> int | None:
    """Days of a phase, 0 when it does not begin on the `day` it should, None when its place does not say."""
    if mark.re is _THEN:
        return _days_before(following) if following else None
    if mark["one"]:
        return _DAYS[mark["one"][1]] if day == 1 else 0
    if mark["head"]:
        return (read_int(mark["length"]) or 0) * _DAYS[mark["head_unit"]] if day == 1 else 0
    each = _DAYS[mark["unit"]]
    first, last = read_int(mark["first"]) or 0, read_int(mark["last"] or mark["first"]) or 0
    fits = (first - 1) * each + 1 == day and last >= first
    return (last - first + 1) * each if fits else 0


def _without_tail(words: str, before: str) -> tuple[str, str]:
    """The last phase, and clauses after it that hold for all: …，第3周每天2片，早饭后服.

    Where no phase `before` says an amount or a rhythm, one in a clause of its own is that of all (…，每次1片).
    """
    shared = not _HAS_AMOUNT.search(before)
    clauses = _CLAUSE.split(words)
    place = next((place for place, one in enumerate(clauses) if one.strip()), 0)
    tail = clauses[place + 1 :]
    held = ",".join(tail)
    if not tail or bool(_HAS_AMOUNT.search(held)) != shared or _LASTS.search(held):
        return words, ""
    if _HOW_OFTEN.search(held) and _HOW_OFTEN.search(before + clauses[place]):
        return words, ""
    return ",".join(clauses[: place + 1]), ",".join(tail)
