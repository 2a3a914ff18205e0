"""Imported Chinese leaflets beside the drug book: they fill what an entry lacks, and make other drugs known."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from knowledge.dose_forms import without_form
from knowledge.drug_names import DrugBook
from knowledge.drug_reading import told_aspects
from knowledge.drugs import Content, Drug, Form, Said
from knowledge.importers.records import Kind
from knowledge.name_index import fold
from knowledge.served import Served
from knowledge.sources import Source
from knowledge.statements import Statement

_ACIDS = (
    "盐酸|氢溴酸|硫酸氢|硫酸|磷酸二氢|磷酸|硝酸|马来酸|富马酸|酒石酸|重酒石酸|枸橼酸|柠檬酸|乳酸|醋酸|苯磺酸|甲磺酸|甲苯磺酸|琥珀酸"
    "|丙酸|糠酸|苯甲酸|门冬氨酸|双羟萘酸|二丙酸|戊酸"
)
_SALTS = re.compile(
    rf"(?:{_ACIDS}|钠|钾|钙|镁|锌|二钠|酯|盐|叔丁胺|精氨酸|赖氨酸|氨丁三醇|一?半?水合物|无水|[(（][^()（）]{{1,6}}[)）]|[ⅠⅡⅢⅣ]|\s)*"
)
"""What stands beside a substance's name in a product's name and does not make it another drug."""
_BOTH_IN_ONE = "说明书把怀孕和哺乳写在一起，见“怀孕”一项。"
_QUALIFIED = re.compile(r"(?:[(（][^()（）]{1,12}[)）]|[ⅠⅡⅢⅣ]|\s)+$")
"""Behind the form: 氨氯地平片(Ⅱ)."""
_SALT_AHEAD = re.compile(rf"^(?:{_ACIDS})")
_SHORTEST_NAME = 3
"""Characters of a name that was made by leaving something out; brands of two have their guard."""


@dataclass(frozen=True, slots=True)
class Leaflet:
    """One leaflet as it was imported."""

    name: str
    key: str
    """Approval number, or what stands for it."""
    data: Mapping[str, Any]
    source: Source

    def says(self) -> dict[Statement, Said]:
        """Its sections as statements; of several for one statement all, one after the other."""
        texts: dict[Statement, str] = {}
        for section in self.data["sections"]:
            if section["statement"]:
                statement = Statement(section["statement"])
                texts[statement] = f"{texts[statement]}\n{section['text']}" if statement in texts else section["text"]
        if Statement.PREGNANCY in texts:
            texts.setdefault(Statement.LACTATION, _BOTH_IN_ONE)
        return {statement: Said(text, self.source) for statement, text in texts.items()}


def leaflets_named(served: Sequence[Served], name: str) -> tuple[Leaflet, ...]:
    """Every imported leaflet, in any language, of exactly this name."""
    return tuple(
        leaflet_of(one, found.key, found.data) for one in served for found in one.edition.find(name, Kind.LEAFLET)
    )


def leaflet_of(one: Served, key: str, data: Mapping[str, Any]) -> Leaflet:
    """A record as a leaflet, cited by name and approval number."""
    approval = f"（{data['approval']}）" if data.get("approval") else ""
    source = one.source(f"{data['name']}说明书{approval}", str(data.get("maker", "")))
    return Leaflet(data["name"], key, data, source)


class LeafletDrugs:
    """The Chinese leaflets of all sources, by product name, matched with a drug book."""

    def __init__(self, book: DrugBook, served: Sequence[Served]) -> None:
        self._book = book
        self._best: dict[str, Leaflet] = {}
        """The fullest leaflet of each product: makers' leaflets are not mixed."""
        self._brands: dict[str, dict[str, None]] = {}
        for leaflet in _chinese(served):
            held = self._best.setdefault(leaflet.name, leaflet)
            if len(leaflet.data["sections"]) > len(held.data["sections"]):
                self._best[leaflet.name] = leaflet
            self._brands.setdefault(leaflet.name, {}).update(dict.fromkeys(leaflet.data["brands"]))
        self._owners = {name: drug for name in self._best if (drug := self._owner(name))}

    def drugs(self) -> Iterator[Drug]:
        """All drugs of the book, what they lack filled; then those that only have a leaflet."""
        lent: dict[str, list[Leaflet]] = {}
        for name, owner in self._owners.items():
            lent.setdefault(owner.id, []).append(self._best[name])
        yield from (_filled(drug, lent.get(drug.id, ())) for drug in self._book)
        yield from (
            _drug(leaflet, self._contents(name)) for name, leaflet in self._best.items() if name not in self._owners
        )

    def _contents(self, name: str) -> tuple[Content, ...]:
        """What a compound's name tells of its ingredients: no alert is lost that the name alone would have given."""
        named = (drug for one in self._book.mentions(name) if one.sure for drug in one.drugs if not drug.local)
        ids = dict.fromkeys(id for drug in named for id in drug.ingredient_ids)
        return tuple(Content(id, None, "") for id in ids)

    def products(self, drug: Drug) -> tuple[str, ...]:
        """Names of the products that are a drug of the book."""
        return tuple(name for name, owner in self._owners.items() if owner.id == drug.id)

    def names(self) -> Iterator[tuple[str, str]]:
        """Brands, and product names without the form, that no entry of the book has; with the id each means."""
        for name in self._best:
            owner = self._owners.get(name)
            stem = _stem(name)
            made = () if owner else (stem, _SALT_AHEAD.sub("", stem))
            for spelling in dict.fromkeys((*self._brands[name], *(one for one in made if len(one) >= _SHORTEST_NAME))):
                if len(spelling) > 1 and spelling != name and not self._known(spelling):
                    yield spelling, owner.id if owner else _id(name)

    def _known(self, spelling: str) -> bool:
        return any(one.drugs for one in self._book.mentions(spelling))

    def _owner(self, name: str) -> Drug | None:
        """The drug of ours that a product is: its name, a salt and a form of ours, nothing else."""
        folded = fold(_stem(name))
        mentions = self._book.mentions(folded)
        if len(mentions) != 1 or not mentions[0].sure:
            whole = self._book.mentions(name)
            exact = len(whole) == 1 and whole[0].sure and whole[0].text == fold(name)
            return whole[0].drugs[0] if exact else None
        mention, drug = mentions[0], mentions[0].drugs[0]
        rest = (folded[: mention.start], folded[mention.end :])
        fits = all(_SALTS.fullmatch(part) for part in rest) and self._book.comes_as(drug, name)
        return drug if fits else None


