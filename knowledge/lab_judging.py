"""Whether a value is low, normal or high, or needs a doctor at once; exact, and never surer than the words allow."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from knowledge.lab import Bounds, LabBook, LabItem
from knowledge.lab_reading import LabReading, Person, read_person, read_values
from knowledge.lab_units import unit_key


class Verdict(StrEnum):
    """What can be said of a value."""

    PANIC_LOW = "panic_low"
    PANIC_HIGH = "panic_high"
    LOW = "low"
    HIGH = "high"
    POSITIVE = "positive"
    NEGATIVE = "negative"
    NORMAL = "normal"
    UNSURE = "unsure"


PANIC = frozenset({Verdict.PANIC_LOW, Verdict.PANIC_HIGH})


class Doubt(StrEnum):
    """Why nothing sure can be said."""

    NO_RANGE = "no_range"
    """There is no common range, or none for this sex and age."""
    UNIT = "unit"
    """The unit is missing or unknown, and it matters."""
    ODD = "odd"
    """Nobody has such a value: a slip of the point or of the unit."""
    CHILD = "child"
    PREGNANT = "pregnant"
    WHO = "who"
    """It depends on sex, age or condition, which were not told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One item judged."""

    item: LabItem
    reading: LabReading
    verdict: Verdict
    doubt: Doubt | None = None
    value: Decimal | None = None
    """In the item's own unit."""
    ranges: tuple[Bounds, ...] = ()
    """Those it was held against."""
    may_be: frozenset[Verdict] = frozenset()
    """Where that depends on who it is: what it is for some and for others."""

    @property
    def abnormal(self) -> bool:
        """Whether it surely is not as it should be."""
        if self.item.sign:
            return (self.verdict is Verdict.POSITIVE) == (self.item.sign == "阴性")
        return self.verdict in PANIC or self.verdict in (Verdict.LOW, Verdict.HIGH)


def judge_text(text: str, book: LabBook) -> tuple[Finding, ...]:
    """All values of a sentence; those that need a doctor at once come first."""
    person = read_person(text)
    found = [
        judged
        for one in read_values(text, book)
        # A letter or two (ca of ca724) with a number that is none of the item's meant something else.
        if not ((judged := judge(one, person, book)).doubt is Doubt.ODD and one.short)
    ]
    return tuple(sorted(found, key=lambda one: one.verdict not in PANIC))


def judge(reading: LabReading, person: Person, book: LabBook) -> Finding:
    """One value for one person. Without a unit all units that are usual here have to agree."""
    item = reading.item
    if reading.value is None:
        return Finding(item, reading, Verdict.POSITIVE if reading.positive else Verdict.NEGATIVE)
    own = (unit_key(item.unit), *item.also, *item.elsewhere)
    if reading.unit and reading.unit not in own and not reading.own:
        return Finding(item, reading, Verdict.UNSURE, Doubt.UNIT)
    found = [_of(one, value, reading, person) for one, value in _meant(reading, reading.value, book)]
    if not found and reading.own:
        return _by_own(reading, reading.value, reading.own)
    if not found:
        return Finding(item, reading, Verdict.UNSURE, Doubt.ODD)
    if len({one.verdict for one in found}) > 1:
        return Finding(item, reading, Verdict.UNSURE, Doubt.UNIT)
    return found[0]


def _meant(reading: LabReading, value: Decimal, book: LabBook) -> tuple[tuple[LabItem, Decimal], ...]:
    """Item and value in its own unit, for every unit that may be meant; rare ones only where no usual one fits."""
    item, told, own = reading.item, reading.unit, unit_key(reading.item.unit)
    every = {own: (item, value)} | {unit: (item, value * factor) for unit, factor in item.also.items()}
    every |= {unit: (book[id], value) for unit, id in item.elsewhere.items()}
    if told:
        return tuple(pair for unit, pair in every.items() if unit == told and _plausible(*pair))
    usual = {own, *item.usual, *item.elsewhere}
    fitting = {unit: pair for unit, pair in every.items() if _plausible(*pair)}
    return tuple(pair for unit, pair in fitting.items() if unit in usual) or tuple(fitting.values())


def _plausible(item: LabItem, value: Decimal) -> bool:
    return item.plausible[0] <= value <= item.plausible[1]


def _of(item: LabItem, value: Decimal, reading: LabReading, person: Person) -> Finding:
    if item.panic is not None:
        if item.panic.low is not None and value <= item.panic.low:
            return Finding(item, reading, Verdict.PANIC_LOW, None, value, item.ranges)
        if item.panic.high is not None and value >= item.panic.high:
            return Finding(item, reading, Verdict.PANIC_HIGH, None, value, item.ranges)
    if reading.own is not None and reading.value is not None:
        return _by_own(reading, reading.value, reading.own)
    if person.child or person.pregnant:
        return Finding(item, reading, Verdict.UNSURE, Doubt.CHILD if person.child else Doubt.PREGNANT, value)
    ranges = tuple(one for one in item.ranges if _fits(one, person, reading.when))
    verdicts = {_against(value, one) for one in ranges}
    if not ranges:
        return Finding(item, reading, Verdict.UNSURE, Doubt.NO_RANGE, value)
    if len(verdicts) > 1:
        return Finding(item, reading, Verdict.UNSURE, Doubt.WHO, value, ranges, frozenset(verdicts))
    return Finding(item, reading, verdicts.pop(), None, value, ranges)


def _by_own(reading: LabReading, value: Decimal, own: Bounds) -> Finding:
    """The range printed beside the value is in the value's unit and of the laboratory that measured it."""
    return Finding(reading.item, reading, _against(value, own), None, value, (own,))


def _fits(one: Bounds, person: Person, when: str) -> bool:
    of_sex = not one.sex or not person.sex or one.sex == person.sex
    of_age = one.ages is None or person.age is None or one.ages[0] <= person.age <= one.ages[1]
    return of_sex and of_age and (not one.when or not when or one.when == when)


def _against(value: Decimal, bounds: Bounds) -> Verdict:
    return Verdict.LOW if bounds.is_low(value) else Verdict.HIGH if bounds.is_high(value) else Verdict.NORMAL
