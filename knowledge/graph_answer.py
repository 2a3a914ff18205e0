"""What a person or a program is told about which drugs do something to a lab value or to the body."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.drug_answer import cited
from knowledge.drugs import Drug
from knowledge.effects import Often, Target, Verb
from knowledge.graph import Edge, Found, NodeKind
from knowledge.joined import Joined
from knowledge.sources import Source

OFTEN_NAMES = {Often.MEANT: "本来的作用", Often.COMMON: "常见", Often.UNCOMMON: "少见", Often.RARE: "罕见"}
_MOST_NAMED = 12
LAST = "药不要自己停、自己减，先问医生或药师；这些不能代替医生。"


@dataclass(frozen=True, slots=True)
class Which:
    """The answer to one effect asked of some drugs."""

    target: Target
    name: str
    """What was asked, in words (升高血钾)."""
    drugs: tuple[Drug, ...]
    found: tuple[Found, ...]
    general: tuple[Edge, ...]
    """Classes and ingredients that do it, of all drugs."""
    departments: tuple[str, ...]

    @property
    def silent(self) -> tuple[Drug, ...]:
        """Drugs of which nothing is recorded; that is not to say they do not."""
        speaking = {one.drug.id for one in self.found}
        return tuple(one for one in self.drugs if one.id not in speaking)


def which(joined: Joined, drugs: Sequence[Drug], targets: Sequence[Target]) -> tuple[Which, ...]:
    """One answer for each effect; of both directions of a lab value (影响血糖) those that some drug has."""
    every = tuple(_one(joined, tuple(drugs), target) for target in targets)
    telling = tuple(one for one in every if one.found)
    return telling or every[:1]


def _one(joined: Joined, drugs: tuple[Drug, ...], target: Target) -> Which:
    graph = joined.graph
    kind = NodeKind.SYMPTOM if target.verb is Verb.CAUSES else NodeKind.LAB_ITEM
    node = graph.node(kind, target.id)
    found, general = graph.which_of(drugs, target), graph.who_does(target)
    departments = tuple(one.id for one in graph.seen_by(node)) if node else ()
    return Which(target, effect_name(joined, target), drugs, found, general, departments)


def effect_name(joined: Joined, target: Target) -> str:
    """`升高血钾`, `引起干咳`."""
    if target.verb is Verb.CAUSES:
        return f"引起{joined.effects.symptoms[target.id].name}"
    return f"{'升高' if target.verb is Verb.RAISES else '降低'}{joined.lab[target.id].name}"


def in_words(answers: Sequence[Which]) -> str:
    """For a person, with the sources."""
    named = "；".join(f"{one.publisher}《{one.title}》" for one in sources_of(answers))
    return "\n".join((told(answers), *([f"出处：{named}（编辑归纳）"] if named else [])))


def told(answers: Sequence[Which]) -> str:
    """The same without the sources."""
    return "\n".join((*(line for one in answers for line in _lines(one)), LAST))


def _lines(one: Which) -> Iterator[str]:
    if one.found:
        yield f"会{one.name}的："
        yield from (_found(found) for found in one.found)
    if one.silent:
        yield f"资料里没有记载{'、'.join(drug.name for drug in one.silent)}会{one.name}；没有记载不等于不会。"
    if not one.drugs:
        yield from _general(one)


def _found(one: Found) -> str:
    effect = one.effect
    return f"· {one.drug.name}（{OFTEN_NAMES[effect.often]}）：{_why(one)}{effect.watch}。"


def _why(one: Found) -> str:
    """By which ingredient of several, and by which class."""
    last, ingredient = one.path[-1].start, one.path[0].end
    within = f"其中的{ingredient.name}" if len(one.drug.ingredients) > 1 else ""
    belongs = f"属于{last.name}" if last.kind is NodeKind.CLASS else ""
    return f"{within}{belongs}。" if within or belongs else ""


def _general(one: Which) -> Iterator[str]:
    if not one.general:
        yield f"资料里没有记载哪些药会{one.name}。"
        return
    yield f"资料里记载会{one.name}的药："
    for often, name in OFTEN_NAMES.items():
        names = dict.fromkeys(edge.start.name for edge in one.general if edge.effect and edge.effect.often is often)
        if names:
            more = "等" if len(names) > _MOST_NAMED else ""
            yield f"· {name}：{'、'.join(list(names)[:_MOST_NAMED])}{more}"


def sources_of(answers: Sequence[Which]) -> tuple[Source, ...]:
    """Where what is told comes from, each once."""
    of_found = (found.effect.source for one in answers for found in one.found)
    of_general = (edge.source for one in answers if not one.drugs for edge in one.general if edge.source)
    return tuple(dict.fromkeys((*of_found, *of_general)))


def as_data(answers: Sequence[Which]) -> dict[str, Any]:
    """For a program; a path is the names from the drug to what it does."""
    return {
        "answers": [
            {
                "asked": {"verb": one.target.verb.value, "id": one.target.id, "name": one.name},
                "found": [_found_data(found) for found in one.found],
                "not_recorded": [drug.name for drug in one.silent],
                "known_for": [_edge_data(edge) for edge in one.general] if not one.drugs else [],
                "departments": list(one.departments),
            }
            for one in answers
        ]
    }


def _found_data(one: Found) -> dict[str, Any]:
    names = [one.path[0].start.name, *(edge.end.name for edge in one.path)]
    kinds = [edge.kind.value for edge in one.path]
    effect = one.effect
    return {
        "drug": {"id": one.drug.id, "name": one.drug.name},
        "often": effect.often.value,
        "path": names,
        "edges": kinds,
        "watch": effect.watch,
        "source": cited(effect.source),
    }


def _edge_data(edge: Edge) -> dict[str, Any]:
    often = edge.effect.often.value if edge.effect else ""
    source = cited(edge.source) if edge.source else None
    return {
        "kind": edge.start.kind.value,
        "id": edge.start.id,
        "name": edge.start.name,
        "often": often,
        "source": source,
    }
