"""The graph put together from what the knowledge holds already; nothing in it is written twice."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from knowledge.denial import is_denied
from knowledge.departments import Department
from knowledge.drugs import Drug
from knowledge.effects import Effect, EffectBook, Verb
from knowledge.graph import Edge, EdgeKind, Graph, Node, NodeKind
from knowledge.ingredients import Ingredients
from knowledge.lab import LabBook
from knowledge.statements import Statement
from knowledge.text import normalise
from knowledge.yamlfile import DATA, read_yaml

_NAMES_A_DISEASE = re.compile(
    r".(?:病|症|炎|癌|喘|疹|疮|风|衰|颤|亢|减|结石|溃疡|硬化|贫血|结核|高血压|心绞痛|疏松|癫痫|帕金森|青光眼|白内障)$|^(?:高血压|癫痫|肥胖|贫血|帕金森)$"
)
"""Of the words of a department those that are no complaint."""
_NOT_DISEASES = frozenset({"抽风", "妇科病", "皮肤病", "职业病", "性病", "好几种病", "皮疹", "出疹", "红疹", "气喘"})
_SAID_AS = {"降血压": "高血压", "降血糖": "糖尿病"}
"""How an indication says a disease without its name."""
_STATEMENTS = {EdgeKind.TREATS: Statement.INDICATION, EdgeKind.WARNS_OF: Statement.CONTRAINDICATION}
_BOTH_ENDS = {Verb.RAISES: NodeKind.LAB_ITEM, Verb.LOWERS: NodeKind.LAB_ITEM, Verb.CAUSES: NodeKind.SYMPTOM}


def build_graph(
    drugs: Iterable[Drug],
    ingredients: Ingredients,
    effects: EffectBook,
    lab: LabBook,
    departments: Sequence[Department],
    folder: Path | None = None,
) -> Graph:
    """Every edge there is. Raises BadDataError when complaints.yml can't be read."""
    places = {one.id: Node(NodeKind.DEPARTMENT, one.id, one.name) for one in departments}
    homes = _homes(folder or DATA, departments)
    diseases = {name: Node(NodeKind.DISEASE, name, name) for name in homes}
    return Graph(
        (
            *_of_vocabulary(ingredients),
            *_of_drugs(drugs, ingredients, diseases),
            *(edge for one in effects.effects for edge in _of_effect(one, ingredients, effects, lab)),
            *_seen_by(places, ((diseases[name], ids) for name, ids in homes.items())),
            *_seen_by(places, ((_lab_node(lab, one.id), one.departments) for one in lab)),
            *_seen_by(places, ((_symptom(effects, id), one.departments) for id, one in effects.symptoms.items())),
        )
    )


def _seen_by(places: Mapping[str, Node], things: Iterable[tuple[Node, Sequence[str]]]) -> Iterator[Edge]:
    """Departments that this clinic has."""
    for node, ids in things:
        yield from (Edge(EdgeKind.SEEN_BY, node, places[id]) for id in ids if id in places)


def _of_vocabulary(ingredients: Ingredients) -> Iterator[Edge]:
    """Ingredients in their nearest classes, classes in theirs."""
    classes = {one.id: Node(NodeKind.CLASS, one.id, one.name) for one in ingredients.classes}
    for one in ingredients.classes:
        yield from (Edge(EdgeKind.MEMBER_OF, classes[one.id], classes[parent]) for parent in one.parents)
    for each in ingredients.ingredients.values():
        above = {parent for id in each.classes for parent in ingredients.classes[id].parents}
        node = _ingredient(ingredients, each.id)
        yield from (Edge(EdgeKind.MEMBER_OF, node, classes[id]) for id in sorted(each.classes - above))


def _of_drugs(drugs: Iterable[Drug], ingredients: Ingredients, diseases: Mapping[str, Node]) -> Iterator[Edge]:
    said_as = {words: name for words, name in _SAID_AS.items() if name in diseases}
    longest_first = sorted((*diseases, *said_as), key=len, reverse=True)
    named = re.compile("|".join(map(re.escape, longest_first)))
    for drug in drugs:
        node = Node(NodeKind.DRUG, drug.id, drug.name)
        kind = EdgeKind.HOLDS_LOCALLY if drug.local else EdgeKind.HAS_INGREDIENT
        for id in drug.ingredient_ids:
            yield Edge(kind, node, _ingredient(ingredients, id), source=drug.source)
        for kind, statement in _STATEMENTS.items():
            for said in drug.says.get(statement, ()):
                for name in _named(said.text, named):
                    yield Edge(kind, node, diseases[said_as.get(name, name)], source=said.source)


def _named(text: str, diseases: re.Pattern[str]) -> tuple[str, ...]:
    plain = normalise(text)
    found = (match for match in diseases.finditer(plain) if not is_denied(plain, match.start()))
    return tuple(dict.fromkeys(match.group() for match in found))


def _of_effect(effect: Effect, ingredients: Ingredients, book: EffectBook, lab: LabBook) -> Iterator[Edge]:
    for id in effect.of:
        start = (
            _ingredient(ingredients, id)
            if id in ingredients.ingredients
            else Node(NodeKind.CLASS, id, ingredients.classes[id].name)
        )
        for target in effect.targets:
            lab_item = _BOTH_ENDS[target.verb] is NodeKind.LAB_ITEM
            end = _lab_node(lab, target.id) if lab_item else _symptom(book, target.id)
            yield Edge(EdgeKind(target.verb.value), start, end, effect, effect.source)


def _ingredient(ingredients: Ingredients, id: str) -> Node:
    return Node(NodeKind.INGREDIENT, id, ingredients.ingredients[id].name)


def _lab_node(lab: LabBook, id: str) -> Node:
    return Node(NodeKind.LAB_ITEM, id, lab[id].name)


def _symptom(book: EffectBook, id: str) -> Node:
    return Node(NodeKind.SYMPTOM, id, book.symptoms[id].name)


def _homes(folder: Path, departments: Sequence[Department]) -> dict[str, tuple[str, ...]]:
    """Disease → departments, of the complaints' table and of the departments' own words."""
    homes: dict[str, dict[str, None]] = {}
    for id, names in read_yaml(folder / "complaints.yml")["diseases"].items():
        for name in names:
            homes.setdefault(normalise(str(name)), {})[str(id)] = None
    for one in departments:
        for word in map(normalise, one.symptoms):
            if _NAMES_A_DISEASE.search(word) and word not in _NOT_DISEASES:
                homes.setdefault(word, {})[one.id] = None
    return {name: tuple(ids) for name, ids in homes.items()}
