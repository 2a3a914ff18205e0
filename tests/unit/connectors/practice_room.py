"""The routes of learners and teachers over a real store, a real case and a clock that stands where it is put."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.crypto import Keyring
from bot.db import Databases
from bot.encounters import EncounterStore
from bot.locks import MemoryLocks
from bot.marking import Marking
from bot.migrate import migrate
from bot.outcomes import Outcomes
from bot.practice import Practice
from bot.school import School, open_school
from bot.sittings import Sittings
from bot.store import ConversationStore
from bot.stream import MemoryStream
from bot.tables import audit
from cases.library import DATA, load_case
from cases.model import Case
from connectors.problem import problems
from connectors.web.practice import PracticeRoutes
from connectors.web.practice_encounters import EncounterRoutes
from connectors.web.teacher_seat import TeacherSeat
from connectors.web.teaching import TeachingRoutes
from connectors.web.teaching_encounters import TeachingEncounters

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CASE, CLINIC, KEY = "chest-pain-01", "demo", "teacher-key"
PRACTICE, TEACHING = "/api/v1/practice", "/api/v1/teaching"
ENDING = {
    "diagnosis": "急性心肌梗死", "differentials": "主动脉夹层", "reasons": "胸痛伴出汗", "plan": "抗血小板，急诊PCI",
    "sbar": {"situation": "男，胸痛两小时"},
}  # fmt: skip


@cache
def case() -> Case:
    """Reading a case takes a while."""
    return load_case(DATA / f"{CASE}.yml")


@dataclass(slots=True)
class Room:
    """A page that speaks to the routes; `now` is the server's clock."""

    databases: Databases
    client: TestClient[web.Request, web.Application] = field(init=False)
    school: School = field(init=False)
    now: datetime = AT

    def routes(self) -> list[web.RouteDef]:
        databases, cases = self.databases, {CASE: case()}
        store = ConversationStore(databases)
        outcomes = Outcomes(databases, store, MemoryStream(), cases)
        practice = Practice(
            databases, store, EncounterStore(databases), Sittings(databases), outcomes, cases, MemoryLocks(),
            lambda: self.now, by_teacher=Marking(databases).untrusted,
        )  # fmt: skip
        self.school = open_school(databases, practice)
        seat = TeacherSeat(KEY, lambda: self.now)
        parts = (
            PracticeRoutes(CLINIC, self.school), EncounterRoutes(CLINIC, self.school), seat,
            TeachingRoutes(CLINIC, self.school, seat, "https://xl.example"),
            TeachingEncounters(CLINIC, self.school, seat),
        )  # fmt: skip
        return [route for part in parts for route in part.routes()]

    async def ask(self, method: str, path: str, body: Any = None, learner: str | None = None) -> tuple[int, Any]:
        """Status and JSON of an answer; the body as bytes where it is no JSON."""
        headers = {"X-Learner": learner} if learner is not None else {}
        async with self.client.request(method, path, json=body, headers=headers) as response:
            json_ = response.content_type.endswith("json")
            return response.status, await (response.json() if json_ else response.read())

    async def get(self, path: str, learner: str | None = None) -> Any:
        status, body = await self.ask("GET", path, learner=learner)
        assert status == 200, body
        return body

    async def teach(self, teacher: str = "张老师") -> None:
        status, _ = await self.ask("POST", f"{TEACHING}/login", {"key": KEY, "teacher": teacher})
        assert status == 204

    async def make_class(self, name: str = "一班") -> dict[str, Any]:
        status, body = await self.ask("POST", f"{TEACHING}/classes", {"name": name})
        assert status == 201
        return dict(body)

    async def join(self, code: str, name: str = "李雷") -> str:
        status, body = await self.ask("POST", f"{PRACTICE}/join", {"code": code, "name": name})
        assert status == 201, body
        return str(body["learner"])

    async def assign(self, class_id: str, **terms: Any) -> dict[str, Any]:
        body = {"case": CASE, "mode": "exam"} | terms
        status, made = await self.ask("POST", f"{TEACHING}/classes/{class_id}/assignments", body)
        assert status == 201, made
        return dict(made)

    async def begin(self, learner: str | None = None, **wanted: Any) -> dict[str, Any]:
        status, body = await self.ask("POST", f"{PRACTICE}/encounters", {"case": CASE} | wanted, learner)
        assert status == 201, body
        return dict(body)

    async def say(self, encounter: str, *said: str) -> None:
        for words in said:
            await self.school.practice.say(CLINIC, encounter, words)

    async def finished(self, learner: str | None = None, **wanted: Any) -> str:
        """An encounter with three questions and an ending; its id."""
        encounter = str((await self.begin(learner, **wanted))["encounter"])
        await self.say(encounter, "您好，我是王医生", "您哪里不舒服？", "有没有出汗？")
        status, body = await self.ask("POST", f"{PRACTICE}/encounters/{encounter}/end", ENDING, learner)
        assert status == 200, body
        return encounter

    async def audited(self) -> set[tuple[str, str]]:
        async with self.databases.of(CLINIC).read() as connection:
            return {(row.actor, row.action) for row in await connection.execute(select(audit))}


@asynccontextmanager
async def opened_room(folder: Path) -> AsyncIterator[Room]:
    databases = Databases(f"sqlite+aiosqlite:///{folder}/{{clinic}}.sqlite3", Keyring({"k": b"0" * 32}, "k"))
    await migrate(databases.of(CLINIC))
    room = Room(databases)
    app = web.Application(middlewares=[problems])
    app.add_routes(room.routes())
    async with TestClient(TestServer(app)) as room.client:
        yield room
    await databases.close()
