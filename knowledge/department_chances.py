"""How likely each department is meant: what the book says and what the model says, then who the person is."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.complaint_model import NOBODY, ComplaintModel
from knowledge.complaint_reading import Heard, Told
from knowledge.complaints import Complaints
from knowledge.departments import Department
from knowledge.triage_rules import TriageRules
from knowledge.visitor import Visitor

_BOOK = 0.4
"""What a point of the book is worth, in natural logarithms."""
_NAMED = 4.0
"""What naming a department outright is worth."""
_FIRST = 2.0
"""What is told in the first sentence counts more: people begin with what brings them."""
_OPENING = 1.0
"""And the model hears it once more, with this weight."""
_ANY_TEXT, _COMPLAINT = (0.7, 0.6), (0.25, 0.3)
"""When the book knows no word: how likely the model must find a department, and how much of the text it must have met;
in any text at all, and in one that is known to complain of something."""
_SOFT = 1.5
"""Both say the same of the same words, so their sum is surer than it should be."""
_BESIDE = 0.08
"""Departments less likely than this share of the best one's chance are not worth a line."""
_UNKNOWN_AGE = 0.5
"""What the children's department keeps when nothing says that it is a child."""

Chances = dict[str, float]


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses among the departments of one clinic."""

    departments: tuple[Department, ...]
    complaints: Complaints
    model: ComplaintModel
    rules: TriageRules

    def choose(
        self, heard: Heard, named: Sequence[Department], visitor: Visitor, grown: bool, complains: bool
    ) -> tuple[tuple[Department, float], ...]:
        """Departments with the chance that they are meant, best first; empty when nothing was told."""
        chances = self._by_words(heard, named, complains or (visitor.child and visitor.complains))
        if not chances:
            return ()
        fitted = self._fitted(self._at_home(chances), visitor, grown)
        total, best = sum(fitted.values()) or 1.0, max(fitted.values(), default=0.0)
        found = [(one, fitted[one.id] / total) for one in self.departments if fitted.get(one.id, 0) > best * _BESIDE]
        return tuple(sorted(found, key=lambda pair: -pair[1]))

    def _by_words(self, heard: Heard, named: Sequence[Department], complains: bool) -> Chances:
        whole, opening = self.model.logits(heard.text), self.model.logits(heard.opening)
        scores = {name: whole[name] + _OPENING * opening[name] for name in whole}
        if not heard.told and not named:
            return self._if_sure(heard.text, _softmax(scores), *(_COMPLAINT if complains else _ANY_TEXT))
        for name, points in _points(heard.told).items():
            scores[name] = scores.get(name, min(scores.values())) + _BOOK * points
        for one in named:
            scores[one.id] = scores.get(one.id, max(scores.values())) + _NAMED
        return _without(_softmax({name: score / _SOFT for name, score in scores.items()}), NOBODY)

    def _if_sure(self, text: str, chances: Chances, likely: float, met: float) -> Chances:
        said = _without(chances, NOBODY)
        return said if max(said.values()) >= likely and self.model.met(text) >= met else {}

    def _at_home(self, chances: Chances) -> Chances:
        """The chances of departments that the clinic does not have go to those that take their patients."""
        own, found = {one.id for one in self.departments}, Chances()
        for name, chance in chances.items():
            home = name if name in own else self.complaints.instead.get(name, "")
            if home in own:
                found[home] = found.get(home, 0.0) + chance
        return found

    def _fitted(self, chances: Chances, visitor: Visitor, grown: bool) -> Chances:
        """Children and pregnant women have departments of their own; some are for one sex only."""
        audience = {one.id: one.audience for one in self.departments}
        for who, is_one in (("child", visitor.child), ("pregnant", visitor.pregnant)):
            own = next((name for name, given in audience.items() if given == who), None)
            if own is not None and is_one:
                chances = self._shared(chances, who, own)
            elif own is not None and who == "child":
                chances[own] = chances.get(own, 0.0) * (0.0 if grown else _UNKNOWN_AGE)
        return {name: chance * _fits(audience[name], visitor) for name, chance in chances.items()}

    def _shared(self, chances: Chances, who: str, own: str) -> Chances:
        given = {name: chance * self.rules.share(who, name) for name, chance in chances.items() if name != own}
        kept = {name: chance - given.get(name, 0.0) for name, chance in chances.items()}
        return kept | {own: kept.get(own, 0.0) + sum(given.values())}


def _points(told: Iterable[Told]) -> Chances:
    totals = Chances()
    for one in told:
        for name, weight in one.weights.items():
            totals[name] = totals.get(name, 0.0) + weight * (_FIRST if one.first else 1.0)
    return totals


def _fits(audience: str, visitor: Visitor) -> float:
    return visitor.fits("female" if audience == "pregnant" else audience) if audience in _OF_ONE_SEX else 1.0


_OF_ONE_SEX = frozenset({"female", "male", "pregnant"})


def _softmax(scores: Mapping[str, float]) -> Chances:
    top = max(scores.values())
    raised = {name: math.exp(score - top) for name, score in scores.items()}
    total = sum(raised.values())
    return {name: one / total for name, one in raised.items()}


def _without(chances: Chances, name: str) -> Chances:
    return {other: chance for other, chance in chances.items() if other != name}
