"""How much of a medicine a day brings, and what its label allows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from actions import phrases
from knowledge.drugs import Drug
from knowledge.quantities import BadQuantityError, Quantity, read_quantity
from knowledge.sources import Source
from schedules.amounts import find_amount
from schedules.spelling import plain
from schedules.timing import PeriodUnit, Timing

Phases = Sequence[Sequence[tuple[str | None, Timing]]]
"""Doses with their timings: phases that follow each other, each of several at the same time."""
_UNITS = {
    "毫克": "mg",
    "微克": "μg",
    "ug": "μg",
    "mcg": "μg",
    "µg": "μg",
    "克": "g",
    "毫升": "ml",
    "iu": "IU",
    "国际单位": "IU",
}


@dataclass(frozen=True, slots=True)
class Caution:
    """One sentence with what it rests on."""

    text: str
    source: Source | None = None
    grave: bool = False  # a nurse is told


def amounts(drug: Drug, phases: Phases, strength: str = "") -> Iterator[Caution]:
    """More often, or more in a day, than the label gives for adults."""
    times = max((_times(phase) or 0 for phase in phases), default=0)
    usual = drug.adult_dose
    if times and usual is not None and usual.every == "day" and times > usual.times[1]:
        text = phrases.TOO_OFTEN.format(name=drug.name, most=usual.times[1], times=times)
        yield Caution(text, drug.source)
    total, limit = most_in_a_day(phases, strength), limit_of(drug)
    if total is not None and limit is not None and exceeds(total, limit):
        yield Caution(phrases.TOO_MUCH.format(name=drug.name, limit=limit, total=total), drug.source, grave=True)


def limit_of(drug: Drug) -> Quantity | None:
    """The most of an adult's day, of a medicine with one ingredient."""
    return drug.daily_max.get(drug.ingredient_ids[0]) if len(drug.ingredients) == 1 else None


def most_in_a_day(phases: Phases, strength: str = "") -> Quantity | None:
    """The amount of the fullest day; None where a dose is not told in mass and the strength of a piece is unknown."""
    days = [_of_phase(phase, strength) for phase in phases]
    known = [one for one in days if one is not None]
    return max(known, key=lambda one: one.comparable()[1]) if known and len(known) == len(days) else None


def _of_phase(phase: Sequence[tuple[str | None, Timing]], strength: str) -> Quantity | None:
    each = [(_measured(dose, strength), times_a_day(timing)) for dose, timing in phase]
    parts = [amount.times(times) for amount, times in each if amount is not None and times is not None]
    return added(parts[0], parts[1:]) if parts and len(parts) == len(phase) else None


def _times(phase: Sequence[tuple[str | None, Timing]]) -> int | None:
    """Takings of a day; those of as-needed medicines are no plan."""
    each = [times_a_day(timing) for _, timing in phase if not timing.as_needed]
    return sum(filter(None, each)) or None


def added(first: Quantity, others: Sequence[Quantity | None]) -> Quantity | None:
    """The sum in the unit of the first; None where one is unknown or of another kind."""
    unit, value = first.comparable()
    for one in others:
        if one is None or one.comparable()[0] != unit:
            return None
        value += one.comparable()[1]
    total = value if unit == first.unit else value * first.value / first.comparable()[1]
    return Quantity(total.normalize() if total % 1 else total.to_integral_value(), first.unit)


def exceeds(total: Quantity, limit: Quantity) -> bool:
    """Whether it is more; False where the two can't be compared."""
    try:
        return total.exceeds(limit)
    except BadQuantityError:
        return False


def _measured(dose: str | None, strength: str) -> Quantity | None:
    """A dose in units of mass; pieces count by the strength of one, where that was said."""
    amount = find_amount(plain(f"一次{(dose or '').split('（')[0]}"))[0].amount
    if amount is None or amount.most is not None:
        return None
    if not amount.counted:
        return _quantity(f"{amount.value}{_UNITS.get(amount.unit, amount.unit)}")
    piece = find_amount(plain(f"一次{strength}"))[0].amount if strength else None
    if piece is None or piece.counted:
        return None
    return _quantity(f"{piece.value * amount.value}{_UNITS.get(piece.unit, piece.unit)}")


def _quantity(written: str) -> Quantity | None:
    try:
        return read_quantity(written)
    except BadQuantityError:
        return None


def times_a_day(timing: Timing) -> int | None:
    """Takings on a day that has any, the most allowed of those as needed; None where a day is no measure."""
    if timing.as_needed:
        return timing.most_per_day
    if timing.events:
        return None
    if timing.period_unit is PeriodUnit.HOUR:
        return int(Decimal(24) / timing.period) if timing.period else None
    if timing.time_of_day or timing.when:
        return len(timing.time_of_day) or max(len(timing.when), timing.frequency or 0)
    return timing.frequency
