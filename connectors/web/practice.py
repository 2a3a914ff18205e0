"""Practice over the web: choose a case, speak by the message routes, end with a diagnosis, read the debrief."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.messages import Address
from bot.practice import Ending, Practice
from connectors.web.codec import CHANNEL, new_conversation
from connectors.wire import NotOurForm, json_answer, read_json

LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class PracticeRoutes:
    """Routes of the practice page."""

    clinic: str
    practice: Practice

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        return (
            web.get("/api/v1/practice/cases", self.cases),
            web.post("/api/v1/practice/encounters", self.begin),
            web.post("/api/v1/practice/encounters/{encounter}/end", self.end),
        )

    async def cases(self, _request: web.Request) -> web.Response:
        """What can be practised; nothing that a learner should find out."""
        cases = [
            {"id": case.id, "title": case.title, "specialty": case.specialty, "level": case.level}
            for case in self.practice.cases.values()
        ]
        return json_answer({"cases": cases})

    async def begin(self, request: web.Request) -> web.Response:
        """A new conversation in which the patient has just sat down."""
        case_id = read_json(await request.read()).get("case")
        if not isinstance(case_id, str):
            raise NotOurForm("case")
        token = new_conversation()
        case, encounter = await self.practice.begin(Address(self.clinic, CHANNEL, token), case_id)
        body = {"encounter": encounter, "conversation": token, "title": case.title, "setting": case.setting}
        return json_answer(body, status=201)

    async def end(self, request: web.Request) -> web.Response:
        """The learner's conclusions, and what they were worth."""
        value = read_json(await request.read())
        ending = Ending(_words(value, "diagnosis"), _words(value, "reasons"), _words(value, "plan"))
        debrief = await self.practice.end(self.clinic, request.match_info["encounter"], ending)
        return json_answer({"debrief": debrief.to_json()})


def _words(value: Any, name: str) -> str:
    text = value.get(name, "")
    if not isinstance(text, str) or len(text) > LONGEST:
        raise NotOurForm(name)
    return text
