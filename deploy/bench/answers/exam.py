"""An examination in multiple choice, answered from our knowledge alone: no model, no look at the right answers.

For each option four signs say how well our facts join it to the question. How much each sign tells is fitted on four
fifths of the questions and used on the fifth (in turns), so no question is answered by weights that have seen it.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deploy.bench.answers.facts import CLASS, FORM, PASSAGE, Fact, Facts, Thing, any_of
from deploy.bench.answers.table import Row
from knowledge.text import normalise

Array = NDArray[np.float64]

_ASKS_FOR_THE_WRONG_ONE = re.compile(
    r"不包括|不属于|错误|不正确|除外|不是|不符合|不具有|不引起|不合理|无关|不会|不恰当|不需要"
    r"|不(?:宜|应|该|适宜|推荐)?(?:选用|使用|推荐|应用|选)"
)
_ASKED_OF = tuple(
    (re.compile(words), frozenset(kinds.split()))
    for words, kinds in (
        (r"适应[证症]|治疗|首选|用于|可用|选用|推荐|适用|应用|控制", f"indication {CLASS}"),
        (r"不良反应|引起|导致|毒性|副作用|可致|引发|诱发|出现|危险", "side_effect grave call caution"),
        (r"禁忌|禁用|慎用|不宜|不能|避免|不得|禁止", "contraindication caution pregnancy child food alcohol crush"),
        (r"剂量|用法|时间|每日|一日|次数|用量|服用|给药|mg", "usage crush missed_dose food"),
        (r"合用|联用|同服|相互作用|联合|并用|同时|影响", "interaction food alcohol"),
        (r"属于|类|剂型|机制|作用", f"indication {CLASS} {FORM}"),
        (r"贮|储存|保存", "storage"),
        (r"妊娠|孕", "pregnancy"),
        (r"哺乳", "lactation"),
        (r"儿童|小儿|新生儿|婴", "child"),
        (r"老年|老人", "elderly"),
        (r"肾", "renal"),
        (r"肝", "hepatic"),
        (r"驾|嗜睡", "driving side_effect"),
        (r"[嚼掰]|整[片粒]", "crush usage"),
    )
)
"""Words of a question → the kinds of facts that answer it."""
_ELSEWHERE = 0.6
"""What a fact of another kind counts."""
_PARTS = re.compile(r"[。；;，]|(?<=\D),")
_EARLIER = 0.5
"""What the parts of a question before its last count: a case is told, then something is asked."""
_FOLDS, _HELD_BACK, _STEPS = 5, 1.0, 30
_BARS = (0.25, 0.3, 0.4, 0.5)
"""Confidences from which on it answers."""
_PART = "exam"


@dataclass(frozen=True, slots=True)
class Item:
    """One question."""

    question: str
    options: tuple[str, ...]
    answer: int
    """Number of the right option."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an examination went."""

    asked: int
    right: float
    """Share of all; where options are equal, the chance of drawing the right one."""
    with_evidence: int
    """Questions of which our facts join at least one option to the question."""
    right_with_evidence: float
    by_confidence: Sequence[tuple[float, int, float, float]]
    """Confidence from which on it answers, how many then, share right, mean confidence."""


def read_exam(file: Path) -> list[Item]:
    """JSON lines with `question`, `options` and `answer` (a letter)."""
    rows = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
    return [Item(row["question"], tuple(row["options"]), ord(row["answer"]) - ord("A")) for row in rows]


