"""Triage: from a complaint to departments, urgency, what to ask next and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge.complaint_reading import Told, read_complaints
from knowledge.complaints import Complaints, load_complaints, with_symptoms
from knowledge.departments import Department, departments_named
from knowledge.red_flags import Action, Category
from knowledge.text import normalise
from knowledge.triage_rules import TriageRules, load_triage_rules
from knowledge.visitor import Visitor, read_visitor

_NAMED_SCORE = 5.0
"""What naming a department outright adds; a complaint the book is sure of adds about as much."""
_CHILD_BONUS = 4.0
"""A child belongs to 儿科 first, whatever hurts (the departments for adults stay behind it)."""
_PREGNANT_BONUS = 2.0
_FIRST = 2.0
"""What is told in the first sentence counts more: people begin with what brings them."""
_CHILD, _OLD = 14, 65
_MOST_QUESTIONS, _MOST_WORDS = 3, 4
_SEX = {"男": "male", "male": "male", "m": "male", "女": "female", "female": "female", "f": "female"}


class Urgency(StrEnum):
    """How soon."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    ROUTINE = "routine"
    SELF_CARE = "self_care"


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is about: what the words say, and what is known besides."""

    visitor: Visitor
    elder: bool
    age_known: bool
    sex_known: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """Where to go, how soon, what to ask, and why."""

    departments: tuple[tuple[Department, float], ...]
    urgency: Urgency
    ask: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Triage:
    """The knowledge that triage needs, for the departments of one clinic."""

    departments: tuple[Department, ...]
    complaints: Complaints
    rules: TriageRules

    def rank(self, text: str, age: int | None = None, sex: str = "") -> tuple[tuple[Department, float], ...]:
        """Departments for a complaint, best first, with a score; empty when no word of it is known."""
        told = self._told(text)
        return self._ranked(text, told, self._person(text, told, age, sex))

    def assess(self, text: str, age: int | None = None, sex: str = "", danger: Category | None = None) -> Assessment:
        """Departments, urgency, questions, reason. `danger` is the red flag that screening found in the text."""
        told = self._told(text)
        person = self._person(text, told, age, sex)
        ranked = self._ranked(text, told, person)
        urgency, why = self._urgency(text, told, person)
        if danger:
            urgency, why = Urgency.EMERGENCY, danger.name
            ranked = self._emergency_first(ranked, danger)
        ask = self.rules.questions_for(normalise(text), person) if ranked and not danger else ()
        words = "、".join(dict.fromkeys(one.words for one in told[:_MOST_WORDS]))
        reason = "；".join(part for part in (f"说到{words}" if words else "没有听出哪里不舒服", why) if part)
        return Assessment(ranked, urgency, ask[:_MOST_QUESTIONS], reason)

    def _told(self, text: str) -> tuple[Told, ...]:
        return () if self.rules.of_an_animal(normalise(text)) else read_complaints(text, self.complaints)

    def _person(self, text: str, told: Sequence[Told], age: int | None, sex: str) -> Person:
        plain = normalise(text)
        visitor = read_visitor(self.rules.not_child.sub(" ", self.rules.not_pregnant.sub(" ", plain)))
        only_children = any(one.sign and one.sign.child for one in told)
        said_child = (visitor.child or only_children) and not self.rules.mother.search(plain)
        child = said_child or (age is not None and age < _CHILD)
        given = _SEX.get(sex.strip().lower(), "")
        visitor = replace(
            visitor,
            child=child,
            pregnant=visitor.pregnant and given != "male",
            female=visitor.female or given == "female",
            male=visitor.male or given == "male",
        )
        elder = (age is not None and age >= _OLD) or self.rules.elder.search(plain) is not None
        sexed = visitor.female or visitor.male
        return Person(visitor, elder, age is not None or child or elder or visitor.pregnant, sexed)

    def _ranked(self, text: str, told: Sequence[Told], person: Person) -> tuple[tuple[Department, float], ...]:
        named = departments_named(text, self.departments)
        totals: dict[str, float] = {one.id: _NAMED_SCORE for one in named}
        for one in told:
            for name, weight in one.weights.items():
                totals[name] = totals.get(name, 0.0) + weight * (_FIRST if one.first else 1.0)
        about_illness = bool(told) or (person.visitor.complains and not self.rules.of_an_animal(normalise(text)))
        scored = [(one, self._fitted(one, totals, person.visitor, about_illness)) for one in self.departments]
        return tuple(sorted((pair for pair in scored if pair[1] > 0), key=lambda pair: -pair[1]))

    def _fitted(self, one: Department, totals: Mapping[str, float], visitor: Visitor, about_illness: bool) -> float:
        score = totals.get(one.id, 0.0)
        if one.audience == "child":
            best = max(totals.values(), default=0.0)
            return score + _CHILD_BONUS + 0.6 * best if visitor.child and about_illness else 0.0
        if one.audience == "pregnant":
            return score + _PREGNANT_BONUS if visitor.pregnant else score * visitor.fits("female")
        if visitor.child:
            return score * self.rules.child_weight.get(one.id, visitor.fits(one.audience))
        return score * visitor.fits(one.audience)

    def _urgency(self, text: str, told: Sequence[Told], person: Person) -> tuple[Urgency, str]:
        if not told:
            return Urgency.ROUTINE, ""
        by_sign = next((one.sign for one in told if one.sign and one.sign.level), None)
        level, why = self.rules.urgency_of(normalise(text), [one.words for one in told], person)
        if level != Urgency.URGENT and by_sign:
            level, why = by_sign.level, by_sign.why
        return Urgency(level), why

    def _emergency_first(
        self, ranked: Sequence[tuple[Department, float]], danger: Category
    ) -> tuple[tuple[Department, float], ...]:
        """The emergency room before all others; who thinks of death is also for psychiatry."""
        wanted = {"emergency": 2.0} | ({"psychiatry": 1.0} if danger.action is Action.CRISIS_LINE else {})
        top = max((score for _, score in ranked), default=0.0)
        raised = [(one, top + wanted[one.id]) for one in self.departments if one.id in wanted]
        rest = [pair for pair in ranked if pair[0].id not in wanted]
        return tuple(sorted((*raised, *rest), key=lambda pair: -pair[1]))


def load_triage(departments: Sequence[Department]) -> Triage:
    """The shipped complaint book for these departments. Raises BadDataError."""
    book = load_complaints()
    unread = {one.id: [word for word in one.symptoms if not read_complaints(word, book)] for one in departments}
    return Triage(tuple(departments), with_symptoms(book, unread), load_triage_rules())
