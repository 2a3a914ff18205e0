"""Everything we know as single facts: a sentence's terms, and which drugs and ingredients it is about."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bot.quantities import quantities
from knowledge.drug_names import own_names
from knowledge.drugs import Drug
from knowledge.effects import Effect, Symptom, Verb
from knowledge.ingredients import Ingredients
from knowledge.interactions import Rule
from knowledge.lexicon import Lexicon
from knowledge.library import Parts, read_parts
from knowledge.overlay import Overlay
from knowledge.statements import LABELS
from knowledge.text import normalise, sentences
from knowledge.yamlfile import DATA

CLASS, FORM, PASSAGE = "class", "form", "passage"
"""Kinds of facts that are no statement of a drug entry."""
_SPELT_OUT = re.compile(r"^(?:\S·|.* .*)$")
"""Traces for misspelt questions; an examination is spelt rightly."""
_CHANGED = {Verb.RAISES: "升高 增高 高", Verb.LOWERS: "降低 减少 低"}

Thing = tuple[str, str]
"""What a fact is about: `drug` or `ingredient`, and its id."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence that we hold."""

    kind: str
    """Statement of a drug entry, or CLASS, FORM, PASSAGE."""
    terms: frozenset[str]


class Reader:
    """Cuts texts into comparable terms: words, character pairs, amounts, and symptoms by whatever name."""

    def __init__(self, lexicon: Lexicon, symptoms: Iterable[Symptom]) -> None:
        self._lexicon = lexicon
        self._symptoms = {word: f"≈{one.id}" for one in symptoms for word in one.words if len(word) > 1}
        self._named = any_of(self._symptoms)

    def __call__(self, text: str) -> frozenset[str]:
        plain = normalise(text)
        words = {term for term in self._lexicon.text_terms(plain) if not _SPELT_OUT.match(term)}
        symptoms = {self._symptoms[match.group()] for match in self._named.finditer(plain)}
        amounts = {f"#{number}{unit}" for number, unit in quantities(plain)}
        return frozenset(words - self._lexicon.stop | symptoms | amounts)


class Facts:
    """All facts with an index from terms and from what they are about."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.read = Reader(parts.lexicon, parts.joined.effects.symptoms.values())
        self.all: list[Fact] = []
        self._about: dict[Thing, list[int]] = defaultdict(list)
        for things, kind, text in _told(parts):
            for thing in things:
                self._about[thing].append(len(self.all))
            self.all.append(Fact(kind, self.read(text)))
        self._frequency = Counter(chain.from_iterable(fact.terms for fact in self.all))

    def about(self, things: Iterable[Thing]) -> Sequence[Fact]:
        """Each fact about any of them once."""
        return [self.all[number] for number in sorted({n for thing in things for n in self._about.get(thing, ())})]

    def tells(self, term: str) -> float:
        """How much a term tells: the rarer, the more."""
        return math.log((len(self.all) + 1) / (self._frequency.get(term, 0) + 0.5))


def load_facts(folder: Path = DATA) -> Facts:
    """Those of a data folder. Raises what reading it raises."""
    return Facts(read_parts(Overlay(folder)))


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Any of the words, the longest that fits."""
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


def _told(parts: Parts) -> Iterator[tuple[Iterable[Thing], str, str]]:
    for drug in parts.drugs:
        yield from (([("drug", drug.id)], kind, text) for kind, text in _of_entry(drug, parts))
    for rule in parts.interactions.rules:
        yield from _of_rule(rule, parts)
    for effect in parts.joined.effects.effects:
        yield _of_effect(effect, parts)
    for passage in parts.education:
        yield from (((), PASSAGE, f"{passage.title} {sentence}") for sentence in sentences(passage.text))
    for item in parts.joined.lab:
        yield (), PASSAGE, " ".join((item.name, *item.names, item.high, item.low, item.positive))


def _of_entry(drug: Drug, parts: Parts) -> Iterator[tuple[str, str]]:
    known = parts.interactions.ingredients
    above = {name for id in drug.ingredient_ids for name in known.ingredients[id].classes}
    lineage = known.classes.lineage(drug.class_id) if drug.class_id in known.classes else ()
    called = (name for one in lineage for name in (one.name, *one.called))
    yield CLASS, " ".join((*called, *(known.classes[id].name for id in sorted(above)), *own_names(drug)))
    yield FORM, " ".join((*(" ".join((form.name, *form.strengths)) for form in drug.forms), drug.herbs, drug.control))
    for dose in drug.doses:
        often = f"每天{dose.times[0]}次 每天{dose.times[1]}次" if dose.every == "day" else ""
        yield "usage", f"{dose.what} {dose.least.spoken} {dose.most.spoken} {often}"
    for statement, told in drug.says.items():
        for sentence in chain.from_iterable(sentences(said.text) for said in told):
            yield statement.value, f"{LABELS[statement]} {sentence}"


def _of_rule(rule: Rule, parts: Parts) -> Iterator[tuple[Iterable[Thing], str, str]]:
    """Told from both sides: what the other side is belongs to the fact."""
    known = parts.interactions.ingredients
    for side, other in ((rule.a, rule.b), (rule.b, rule.a)):
        things = {("ingredient", member) for id in side for member in known.members(id)}
        names = {_name(one, known) for id in other for one in (id, *known.members(id))}
        yield things, "interaction", " ".join((*sorted(names), rule.mechanism, rule.advice))


def _of_effect(effect: Effect, parts: Parts) -> tuple[Iterable[Thing], str, str]:
    members = {one for id in effect.of for one in parts.interactions.ingredients.members(id)} - effect.spared
    symptoms, lab = parts.joined.effects.symptoms, parts.joined.lab
    said = (
        " ".join(symptoms[target.id].words) if target.verb is Verb.CAUSES
        else f"{lab[target.id].name} {_CHANGED[target.verb]}"
        for target in effect.targets
    )  # fmt: skip
    return [("ingredient", one) for one in members], "side_effect", " ".join(("不良反应", *said, effect.watch))


def _name(id: str, known: Ingredients) -> str:
    if id in known.classes:
        return known.classes[id].name
    return known.ingredients[id].name if id in known.ingredients else known.substances[id].name
