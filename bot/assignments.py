"""Cases that a teacher sets to a class: from when to when, how often, how long, as training or exam."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, insert, select

from bot.audit import write_audit
from bot.db import Databases
from bot.errors import BadInput, Conflict, NotFound
from bot.rows import new_id
from bot.sittings import Seat
from bot.teaching_tables import assignments, classes, memberships, sittings
from cases.encounter import Purpose
from cases.model import Case

MOST_ATTEMPTS, MOST_MINUTES = 20, 240


class BadAssignment(BadInput):
    """作业的时间、次数或时长不对：结束要晚于开始，次数1到20，时长1到240分钟。"""


class NotOpen(Conflict):
    """这份作业现在不在开放时间内。"""


class OtherTerms(Conflict):
    """这份作业的病例或方式不是这个，请从作业列表里开始。"""


class State(StrEnum):
    """How an assignment stands for one learner."""

    FUTURE = "future"
    OPEN = "open"
    DONE = "done"  # finished, and no attempt left
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A case set to a class."""

    id: str
    class_id: str
    case_id: str
    purpose: Purpose
    opens_at: datetime
    closes_at: datetime | None  # None: stays open
    attempts: int | None  # None: no limit
    minutes: int | None  # None: no clock

    def is_open(self, at: datetime) -> bool:
        """Whether it can be begun."""
        return self.opens_at <= at and (self.closes_at is None or at < self.closes_at)


@dataclass(frozen=True, slots=True)
class Task:
    """An assignment as one learner sees it."""

    assignment: Assignment
    class_name: str
    begun: int  # attempts
    scored: int

    @property
    def attempts_left(self) -> int | None:
        """None: no limit."""
        limit = self.assignment.attempts
        return None if limit is None else max(limit - self.begun, 0)

    def state(self, at: datetime) -> State:
        """How it stands. One that is begun and not scored yet is open: it can be gone on with."""
        if at < self.assignment.opens_at:
            return State.FUTURE
        if self.attempts_left == 0 and self.scored == self.begun:
            return State.DONE
        if self.assignment.is_open(at):
            return State.OPEN
        return State.DONE if self.scored else State.CLOSED


@dataclass(frozen=True, slots=True)
class Terms:
    """What a teacher sets. An exam has one attempt and the case's own minutes where she says nothing."""

    case: Case
    purpose: Purpose
    opens_at: datetime
    closes_at: datetime | None = None
    attempts: int | None = None
    minutes: int | None = None

    def checked(self) -> "Terms":
        """The terms with what an exam must have. Raises BadAssignment."""
        exam = self.purpose is Purpose.EXAM
        attempts = self.attempts if self.attempts is not None else (1 if exam else None)
        minutes = self.minutes if self.minutes is not None else (self.case.minutes if exam else None)
        if self.closes_at is not None and self.closes_at <= self.opens_at:
            raise BadAssignment("closes_at")
        if attempts is not None and not 1 <= attempts <= MOST_ATTEMPTS:
            raise BadAssignment("attempts")
        if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
            raise BadAssignment("minutes")
        return Terms(self.case, self.purpose, self.opens_at, self.closes_at, attempts, minutes)


def series_of(case_id: str, purpose: Purpose, assignment: str | None) -> str | None:
    """By what a learner's attempts are counted together; None: training of one's own is not counted."""
    if assignment is not None:
        return f"task:{assignment}"
    return f"exam:{case_id}" if purpose is Purpose.EXAM else None


