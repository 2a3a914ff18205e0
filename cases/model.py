"""What a case is made of.

A case has two halves that never meet: the `script`, all the patient can ever say, and the `key`, what the
examiner knows (diagnosis, checklist, teaching). The code that plays the patient is given the script alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Unlock(StrEnum):
    """What a learner must do before a fact is told."""

    OPEN_QUESTION = "open_question"  # told at once when asked openly; a direct question does too
    DIRECT = "direct"
    SECOND_ASKING = "second_asking"  # played down the first time
    AFTER_RAPPORT = "after_rapport"  # told to somebody who has listened
    GENTLE = "gentle"  # told when asked kindly, or after rapport


class Value(StrEnum):
    """What an investigation is worth in this case."""

    NEEDED = "needed"
    USEFUL = "useful"
    USELESS = "useless"
    DELAYING = "delaying"
    HARMFUL = "harmful"


class Manner(StrEnum):
    """How a learner spoke."""

    GREETING = "greeting"
    OPEN = "open"
    EMPATHY = "empathy"
    GENTLE = "gentle"
    JARGON = "jargon"
    RUDE = "rude"
    PLAIN = "plain"  # scored over the whole encounter: hardly any jargon


@dataclass(frozen=True, slots=True)
class Source:
    """What the medicine of a case rests on."""

    title: str
    publisher: str
    reviewed: str  # ISO date


@dataclass(frozen=True, slots=True)
class Persona:
    """Who the patient is, and what he says when no fact is asked for."""

    name: str
    age: int  # years
    sex: str
    job: str
    education: str
    temperament: str
    talkativeness: int  # facts told at one open question
    jargon: tuple[str, ...]  # words he does not understand
    say: Mapping[str, tuple[str, ...]]  # by occasion, several variants each


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the patient knows and tells when it is unlocked."""

    id: str
    section: str
    label: str  # name of the item, for the debrief
    unlock: Unlock
    words: tuple[str, ...]  # the same fact in several of the patient's own wordings
    cues: tuple[re.Pattern[str], ...]  # questions that ask for it
    hold: tuple[str, ...] = ()  # what is said instead while it is locked
    examples: tuple[str, ...] = ()  # whole questions, compared by likeness


@dataclass(frozen=True, slots=True)
class Denial:
    """Something the patient does not have, told when asked for."""

    id: str
    section: str
    label: str
    words: tuple[str, ...]
    cues: tuple[re.Pattern[str], ...]
    examples: tuple[str, ...] = ()
    unlock: Unlock = Unlock.DIRECT
    hold: tuple[str, ...] = ()


Item = Fact | Denial


@dataclass(frozen=True, slots=True)
class Investigation:
    """An examination or a test at the test desk, with its result in this patient."""

    id: str
    kind: str  # exam | test
    label: str
    cues: tuple[re.Pattern[str], ...]
    value: Value
    minutes: int  # until the result is there
    cost: Decimal  # yuan
    result: str


@dataclass(frozen=True, slots=True)
class Script:
    """All that the player of the patient is given."""

    persona: Persona
    items: tuple[Item, ...]
    investigations: tuple[Investigation, ...]

    def item(self, item_id: str) -> Item:
        """The fact or denial of that id. Raises KeyError."""
        for each in self.items:
            if each.id == item_id:
                return each
        raise KeyError(item_id)


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One mark. Exactly one of the four kinds of evidence is given."""

    id: str
    part: str
    label: str
    points: int
    why: str  # why it matters, for the debrief
    critical: bool = False  # its miss fails the encounter
    asked: frozenset[str] = frozenset()  # any of these items was asked for
    ordered: frozenset[str] = frozenset()  # any of these investigations was ordered
    avoided: frozenset[str] = frozenset()  # none of these was ordered
    manner: Manner | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The truth, and which other words for it count."""

    truth: str
    accepted: tuple[str, ...]
    partly: tuple[str, ...]
    forbidden: tuple[str, ...]  # never in the patient's mouth


@dataclass(frozen=True, slots=True)
class Differential:
    """Another illness that had to be thought of."""

    name: str
    accepted: tuple[str, ...]
    supports: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keyword:
    """A point of the learner's reasons or plan, found by any of its words."""

    label: str
    any: tuple[str, ...]
    points: int


@dataclass(frozen=True, slots=True)
class Key:
    """What only the examiner sees."""

    diagnosis: Diagnosis
    differentials: tuple[Differential, ...]
    reasons: tuple[Keyword, ...]
    plan: tuple[Keyword, ...]
    checklist: tuple[ChecklistItem, ...]
    pass_share: Decimal  # share of all points needed to pass
    order: tuple[str, ...]
    teaching: str


@dataclass(frozen=True, slots=True)
class Case:
    """One simulated patient."""

    id: str
    version: int
    title: str
    specialty: str
    level: str  # easy | medium | hard
    setting: str
    opening: str
    script: Script
    key: Key = field(repr=False)
    sources: tuple[Source, ...] = ()
