"""Practice over a database, a clock set by hand and a model that speaks as told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.db import Databases
from bot.encounters import EncounterStore
from bot.llm import Job, JsonSchema, Prompt, Task
from bot.locks import MemoryLocks
from bot.messages import Address
from bot.outcomes import Outcomes
from bot.patient_voice import PatientVoice
from bot.practice import Practice
from bot.sittings import Seat, Sittings
from bot.store import ConversationStore
from bot.stream import MemoryStream
from cases.encounter import Purpose
from cases.library import load_cases
from tests.contract.conftest import AT

CASES = load_cases()
CASE = CASES["chest-pain-01"]
FREE, EXAM = Seat(), Seat(Purpose.EXAM, minutes=10)


@dataclass(slots=True)
class Model:
    """A model that speaks as told: another wording, a lie, or not at all."""

    says: list[Mapping[str, Any] | Exception]
    asked: list[Task] = field(default_factory=list)

    def stream(self, messages: Prompt, job: Job) -> Any:
        raise NotImplementedError

    async def choose(self, messages: Prompt, schema: JsonSchema, job: Job) -> Mapping[str, Any]:
        self.asked.append(job.task)
        said = self.says[min(len(self.asked), len(self.says)) - 1]
        if isinstance(said, Exception):
            raise said
        return said


@dataclass(slots=True)
class Clock:
    at: datetime = AT

    def __call__(self) -> datetime:
        return self.at


@dataclass(slots=True)
class Room:
    """Practice over a database."""

    databases: Databases
    clinic: str
    clock: Clock = field(default_factory=Clock)
    locks: MemoryLocks = field(default_factory=MemoryLocks)

    def practice(self, model: Model | None = None) -> Practice:
        store = ConversationStore(self.databases)
        outcomes = Outcomes(self.databases, store, MemoryStream(), CASES)
        encounters, sittings = EncounterStore(self.databases), Sittings(self.databases)
        return Practice(
            self.databases, store, encounters, sittings, outcomes, CASES, self.locks, self.clock, PatientVoice(model)
        )

    def address(self, name: str = "a") -> Address:
        return Address(self.clinic, "web", name)

    async def begin(self, seat: Seat = FREE, name: str = "a") -> str:
        return (await self.practice().begin(self.address(name), CASE.id, seat))[1]
