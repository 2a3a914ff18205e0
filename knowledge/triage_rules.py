"""The rules of triage beside the words: whom it is about, how urgent it is, what to ask next."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from knowledge.complaints import LEVELS, SELF_CARE
from knowledge.visitor import Visitor
from knowledge.yamlfile import DATA, BadDataError, read_yaml, required

_WHO = frozenset({"", "child", "elder", "pregnant"})
_NEEDS = frozenset({"", "age", "sex", "pregnancy"})
_NEVER = "(?!)"
OTHERS = "others"


class Known(Protocol):
    """What is known of the person."""

    @property
    def visitor(self) -> Visitor: ...
    @property
    def elder(self) -> bool: ...
    @property
    def age_known(self) -> bool: ...
    @property
    def sex_known(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class UrgencyRule:
    """Words, of one kind of person, that make a complaint more or less urgent."""

    level: str
    who: str
    match: re.Pattern[str]
    unless: re.Pattern[str]
    why: str

    def holds(self, text: str, person: Known) -> bool:
        """Whether the rule is met."""
        visitor = person.visitor
        is_one = {"": True, "child": visitor.child, "elder": person.elder, "pregnant": visitor.pregnant}[self.who]
        return is_one and bool(self.match.search(text)) and not self.unless.search(text)


@dataclass(frozen=True, slots=True)
class Question:
    """A question whose answer would change the department or the urgency."""

    ask: str
    needs: str
    match: re.Pattern[str]
    unless: re.Pattern[str]

    def useful(self, text: str, person: Known) -> bool:
        """Whether the answer is not known yet."""
        visitor = person.visitor
        known = {
            "": False,
            "age": person.age_known,
            "sex": person.sex_known,
            "pregnancy": visitor.pregnant or visitor.child or visitor.male or person.elder,
        }[self.needs]
        return not known and bool(self.match.search(text)) and not self.unless.search(text)


@dataclass(frozen=True, slots=True)
class TriageRules:
    """All rules, compiled."""

    animals: re.Pattern[str]
    hurt_by: re.Pattern[str]
    child: re.Pattern[str]
    not_child: re.Pattern[str]
    mother: re.Pattern[str]
    not_pregnant: re.Pattern[str]
    elder: re.Pattern[str]
    shares: Mapping[str, Mapping[str, float]]
    """Who it is → department id → how much of its matters goes to this person's own department."""
    urgency: tuple[UrgencyRule, ...]
    questions: tuple[Question, ...]

    def of_an_animal(self, text: str) -> bool:
        """Whether the patient is no human."""
        return bool(self.animals.search(text)) and not self.hurt_by.search(self.animals.sub("", text))

    def urgency_of(self, text: str, told: Sequence[str], person: Known) -> tuple[str, str]:
        """Level and reason; routine, and no reason, when no rule is met.

        Nobody is sent home for one harmless complaint among others: all that is told must be harmless.
        """
        frail = person.visitor.child or person.visitor.pregnant or person.elder
        for rule in self.urgency:
            mild = rule.level == SELF_CARE
            if mild and (frail or not told or not all(rule.match.search(words) for words in told)):
                continue
            if rule.holds(text, person):
                return rule.level, rule.why
        return "routine", ""

    def share(self, who: str, department: str) -> float:
        """How much of a department's matters goes to the department of this kind of person."""
        shares = self.shares[who]
        return shares.get(department, shares[OTHERS])

    def questions_for(self, text: str, person: Known) -> tuple[str, ...]:
        """Useful questions, most useful first."""
        return tuple(one.ask for one in self.questions if one.useful(text, person))


def load_triage_rules(folder: Path = DATA) -> TriageRules:
    """Read `complaint_rules.yml`. Raises BadDataError."""
    raw = read_yaml(folder / "complaint_rules.yml")
    patterns = {
        name: _pattern(raw, name)
        for name in ("animals", "hurt_by", "child", "not_child", "mother", "not_pregnant", "elder")
    }
    return TriageRules(
        **patterns,
        shares={who: _shares(raw, who) for who in ("child", "pregnant")},
        urgency=tuple(_urgency(one) for one in raw["urgency"]),
        questions=tuple(_question(one) for one in raw["questions"]),
    )


def _shares(raw: Mapping[str, Any], who: str) -> Mapping[str, float]:
    shares = {str(name): float(share) for name, share in required(raw["shares"], who, "shares").items()}
    if OTHERS not in shares or not all(0 <= share <= 1 for share in shares.values()):
        raise BadDataError(f"complaint_rules.yml shares: {who}: each between 0 and 1, and `{OTHERS}`")
    return shares


def _urgency(raw: Mapping[str, Any]) -> UrgencyRule:
    level, who = str(required(raw, "level", "urgency")), str(raw.get("who", ""))
    if level not in LEVELS or who not in _WHO:
        raise BadDataError(f"complaint_rules.yml: level {level!r}, who {who!r}")
    return UrgencyRule(level, who, _pattern(raw, "match"), _pattern(raw, "unless"), required(raw, "why", "urgency"))


def _question(raw: Mapping[str, Any]) -> Question:
    needs = str(raw.get("needs", ""))
    if needs not in _NEEDS:
        raise BadDataError(f"complaint_rules.yml: needs {needs!r}")
    return Question(required(raw, "ask", "questions"), needs, _pattern(raw, "match"), _pattern(raw, "unless"))


def _pattern(raw: Mapping[str, Any], key: str) -> re.Pattern[str]:
    try:
        return re.compile(str(raw.get(key, _NEVER)))
    except re.error as error:
        raise BadDataError(f"complaint_rules.yml {key}: {error}") from error
