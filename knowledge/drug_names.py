"""The drug book by name: brands, popular names, pinyin, misspellings; two similar names are asked back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from knowledge.dose_forms import Route, form_beside, routes_in
from knowledge.drug_reading import load_drugs
from knowledge.drugs import Drug
from knowledge.name_guess import NameGuesser
from knowledge.name_index import Hit, Name, NameIndex, fold
from knowledge.yamlfile import DATA, read_yaml

_LONGEST_GUESS = 80
"""Characters; in longer texts only exact names are looked for, guessing there finds noise."""
_GUARDED_LENGTH = 2
_MOST_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class OtherNames:
    """Words that look like our names but are not."""

    drugs: tuple[str, ...] = ()
    """Drugs without an entry: to be called unknown, never taken for a similar one (贝那普利, 依那普利)."""
    everyday: tuple[str, ...] = ()
    """Ordinary words that contain a brand (来得时间)."""


@dataclass(frozen=True, slots=True)
class DrugMatch:
    """What a person may have meant."""

    drug: Drug | None
    """The one drug, when it is certain."""
    candidates: tuple[Drug, ...]
    """Drugs to ask back (您是指…?) when it is not; all drugs named when there are several."""
    unknown: tuple[str, ...] = ()
    """Names of drugs in the text that this book does not hold."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One name in a sentence."""

    start: int
    end: int
    """Position in the folded text (half-width, lower case)."""
    text: str
    drugs: tuple[Drug, ...]
    """One when certain, several when the name is shared, none when the book has no entry (for this dose form)."""
    sure: bool
    """True when exactly one drug can be meant."""


