"""One learner's talk with one patient: everything said, and what each sentence brought to light."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from cases.model import Case, Manner

LOWEST, HIGHEST = -3, 3  # of a mood


class Purpose(StrEnum):
    """Why a learner practises: with help and without a clock, or as in an examination."""

    TRAINING = "training"
    EXAM = "exam"


class Voice(StrEnum):
    """Who found the words of an answer."""

    SCRIPT = "script"
    MODEL = "model"
    FELL_BACK = "fell_back"  # a model is there, but failed or said something it must not


@dataclass(frozen=True, slots=True)
class Sentence:
    """Part of an answer, with the items whose unlocking let it be said; none for a set phrase."""

    text: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange."""

    said: str  # the learner's words
    answer: str  # what was answered, the test desk included
    at: datetime  # aware, UTC
    asked: tuple[str, ...] = ()  # ids of items asked for
    disclosed: tuple[str, ...] = ()  # ids of items told
    ordered: tuple[str, ...] = ()  # ids of investigations
    blocked: tuple[str, ...] = ()  # why nothing was told: role, diagnosis, jargon, or the id of a locked fact
    manners: tuple[Manner, ...] = ()
    sentences: tuple[Sentence, ...] = ()  # the answer, sentence by sentence
    elsewhere: tuple[str, ...] = ()  # catalogue items asked for that this case does not have
    voice: Voice = Voice.SCRIPT
    message: str = ""  # id of the learner's message: delivered twice, it is answered once


@dataclass(frozen=True, slots=True)
class Encounter:
    """The whole state; immutable, so that a talk can be replayed from any turn."""

    case_id: str
    case_version: int
    started_at: datetime  # aware, UTC
    turns: tuple[Turn, ...] = ()
    rapport: int = 0  # grows with greeting and empathy, falls with rudeness
    mood: int = 0  # LOWEST hurt … HIGHEST at ease
    purpose: Purpose = Purpose.TRAINING
    countered: bool = False  # the counter-patient is played
    hints: int = 0  # given so far

    @classmethod
    def start(
        cls, case: Case, at: datetime, purpose: Purpose = Purpose.TRAINING, *, countered: bool = False
    ) -> "Encounter":
        """Begin; `at` must be aware."""
        mood = case.script.persona.moods.start
        return cls(case.id, case.version, at, mood=mood, purpose=purpose, countered=countered)

    def followed_by(self, turn: Turn, rapport: int, mood: int) -> "Encounter":
        """Return the encounter with one more turn."""
        return replace(self, turns=(*self.turns, turn), rapport=rapport, mood=mood)

    @property
    def asked(self) -> frozenset[str]:
        """Every item that was ever asked for."""
        return frozenset(item for turn in self.turns for item in turn.asked)

    @property
    def disclosed(self) -> frozenset[str]:
        """Every item that was ever told."""
        return frozenset(item for turn in self.turns for item in turn.disclosed)

    @property
    def ordered(self) -> frozenset[str]:
        """Every investigation that was ever ordered."""
        return frozenset(item for turn in self.turns for item in turn.ordered)

    def played(self, case: Case) -> Case:
        """The case as this encounter plays it."""
        return case.countered if self.countered else case

    def to_json(self) -> str:
        """One JSON text; times as ISO with offset."""
        return json.dumps(self, ensure_ascii=False, default=_plain)

    @classmethod
    def from_json(cls, text: str) -> "Encounter":
        """Read what `to_json` wrote, by this version or an earlier one.

        Raises ValueError, KeyError or TypeError for anything else.
        """
        raw: dict[str, Any] = json.loads(text)
        turns = tuple(_turn(each) for each in raw.pop("turns"))
        purpose = Purpose(raw.pop("purpose", Purpose.TRAINING))
        return cls(**{**raw, "started_at": datetime.fromisoformat(raw["started_at"]), "turns": turns}, purpose=purpose)


def _plain(value: Any) -> Any:
    """What JSON has no form for; without the deep copy of `dataclasses.asdict`, which long talks would pay for."""
    return value.isoformat() if isinstance(value, datetime) else {n: getattr(value, n) for n in value.__slots__}


def _turn(raw: Mapping[str, Any]) -> Turn:
    lists = {name: tuple(raw.get(name, ())) for name in ("asked", "disclosed", "ordered", "blocked", "elsewhere")}
    manners = tuple(Manner(each) for each in raw["manners"])
    sentences = tuple(Sentence(each["text"], tuple(each["items"])) for each in raw.get("sentences", ()))
    voice = Voice(raw.get("voice", Voice.SCRIPT))
    at = datetime.fromisoformat(raw["at"])
    return Turn(
        raw["said"], raw["answer"], at, **lists, manners=manners, sentences=sentences, voice=voice,
        message=raw.get("message", ""),
    )  # fmt: skip
