"""Lab items, what drugs do to them, and the graph that joins everything: loaded together, never changed after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.departments import Department
from knowledge.drugs import Drug
from knowledge.effect_reading import EffectReader
from knowledge.effects import EffectBook, load_effects
from knowledge.graph import Graph
from knowledge.graph_building import build_graph
from knowledge.ingredients import Ingredients
from knowledge.lab import LabBook, load_lab


@dataclass(frozen=True, slots=True)
class Joined:
    """What answers questions across drugs, lab items and symptoms."""

    lab: LabBook
    effects: EffectBook
    reader: EffectReader
    graph: Graph


def load_joined(
    folder: Path, drugs: Iterable[Drug], ingredients: Ingredients, departments: Sequence[Department]
) -> Joined:
    """Read and join. Raises BadDataError."""
    lab = load_lab(folder)
    effects = load_effects(folder, ingredients, lab)
    graph = build_graph(drugs, ingredients, effects, lab, departments, folder)
    return Joined(lab, effects, EffectReader(effects, lab), graph)
