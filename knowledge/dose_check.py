"""Doses that contradict each other inside one entry, its strengths, or the limit of an ingredient."""

import re
from collections.abc import Iterator
from decimal import Decimal

from knowledge.drugs import Dose, Drug, Who
from knowledge.ingredients import Ingredients
from knowledge.quantities import BadQuantityError, Quantity, read_quantity
from knowledge.statements import Statement

_STRENGTH = re.compile(r"(?<![\d/.])(\d+(?:\.\d+)?)\s*(μg|mg|g)(?!/)")
_POURED = re.compile(r"ml|揿|吸|喷|/|%")
"""Strengths of what is poured, sprayed or mixed: any single amount can be taken."""
_TOLD = re.compile(r"(\d+(?:\.\d+)?)(?:(?:到|~|–|或|、)(\d+(?:\.\d+)?))?(毫克|微克|克)(?!/)")
_UNITS = {"毫克": "mg", "微克": "μg", "克": "g"}
_BY_PRESCRIPTION = "凭处方"
"""A sentence with it speaks of another use than the one the daily maximum is for."""
_ADULT_TEXTS = (Statement.USAGE, Statement.ELDERLY, Statement.RENAL, Statement.HEPATIC)
_PIECE = re.compile(r"每([片粒袋支丸滴枚])")
_SMALLEST_PART = Decimal("0.25")
"""A tablet is split in quarters at most."""


def dose_conflicts(drug: Drug, known: Ingredients) -> Iterator[str]:
    """What contradicts, in words; nothing for a consistent entry."""
    for id, limit in drug.daily_max.items():
        yield from _above_ingredient(id, limit, known)
    for dose in drug.doses:
        yield from _inside(dose)
        yield from _above_limits(dose, drug)
        yield from _not_takeable(dose, drug)
    yield from _more_than_adults(drug)
    yield from _told_above(drug)


def _above_ingredient(id: str, limit: Quantity, known: Ingredients) -> Iterator[str]:
    ceiling = known.ingredients[id].daily_max if id in known.ingredients else None
    if ceiling is not None and _exceeds(limit, ceiling):
        yield f"{id}: daily maximum {limit} is above the limit of the ingredient, {ceiling}"


def _inside(dose: Dose) -> Iterator[str]:
    if _exceeds(dose.least, dose.most) or dose.times[0] > dose.times[1]:
        yield f"{dose.who} dose runs backwards: {dose.least} to {dose.most}, {dose.times}"
    if dose.max is not None and _comparable(dose.least, dose.max) and _exceeds(dose.least, dose.max):
        yield f"{dose.who} dose {dose.least} is above its own maximum {dose.max}"


def _above_limits(dose: Dose, drug: Drug) -> Iterator[str]:
    """The smallest dose as often as allowed, and the largest as seldom as usual, must stay within the day."""
    if dose.every != "day":
        return
    extremes = (dose.least.times(dose.times[1]), dose.most.times(dose.times[0]))
    for day in extremes:
        if dose.max is not None and _comparable(day, dose.max) and _exceeds(day, dose.max):
            yield f"{dose.who} dose comes to {day} a day, its own maximum is {dose.max}"
        for id, limit in drug.daily_max.items():
            taken = _of_ingredient(day, id, drug)
            if taken is not None and _exceeds(taken, limit):
                yield f"{dose.who} dose comes to {taken} of {id} a day, daily maximum is {limit}"


def _of_ingredient(day: Quantity, id: str, drug: Drug) -> Quantity | None:
    """How much of an ingredient a day's amount holds; None where that cannot be told."""
    if len(drug.ingredients) == 1:
        return day if _comparable(day, drug.daily_max[id]) else None
    for content in drug.ingredients:
        piece = _PIECE.match(content.per)
        if content.ingredient == id and content.amount is not None and piece and piece[1] == day.unit:
            return Quantity(content.amount.value * day.value, content.amount.unit)
    return None


def _not_takeable(dose: Dose, drug: Drug) -> Iterator[str]:
    """A single amount must be a whole number of quarters of some strength on the market."""
    strengths = [one for form in drug.forms for one in form.strengths]
    if len(drug.ingredients) != 1 or any(_POURED.search(one) for one in strengths):
        return
    parts = [size * _SMALLEST_PART for one in strengths for size in _sizes(one)]
    for amount in dict.fromkeys((dose.least, dose.most)):
        unit, value = amount.comparable()
        if parts and unit == "mg" and not any(value % part == 0 for part in parts):
            yield f"{dose.who} dose {amount} cannot be taken with strengths {', '.join(strengths)}"


def _sizes(strength: str) -> list[Decimal]:
    """The masses a strength names, in mg."""
    return [read_quantity(f"{number}{unit}").comparable()[1] for number, unit in _STRENGTH.findall(strength)]


def _more_than_adults(drug: Drug) -> Iterator[str]:
    """Nobody gets more at once, or in a day, than an adult."""
    adult = [dose for dose in drug.doses if dose.who is Who.ADULT]
    for dose in drug.doses:
        same = [one for one in adult if one.every == dose.every and _comparable(one.most, dose.most)]
        if dose.who is Who.ADULT or not same:
            continue
        if all(_exceeds(dose.most, one.most) for one in same):
            yield f"{dose.who} dose {dose.most} is above every adult dose"
        if all(_exceeds(dose.most.times(dose.times[0]), one.most.times(one.times[1])) for one in same):
            yield f"{dose.who} dose comes to more a day than any adult dose"


def _told_above(drug: Drug) -> Iterator[str]:
    """No amount told to a patient is above the daily maximum, unless it is the size of a tablet (5毫克的片)."""
    if len(drug.ingredients) != 1 or len(drug.daily_max) != 1:
        return
    unit, limit = next(iter(drug.daily_max.values())).comparable()
    sizes = {size for form in drug.forms for one in form.strengths for size in _sizes(one)}
    for amount in _told_amounts(drug) if unit == "mg" else ():
        if amount > limit and amount not in sizes:
            yield f"{amount}mg is told, daily maximum is {limit}mg"


def _told_amounts(drug: Drug) -> set[Decimal]:
    """Masses in the words for adults, in mg."""
    said = (one.text for statement in _ADULT_TEXTS for one in drug.says.get(statement, ()))
    sentences = (part for text in said for part in re.split("[。；]", text) if _BY_PRESCRIPTION not in part)
    found = (match for part in sentences for match in _TOLD.findall(part))
    return {
        read_quantity(f"{number}{_UNITS[unit]}").comparable()[1]
        for low, high, unit in found
        for number in (low, high)
        if number
    }


def _comparable(one: Quantity, other: Quantity) -> bool:
    return one.comparable()[0] == other.comparable()[0]


def _exceeds(one: Quantity, other: Quantity) -> bool:
    try:
        return one.exceeds(other)
    except BadQuantityError:
        return True