class Assignments:
    """What is set to whom. Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def assign(self, clinic: str, teacher: str, class_id: str, terms: Terms, at: datetime) -> Assignment:
        """Set a case to a class, which the caller knows to be hers. Raises BadAssignment."""
        terms = terms.checked()
        assignment = Assignment(
            new_id(), class_id, terms.case.id, terms.purpose, terms.opens_at, terms.closes_at, terms.attempts,
            terms.minutes,
        )  # fmt: skip
        row = {
            "clinic": clinic, "id": assignment.id, "class_id": class_id, "case_id": terms.case.id,
            "purpose": terms.purpose, "opens_at": terms.opens_at, "closes_at": terms.closes_at,
            "attempts": terms.attempts, "minutes": terms.minutes, "teacher": teacher, "created_at": at,
        }  # fmt: skip
        async with self._databases.of(clinic).begin() as connection:
            await connection.execute(insert(assignments), row)
            detail = {"class": class_id, "case": terms.case.id}
            await write_audit(connection, clinic, teacher, "assigned", assignment.id, at, detail)
        return assignment

    async def of_class(self, clinic: str, class_id: str) -> Sequence[tuple[Assignment, int]]:
        """What is set to a class, the newest first, each with how many learners have finished it."""
        done = and_(sittings.c.clinic == clinic, sittings.c.assignment == assignments.c.id)
        many = select(func.count(sittings.c.learner.distinct())).where(done, sittings.c.scored_at.is_not(None))
        query = select(*_COLUMNS, many.scalar_subquery()).where(
            assignments.c.clinic == clinic, assignments.c.class_id == class_id
        )
        async with self._databases.of(clinic).read() as connection:
            rows = await connection.execute(query.order_by(assignments.c.created_at.desc(), assignments.c.id))
            return [(_assignment(row[:-1]), row[-1]) for row in rows]

    async def of_learner(self, clinic: str, learner: str) -> Sequence[Task]:
        """What a learner has to do, the first to close first."""
        async with self._databases.of(clinic).read() as connection:
            rows = (await connection.execute(_tasks(clinic, learner))).all()
        return [Task(_assignment(row[:-3]), *row[-3:]) for row in rows]

    async def seat(
        self, clinic: str, learner: str | None, case: Case, purpose: Purpose, assignment: str | None, at: datetime
    ) -> Seat:
        """On what terms a learner begins a case now. Raises NotFound, NotOpen, OtherTerms.

        An exam without an assignment is one's own: once a case for who has joined a class, with the case's clock.
        """
        if assignment is None:
            series = series_of(case.id, purpose, None) if learner else None
            minutes = case.minutes if purpose is Purpose.EXAM else None
            return Seat(purpose, minutes, None, learner, None, series, 1 if series else None)
        found = await self._task(clinic, learner, assignment)
        if found.case_id != case.id or found.purpose is not purpose:
            raise OtherTerms
        if not found.is_open(at):
            raise NotOpen
        series = series_of(case.id, purpose, found.id)
        return Seat(purpose, found.minutes, found.closes_at, learner, found.id, series, found.attempts)

    async def _task(self, clinic: str, learner: str | None, assignment: str) -> Assignment:
        query = _tasks(clinic, learner or "", assignments.c.id == assignment)
        async with self._databases.of(clinic).read() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            raise NotFound
        return _assignment(row[:-3])


_COLUMNS = (
    assignments.c.id, assignments.c.class_id, assignments.c.case_id, assignments.c.purpose, assignments.c.opens_at,
    assignments.c.closes_at, assignments.c.attempts, assignments.c.minutes,
)  # fmt: skip


def _tasks(clinic: str, learner: str, which: ColumnElement[bool] | None = None) -> Select[Any]:
    """Assignments of the classes a learner is in, with the class's name and his attempts, begun and scored."""
    same_class = and_(classes.c.clinic == assignments.c.clinic, classes.c.id == assignments.c.class_id)
    member = and_(memberships.c.clinic == assignments.c.clinic, memberships.c.class_id == assignments.c.class_id)
    mine = and_(
        sittings.c.clinic == clinic, sittings.c.learner == learner, sittings.c.assignment == assignments.c.id,
        sittings.c.series.is_not(None),
    )  # fmt: skip
    begun = select(func.count()).where(mine).scalar_subquery()
    scored = select(func.count()).where(mine, sittings.c.scored_at.is_not(None)).scalar_subquery()
    query = (
        select(*_COLUMNS, classes.c.name, begun, scored)
        .join_from(assignments, classes, same_class)
        .join(memberships, member)
        .where(assignments.c.clinic == clinic, memberships.c.learner == learner)
        .order_by(assignments.c.closes_at.is_(None), assignments.c.closes_at, assignments.c.id)
    )
    return query if which is None else query.where(which)


def _assignment(row: Sequence[Any]) -> Assignment:
    id_, class_id, case_id, purpose, *rest = row
    return Assignment(id_, class_id, case_id, Purpose(purpose), *rest)
