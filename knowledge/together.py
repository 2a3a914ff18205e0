"""What a list of names means taken together: drugs as people write them, foods, alcohol and illnesses too."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, product

from knowledge.conditions import Condition, Conditions, of_condition
from knowledge.drug_names import DrugBook
from knowledge.drugs import Drug
from knowledge.interactions import Duplicate, Interaction, InteractionTable, gravest_first


@dataclass(frozen=True, slots=True)
class Asked:
    """One name and all it can mean."""

    name: str
    drugs: tuple[Drug, ...] = ()
    """One when certain, several when the name is shared (头孢)."""
    foods: tuple[str, ...] = ()
    """Ids of foods and drinks."""
    condition: Condition | None = None
    """An illness or state of the body."""
    guesses: tuple[Drug, ...] = ()
    """Drugs with a similar name: to be asked back, never taken for it."""
    unknown: tuple[str, ...] = ()
    """What of it the book does not hold."""


@dataclass(frozen=True, slots=True)
class Together:
    """The answer; silence about a pair means that no rule of ours speaks, not that it is safe."""

    asked: tuple[Asked, ...]
    pairs: tuple[Interaction, ...]
    """Between the names as asked, gravest first."""
    duplicates: tuple[Duplicate, ...]
    """The same ingredient under two or more of the names, or one drug under two names."""

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names without an entry."""
        return tuple(name for one in self.asked for name in one.unknown)

    @property
    def unclear(self) -> tuple[Asked, ...]:
        """Names to ask back: of a shared one is told what any of its drugs does, of a misspelled one nothing."""
        return tuple(one for one in self.asked if len(one.drugs) > 1 or one.guesses)


def check_together(
    book: DrugBook, table: InteractionTable, names: Iterable[str], conditions: Conditions | None = None
) -> Together:
    """All that is known between these names; each name counts once. With `conditions` a name may be an illness."""
    distinct = dict.fromkeys(stripped for name in names if (stripped := name.strip()))
    asked = tuple(_illness(name, conditions) or _asked(book, table, name) for name in distinct)
    pairs = (found for one, other in combinations(asked, 2) for found in _between(table, one, other))
    repeated = table.repeated((one.name, one.drugs[0]) for one in asked if len(one.drugs) == 1)
    return Together(asked, gravest_first(pairs), repeated)


def _illness(name: str, conditions: Conditions | None) -> Asked | None:
    condition = conditions.find(name) if conditions else None
    return Asked(name, condition=condition) if condition else None


def _asked(book: DrugBook, table: InteractionTable, name: str) -> Asked:
    foods = table.ingredients.substances_in(name)
    if not any(one.drugs for one in book.mentions(name)) and foods:
        return Asked(name, foods=foods, unknown=book.unknown(name))
    match = book.find(name)
    if match.drug is not None:
        return Asked(name, (match.drug,), unknown=(name,) if match.drug.from_leaflet else ())
    if match.candidates and book.mentions(name):
        return Asked(name, match.candidates, unknown=match.unknown)
    return Asked(name, guesses=match.candidates, unknown=match.unknown or (name,))


def _between(table: InteractionTable, one: Asked, other: Asked) -> Iterator[Interaction]:
    """Each rule once for the two names, whichever of their meanings it speaks of."""
    told: dict[str, Interaction] = {}
    known = chain(
        _drugs(table, one, other),
        *(_foods(table, a.drugs, b) for a, b in ((one, other), (other, one))),
        *(_ill(a.drugs, b) for a, b in ((one, other), (other, one))),
    )
    for found in known:
        told.setdefault(found.rule, replace(found, a=one.name, b=other.name))
    yield from told.values()


def _drugs(table: InteractionTable, one: Asked, other: Asked) -> Iterator[Interaction]:
    for a, b in product(one.drugs, other.drugs):
        yield from table.between((a, b)) or table.unrated((a, b))


def _foods(table: InteractionTable, drugs: Sequence[Drug], other: Asked) -> Iterator[Interaction]:
    if other.foods:
        yield from table.with_substances(drugs, other.foods)


def _ill(drugs: Sequence[Drug], other: Asked) -> Iterator[Interaction]:
    if other.condition:
        yield from (found for drug in drugs if (found := of_condition(drug, other.condition)))
