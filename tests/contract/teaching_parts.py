"""A class with learners and finished encounters, for the tests of teaching."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import insert, select

from bot.assignments import Assignment, Assignments, Terms
from bot.classes import Classes, SchoolClass
from bot.db import Databases
from bot.leaderboard import Leaderboard
from bot.learners import Learners
from bot.rows import new_id
from bot.sittings import Seat, Sittings, sitting_for_update, take_seat, write_sheet
from bot.tables import audit, encounters
from cases.debrief import debrief
from cases.encounter import Encounter, Purpose
from cases.ending import Ending
from cases.library import DATA, load_case
from cases.model import Case
from cases.patient import answer

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CASE = "chest-pain-01"
TALK = ("您好，我是王医生", "您哪里不舒服？", "有没有出汗？", "以前有过高血压吗？", "做个心电图")


@cache
def case() -> Case:
    """Reading a case takes a while."""
    return load_case(DATA / f"{CASE}.yml")


def sheet(total: int, most: int = 100, passed: bool = True, **more: Any) -> dict[str, Any]:
    """A finished sheet with one mark for every ten points."""
    got = [10] * (total // 10) + ([total % 10] if total % 10 else [])
    marks = got + [0] * (-(-most // 10) - len(got))
    items = [
        {"item": f"m{n}", "part": "病史采集", "label": f"条目{n}", "points": points, "max": 10, "asked": points > 0,
         "critical": n == 0, "quote": None, "turn": None, "why": "要问", "group": "history", "auto": True}
        for n, points in enumerate(marks)
    ]  # fmt: skip
    verdict = {"said": "心梗", "right": True, "truth": "急性心肌梗死"}
    return {
        "total": total, "max": most, "passed": passed, "parts": [{"name": "病史采集", "got": total, "max": most}],
        "items": items, "diagnosis": verdict, "heat": [], "comment": "", "teaching": "",
    } | more  # fmt: skip


@dataclass(slots=True)
class School:
    """The stores, and 张老师 with a class."""

    databases: Databases
    clinic: str
    classes: Classes
    learners: Learners
    assignments: Assignments
    sittings: Sittings
    board: Leaderboard
    group: SchoolClass

    async def join(self, person: str, name: str = "", group: SchoolClass | None = None) -> str:
        joined = await self.learners.join(self.clinic, person, (group or self.group).code, name or person, AT)
        return joined.learner

    async def set(
        self, purpose: Purpose = Purpose.TRAINING, group: SchoolClass | None = None, **terms: Any
    ) -> Assignment:
        """A case set to the class, open from AT on."""
        to = (group or self.group).id
        wanted = Terms(case(), purpose, terms.pop("opens_at", AT), **terms)
        return await self.assignments.assign(self.clinic, "张老师", to, wanted, AT)

    async def begin(self, seat: Seat, at: datetime = AT, case_id: str = CASE, state: str = "") -> str:
        encounter = new_id()
        state = state or Encounter(case_id, 1, at).to_json()
        row = {
            "clinic": self.clinic, "id": encounter, "case_id": case_id, "person": "p", "state": state,
            "status": "running", "started_at": at,
        }  # fmt: skip
        async with self.databases.of(self.clinic).begin() as connection:
            await connection.execute(insert(encounters), row)
            await take_seat(connection, self.clinic, encounter, seat, at)
        return encounter

    async def end(self, encounter: str, result: Mapping[str, Any], at: datetime = AT) -> bool:
        async with self.databases.of(self.clinic).begin() as connection:
            await sitting_for_update(connection, self.clinic, encounter)
            return await write_sheet(connection, self.clinic, encounter, {"diagnosis": "心梗"}, result, at)

    async def finish(self, learner: str, total: int, most: int = 100, minutes: int = 0, **seat: Any) -> str:
        """An encounter that is over, `minutes` after AT."""
        encounter = await self.begin(replace(Seat(learner=learner), **seat), AT + (minutes - 1) * MINUTE)
        assert await self.end(encounter, sheet(total, most), AT + minutes * MINUTE)
        return encounter

    async def talked(self, learner: str, *said: str) -> str:
        """A real talk that is over, with its real sheet."""
        state = Encounter.start(case(), AT)
        for n, words in enumerate(said):
            state, _ = answer(case(), state, words, AT + n * MINUTE)
        encounter = await self.begin(Seat(learner=learner), state=state.to_json())
        await self.end(encounter, debrief(case(), state, Ending(diagnosis="急性心肌梗死")).to_json())
        return encounter

    async def audited(self) -> list[tuple[str, str]]:
        async with self.databases.of(self.clinic).read() as connection:
            rows = await connection.execute(select(audit.c.actor, audit.c.action).order_by(audit.c.at, audit.c.id))
            return [(row.actor, row.action) for row in rows]


async def opened_school(databases: Databases, clinic: str) -> School:
    classes = Classes(databases)
    group = await classes.create(clinic, "张老师", "临床2023级1班", AT)
    stores = Learners(databases), Assignments(databases), Sittings(databases), Leaderboard(databases)
    return School(databases, clinic, classes, *stores, group)
