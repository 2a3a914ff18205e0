"""One learner's talk with one patient: everything said, and what each sentence brought to light."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from cases.model import Case, Manner

CALM = 0


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


@dataclass(frozen=True, slots=True)
class Encounter:
    """The whole state; immutable, so that a talk can be replayed from any turn."""

    case_id: str
    case_version: int
    started_at: datetime  # aware, UTC
    turns: tuple[Turn, ...] = ()
    rapport: int = 0  # grows with greeting and empathy, falls with rudeness
    mood: int = CALM  # -3 hurt … 3 at ease

    @classmethod
    def start(cls, case: Case, at: datetime) -> "Encounter":
        """Begin; `at` must be aware."""
        return cls(case.id, case.version, at)

    def followed_by(self, turn: Turn, rapport: int, mood: int) -> "Encounter":
        """Return the encounter with one more turn."""
        return replace(self, turns=(*self.turns, turn), rapport=rapport, mood=max(-3, min(3, mood)))

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

    def to_json(self) -> str:
        """One JSON text; times as ISO with offset."""
        return json.dumps(asdict(self), ensure_ascii=False, default=datetime.isoformat)

    @classmethod
    def from_json(cls, text: str) -> "Encounter":
        """Read what `to_json` wrote. Raises ValueError, KeyError or TypeError for anything else."""
        raw: dict[str, Any] = json.loads(text)
        turns = tuple(_turn(each) for each in raw.pop("turns"))
        return cls(**{**raw, "started_at": datetime.fromisoformat(raw["started_at"]), "turns": turns})


def _turn(raw: dict[str, Any]) -> Turn:
    lists = {name: tuple(raw[name]) for name in ("asked", "disclosed", "ordered", "blocked")}
    manners = tuple(Manner(each) for each in raw["manners"])
    return Turn(raw["said"], raw["answer"], datetime.fromisoformat(raw["at"]), **lists, manners=manners)
