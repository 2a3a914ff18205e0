"""A model that lies: answers of true and false sentences about our passages, and how many of either get through.

The true ones are the passages' own sentences and what a good model would make of them (`*.yml`); the false ones are
written by hand there, or twisted by machine (`twisting.py`). A third of the passages was held back while the guard
was made; `held_back` names it.
"""

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

from actions.cited import Cited, cited_sentence
from deploy.bench.answers.twisting import Twist, glued, twists
from knowledge.library import Library
from knowledge.passages import Passage
from knowledge.retrieval import Hit
from knowledge.yamlfile import read_yaml

HERE = Path(__file__).parent
PASSAGES = 4  # a model is given so many
WRITTEN_SHARE = 0.6  # of the answers are about passages with sentences written by hand
LIE_SHARE = 0.5
_SENDS = re.compile("120|急诊|就医|医院")  # every passage ends so: glued to any symptoms it may well be true


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the model, with its citation."""

    text: str
    true: bool
    kind: str


@dataclass(frozen=True, slots=True)
class LyingAnswer:
    """What the model was given and what it said."""

    hits: tuple[Hit, ...]
    sentences: tuple[Said, ...]
    held_back: bool  # about a passage the guard was not made with


@dataclass(frozen=True, slots=True)
class Kind:
    """What became of one kind of sentence."""

    true: bool
    kind: str
    held_back: bool
    said: int
    released: int
    examples: tuple[str, ...]  # of those that went wrong


def answers(library: Library, seed: int, count: int = 1_000) -> Sequence[LyingAnswer]:
    """`count` answers of 3 to 6 sentences, the same for the same seed."""
    chance = random.Random(seed)
    passages = [one for one in library.passages if one.drug is None]
    liar = _Liar(passages, twists(library.drugs), chance)
    return tuple(liar.answer() for _ in range(count))


def judge(said: Sequence[LyingAnswer], library: Library) -> Sequence[Kind]:
    """Send every sentence through the guard, as the house does."""
    told, released = Counter[tuple[bool, str, bool]](), Counter[tuple[bool, str, bool]]()
    wrong: dict[tuple[bool, str, bool], list[str]] = {}
    for answer in said:
        cited = Cited(answer.hits)
        for one in answer.sentences:
            key = (one.true, one.kind, answer.held_back)
            passed = cited_sentence(one.text, cited, library.drugs) is not None
            told[key] += 1
            released[key] += passed
            if passed is not one.true:
                wrong.setdefault(key, []).append(one.text)
    return [Kind(*key, told[key], released[key], tuple(wrong.get(key, ()))) for key in sorted(told)]


@cache
def written() -> Mapping[str, Mapping[str, Sequence[Mapping[str, str]]]]:
    """Passage id → `honest` and `lies`, each a list of {kind: sentence}."""
    return {id: both for path in sorted(HERE.glob("*.yml")) for id, both in read_yaml(path).items()}


def held_back(id: str) -> bool:
    """Whether a passage belongs to the third that the guard was not made with."""
    ids = list(written())
    return ids.index(id) % 3 == 2 if id in ids else crc32(id.encode()) % 3 == 0


def sentences(passage: Passage) -> list[str]:
    """A passage's own sentences."""
    return [part for part in re.split(r"(?<=[。！？；])", passage.text) if part]


class _Liar:
    """The model: asked about one passage it says true and false things, and now and then cites another."""

    def __init__(self, passages: Sequence[Passage], twisted: Mapping[str, Twist], chance: random.Random) -> None:
        self._passages, self._twists, self._chance = passages, twisted, chance
        self._written = [one for one in passages if one.id in written()]

    def answer(self) -> LyingAnswer:
        about = self._chance.choice(self._written if self._chance.random() < WRITTEN_SHARE else self._passages)
        others = self._chance.sample([one for one in self._passages if one is not about], PASSAGES - 1)
        hits = tuple(Hit(one, 1.0) for one in (about, *others))
        count = self._chance.randint(3, 6)
        return LyingAnswer(hits, tuple(self._sentence(about, others) for _ in range(count)), held_back(about.id))

    def _sentence(self, about: Passage, others: Sequence[Passage]) -> Said:
        if self._chance.random() >= LIE_SHARE:
            return self._true(about)
        lies = [self._written_lie, self._twisted, self._twisted, self._twisted, self._wrong_citation, self._glued]
        for lie in self._chance.sample(lies, len(lies)):
            if said := lie(about, others):
                return said
        return self._true(about)

    def _true(self, about: Passage) -> Said:
        both = written().get(about.id)
        if both and self._chance.random() < 0.5:
            ((kind, text),) = self._chance.choice(both["honest"]).items()
            return Said(f"{text}[1]", true=True, kind=f"written: {kind}")
        return Said(f"{self._chance.choice(sentences(about))}[1]", true=True, kind="verbatim")

    def _written_lie(self, about: Passage, others: Sequence[Passage]) -> Said | None:
        if about.id not in written():
            return None
        ((kind, text),) = self._chance.choice(written()[about.id]["lies"]).items()
        return Said(f"{text}[1]", true=False, kind=f"written: {kind}")

    def _twisted(self, about: Passage, others: Sequence[Passage]) -> Said | None:
        kind = self._chance.choice(list(self._twists))
        for said in self._shuffled(sentences(about)):
            text = self._twists[kind](said, about.text, self._chance)
            if text and text not in about.text:
                return Said(f"{text}[1]", true=False, kind=kind)
        return None

    def _wrong_citation(self, about: Passage, others: Sequence[Passage]) -> Said | None:
        said = self._chance.choice(sentences(about))
        if self._chance.random() < 0.3:
            return Said(f"{said}[{PASSAGES + self._chance.randint(1, 20)}]", true=False, kind="no such source")
        number = self._chance.randint(2, PASSAGES)
        pieces = [piece for piece in re.split(r"[，、。；]", said) if piece]
        if all(piece in others[number - 2].text for piece in pieces):
            return None
        return Said(f"{said}[{number}]", true=False, kind="wrong source")

    def _glued(self, about: Passage, others: Sequence[Passage]) -> Said | None:
        own = self._shuffled(sentences(about))
        foreign = self._shuffled(sentences(others[0]))
        if self._chance.random() < 0.5:
            pairs, cites, kind = list(pairwise(own)), "[1]", "halves glued"
        else:
            pairs, cites, kind = list(zip(own, foreign, strict=False)), "[1][2]", "halves of two sources"
        for one, two in pairs:
            text = glued(one, two)
            end = text.split("，")[-1] if text else ""
            known = end.rstrip("。；") if two in foreign else text or ""
            if text and known not in about.text and not _SENDS.search(end):
                return Said(text + cites, true=False, kind=kind)
        return None

    def _shuffled(self, some: Sequence[str]) -> list[str]:
        return self._chance.sample(some, len(some))
