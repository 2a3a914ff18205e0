"""What the questions to one case are understood by: all cues, the case's own items and its complaint."""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from cases.catalogue import catalogue
from cases.likeness import Likeness, index
from cases.model import Item, Script, Unlock
from cases.prefilter import Needed, needed
from cases.words import plain, shorten

OF_WHAT = frozenset(
    [
        "onset",
        "onset_manner",
        "trigger",
        "activity",
        "site",
        "radiation",
        "quality",
        "severity",
        "course",
        "duration_each",
        "frequency",
        "worsening",
        "progression",
        "aggravating",
        "relief",
        "time_of_day",
        "self_treatment",
        "earlier_attacks",
        "meal_relation",
    ]
)  # these ask something about a complaint


@dataclass(frozen=True, slots=True)
class Ears:
    """Everything one case's questions are understood by."""

    cues: tuple[tuple[str, tuple[tuple[Needed, re.Pattern[str]], ...]], ...]  # item, its cues with what each needs
    special: frozenset[re.Pattern[str]]  # cues that the case's author wrote
    sections: Mapping[str, str]
    own: Mapping[str, Item]
    stands_for: Mapping[str, str]  # catalogue item → item of the case that goes by another id
    complaint: frozenset[str]  # symptoms the patient speaks of by himself
    likeness: Likeness
    extra: Likeness  # the case's own example questions


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A script by its identity: comparing whole scripts costs more than the question."""

    script: Script

    def __hash__(self) -> int:
        return id(self.script.items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.script.items is other.script.items


def ears(script: Script) -> Ears:
    """What this case is understood by; built at its first question and kept."""
    return _ears(_Same(script))


@functools.lru_cache(maxsize=64)
def _ears(same: _Same) -> Ears:
    shared = catalogue().items
    own = {item.id: item for item in same.script.items}
    known = {name: item.cues for name, item in own.items()}
    known |= {name: item.cues for name, item in shared.items() if name not in own}
    cues = tuple((name, tuple((_needed(cue), cue) for cue in each)) for name, each in known.items())
    sections = {name: item.section for name, item in shared.items()}
    sections |= {name: item.section for name, item in own.items()}
    extra = index(
        (name, shorten(plain(example)))
        for name, item in own.items()
        for example in item.examples
        if name not in shared or example not in shared[name].asks
    )
    special = frozenset(
        cue for name, item in own.items() for cue in item.cues if name not in shared or cue not in shared[name].cues
    )
    complaint = frozenset(_complaints(own))
    return Ears(cues, special, sections, own, dict(_aliases(own)), complaint, _shared_likeness(), extra)


def _aliases(own: Mapping[str, Item]) -> Iterator[tuple[str, str]]:
    """Cases by others name items in their own way: an item whose cues hear most of a known item's questions is that."""
    strangers = [item for name, item in own.items() if name not in catalogue().items]
    for name, known in catalogue().items.items():
        if name in own:
            continue
        heard = [(sum(_cued(item, ask) for ask in known.asks), item.id) for item in strangers]
        most, item_id = max(heard, default=(0, ""))
        if known.asks and most >= 0.6 * len(known.asks):
            yield name, item_id


def _complaints(own: Mapping[str, Item]) -> Iterator[str]:
    """Symptoms named in what the patient tells by himself."""
    telling = [item for item in own.values() if item.unlock is Unlock.OPEN_QUESTION or item.id in OF_WHAT]
    told = [words for item in telling for words in item.words]
    denied = {item.id for item in own.values() if item.denied}
    for name, known in catalogue().items.items():
        symptom = known.section == "present" and name not in OF_WHAT and name not in denied
        if symptom and any(cue.search(words) for cue in known.cues for words in told):
            yield name


@functools.lru_cache(maxsize=8192)
def _needed(cue: re.Pattern[str]) -> Needed:
    return needed(cue)


def _cued(item: Item, question: str) -> bool:
    return any(cue.search(question) for cue in item.cues)


@functools.cache
def _shared_likeness() -> Likeness:
    return index((name, shorten(plain(ask))) for name, item in catalogue().items.items() for ask in item.asks)


@functools.cache
def general() -> Mapping[str, frozenset[str]]:
    """Catalogue items that yield to more particular ones, and to which."""
    raw = yaml.safe_load((Path(__file__).parent / "catalogue" / "general.yml").read_text("utf-8"))
    return {name: frozenset(others) for name, others in raw.items()}


@functools.cache
def topics() -> Mapping[str, re.Pattern[str]]:
    """What must be spoken of before a catalogue item is meant that the case does not have."""
    raw = yaml.safe_load((Path(__file__).parent / "catalogue" / "topics.yml").read_text("utf-8"))
    return {name: re.compile(words) for name, words in raw.items()}


@functools.cache
def kin() -> Mapping[str, tuple[str, ...]]:
    """What is asked for instead of an item the case does not have."""
    raw = yaml.safe_load((Path(__file__).parent / "catalogue" / "kin.yml").read_text("utf-8"))
    return {name: tuple(others) for name, others in raw.items()}
