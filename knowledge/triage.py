"""Triage: from a complaint to departments, urgency, what to ask next and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge.complaint_model import load_complaint_model
from knowledge.complaint_reading import Heard, Told, read_complaints
from knowledge.complaints import Complaints, load_complaints, with_symptoms
from knowledge.department_chances import Chooser
from knowledge.departments import Department, departments_named
from knowledge.red_flags import Action, Category
from knowledge.text import normalise
from knowledge.triage_rules import TriageRules, load_triage_rules
from knowledge.visitor import Visitor, read_visitor

_CHILD, _OLD = 14, 65
_MOST_QUESTIONS, _MOST_WORDS = 3, 4
_BEHIND = 0.9
"""Keeps every department behind the emergency room."""
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
    grown: bool
    """Known to be no child."""
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
    chooser: Chooser

    def complaints_told(self, text: str) -> dict[str, str]:
        """What is complained of: a key for each complaint, the same whatever words are used, and the words."""
        return {_key(one): one.words for one in self._heard(text).told}

    def rank(self, text: str, age: int | None = None, sex: str = "") -> tuple[tuple[Department, float], ...]:
        """Departments for any text, best first, with their chances; empty when it tells no complaint."""
        heard = self._heard(text)
        return self._ranked(text, heard, self._person(text, heard.told, age, sex), complains=False)

    def assess(self, text: str, age: int | None = None, sex: str = "", danger: Category | None = None) -> Assessment:
        """Of a complaint: departments, urgency, questions, reason. `danger` is the red flag that screening found."""
        heard = self._heard(text)
        told = heard.told
        person = self._person(text, told, age, sex)
        ranked = self._ranked(text, heard, person, complains=True)
        urgency, why = (Urgency.EMERGENCY, danger.name) if danger else self._urgency(heard, person)
        now = urgency is Urgency.EMERGENCY
        if now:
            ranked = self._emergency_first(ranked, crisis=danger is not None and danger.action is Action.CRISIS_LINE)
        ask = self.rules.questions_for(normalise(text), person) if ranked and not now else ()
        reason = "；".join(part for part in (_heard_as(told, ranked), why) if part)
        return Assessment(ranked, urgency, ask[:_MOST_QUESTIONS], reason)

    def _heard(self, text: str) -> Heard:
        return Heard((), "") if self.rules.of_an_animal(normalise(text)) else read_complaints(text, self.complaints)

    def _person(self, text: str, told: Sequence[Told], age: int | None, sex: str) -> Person:
        plain = normalise(text)
        of_one = self.rules.not_child.sub(" ", self.rules.not_pregnant.sub(" ", plain))
        visitor = read_visitor(of_one)
        only_children = any(one.sign and one.sign.child for one in told)
        said_child = (visitor.child or only_children) and not self.rules.mother.search(plain)
        said_child = said_child or self.rules.child.search(of_one) is not None
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
        grown = not child and (age is not None or elder or visitor.pregnant)
        return Person(visitor, elder, grown, grown or child, sexed)

    def _ranked(self, text: str, heard: Heard, person: Person, complains: bool) -> tuple[tuple[Department, float], ...]:
        named = departments_named(text, self.departments)
        return self.chooser.choose(heard, named, person.visitor, person.grown, complains)

    def _urgency(self, heard: Heard, person: Person) -> tuple[Urgency, str]:
        by_sign = next((one.sign for one in heard.told if one.sign and one.sign.level), None)
        level, why = self.rules.urgency_of(heard.text, [one.words for one in heard.told], person)
        if level not in (Urgency.EMERGENCY, Urgency.URGENT) and by_sign:
            level, why = by_sign.level, by_sign.why
        return Urgency(level), why

    def _emergency_first(
        self, ranked: Sequence[tuple[Department, float]], crisis: bool
    ) -> tuple[tuple[Department, float], ...]:
        """The emergency room before all others; who thinks of death is also for psychiatry."""
        first = {"emergency": 1.0} | ({"psychiatry": 0.99} if crisis else {})
        raised = [(one, first[one.id]) for one in self.departments if one.id in first]
        rest = [(one, score * _BEHIND) for one, score in ranked if one.id not in first]
        return tuple(sorted((*raised, *rest), key=lambda pair: -pair[1]))


def _key(told: Told) -> str:
    """Two words for one thing (肚子疼, 腹痛) have the same weights."""
    return ",".join(f"{department}:{weight:g}" for department, weight in sorted(told.weights.items()))


def _heard_as(told: Sequence[Told], ranked: Sequence[tuple[Department, float]]) -> str:
    """What was understood, in the person's own words where the book knows them."""
    if told:
        return "说到" + "、".join(dict.fromkeys(one.words for one in told[:_MOST_WORDS]))
    return f"这样说的人多半看{ranked[0][0].name}" if ranked else "没有听出哪里不舒服"


def load_triage(departments: Sequence[Department]) -> Triage:
    """The shipped complaint book and model for these departments. Raises BadDataError."""
    book, rules = load_complaints(), load_triage_rules()
    unread = {one.id: [word for word in one.symptoms if not read_complaints(word, book).told] for one in departments}
    book = with_symptoms(book, unread)
    chooser = Chooser(tuple(departments), book, load_complaint_model(), rules)
    return Triage(tuple(departments), book, rules, chooser)
