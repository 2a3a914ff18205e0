"""The wire in for follow-up after discharge: a nurse sets it for the patient of a handoff, reads it, ends it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aiohttp import web

from bot.conversation import Conversation
from bot.follow_up_days import Day
from bot.follow_ups import FollowUps
from bot.nursing import Nursing
from connectors.desk import client
from connectors.desk.routes import NotLoggedIn
from connectors.wire import NotOurForm, json_answer, read_json
from knowledge.follow_ups import FollowUp
from schedules.clock import SHANGHAI
from schedules.follow_ups import LONGEST

MOST_DAYS = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """The body of a POST."""

    follow_up: str
    discharged: date
    days: tuple[int, ...]  # empty: those of the follow-up


@dataclass(frozen=True, slots=True)
class DeskFollowUps:
    """Routes beside those of the desk, for whoever is logged in there."""

    clinic: str
    key: str
    nursing: Nursing
    follow_ups: FollowUps
    clock: Callable[[], datetime]

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        of_patient = "/api/v1/desk/handoffs/{handoff}/follow-ups"
        return (
            web.get("/api/v1/desk/follow-ups", self.listing),
            web.get(of_patient, self.of_patient),
            web.post(of_patient, self.plan),
            web.post(f"{of_patient}/{{plan}}/stop", self.stop),
        )

    async def listing(self, request: web.Request) -> web.Response:
        """What there is to choose from."""
        self._nurse(request)
        return json_answer({"follow_ups": [_offered(one) for one in self.follow_ups.book().values()]})

    async def of_patient(self, request: web.Request) -> web.Response:
        """The days of all plans of a patient, with the answers."""
        self._nurse(request)
        conversation = await self._patient(request)
        return self._days(await self.follow_ups.days(self.clinic, conversation.person))

    async def plan(self, request: web.Request) -> web.Response:
        """Set one; set again it changes nothing."""
        nurse = self._nurse(request)
        wanted = decode_plan(await request.read())
        conversation = await self._patient(request)
        days = await self.follow_ups.plan(
            conversation, wanted.follow_up, wanted.discharged, nurse, self.clock(), wanted.days
        )
        return self._days(days)

    async def stop(self, request: web.Request) -> web.Response:
        """End one."""
        nurse = self._nurse(request)
        conversation = await self._patient(request)
        await self.follow_ups.stop(conversation, request.match_info["plan"], self.clock(), nurse)
        return self._days(await self.follow_ups.days(self.clinic, conversation.person))

    async def _patient(self, request: web.Request) -> Conversation:
        handoff = await self.nursing.handoffs.get(self.clinic, request.match_info["handoff"])
        return await self.nursing.conversation(self.clinic, handoff)

    def _days(self, days: Sequence[Day]) -> web.Response:
        book = self.follow_ups.book()
        return json_answer({"days": [_encoded(day, book.get(day.follow_up)) for day in days]})

    def _nurse(self, request: web.Request) -> str:
        nurse = client.nurse_of(self.key, request.cookies.get(client.COOKIE, ""), self.clock())
        if nurse is None:
            raise NotLoggedIn
        return nurse


def decode_plan(body: bytes) -> Wanted:
    """`{"follow_up", "discharged_on": "2026-11-20", "days": [1, 3, 7]}`, the last one optional. Raises NotOurForm."""
    value = read_json(body)
    follow_up, discharged_on, days = value.get("follow_up"), value.get("discharged_on"), value.get("days", [])
    if not isinstance(follow_up, str) or not isinstance(discharged_on, str) or not isinstance(days, list):
        raise NotOurForm("follow_up and discharged_on are strings, days is a list")
    if len(days) > MOST_DAYS or any(type(day) is not int or not 1 <= day <= LONGEST for day in days):
        raise NotOurForm(f"days are up to {MOST_DAYS} whole numbers from 1 to {LONGEST}")
    try:
        discharged = date.fromisoformat(discharged_on)
    except ValueError as error:
        raise NotOurForm("discharged_on is a date such as 2026-11-20") from error
    return Wanted(follow_up, discharged, tuple(days))


def _offered(one: FollowUp) -> dict[str, Any]:
    return {
        "id": one.id, "title": one.title, "days": list(one.days), "reviewer": one.reviewer,
        "questions": [question.ask for question in one.questions],
        "sources": [{"title": source.title, "publisher": source.publisher} for source in one.sources],
    }  # fmt: skip


def _encoded(day: Day, about: FollowUp | None) -> dict[str, Any]:
    return {
        "plan": day.plan, "follow_up": day.follow_up, "title": day.title, "day": day.day, "status": day.status,
        "at": day.due_at.astimezone(SHANGHAI).isoformat(timespec="seconds"), "score": day.score,
        "count": len(day.questions), "answers": _answers(day, about) if about else [],
    }  # fmt: skip


def _answers(day: Day, about: FollowUp) -> list[dict[str, Any]]:
    given = [(about.question(each), day.answers[each]) for each in day.questions if each in day.answers]
    return [
        {
            "ask": question.ask, "said": question.choices[choice].say, "score": question.choices[choice].score,
            "bad": question.is_bad(choice),
        }
        for question, choice in given
        if question
    ]  # fmt: skip
