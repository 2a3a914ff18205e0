"""Encounters of learners: begun from the page or in words, spoken under one lock, ended with a sheet."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.db import Databases
from bot.encounters import EncounterStore, end_encounter
from bot.errors import BadInput, NotFound
from bot.locks import Locks
from bot.messages import Address
from bot.outcomes import Outcomes
from bot.patient_voice import PatientVoice
from bot.sittings import EncounterOver, ExamLocked, Seat, Sittings, Standing, sheet_of, sitting_for_update, write_sheet
from bot.store import ConversationStore
from cases.catalogue import catalogue
from cases.debrief import debrief
from cases.desk import Result
from cases.encounter import Encounter, Purpose, Voice
from cases.ending import Ending
from cases.hearing import Heard, hear
from cases.hints import hint
from cases.model import Case
from cases.patient import SpokenAnswer, conclude, prepare, warm
from cases.scoring.sheet import Group

log = logging.getLogger(__name__)

TRAINING = Seat()


class NoSuchCase(NotFound):
    """没有这个病例。"""


class NoSuchTurn(BadInput):
    """没有这一轮问答。"""


class Paused(EncounterOver):
    """练习暂停着，点“继续”再问。"""


async def _all_trusted(_clinic: str, _case: Case) -> frozenset[Group]:
    return frozenset()


def _nobody(_clinic: str, _encounter: str, _sheet: Mapping[str, Any]) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Practice:
    """The practice half of the house."""

    databases: Databases
    store: ConversationStore
    encounters: EncounterStore
    sittings: Sittings
    outcomes: Outcomes
    cases: Mapping[str, Case]
    locks: Locks
    clock: Callable[[], datetime]
    voice: PatientVoice = field(default_factory=PatientVoice)
    # Groups of items that teachers mark by hand, because machine and teachers don't agree on them.
    by_teacher: Callable[[str, Case], Awaitable[frozenset[Group]]] = _all_trusted
    scored: Callable[[str, str, Mapping[str, Any]], None] = _nobody  # told of each new sheet: clinic, encounter, sheet

    async def begin(
        self, address: Address, case_id: str, seat: Seat = TRAINING, *, countered: bool = False
    ) -> tuple[Case, str]:
        """Start an encounter at a new address; the case and the encounter's id.

        Raises NoSuchCase; AttemptsUsed when the seat allows no further attempt.
        """
        case, at = self.case(case_id), self.clock()
        await asyncio.to_thread(warm, case)  # now, while the page opens, and not at the first question
        conversation = await self.store.open(address, at)
        state = Encounter.start(case, at, seat.purpose, countered=countered and case.key.counter is not None)
        return case, await self.outcomes.begin_practice(conversation, case, state, seat)

    async def fork(self, clinic: str, encounter_id: str, turn: int, address: Address, seat: Seat) -> tuple[Case, str]:
        """Practise again from a turn (0-based, the last one kept), at a new address.

        Raises ExamLocked unless it is for training; NoSuchTurn, NotFound, NoSuchCase.
        """
        before = await self.encounters.get(clinic, encounter_id)
        if before.purpose is not Purpose.TRAINING:
            raise ExamLocked
        if not 0 <= turn < len(before.turns):
            raise NoSuchTurn
        case, at = self.case(before.case_id), self.clock()
        conversation = await self.store.open(address, at)
        state = _again(case, before, turn, at)
        return case, await self.outcomes.begin_practice(
            conversation, case, state, replace(seat, forked_from=encounter_id)
        )

    def case(self, case_id: str) -> Case:
        """The released case. Raises NoSuchCase."""
        case = self.cases.get(case_id)
        if case is None:
            raise NoSuchCase
        return case

    async def say(self, clinic: str, encounter_id: str, said: str, message: str = "") -> SpokenAnswer:
        """The patient's answer; the same message (by its id) is answered once.

        Raises NotFound, NoSuchCase, Paused, EncounterOver.
        """
        async with self.locks.hold(_lock(encounter_id)):
            encounter, case = await self._running(clinic, encounter_id)
            known = next((turn for turn in encounter.turns if message and turn.message == message), None)
            if known is not None:
                return SpokenAnswer(known.answer, known.disclosed, known.asked, known.ordered, known.blocked)
            state, spoken = await self.voice.speak(clinic, case, encounter, said, self.clock(), message)
            await self._keep(clinic, encounter_id, state)
            return spoken

    async def order(self, clinic: str, encounter_id: str, test: str) -> Sequence[Result]:
        """What the test desk answers to an id of the catalogue or to words; kept as a turn of the encounter.

        Empty when the desk knows no such test. Raises NotFound, NoSuchCase, Paused, EncounterOver.
        """
        async with self.locks.hold(_lock(encounter_id)):
            encounter, case = await self._running(clinic, encounter_id)
            heard, said = _ordered(encounter.played(case), test)
            answering = prepare(case, encounter, heard, said)
            state, spoken = conclude(encounter, answering, (), Voice.SCRIPT, self.clock())
            await self._keep(clinic, encounter_id, state)
            return spoken.results

    async def hint(self, clinic: str, encounter_id: str) -> str:
        """The next hint of a training. Raises ExamLocked, NotFound, NoSuchCase, Paused, EncounterOver."""
        async with self.locks.hold(_lock(encounter_id)):
            encounter, case = await self._running(clinic, encounter_id)
            if encounter.purpose is not Purpose.TRAINING:
                raise ExamLocked
            await self._keep(clinic, encounter_id, replace(encounter, hints=encounter.hints + 1))
            return hint(case, encounter)

    async def end(self, clinic: str, encounter_id: str, ending: Ending) -> Mapping[str, Any]:
        """Score an encounter, once; the sheet on the wire, the first one when it is ended again.

        Raises NotFound, NoSuchCase.
        """
        case = self.case((await self.sittings.get(clinic, encounter_id)).case_id)
        untrusted = await self.by_teacher(clinic, case)
        async with self.locks.hold(_lock(encounter_id)):
            encounter = await self.encounters.get(clinic, encounter_id)  # nobody else writes it under this lock
            scored = await asyncio.to_thread(debrief, encounter.played(case), encounter, ending, untrusted)
            sheet, at = scored.to_json(), self.clock()
            async with self.databases.of(clinic).begin() as connection:
                await sitting_for_update(connection, clinic, encounter_id)
                if (kept := await sheet_of(connection, clinic, encounter_id)) is not None:
                    return kept
                await write_sheet(connection, clinic, encounter_id, asdict(ending), sheet, at)
                await end_encounter(connection, clinic, encounter_id, at)
        log.info("encounter scored", extra={"action": "encounter_scored", "clinic": clinic, "case": case.id})
        self.scored(clinic, encounter_id, sheet)
        return sheet

    async def end_overdue(self, clinic: str) -> int:
        """End the exams whose time is over and that nobody handed in; how many."""
        ended = 0
        for encounter_id in await self.sittings.overdue(clinic, self.clock()):
            try:
                await self.end(clinic, encounter_id, Ending())
                ended += 1
            except NoSuchCase:  # withdrawn since: it waits until the case is back, and keeps nobody else waiting
                log.warning("exam of a withdrawn case", extra={"action": "exam_without_case", "clinic": clinic})
        return ended

    async def _running(self, clinic: str, encounter_id: str) -> tuple[Encounter, Case]:
        sitting = await self.sittings.get(clinic, encounter_id)
        standing = sitting.standing(self.clock())
        if standing is Standing.PAUSED:
            raise Paused
        if standing is not Standing.RUNNING:
            raise EncounterOver
        encounter = await self.encounters.get(clinic, encounter_id)
        return encounter, self.case(encounter.case_id)

    async def _keep(self, clinic: str, encounter_id: str, state: Encounter) -> None:
        if not await self.encounters.save(clinic, encounter_id, state):
            raise EncounterOver


def _lock(encounter_id: str) -> str:
    """Words, tests, hints and the end of one encounter take turns, from however many devices."""
    return f"encounter.{encounter_id}"


def _ordered(case: Case, test: str) -> tuple[Heard, str]:
    """An id stands for its test; words are understood as an order."""
    known = catalogue().investigations.get(test) or next((i for i in case.script.investigations if i.id == test), None)
    if known is not None:
        return Heard(ordered=(test,)), f"开单：{known.label}"
    ordered = hear(case.script, f"做{test}").ordered or hear(case.script, test).ordered
    return Heard(ordered=ordered, unknown_test=not ordered), f"开单：{test}"


def _again(case: Case, before: Encounter, turn: int, at: datetime) -> Encounter:
    """The state after that turn: rapport and mood grow again from the manners that were heard."""
    state = Encounter.start(case, at, Purpose.TRAINING, countered=before.countered)
    for each in before.turns[: turn + 1]:
        heard = Heard(asked=each.asked, manners=each.manners)
        answering = prepare(case, state, heard, each.said)
        state = state.followed_by(each, answering.rapport, answering.mood)
    return state
