"""Doses that contradict each other inside one entry, or with the limit of an ingredient."""

from collections.abc import Iterator

from knowledge.drugs import AdultDose, Drug
from knowledge.ingredients import Ingredients
from knowledge.quantities import BadQuantityError, Quantity


def dose_conflicts(drug: Drug, known: Ingredients) -> Iterator[str]:
    """What contradicts, in words; nothing for a consistent entry."""
    for id, limit in drug.daily_max.items():
        yield from _above_ingredient(id, limit, known)
    if drug.adult_dose is not None:
        yield from _inside(drug.adult_dose)
        if len(drug.daily_max) == 1 and drug.adult_dose.every == "day":
            yield from _above_daily(drug.adult_dose, next(iter(drug.daily_max.values())))


def _above_ingredient(id: str, limit: Quantity, known: Ingredients) -> Iterator[str]:
    ceiling = known.ingredients[id].daily_max if id in known.ingredients else None
    if ceiling is not None and _exceeds(limit, ceiling):
        yield f"{id}: daily maximum {limit} is above the limit of the ingredient, {ceiling}"


def _inside(dose: AdultDose) -> Iterator[str]:
    if _exceeds(dose.least, dose.most) or dose.times[0] > dose.times[1]:
        yield f"adult dose runs backwards: {dose.least} to {dose.most}, {dose.times}"


def _above_daily(dose: AdultDose, limit: Quantity) -> Iterator[str]:
    """The smallest dose as often as allowed, and the largest as seldom as usual, must stay within the day."""
    for day in (dose.least.times(dose.times[1]), dose.most.times(dose.times[0])):
        if _exceeds(day, limit):
            yield f"adult dose comes to {day} a day, daily maximum is {limit}"


def _exceeds(one: Quantity, other: Quantity) -> bool:
    try:
        return one.exceeds(other)
    except BadQuantityError:
        return True
