"""What a hospital lays over our knowledge: its own files and the editions it released."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from knowledge.composed import compose
from knowledge.drug_names import DrugBook, load_drug_book, load_others
from knowledge.drugs import Drug
from knowledge.editions import Stored
from knowledge.importers.records import Kind
from knowledge.interactions import InteractionTable, load_interactions
from knowledge.leaflets import LeafletDrugs
from knowledge.served import Served, open_served
from knowledge.source_folder import Event
from knowledge.unrated import UnratedPairs
from knowledge.yamlfile import DATA

_SPELLING = re.compile(r"[a-z][a-z0-9' -]{3,}")
"""English names that are taken over; shorter ones and codes would be found inside other words."""
_NAMED_AS = ("synonyms", "brands", "forms")
_SUBSTANCES = ("ingredient", "mixture")


@dataclass(frozen=True, slots=True)
class Overlay:
    """Everything, opened; the data folder holds what has the form of our files."""

    data: Path
    served: tuple[Served, ...] = ()

    def drugs(self) -> DrugBook:
        """The drug book with imported names and leaflets. Raises BadDataError."""
        book = load_drug_book(self.data)
        leaflets = LeafletDrugs(book, self.served) if self._holds(Kind.LEAFLET) else None
        if leaflets is None and not self._holds(Kind.NAME):
            return book
        drugs = tuple(leaflets.drugs() if leaflets else book)
        return DrugBook(
            drugs, load_others(self.data), chain(leaflets.names() if leaflets else (), self._english_names(book))
        )

    def interactions(self, drugs: DrugBook) -> InteractionTable:
        """Our rules, and behind them what compendia have on record. Raises BadDataError."""
        compendium = UnratedPairs(self.served, drugs) if self._holds(Kind.INTERACTION) else None
        return load_interactions(self.data, compendium)

    def diseases(self, text: str) -> tuple[Stored, ...]:
        """Diseases by code or name."""
        return tuple(found for one in self.served for found in one.edition.find(text, Kind.DISEASE))

    def disease_names(self) -> Iterator[str]:
        """All names of diseases."""
        for one in self.served:
            yield from (str(found.data["name"]) for found in one.edition.all(Kind.DISEASE))

    def close(self) -> None:
        """Let go of the editions."""
        for one in self.served:
            one.edition.close()

    def _holds(self, kind: Kind) -> bool:
        return any(one.holds(kind) for one in self.served)

    def _english_names(self, book: DrugBook) -> Iterator[tuple[str, str]]:
        """Further spellings of our drugs, with the id of each; what stands for two substances is left out."""
        for one in self.served:
            if one.holds(Kind.NAME):
                for drug in book:
                    for name in _spellings(one, drug):
                        if not any(mention.drugs for mention in book.mentions(name)):
                            yield name, drug.id


def _spellings(one: Served, drug: Drug) -> Iterator[str]:
    if drug.local or not drug.english:  # 布地奈德 of the nose and of the lung have one English name
        return
    for found in one.edition.find(drug.english, Kind.NAME):
        if found.data.get("type") in _SUBSTANCES:
            named = {str(name).lower() for key in _NAMED_AS for name in found.data.get(key, ())}
            yield from sorted(
                name for name in named if _SPELLING.fullmatch(name) and one.edition.holders(name, Kind.NAME) == 1
            )


def load_overlay(folder: Path, home: Path = DATA, instead: Mapping[str, Event] | None = None) -> Overlay:
    """What lies below a clinic's folder; nothing there: our knowledge as it is.

    `instead` serves editions as if they had been released, to see whether they can be. Raises BadDataError.
    """
    served = open_served(folder, instead)
    return Overlay(compose(folder, home, served), served)
