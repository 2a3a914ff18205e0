"""What a case is made of.

A case has two halves that never meet: the `script`, all the patient can ever say, and the `key`, what the
examiner knows (diagnosis, checklist, teaching). The code that plays the patient is given the script alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from cases.ending import Ending
from cases.tracing import Tracing


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


class Kind(StrEnum):
    """How much it matters that an item comes to light."""

    MUST = "must"
    RED_FLAG = "red_flag"
    OPTIONAL = "optional"


class Manner(StrEnum):
    """How a learner spoke."""

    GREETING = "greeting"
    INTRODUCTION = "introduction"  # said who he is
    OPEN = "open"
    AGENDA = "agenda"  # asked what else the patient came for
    EMPATHY = "empathy"
    GENTLE = "gentle"
    SUMMARY = "summary"  # gave back what he has understood
    CLOSING = "closing"  # said what happens next
    JARGON = "jargon"
    INTERRUPTION = "interruption"
    BLUNT = "blunt"  # bad news without warning
    RUDE = "rude"
    PLAIN = "plain"  # scored over the whole encounter: hardly any jargon


@dataclass(frozen=True, slots=True)
class Source:
    """What the medicine of a case rests on."""

    title: str
    publisher: str
    reviewed: str  # ISO date


@dataclass(frozen=True, slots=True)
class Moods:
    """How far each manner of the learner moves the patient's mood (-3 hurt … 3 at ease)."""

    start: int = 0
    empathy: int = 1
    jargon: int = 0
    interruption: int = -1
    blunt: int = -2
    rude: int = -2


@dataclass(frozen=True, slots=True)
class Persona:
    """Who the patient is, and what he says when no fact is asked for."""

    name: str
    age: int  # years
    sex: str
    speaker: str  # 本人, or who speaks for the patient: 母亲
    job: str
    education: str
    temperament: str
    talkativeness: int  # facts told at one open question
    jargon: tuple[str, ...]  # words he does not understand
    say: Mapping[str, tuple[str, ...]]  # by occasion, several variants each
    moods: Moods = Moods()
    dialect: Mapping[str, str] = field(default_factory=dict)  # plain word → this person's own


@dataclass(frozen=True, slots=True)
class Item:
    """Something the patient knows, a fact or a denial, and tells when it is unlocked."""

    id: str
    section: str
    label: str  # name of the item, for the debrief
    unlock: Unlock
    words: tuple[str, ...]  # the same content in several of the patient's own wordings
    cues: tuple[re.Pattern[str], ...]  # questions that ask for it
    hold: tuple[str, ...] = ()  # what is said instead while it is locked
    examples: tuple[str, ...] = ()  # whole questions, compared by likeness
    kind: Kind = Kind.OPTIONAL
    denied: bool = False  # the patient does not have it


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
    table: tuple[tuple[str, ...], ...] = ()  # head row first; empty: the result is text alone
    harm: str = ""  # what it does to this patient, for the debrief
    refused: bool = False  # not done here; the result says why
    tracing: Tracing | None = None  # an electrocardiogram to be drawn


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
    """One mark. Exactly one of the five kinds of evidence is given."""

    id: str
    part: str
    label: str
    points: int
    why: str  # why it matters, for the debrief
    critical: bool = False  # its miss fails the encounter
    asked: frozenset[str] = frozenset()  # any of these items was asked for
    told: frozenset[str] = frozenset()  # any of these items was brought to light
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
class SbarKey:
    """What a good handover to a nurse holds."""

    situation: tuple[Keyword, ...]
    background: tuple[Keyword, ...]
    assessment: tuple[Keyword, ...]
    recommendation: tuple[Keyword, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the ideal course, reached by any of these items, investigations or manners."""

    label: str
    any: frozenset[str]


@dataclass(frozen=True, slots=True)
class Counter:
    """The same patient with one fact changed, and how a learner shows having noticed."""

    item: str
    words: tuple[str, ...]
    label: str
    any: tuple[str, ...]
    points: int
    why: str


@dataclass(frozen=True, slots=True)
class Key:
    """What only the examiner sees."""

    diagnosis: Diagnosis
    differentials: tuple[Differential, ...]
    reasons: tuple[Keyword, ...]
    plan: tuple[Keyword, ...]
    sbar: SbarKey
    checklist: tuple[ChecklistItem, ...]
    pass_share: Decimal  # share of all points needed to pass
    order: tuple[Step, ...]
    teaching: str
    expert: tuple[str, ...]  # what an expert says, line by line
    ending: Ending  # what an expert concludes
    counter: Counter | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """Who has read the case and let it be practised."""

    by: str
    date: str  # ISO


@dataclass(frozen=True, slots=True)
class Case:
    """One simulated patient."""

    id: str
    version: int
    title: str
    specialty: str
    level: str  # easy | medium | hard
    minutes: int  # an exam's length
    goals: tuple[str, ...]
    author: str
    setting: str
    opening: str
    script: Script
    key: Key = field(repr=False)
    sources: tuple[Source, ...] = ()
    review: Review | None = None  # without it the case is a draft

    @property
    def countered(self) -> "Case":
        """The counter-patient: the case with its one fact changed; itself where it has none."""
        counter = self.key.counter
        if counter is None:
            return self
        items = tuple(
            replace(each, words=counter.words, denied=False) if each.id == counter.item else each
            for each in self.script.items
        )
        return replace(self, script=replace(self.script, items=items))
