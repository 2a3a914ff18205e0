"""What a class is doing and has done: a line an encounter, and the marks that are counted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, false, or_, select

from bot.classes import sittings_of
from bot.db import Databases
from bot.sittings import COLUMNS, OF_ENCOUNTER, Sitting, sitting_of
from bot.tables import encounters
from bot.teaching_tables import learners, sittings
from cases.encounter import Encounter

MOST = 200  # encounters listed at once, the newest


@dataclass(frozen=True, slots=True)
class Line:
    """One encounter of a class."""

    sitting: Sitting
    learner: str  # name
    turns: int
    last_at: datetime  # of the last turn, or of the beginning
    hints: int


@dataclass(frozen=True, slots=True)
class Earned:
    """What finished encounters of one case earned."""

    newest: Mapping[str, Any]  # the newest of their sheets, which has the names of the marks; empty when there is none
    marks: Sequence[Mapping[str, bool]]  # an encounter each: mark that waited for nobody → whether it was earned


class ClassSittings:
    """Reads what belongs to a class. Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def lines(
        self, clinic: str, class_id: str, *, running: bool = False, most: int | None = MOST
    ) -> Sequence[Line]:
        """The encounters of a class, the newest first; only those not ended yet with `running`."""
        same = and_(learners.c.clinic == sittings.c.clinic, learners.c.id == sittings.c.learner)
        query = (
            select(*COLUMNS, encounters.c.state, learners.c.name.label("learner_name"))
            .join_from(sittings, encounters, OF_ENCOUNTER)
            .join(learners, same)
            .where(sittings_of(clinic, class_id))
            .order_by(encounters.c.started_at.desc(), sittings.c.id)
            .limit(most)
        )
        if running:
            query = query.where(sittings.c.sheet.is_(None), encounters.c.ended_at.is_(None))
        async with self._databases.of(clinic).read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [_line(sitting_of(row), row["learner_name"], Encounter.from_json(row["state"])) for row in rows]

    async def earned(self, clinic: str, class_ids: Sequence[str], case_id: str) -> Earned:
        """What the encounters of a case in these classes earned, each encounter once. What was played on from another
        encounter is left out.
        """
        theirs = or_(false(), *(sittings_of(clinic, class_id) for class_id in class_ids))
        query = (
            select(sittings.c.earned)
            .join_from(sittings, encounters, OF_ENCOUNTER)
            .where(theirs, encounters.c.case_id == case_id)
            .where(sittings.c.earned.is_not(None), sittings.c.forked_from.is_(None))
        )
        newest = query.with_only_columns(sittings.c.sheet).order_by(sittings.c.scored_at.desc()).limit(1)
        async with self._databases.of(clinic).read() as connection:
            sheet = (await connection.execute(newest)).scalar()
            return Earned(json.loads(sheet or "{}"), list((await connection.execute(query)).scalars()))


def _line(sitting: Sitting, learner: str, state: Encounter) -> Line:
    last_at = state.turns[-1].at if state.turns else sitting.started_at
    return Line(sitting, learner, len(state.turns), last_at, state.hints)
