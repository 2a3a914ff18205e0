"""Refusals: what people ask of us that we must not do, and what is kindly said instead.

Data in `data/refusals.yml` (kinds with their words and sources, rules, word lists). Everything is compiled once by
`load_refusals`; the result is immutable.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from knowledge.red_flag_needs import Need, NeedIndex, index_needs, needs
from knowledge.refusal_model import RequestModel, load_request_model
from knowledge.sources import Source, read_source
from knowledge.yamlfile import DATA, read_yaml

_NAMED = re.compile(r"\{([A-Za-z_]\w*)\}")


class BadRefusalsError(ValueError):
    """The refusal data name a word list that does not exist, or hold a pattern that cannot be compiled."""


class Offer(StrEnum):
    """What is offered instead, as a button."""

    HANDOFF = "handoff"
    BOOKING = "booking"


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing we must not do and the words said to who asks for it."""

    id: str
    say: str  # Chinese, the whole reply
    offers: tuple[Offer, ...]
    source: Source | None  # None where no law but the house itself says no
    enough: float  # from which likeness on the second reader is believed; higher where the words would accuse
    about: re.Pattern[str]  # what must be spoken of for the second reader to be believed


@dataclass(frozen=True, slots=True)
class Rule:
    """What a kind is known by: concepts that stand in one sentence, in any order, and nothing that excuses it."""

    kind: Kind
    parts: tuple[re.Pattern[str], ...]  # all must be found
    unless: re.Pattern[str] | None  # found in the same sentence, it is no such request
    needs: tuple[Need, ...]  # without these the parts cannot all be found


@dataclass(frozen=True, slots=True)
class Refusals:
    """All rules, gravest kind first, and the second reader, who hears what no rule has words for."""

    kinds: tuple[Kind, ...]
    rules: tuple[Rule, ...]
    index: NeedIndex
    reader: RequestModel
    ordinary: re.Pattern[str]  # in a sentence with these words the second reader is not believed


def load_refusals(folder: Path = DATA) -> Refusals:
    """Read and compile. Raises BadDataError, BadRefusalsError, or BadSourceError for a citation with a gap."""
    raw = read_yaml(folder / "refusals.yml")
    lists = _word_lists(raw["words"])
    kinds = tuple(_kind(each, lists) for each in raw["kinds"])
    rules = tuple(
        _rule(each, kind, lists) for kind, of in zip(kinds, raw["kinds"], strict=True) for each in of["rules"]
    )
    index, ordinary = index_needs([rule.needs for rule in rules]), _compile(_expand(raw["ordinary"], lists))
    return Refusals(kinds, rules, index, load_request_model(folder), ordinary)


def _kind(raw: Mapping[str, Any], lists: Mapping[str, str]) -> Kind:
    source = read_source(raw["source"]) if "source" in raw else None
    offers = tuple(Offer(each) for each in raw["offers"])
    return Kind(
        raw["id"], raw["say"].strip(), offers, source, float(raw["enough"]), _compile(_expand(raw["about"], lists))
    )


def _rule(raw: Mapping[str, Any], kind: Kind, lists: Mapping[str, str]) -> Rule:
    parts = [f"(?:{_expand(each, lists)})" for each in raw["all"]]
    unless = _compile("|".join(_expand(each, lists) for each in raw["unless"])) if "unless" in raw else None
    wanted = tuple(need for part in parts for need in needs(part))
    return Rule(kind, tuple(map(_compile, parts)), unless, wanted)


def _word_lists(raw: Mapping[str, str]) -> dict[str, str]:
    """Every list by its name; a list may be built on those above it."""
    lists: dict[str, str] = {}
    for name, words in raw.items():
        lists[name] = _expand(words, lists)
    return lists


def _expand(template: str, lists: Mapping[str, str]) -> str:
    try:
        return _NAMED.sub(lambda hit: f"(?:{lists[hit[1]]})", template)
    except KeyError as error:
        raise BadRefusalsError(f"no word list {error} in {template[:80]!r}") from error


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise BadRefusalsError(f"{error} in {pattern[:80]!r}") from error
