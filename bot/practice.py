"""Encounters of learners: begun from the page or in words, ended with a debrief."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.db import Databases
from bot.encounters import EncounterStore, end_encounter
from bot.errors import NotFound
from bot.messages import Address
from bot.outcomes import Outcomes
from bot.store import ConversationStore
from cases.debrief import Debrief, debrief
from cases.model import Case


class NoSuchCase(NotFound):
    """没有这个病例。"""


@dataclass(frozen=True, slots=True)
class Ending:
    """What a learner concludes."""

    diagnosis: str
    reasons: str
    plan: str


@dataclass(frozen=True, slots=True)
class Practice:
    """The practice half of the house."""

    databases: Databases
    store: ConversationStore
    encounters: EncounterStore
    outcomes: Outcomes
    cases: Mapping[str, Case]
    clock: Callable[[], datetime]

    async def begin(self, address: Address, case_id: str) -> tuple[Case, str]:
        """Start an encounter at a new address; the case and the encounter's id. Raises NoSuchCase."""
        case = self.cases.get(case_id)
        if case is None:
            raise NoSuchCase
        at = self.clock()
        conversation = await self.store.open(address, at)
        encounter = await self.outcomes.begin_practice(conversation, case, at)
        return case, encounter

    async def end(self, clinic: str, encounter_id: str, ending: Ending) -> Debrief:
        """Score an encounter. Raises NotFound."""
        encounter = await self.encounters.get(clinic, encounter_id)
        case = self.cases.get(encounter.case_id)
        if case is None:
            raise NoSuchCase
        async with self.databases.of(clinic).begin() as connection:
            await end_encounter(connection, clinic, encounter_id, self.clock())
        return debrief(case, encounter, ending.diagnosis, ending.reasons, ending.plan)
