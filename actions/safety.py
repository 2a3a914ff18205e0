"""What must be said when a reminder is set: an unknown drug, the same one twice, interactions, too much."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from actions import phrases
from actions.stopping import line as regimen_line
from bot.regimens import Regimen
from knowledge.drugs import Drug
from knowledge.interactions import Interaction, Severity
from knowledge.library import Library
from knowledge.quantities import Quantity, read_quantity
from knowledge.sources import Source
from knowledge.together_answer import SEVERITY_NAMES
from schedules.timing import PeriodUnit, Timing

GRAVE = frozenset({Severity.CONTRAINDICATED, Severity.MAJOR, Severity.MODERATE})


@dataclass(frozen=True, slots=True)
class Caution:
    """One sentence with what it rests on."""

    text: str
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Cautions:
    """All that is to be said, gravest first."""

    texts: tuple[str, ...]
    sources: tuple[Source, ...]


def cautions(
    library: Library,
    named: Sequence[Mapping[str, str | None]],
    dose: str | None,
    timing: Timing,
    running: Sequence[Regimen],
) -> Cautions:
    """Cautions for new drugs (name and id) taken in this dose and rhythm beside the running regimens."""
    new = [drug for one in named if (drug := library.drugs.get(one["id"] or ""))]
    old = [drug for one in running if (drug := library.drugs.get(one.drug_id or ""))]
    found = [
        *_interactions(library, new, old),
        *_known_by_leaflet(new, old),
        *_same(new, running),
        *_ingredients(library, new, old),
        *(caution for drug in new for caution in _amounts(drug, dose, timing)),
    ]
    check = [Caution(phrases.CHECK_FIRST)] if found else []
    unknown = [Caution(phrases.UNKNOWN_DRUG.format(name=one["name"])) for one in named if one["id"] is None]
    every = [*found, *check, *unknown]
    return Cautions(tuple(one.text for one in every), tuple(one.source for one in every if one.source))


def _interactions(library: Library, new: Sequence[Drug], old: Sequence[Drug]) -> Iterator[Caution]:
    """Only pairs with a new drug in them; what was there before has been said before."""
    names = {drug.name for drug in new}
    for one in library.interactions.between([*new, *old]):
        if one.severity in GRAVE and (one.a in names or one.b in names):
            yield Caution(phrases.CAUTION.format(text=interaction_text(one)), one.source)
    of_new = [one for one in library.interactions.unrated([*new, *old]) if one.a in names or one.b in names]
    yield from (Caution(phrases.CAUTION.format(text=text), source) for text, source in unrated_texts(of_new))


def _known_by_leaflet(new: Sequence[Drug], old: Sequence[Drug]) -> Iterator[Caution]:
    """Nothing can be checked with drugs of which only the leaflet is known."""
    if text := leaflet_only([*new, *old] if new else []):
        yield Caution(phrases.CAUTION.format(text=text))


def leaflet_only(drugs: Iterable[Drug]) -> str:
    """Which of these drugs are known from their leaflet alone, and what that means; empty without any."""
    names = dict.fromkeys(drug.name for drug in drugs if drug.from_leaflet)
    return phrases.LEAFLET_ONLY.format(names="、".join(names)) if names else ""


def unrated_texts(found: Iterable[Interaction]) -> Iterator[tuple[str, Source]]:
    """What compendia have on record without a grade: one sentence a source, whose pairs all say the same."""
    by_source: dict[Source, list[Interaction]] = {}
    for one in found:
        by_source.setdefault(one.source, []).append(one)
    for source, pairs in by_source.items():
        named = "、".join(f"{one.a}和{one.b}" for one in pairs)
        yield phrases.UNRATED.format(pairs=named, mechanism=pairs[0].mechanism, advice=pairs[0].advice), source


def interaction_text(one: Interaction) -> str:
    """One interaction in a sentence or two."""
    return phrases.INTERACTION.format(
        names=f"{one.a}和{one.b}",
        severity=SEVERITY_NAMES[one.severity],
        mechanism=one.mechanism.rstrip("。；"),
        advice=one.advice.rstrip("。；"),
    )


def _same(new: Iterable[Drug], running: Sequence[Regimen]) -> Iterator[Caution]:
    for drug in new:
        for one in running:
            if one.drug_id == drug.id:
                yield Caution(phrases.SAME_DRUG.format(name=drug.name, line=regimen_line(one)))


def _ingredients(library: Library, new: Sequence[Drug], old: Sequence[Drug]) -> Iterator[Caution]:
    names = {drug.name for drug in new}
    for one in library.interactions.duplicates([*new, *old]):
        if names & set(one.drugs):
            most = f"，各种药合起来一天最多{one.daily_max}" if one.daily_max else ""
            yield Caution(phrases.SAME_INGREDIENT.format(drugs="和".join(one.drugs), name=one.ingredient, most=most))


def _amounts(drug: Drug, dose: str | None, timing: Timing) -> Iterator[Caution]:
    """More often, or more in a day, than the label gives for adults."""
    times, usual = _times_a_day(timing), drug.adult_dose
    if times is None:
        return
    if usual is not None and usual.every == "day" and times > usual.times[1]:
        text = phrases.TOO_OFTEN.format(name=drug.name, most=usual.times[1], times=times)
        yield Caution(text, drug.source)
    each, limit = (_measured(dose), drug.daily_max.get(drug.ingredient_ids[0]) if len(drug.ingredients) == 1 else None)
    if each is not None and limit is not None and _exceeds(each.times(times), limit):
        yield Caution(phrases.TOO_MUCH.format(name=drug.name, limit=limit, total=each.times(times)), drug.source)


def _measured(dose: str | None) -> Quantity | None:
    """A dose in units of mass; tablets of unknown strength can't be checked."""
    said = (
        (dose or "").split("（")[0].replace("毫克", "mg").replace("微克", "μg").replace("克", "g").replace("毫升", "ml")
    )
    try:
        return read_quantity(said)
    except ValueError:
        return None


def _exceeds(total: Quantity, limit: Quantity) -> bool:
    try:
        return total.exceeds(limit)
    except ValueError:
        return False


def _times_a_day(timing: Timing) -> int | None:
    """Takings on a day that has any; None where a day is no measure."""
    if timing.as_needed or timing.events:
        return None
    if timing.period_unit is PeriodUnit.HOUR:
        return int(Decimal(24) / timing.period) if timing.period else None
    if timing.time_of_day or timing.when:
        return len(timing.time_of_day) or max(len(timing.when), timing.frequency or 0)
    return timing.frequency
