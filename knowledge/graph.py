"""Drugs, ingredients, classes, diseases, symptoms, departments and lab items, joined: a small typed graph."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.drugs import Drug
from knowledge.effects import Effect, Often, Target, Verb
from knowledge.sources import Source


class NodeKind(StrEnum):
    """What a node is."""

    DRUG = "drug"
    INGREDIENT = "ingredient"
    CLASS = "class"
    DISEASE = "disease"
    SYMPTOM = "symptom"
    DEPARTMENT = "department"
    LAB_ITEM = "lab_item"


class EdgeKind(StrEnum):
    """What an edge says of its two ends."""

    HAS_INGREDIENT = "has_ingredient"
    HOLDS_LOCALLY = "holds_locally"
    """Acts where it is put: what the ingredient does elsewhere does not follow."""
    MEMBER_OF = "member_of"
    RAISES = "raises"
    LOWERS = "lowers"
    CAUSES = "causes"
    TREATS = "treats"
    """The drug's indication names the disease."""
    WARNS_OF = "warns_of"
    """The drug's contraindications name the disease."""
    SEEN_BY = "seen_by"


_WAYS_UP = frozenset({EdgeKind.HAS_INGREDIENT, EdgeKind.MEMBER_OF})
"""From a drug to everything that holds for it."""


@dataclass(frozen=True, slots=True)
class Node:
    """One thing; two nodes of the same kind and id are the same."""

    kind: NodeKind
    id: str
    name: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Edge:
    """One fact."""

    kind: EdgeKind
    start: Node
    end: Node
    effect: Effect | None = None
    """Of raises, lowers and causes: the line it comes from."""
    source: Source | None = None


Path = tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A drug that does what was asked, by which ingredient, and why."""

    drug: Drug
    path: Path
    """Drug → ingredient → classes → what it does."""

    @property
    def effect(self) -> Effect:
        """The line of effects.yml at the end of the path."""
        effect = self.path[-1].effect
        assert effect is not None
        return effect


class Graph:
    """All edges by both ends."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self._out: dict[Node, list[Edge]] = defaultdict(list)
        self._in: dict[Node, list[Edge]] = defaultdict(list)
        self._nodes: dict[tuple[NodeKind, str], Node] = {}
        for edge in edges:
            self._out[edge.start].append(edge)
            self._in[edge.end].append(edge)
            for node in (edge.start, edge.end):
                self._nodes.setdefault((node.kind, node.id), node)

    def __len__(self) -> int:
        return sum(map(len, self._out.values()))

    def node(self, kind: NodeKind, id: str) -> Node | None:
        """The node; None when no edge touches it."""
        return self._nodes.get((kind, id))

    def nodes(self, kind: NodeKind) -> tuple[Node, ...]:
        """All of a kind."""
        return tuple(one for one in self._nodes.values() if one.kind is kind)

    def neighbours(self, node: Node, kind: EdgeKind | None = None) -> tuple[Edge, ...]:
        """Edges that begin or end there, of one kind or of all."""
        touching = (*self._out.get(node, ()), *self._in.get(node, ()))
        return tuple(edge for edge in touching if kind is None or edge.kind is kind)

    def path(self, start: Node, end: Node) -> Path:
        """The fewest true steps from one to the other; empty when there are none."""
        return next(self._walk(start, lambda edge: edge.end == end, frozenset(EdgeKind)), ())

    def which_of(self, drugs: Iterable[Drug], target: Target) -> tuple[Found, ...]:
        """Those of the drugs that do it, most often first; each ingredient by what speaks of it most closely."""
        found = [one for drug in drugs for one in self._of_drug(drug, target)]
        return tuple(sorted(found, key=lambda one: list(Often).index(one.effect.often)))

    def who_does(self, target: Target) -> tuple[Edge, ...]:
        """Classes and ingredients that do it, most often first."""
        kind = NodeKind.SYMPTOM if target.verb is Verb.CAUSES else NodeKind.LAB_ITEM
        node = self.node(kind, target.id)
        edges = [one for one in self._in.get(node, ()) if one.kind.value == target.verb.value] if node else []
        return tuple(sorted(edges, key=lambda one: list(Often).index(one.effect.often) if one.effect else 0))

    def seen_by(self, node: Node) -> tuple[Node, ...]:
        """Departments for it."""
        return tuple(edge.end for edge in self._out.get(node, ()) if edge.kind is EdgeKind.SEEN_BY)

    def _of_drug(self, drug: Drug, target: Target) -> Iterator[Found]:
        start = self.node(NodeKind.DRUG, drug.id)
        for first in self._out.get(start, ()) if start else ():
            if first.kind is not EdgeKind.HAS_INGREDIENT:
                continue
            walk = self._walk(first.end, _does(target, first.end.id), _WAYS_UP | {EdgeKind(target.verb.value)})
            if path := next(walk, ()):
                yield Found(drug, (first, *path))

    def _walk(self, start: Node, ends: Callable[[Edge], bool], kinds: frozenset[EdgeKind]) -> Iterator[Path]:
        """Paths to edges that end the search, shortest first."""
        waiting: deque[tuple[Node, Path]] = deque([(start, ())])
        seen = {start}
        while waiting:
            node, path = waiting.popleft()
            for edge in self._out.get(node, ()):
                if edge.kind not in kinds:
                    continue
                if ends(edge):
                    yield (*path, edge)
                elif edge.end not in seen:
                    seen.add(edge.end)
                    waiting.append((edge.end, (*path, edge)))


def _does(target: Target, ingredient: str) -> Callable[[Edge], bool]:
    """Whether an edge is the effect asked about, and holds for this ingredient."""

    def is_it(edge: Edge) -> bool:
        named = edge.kind.value == target.verb.value and edge.end.id == target.id
        return named and edge.effect is not None and ingredient not in edge.effect.spared

    return is_it


def steps(path: Sequence[Edge]) -> str:
    """`缬沙坦 → 沙坦类降压药`: the path without its last edge, names that repeat said once."""
    names = [path[0].start.name, *(edge.end.name for edge in path[:-1])] if path else []
    return " → ".join(dict.fromkeys(names))