class Candidate:
    """Who sits the examination."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._general = [fact for fact in facts.all if fact.kind == PASSAGE]
        self._holding: dict[str, list[int]] = defaultdict(list)
        for number, fact in enumerate(self._general):
            for term in fact.terms:
                self._holding[term].append(number)
        self._ingredients, self._classes = _ingredients(facts), _classes(facts)
        self._named = any_of((*self._ingredients, *self._classes))

    def signs(self, item: Item) -> Array:
        """One row of four signs for each option; turned round where the wrong one is asked for."""
        kinds = frozenset(chain.from_iterable(kinds for words, kinds in _ASKED_OF if words.search(item.question)))
        asked, about = self._weigh(item.question), self.things(item.question)
        read = [self._facts.read(option) for option in item.options]
        named = [self.things(option) for option in item.options]
        shared, shared_things = frozenset.intersection(*read), frozenset.intersection(*named)
        of_question = self._facts.about(about)
        rows = []
        for terms, things in zip(read, named, strict=True):
            own = terms - shared
            told = {term: self._facts.tells(term) for term in own - asked.keys() or own}
            of_option = self._facts.about(things - shared_things - self._single(item.question))
            by_name = (_best(asked, of_option, kinds), _together(asked, of_option)) if of_option else (np.nan, np.nan)
            rows.append((*by_name, _best(told, of_question, kinds), self._anywhere(asked, told)))
        found = _like_the_others(np.array(rows))
        return -found if _ASKS_FOR_THE_WRONG_ONE.search(item.question) else found

    def things(self, text: str) -> frozenset[Thing]:
        """Drugs, ingredients and members of classes that a text names."""
        members = (self._classes.get(match.group(), ()) for match in self._named.finditer(normalise(text)))
        return self._single(text) | frozenset(chain.from_iterable(members))

    def _single(self, text: str) -> frozenset[Thing]:
        """Those that are named themselves."""
        found: set[Thing] = set()
        for drug in chain.from_iterable(mention.drugs for mention in self._facts.parts.drugs.mentions(text)):
            found |= {("drug", drug.id), *(("ingredient", id) for id in drug.acting_ids)}
        names = (match.group() for match in self._named.finditer(normalise(text)))
        return frozenset(
            found | {("ingredient", self._ingredients[name]) for name in names if name in self._ingredients}
        )

    def _weigh(self, question: str) -> Mapping[str, float]:
        """How much each term of a question tells."""
        weights: dict[str, float] = {}
        *earlier, last = [part for part in _PARTS.split(question) if part.strip()] or [""]
        for share, part in (*((_EARLIER, part) for part in earlier), (1.0, last)):
            for term in self._facts.read(part):
                weights[term] = max(weights.get(term, 0.0), share * self._facts.tells(term))
        return weights

    def _anywhere(self, asked: Mapping[str, float], told: Mapping[str, float]) -> float:
        """How well one sentence of the passages holds both question and option."""
        return float(np.sqrt(self._held(asked) * self._held(told)).max())

    def _held(self, weights: Mapping[str, float]) -> Array:
        held = np.zeros(len(self._general))
        for term, weight in weights.items():
            held[self._holding.get(term, [])] += weight
        return held / (sum(weights.values()) or 1.0)


def sit(items: Sequence[Item], candidate: Candidate) -> Outcome:
    """Answer all questions; weights of the signs never come from the fifth they are used on."""
    signs = np.array([candidate.signs(item) for item in items])
    signs -= signs.mean(axis=1, keepdims=True)
    answers = np.array([item.answer for item in items])
    chances = crossed(signs, answers)
    sure = chances.max(axis=1)
    evidence = np.ptp(signs, axis=1).any(axis=1)
    by_confidence = [(bar, int(at.sum()), right(chances[at], answers[at]), float(sure[at].mean()))
                     for bar in _BARS if (at := sure >= bar).any()]  # fmt: skip
    return Outcome(
        len(items), right(chances, answers), int(evidence.sum()), right(chances[evidence], answers[evidence]),
        by_confidence,
    )  # fmt: skip


def rows(found: Outcome) -> Iterator[Row]:
    """The score."""
    yield Row(_PART, f"right, of {found.asked} questions (by chance 20%)", f"{found.right:.1%}")
    yield Row(
        _PART, f"right, of the {found.with_evidence} our knowledge has evidence for", f"{found.right_with_evidence:.1%}"
    )
    for bar, count, share, sure in found.by_confidence:
        yield Row(
            _PART, f"answering only when at least {bar:.0%} sure: {count} questions, {sure:.0%} sure", f"{share:.1%}"
        )


def crossed(signs: Array, answers: NDArray[np.int64]) -> Array:
    """The chance of every option, each question judged by weights from the other folds."""
    chances = np.zeros(signs.shape[:2])
    fold = np.arange(len(answers)) % _FOLDS
    for one in range(_FOLDS):
        chances[fold == one] = chances_of(signs[fold == one], weights_for(signs[fold != one], answers[fold != one]))
    return chances


def weights_for(signs: Array, answers: NDArray[np.int64]) -> Array:
    """Weights under which the right options are likeliest (conditional logit, Newton's method, small weights)."""
    scale = signs.std(axis=(0, 1)) + 1e-9
    signs, count = signs / scale, signs.shape[2]
    weights = np.zeros(count)
    for _ in range(_STEPS):
        chances = chances_of(signs, weights)
        meant = np.einsum("no,nof->nf", chances, signs)
        slope = (signs[np.arange(len(answers)), answers] - meant).sum(axis=0) - _HELD_BACK * weights
        spread = np.einsum("no,nof,nog->fg", chances, signs, signs) - meant.T @ meant
        weights += np.linalg.solve(spread + _HELD_BACK * np.eye(count), slope)
    return np.asarray(weights / scale)


def chances_of(signs: Array, weights: Array) -> Array:
    """The chance of every option: together 1 for each question."""
    scores = signs @ weights
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(likely / likely.sum(axis=1, keepdims=True))


def right(chances: Array, answers: NDArray[np.int64]) -> float:
    """Share answered rightly; several equally likely options are drawn from."""
    if not len(answers):
        return 0.0
    likeliest = chances >= chances.max(axis=1, keepdims=True) - 1e-12
    return float((likeliest[np.arange(len(answers)), answers] / likeliest.sum(axis=1)).mean())


def _best(weights: Mapping[str, float], facts: Iterable[Fact], kinds: frozenset[str]) -> float:
    """Share of the weighted terms that the best fact holds."""
    whole = sum(weights.values()) or 1.0
    shares = (
        sum(weights[term] for term in fact.terms & weights.keys())
        * (1.0 if not kinds or fact.kind in kinds else _ELSEWHERE)
        for fact in facts
    )
    return max(shares, default=0.0) / whole


def _together(weights: Mapping[str, float], facts: Iterable[Fact]) -> float:
    """Share of the weighted terms that all the facts hold together."""
    held = frozenset(chain.from_iterable(fact.terms for fact in facts))
    return sum(weights[term] for term in held & weights.keys()) / (sum(weights.values()) or 1.0)


def _like_the_others(signs: Array) -> Array:
    """What we know nothing about counts as the average of the others: ignorance is no evidence against it."""
    known = ~np.isnan(signs)
    means = np.where(known, signs, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.asarray(np.where(known, signs, means))


def _ingredients(facts: Facts) -> Mapping[str, str]:
    """Name → id; also of those that are no entry of the book."""
    known = facts.parts.interactions.ingredients.ingredients
    return {normalise(one.name): one.id for one in known.values() if len(one.name) > 1}


def _classes(facts: Facts) -> Mapping[str, frozenset[Thing]]:
    """Name → every ingredient in the class, and the drugs that hold one."""
    known = facts.parts.interactions.ingredients
    holders: dict[str, set[Thing]] = defaultdict(set)
    for drug in facts.parts.drugs:
        for id in drug.acting_ids:
            holders[id].add(("drug", drug.id))
    found: dict[str, frozenset[Thing]] = {}
    for one in known.classes:
        members = known.members(one.id)
        things = {("ingredient", id) for id in members} | set(chain.from_iterable(holders[id] for id in members))
        found |= {normalise(name): frozenset(things) for name in (one.name, *one.called)}
    return found