class DrugBook:
    """All entries, found by any of their names."""

    def __init__(
        self, drugs: Iterable[Drug], others: OtherNames | None = None, more: Iterable[tuple[str, str]] = ()
    ) -> None:
        """`more`: further spellings with the id each means; they are found exactly, never guessed at."""
        self._drugs = {drug.id: drug for drug in drugs}
        self._others = others or OtherNames()
        self._index = NameIndex(_names(self._drugs.values(), self._others, more))

    def __iter__(self) -> Iterator[Drug]:
        return iter(self._drugs.values())

    def __len__(self) -> int:
        return len(self._drugs)

    def get(self, id: str) -> Drug | None:
        """The entry with this id."""
        return self._drugs.get(id)

    def find(self, text: str) -> DrugMatch:
        """The drug a name or a question is about; unsure or several: candidates instead of a guess."""
        folded = fold(text)
        mentions = self.mentions(text)
        unknown = tuple(one.text for one in mentions if not one.drugs)
        named = _once(drug for one in mentions for drug in one.drugs)
        if named:
            sure = len(named) == 1 and any(one.sure for one in mentions)
            return DrugMatch(named[0] if sure and not unknown else None, () if sure and not unknown else named, unknown)
        if unknown or len(folded) > _LONGEST_GUESS:
            return DrugMatch(None, (), unknown)
        return self._guess(self._without_everyday(folded))

    def mentioned(self, text: str) -> tuple[Drug, ...]:
        """All drugs named in a sentence, in order, each once.

        A name that several drugs share is left out (see `mentions`): which one is meant must be asked.
        """
        mentions, folded = self.mentions(text), fold(text)
        sure = _once(drug for one in mentions if one.sure for drug in one.drugs)
        if mentions or len(folded) > _LONGEST_GUESS:
            return sure
        guesses = self._in_named_form(folded, self._guesser.same_sound(self._without_everyday(folded)))
        return (self._drugs[guesses[0]],) if len(guesses) == 1 else ()

    def prepare(self) -> None:
        """Build the tables for misspelled names now (half a second) instead of on the first question."""
        self._guesser.same_sound("")

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Every exact name in a sentence, in order: certain, shared and unknown ones."""
        folded = fold(text)
        hits = (hit for hit in self._index.scan(folded) if hit.name.text not in self._everyday)
        return tuple(self._mention(folded, hit) for hit in hits)

    def unknown(self, text: str) -> tuple[str, ...]:
        """Names of drugs in the text that this book does not hold."""
        return tuple(one.text for one in self.mentions(text) if not one.drugs)

    def comes_as(self, drug: Drug, text: str) -> bool:
        """Whether the drug has a form such as the text names; a text without a form fits all."""
        named = routes_in((text,))
        return not named or bool(named & self._routes[drug.id])

    def _without_everyday(self, folded: str) -> str:
        """The text with ordinary words that resemble a brand cut out, so that no guess falls on them."""
        spans = [hit for hit in self._index.scan(folded) if hit.name.text in self._everyday]
        for hit in reversed(spans):
            folded = f"{folded[: hit.start]} {folded[hit.end :]}"
        return folded

    def _guess(self, folded: str) -> DrugMatch:
        sounding = self._guesser.same_sound(folded)
        fitting = self._in_named_form(folded, sounding)
        if len(fitting) == 1 == len(sounding):
            return DrugMatch(self._drugs[fitting[0]], ())
        ids = sounding or self._guesser.near(folded) or self._beginning_with(folded)
        kept = self._in_named_form(folded, ids)
        return DrugMatch(None, tuple(self._drugs[id] for id in kept[:_MOST_CANDIDATES]))

    def _beginning_with(self, folded: str) -> list[str]:
        return sorted(self._beginnings.get(folded.strip(), ()))

    def _mention(self, folded: str, hit: Hit) -> Mention:
        """What a name means; 地塞米松滴眼液 is not 地塞米松, whose forms are all swallowed or injected."""
        name, drugs = hit.name, tuple(self._drugs[id] for id in hit.name.holders)
        form = form_beside(folded, hit.start, hit.end) if drugs else None
        if form is None:
            return Mention(hit.start, hit.end, name.text, drugs, name.sure)
        fitting = tuple(drug for drug in drugs if form.routes & self._routes[drug.id])
        if fitting:
            return Mention(hit.start, hit.end, name.text, fitting, name.sure or len(fitting) == 1)
        return Mention(form.start, form.end, folded[form.start : form.end], (), sure=False)

    def _in_named_form(self, folded: str, ids: list[str]) -> list[str]:
        """Of drugs that are only guessed, those that come in the forms the text names."""
        return [id for id in ids if self.comes_as(self._drugs[id], folded)]

    @cached_property
    def _everyday(self) -> frozenset[str]:
        return frozenset(fold(word) for word in self._others.everyday)

    @cached_property
    def _routes(self) -> dict[str, frozenset[Route]]:
        return {drug.id: routes_in((*(form.name for form in drug.forms), *own_names(drug))) for drug in self}

    @cached_property
    def _guesser(self) -> NameGuesser:
        spelled = ((fold(name), drug.id) for drug in self for name in own_names(drug))
        return NameGuesser(spelled, ((fold(drug.english), drug.id) for drug in self))

    @cached_property
    def _beginnings(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for drug in self:
            for name in own_names(drug):
                for length in range(2, len(name)):
                    found.setdefault(fold(name)[:length], set()).add(drug.id)
        return found


def own_names(drug: Drug) -> tuple[str, ...]:
    """Names that mean exactly this drug: generic, brands, aliases."""
    return (drug.name, *drug.brands, *drug.aliases)


def load_others(folder: Path | None = None) -> OtherNames:
    """Read other_names.yml of a data folder."""
    raw = read_yaml((folder or DATA) / "other_names.yml")
    return OtherNames(tuple(raw["drugs"]), tuple(raw["everyday"]))


def load_drug_book(folder: Path | None = None) -> DrugBook:
    """The book of a data folder. Raises BadDataError for a broken file."""
    return DrugBook(load_drugs(folder), load_others(folder))


def _names(drugs: Iterable[Drug], others: OtherNames, more: Iterable[tuple[str, str]]) -> Iterator[Name]:
    """Own names come last, so that an entry always wins over a word that says we have none."""
    for word in (*others.everyday, *others.drugs):
        yield Name(fold(word), (), sure=False, guarded=False)
    yield from _more_names(more)
    drugs = tuple(drugs)
    shared: dict[str, list[str]] = {}
    for drug in drugs:
        for name in drug.shared_names:
            shared.setdefault(fold(name), []).append(drug.id)
    yield from (Name(text, tuple(ids), sure=False, guarded=False) for text, ids in shared.items())
    for drug in drugs:
        for name in filter(None, (*own_names(drug), drug.english)):
            guarded = len(name) <= _GUARDED_LENGTH and name != drug.name
            yield Name(fold(name), (drug.id,), sure=True, guarded=guarded)


def _more_names(more: Iterable[tuple[str, str]]) -> Iterator[Name]:
    """A spelling that came for several drugs is one they share."""
    holders: dict[str, dict[str, None]] = {}
    for text, id in more:
        holders.setdefault(fold(text), {})[id] = None
    for text, ids in holders.items():
        yield Name(text, tuple(ids), sure=len(ids) == 1, guarded=len(text) <= _GUARDED_LENGTH)


def _once(drugs: Iterable[Drug]) -> tuple[Drug, ...]:
    return tuple({drug.id: drug for drug in drugs}.values())
