"""Blind marking: teachers mark an encounter without seeing the machine's marks; then all markers are compared."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Final

from sqlalchemy import and_, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import write_audit
from bot.classes import learner_seen_by
from bot.db import Databases
from bot.errors import BadInput, Conflict, NotFound
from bot.sittings import OF_ENCOUNTER
from bot.tables import encounters
from bot.teaching_tables import blind_marks, overrides, sittings
from cases.debrief import Debrief, debrief
from cases.encounter import Encounter
from cases.kappa import Counts, Groups, compare, pooled, untrusted
from cases.marked import Marks, read_ending
from cases.model import Case
from cases.scoring.sheet import Group

MACHINE: Final = "机器"
MOST_KEPT: Final = 500
"""Sheets remembered; some 100 KB each."""

Pairs = Mapping[tuple[str, str], Mapping[Group, Counts]]
"""Two markers → how far they agree, by groups of marks."""


class NoLongerBlind(Conflict):
    """您已经改过这份讲评的分或交过盲评，不能再盲评了。"""


class NotTheMarks(BadInput):
    """盲评的条目和讲评对不上，请刷新页面再评。"""


@dataclass(frozen=True, slots=True)
class MarkedEncounter:
    """An encounter scored by the machine in every group, and what teachers made of it, the first to hand in first."""

    sheet: Debrief
    by_teacher: Mapping[str, Marks]


class Marking:
    """Marks of teachers. Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._sheets: dict[tuple[str, str, int], Debrief | None] = {}

    async def hand_in(self, clinic: str, encounter: str, teacher: str, marks: Marks, at: datetime) -> None:
        """Keep a teacher's marks, once. The same ones again change nothing.

        Raises NotFound unless the encounter is of her class and scored; NotTheMarks; NoLongerBlind for other marks than
        those handed in before, and for who has changed points on the sheet, which shows the machine's.
        """
        text = json.dumps(dict(sorted(marks.items())))
        row = {"clinic": clinic, "encounter": encounter, "teacher": teacher, "marks": text, "at": at}
        try:
            async with self._databases.of(clinic).begin() as connection:
                await learner_seen_by(connection, clinic, teacher, encounter)
                sheet = select(sittings.c.sheet).where(sittings.c.clinic == clinic, sittings.c.id == encounter)
                _check((await connection.execute(sheet)).scalar(), marks)
                if await _has_changed(connection, clinic, encounter, teacher):
                    raise NoLongerBlind
                await connection.execute(insert(blind_marks), row)
                await write_audit(connection, clinic, teacher, "marked_blind", encounter, at)
        except IntegrityError:
            if (await self.of_teacher(clinic, encounter, teacher)) != marks:
                raise NoLongerBlind from None

    async def of_teacher(self, clinic: str, encounter: str, teacher: str) -> Marks | None:
        """What a teacher has handed in."""
        this = and_(blind_marks.c.encounter == encounter, blind_marks.c.teacher == teacher)
        query = select(blind_marks.c.marks).where(blind_marks.c.clinic == clinic, this)
        async with self._databases.of(clinic).read() as connection:
            text = (await connection.execute(query)).scalar()
        return None if text is None else json.loads(text)

    async def marked(self, clinic: str, case: Case) -> Sequence[MarkedEncounter]:
        """Every encounter of a case's present version that a teacher has marked."""
        same = and_(encounters.c.clinic == blind_marks.c.clinic, encounters.c.id == blind_marks.c.encounter)
        query = (
            select(blind_marks.c.encounter, blind_marks.c.teacher, blind_marks.c.marks)
            .join_from(blind_marks, encounters, same)
            .where(blind_marks.c.clinic == clinic, encounters.c.case_id == case.id)
            .order_by(blind_marks.c.at, blind_marks.c.teacher)
        )
        by_teacher: dict[str, dict[str, Marks]] = defaultdict(dict)
        async with self._databases.of(clinic).read() as connection:
            for row in await connection.execute(query):
                by_teacher[row.encounter][row.teacher] = json.loads(row.marks)
        sheets = [(await self._scored(clinic, case, each), marks) for each, marks in by_teacher.items()]
        return [MarkedEncounter(sheet, marks) for sheet, marks in sheets if sheet is not None]

    async def untrusted(self, clinic: str, case: Case) -> frozenset[Group]:
        """Groups of marks that are left to teachers, because two of them and the machine do not agree there."""
        return untrusted(double_marked(await self.marked(clinic, case)))

    async def _scored(self, clinic: str, case: Case, encounter: str) -> Debrief | None:
        """The sheet with the machine's opinion in every group, also where it is not trusted; None for a talk with
        another version of the case. It is asked for at each end of an encounter and never changes: so it is kept.
        """
        key = (clinic, encounter, case.version)
        if key not in self._sheets:
            columns = (encounters.c.state, sittings.c.ending)
            query = select(*columns).join_from(sittings, encounters, OF_ENCOUNTER).where(sittings.c.clinic == clinic)
            async with self._databases.of(clinic).read() as connection:
                row = (await connection.execute(query.where(sittings.c.id == encounter))).one()
            if len(self._sheets) >= MOST_KEPT:
                self._sheets.clear()
            self._sheets[key] = await asyncio.to_thread(_score, case, row.state, row.ending)
        return self._sheets[key]


async def _has_changed(connection: AsyncConnection, clinic: str, encounter: str, teacher: str) -> bool:
    hers = and_(overrides.c.clinic == clinic, overrides.c.encounter == encounter, overrides.c.teacher == teacher)
    return (await connection.execute(select(overrides.c.seq).where(hers))).first() is not None


def double_marked(found: Sequence[MarkedEncounter]) -> Groups:
    """Machine against the two teachers who were first to mark each encounter; what trust in the machine rests on."""
    twice = [(each.sheet, list(each.by_teacher.values())) for each in found if len(each.by_teacher) > 1]
    return pooled(compare(sheet, marks[0], marks[1]) for sheet, marks in twice)


def pairs(found: Sequence[MarkedEncounter]) -> Pairs:
    """Each teacher with the machine and with each other teacher, over all encounters that both have marked."""
    sums: dict[tuple[str, str], dict[Group, Counts]] = {}
    for each in found:
        machine = {mark.item: mark.points == mark.max for mark in each.sheet.items}
        groups = {mark.item: Group(mark.group) for mark in each.sheet.items}
        markers = {MACHINE: machine, **dict(sorted(each.by_teacher.items()))}
        for one, other in combinations(markers, 2):
            counts = sums.setdefault((one, other), defaultdict(Counts))
            for item in markers[one].keys() & markers[other].keys() & groups.keys():
                counts[groups[item]] += Counts.of(markers[one][item], markers[other][item])
    return sums


def _score(case: Case, state: str, ending: str | None) -> Debrief | None:
    encounter = Encounter.from_json(state)
    if encounter.case_version != case.version:
        return None
    return debrief(case, encounter, read_ending(json.loads(ending or "{}")))


def _check(sheet: str | None, marks: Marks) -> None:
    if sheet is None:
        raise NotFound
    known = {mark["item"] for mark in json.loads(sheet)["items"]}
    if not marks or not marks.keys() <= known or not all(isinstance(each, bool) for each in marks.values()):
        raise NotTheMarks
