"""What must be said when a reminder is set: an unknown drug, the same one twice, interactions, too much."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from actions import phrases
from actions.amounts import Caution, added, amounts, exceeds, limit_of, most_in_a_day
from actions.stopping import line as regimen_line
from bot.regimens import Regimen
from knowledge.drugs import Drug
from knowledge.interactions import Interaction, Severity
from knowledge.library import Library
from knowledge.sources import Source
from knowledge.together_answer import SEVERITY_NAMES
from schedules.timing import Timing

GRAVE = frozenset({Severity.CONTRAINDICATED, Severity.MAJOR, Severity.MODERATE})
_FOR_NURSES = frozenset({Severity.CONTRAINDICATED, Severity.MAJOR})


@dataclass(frozen=True, slots=True)
class Cautions:
    """All that is to be said, gravest first."""

    texts: tuple[str, ...]
    sources: tuple[Source, ...]
    grave: tuple[str, ...] = ()  # those of the texts that a nurse is told


@dataclass(frozen=True, slots=True)
class Ordered:
    """A medicine as it shall be taken: phases that follow each other, each of doses with their timings."""

    name: str
    id: str | None
    phases: Sequence[Sequence[tuple[str | None, Timing]]]
    strength: str = ""  # of one piece


def cautions(
    library: Library,
    named: Sequence[Mapping[str, str | None]],
    dose: str | None,
    timing: Timing,
    running: Sequence[Regimen],
) -> Cautions:
    """Cautions for new drugs (name and id) all taken in this dose and rhythm beside the running regimens."""
    return cautions_of(library, [Ordered(str(one["name"]), one["id"], [[(dose, timing)]]) for one in named], running)


def cautions_of(library: Library, ordered: Sequence[Ordered], running: Sequence[Regimen]) -> Cautions:
    """Cautions for new medicines, among themselves and beside the running regimens."""
    by_order = [(one, drug) for one in ordered if (drug := library.drugs.get(one.id or ""))]
    new = [drug for _, drug in by_order]
    old = [drug for one in running if (drug := library.drugs.get(one.drug_id or ""))]
    found = [
        *_interactions(library, new, old),
        *_known_by_leaflet(new, old),
        *_same(new, running),
        *_ingredients(library, new, old),
        *(caution for one, drug in by_order for caution in amounts(drug, one.phases, one.strength)),
        *_sums(library, by_order, running),
    ]
    check = [Caution(phrases.CHECK_FIRST)] if found else []
    unknown = [Caution(phrases.UNKNOWN_DRUG.format(name=one.name)) for one in ordered if one.id is None]
    return _together([*found, *check, *unknown])


def _together(every: Sequence[Caution]) -> Cautions:
    texts = tuple(dict.fromkeys(one.text for one in every))
    sources = tuple(dict.fromkeys(one.source for one in every if one.source))
    return Cautions(texts, sources, tuple(dict.fromkeys(one.text for one in every if one.grave)))


def _interactions(library: Library, new: Sequence[Drug], old: Sequence[Drug]) -> Iterator[Caution]:
    """Only pairs with a new drug in them; what was there before has been said before."""
    names = {drug.name for drug in new}
    for one in library.interactions.between([*new, *old]):
        if one.severity in GRAVE and (one.a in names or one.b in names):
            yield Caution(phrases.CAUTION.format(text=interaction_text(one)), one.source, one.severity in _FOR_NURSES)
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


def _sums(library: Library, by_order: Sequence[tuple[Ordered, Drug]], running: Sequence[Regimen]) -> Iterator[Caution]:
    """The same ingredient in what is new and what runs: together no more than the label allows in a day."""
    for one, drug in by_order:
        limit = limit_of(drug)
        mine = most_in_a_day(one.phases, one.strength)
        others = [each for each in running if _shares(drug, library.drugs.get(each.drug_id or ""))]
        if limit is None or mine is None or not others:
            continue
        total = added(mine, [most_in_a_day([[(each.dose, each.timing)]]) for each in others])
        if total is not None and not exceeds(mine, limit) and exceeds(total, limit):
            names = "、".join(dict.fromkeys(each.drug for each in others))
            text = phrases.TOO_MUCH_TOGETHER.format(name=drug.name, others=names, limit=limit, total=total)
            yield Caution(text, drug.source, grave=True)


def _shares(drug: Drug, other: Drug | None) -> bool:
    """Whether another medicine holds the one ingredient of this one, and no other whose amount would not be told."""
    return other is not None and other.acting_ids == drug.acting_ids