def _stem(name: str) -> str:
    """A product's name without its form and what is said of the form."""
    return without_form(_QUALIFIED.sub("", name))


def _chinese(served: Iterable[Served]) -> Iterator[Leaflet]:
    """An edition is in one language: of the hundred thousand labels of another only the first is looked at."""
    for one in served:
        for found in one.edition.all(Kind.LEAFLET):
            if found.data.get("language") != "zh":
                break
            if found.data["sections"]:
                yield leaflet_of(one, found.key, found.data)


def _filled(drug: Drug, leaflets: Sequence[Leaflet]) -> Drug:
    """Our words stay; what we know nothing of is told in a leaflet's words."""
    more: dict[Statement, tuple[Said, ...]] = {}
    for leaflet in leaflets:
        for statement, said in leaflet.says().items():
            if statement not in drug.says:
                more.setdefault(statement, (said,))
    if not more:
        return drug
    says = {**drug.says, **more}
    aspects = {aspect: text for aspect, text in {**drug.aspects, **told_aspects(says)}.items() if text}
    return replace(drug, says=MappingProxyType(says), aspects=MappingProxyType({**drug.aspects, **aspects}))


def _drug(leaflet: Leaflet, contents: tuple[Content, ...]) -> Drug:
    """A drug known from its leaflet alone: no dose numbers, no class, of its ingredients what the name tells."""
    data = leaflet.data
    says = {statement: (said,) for statement, said in leaflet.says().items()}
    form = data["form"] or leaflet.name.removeprefix(_stem(leaflet.name)) or "见说明书"
    return Drug(
        id=_id(leaflet.name), name=leaflet.name, english=data["english"],
        brands=(), aliases=(), shared_names=(), class_id="", class_name="",
        forms=(Form(form, tuple(data["strengths"])),),
        otc=False, control="", local=False, ingredients=contents, herbs="", doses=(), daily_max=MappingProxyType({}),
        says=MappingProxyType(says),
        aspects=MappingProxyType({aspect: text for aspect, text in told_aspects(says).items() if text}),
        source=leaflet.source, read_by=MappingProxyType({}), from_leaflet=True,
    )  # fmt: skip


def _id(name: str) -> str:
    return f"leaflet:{name}"
