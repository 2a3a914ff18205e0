"""Exact checks, where likeness is not enough: the drug, the number and the side of a drug that a question is about."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from knowledge.aspects import Aspect, read_aspect, read_closely
from knowledge.lexicon import Lexicon, Terms
from knowledge.passages import PEOPLE, Passage
from knowledge.text import numbers
from knowledge.visitor import read_visitor

_OTHER_DRUG, _OTHER_NUMBER, _OTHER_PEOPLE, _ASPECT, _FINEST = 0.3, 0.9, 0.6, 2.0, 3.0
"""Factors: the passage lacks the drug asked about; lacks a number asked about; is for people who were not named;
is the main aspect of the drug asked about; is the finest."""

DrugsNamed = Callable[[str], Iterable[str]]
"""Ids of the drugs named in a text."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is exact in a question."""

    terms: Terms
    drugs: frozenset[str]
    numbers: frozenset[str]
    people: frozenset[str]
    """Those it is about (`child`, `pregnant`, `elderly`), as far as it says."""
    main: Aspect | None
    finest: Aspect | None
    """Aspects of a drug asked about; None without a drug."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is exact in a passage."""

    drugs: frozenset[str]
    numbers: frozenset[str]
    aspect: str | None
    people: str
    """Whom it is for alone; empty: for anybody."""


def read_question(query: str, lexicon: Lexicon, drugs_named: DrugsNamed) -> Asked:
    """What a question names."""
    drugs = frozenset(drugs_named(query))
    main, finest = (read_aspect(query), read_closely(query)) if drugs else (None, None)
    terms = lexicon.query_terms(query)
    return Asked(terms, drugs, numbers(query), frozenset(_people(query, terms)), main, finest)


def _people(query: str, terms: Terms) -> Iterator[str]:
    visitor = read_visitor(query)
    yield from (people for people, word in PEOPLE.items() if word in terms.words)
    yield from (people for people, there in (("child", visitor.child), ("pregnant", visitor.pregnant)) if there)


def read_facts(passage: Passage, drugs_named: DrugsNamed) -> Facts:
    """What a passage names; an entry of the drug book is about its own drug alone."""
    named = (passage.drug,) if passage.drug else drugs_named(passage.title + passage.text)
    return Facts(frozenset(named), numbers(passage.text), passage.aspect, passage.people)


def agreement(asked: Asked, facts: Facts) -> float:
    """Above 1 for the very aspect asked about, below 1 without the drug, the number or the people asked about."""
    factor = 1.0
    if asked.drugs and not asked.drugs & facts.drugs:
        factor *= _OTHER_DRUG
    if facts.aspect is not None and facts.aspect == asked.finest:
        factor *= _FINEST
    elif facts.aspect is not None and facts.aspect == asked.main:
        factor *= _ASPECT
    if facts.people and facts.people not in asked.people:
        factor *= _OTHER_PEOPLE
    if asked.numbers and not asked.numbers & facts.numbers:
        factor *= _OTHER_NUMBER
    return factor
