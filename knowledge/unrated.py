"""Interactions that an imported compendium has on record and does not grade, looked up when somebody asks."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product

from knowledge.drugs import Drug
from knowledge.importers.records import Kind, pair_key
from knowledge.interactions import Interaction, Severity
from knowledge.served import Served

_ON_RECORD = "资料库记有相互作用，没有分级"
_ADVICE = "一起用之前请问医生或药师"
_KEPT = 4096


class UnratedPairs:
    """Pairs of the sources that have any. Our ingredients are found there by their English names."""

    def __init__(self, served: Sequence[Served], drugs: Iterable[Drug]) -> None:
        self._served = [one for one in served if one.holds(Kind.INTERACTION)]
        self._english = {one.ingredient_ids[0]: one.english for one in drugs if len(one.ingredient_ids) == 1}
        self._keys = lru_cache(_KEPT)(self._look_up)

    def between(self, a: Drug, b: Drug) -> Interaction | None:
        """The first pair on record of an ingredient of each."""
        for place, one in enumerate(self._served):
            for mine, yours in product(self._substances(place, a), self._substances(place, b)):
                found = one.edition.get(Kind.INTERACTION, pair_key(mine, yours)) if mine != yours else None
                if found is not None:
                    rule = f"{one.id}:{pair_key(mine, yours)}"
                    said = str(found.get("description", ""))
                    return Interaction(a.name, b.name, Severity.UNRATED, _ON_RECORD, _ADVICE, one.source(), rule, said)
        return None

    def _substances(self, place: int, drug: Drug) -> Iterator[str]:
        for ingredient in drug.acting_ids:
            yield from self._keys(place, ingredient)

    def _look_up(self, place: int, ingredient: str) -> tuple[str, ...]:
        """The keys under which a source holds an ingredient; a brand or a mixture of that name is not it."""
        for name in (self._english.get(ingredient, ""), ingredient.replace("-", " ")):
            found = self._served[place].edition.find(name, Kind.NAME) if name else ()
            if keys := tuple(one.key for one in found if one.data.get("type") == "ingredient"):
                return keys
        return ()
