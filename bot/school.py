"""The teaching half of the house: learners, classes, what is set and what came of it, around the practice itself."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from bot.assignments import Assignments, series_of
from bot.class_sittings import ClassSittings
from bot.classes import Classes
from bot.db import Databases
from bot.debriefs import Debriefs
from bot.errors import NotFound
from bot.leaderboard import Leaderboard
from bot.learners import Learners
from bot.marking import Marking
from bot.messages import Address
from bot.practice import Practice
from bot.sittings import AttemptRuns, Seat, Sitting, Sittings
from cases.encounter import Purpose
from cases.model import Case


@dataclass(frozen=True, slots=True)
class Begun:
    """An encounter that a page can go on with."""

    case: Case
    sitting: Sitting
    conversation: str  # the page's secret


@dataclass(frozen=True, slots=True)
class School:
    """All stores of teaching, and the practice they are about."""

    practice: Practice
    learners: Learners
    classes: Classes
    assignments: Assignments
    sittings: Sittings
    debriefs: Debriefs
    marking: Marking
    leaderboard: Leaderboard
    class_sittings: ClassSittings

    async def begin(
        self, address: Address, learner: str | None, case_id: str, purpose: Purpose, assignment: str | None,
        *, countered: bool = False,
    ) -> Begun:  # fmt: skip
        """Begin at a page's new address. An exam that runs already is gone on with instead: whoever presses twice, or
        comes back at another device, has one encounter.

        Raises NoSuchCase, NotFound, NotOpen, OtherTerms, AttemptsUsed, AttemptRuns.
        """
        case, clinic = self.practice.case(case_id), address.clinic
        series = series_of(case.id, purpose, assignment) if purpose is Purpose.EXAM else None
        # Before the terms are looked at: what runs may be gone on with when the assignment has closed since.
        if running := await self._running(clinic, case, learner, series):
            return running
        seat = await self.assignments.seat(clinic, learner, case, purpose, assignment, self.practice.clock())
        try:
            _, encounter = await self.practice.begin(address, case_id, seat, countered=countered)
        except (IntegrityError, AttemptRuns):  # another device took this attempt in this moment
            if running := await self._running(clinic, case, learner, series):
                return running
            raise AttemptRuns from None
        return Begun(case, await self.sittings.get(clinic, encounter), address.user)

    async def fork(self, address: Address, learner: str | None, encounter: str, turn: int) -> Begun:
        """Practise again from a turn, at a page's new address. Raises ExamLocked, NoSuchTurn, NotFound."""
        seat = Seat(learner=learner)
        case, forked = await self.practice.fork(address.clinic, encounter, turn, address, seat)
        return Begun(case, await self.sittings.get(address.clinic, forked), address.user)

    async def owned(self, clinic: str, encounter: str, learner: str | None) -> Sitting:
        """An encounter, for its learner; one that nobody has joined a class for, for whoever knows its id.

        Raises NotFound.
        """
        sitting = await self.sittings.get(clinic, encounter)
        if sitting.learner is not None and sitting.learner != learner:
            raise NotFound
        return sitting

    async def _running(self, clinic: str, case: Case, learner: str | None, series: str | None) -> Begun | None:
        if learner is None or series is None:
            return None
        sitting = await self.sittings.running(clinic, learner, series)
        token = await self.sittings.page_of(clinic, sitting) if sitting else None
        return Begun(case, sitting, token) if sitting and token else None


def open_school(databases: Databases, practice: Practice) -> School:
    """The stores over one set of databases."""
    return School(
        practice, Learners(databases), Classes(databases), Assignments(databases), practice.sittings,
        Debriefs(databases), Marking(databases), Leaderboard(databases), ClassSittings(databases),
    )  # fmt: skip
