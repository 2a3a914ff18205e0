"""Practice over the web: choose a case or a task of the class, see how one comes along, stand on the leaderboard.

A learner who has joined a class sends his secret in the header `X-Learner`; anybody else may practise without.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from aiohttp import web

from bot.errors import NotFound
from bot.learners import Learner, UnknownLearner
from bot.messages import Address
from bot.school import School
from connectors.web import practice_codec as codec
from connectors.web.codec import CHANNEL, new_conversation
from connectors.wire import json_answer, read_json

HEADER = "X-Learner"


@dataclass(frozen=True, slots=True)
class PracticeRoutes:
    """What the practice page asks for outside of encounters, and their beginning."""

    clinic: str
    school: School

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        return (
            web.get("/api/v1/practice/cases", self.cases),
            web.post("/api/v1/practice/join", self.join),
            web.get("/api/v1/practice/me", self.me),
            web.get("/api/v1/practice/board", self.board),
            web.put("/api/v1/practice/board", self.show_on_board),
            web.post("/api/v1/practice/encounters", self.begin),
        )

    async def cases(self, _request: web.Request) -> web.Response:
        """What can be practised; nothing that a learner should find out."""
        return json_answer({"cases": [codec.encode_case(case) for case in self.school.practice.cases.values()]})

    async def join(self, request: web.Request) -> web.Response:
        """Into a class by its code; who has joined one before stays the same learner."""
        value = read_json(await request.read())
        code, name, token = codec.words(value, "code"), codec.words(value, "name"), _token(request)
        place, at = place_of(request), self.school.practice.clock()
        joined = await self.school.learners.join_on_page(self.clinic, place, code, name, at, token)
        body = {"learner": joined.token, "class": {"id": joined.class_id, "name": joined.class_name}}
        return json_answer(body, status=201)

    async def me(self, request: web.Request) -> web.Response:
        """The learner's classes, tasks and results."""
        me, school, at = await surely_learner(self.school, self.clinic, request), self.school, self._now()
        cases = school.practice.cases
        classes = await school.classes.of_learner(self.clinic, me.id)
        tasks = await school.assignments.of_learner(self.clinic, me.id)
        sittings = await school.sittings.of_learner(self.clinic, me.id)
        body = {
            "name": me.name, "classes": [{"id": each.id, "name": each.name} for each in classes],
            "board": me.on_board, "assignments": [codec.encode_task(task, cases, at) for task in tasks],
            "trend": codec.encode_trend(sittings, cases),
        }  # fmt: skip
        return json_answer(body)

    async def board(self, request: web.Request) -> web.Response:
        """The leaderboard of a class one is in."""
        me = await surely_learner(self.school, self.clinic, request)
        class_id = request.query.get("class", "")
        if all(each.id != class_id for each in await self.school.classes.of_learner(self.clinic, me.id)):
            raise NotFound
        places = await self.school.leaderboard.places(self.clinic, class_id)
        return json_answer({"rows": [codec.encode_place(each, me.id) for each in places]})

    async def show_on_board(self, request: web.Request) -> web.Response:
        """Opt in, or out."""
        me = await surely_learner(self.school, self.clinic, request)
        show = codec.flag(read_json(await request.read()), "show")
        await self.school.learners.show_on_board(self.clinic, me.id, show)
        return web.Response(status=204)

    async def begin(self, request: web.Request) -> web.Response:
        """A new conversation in which the patient has just sat down."""
        wanted = codec.decode_wanted(await request.read())
        me = await learner_of(self.school, self.clinic, request)
        address = Address(self.clinic, CHANNEL, new_conversation())
        begun = await self.school.begin(
            address, me.id if me else None, wanted.case, wanted.purpose, wanted.assignment, countered=wanted.countered
        )
        return json_answer(codec.encode_begun(begun), status=201)

    def _now(self) -> datetime:
        return self.school.practice.clock()


async def learner_of(school: School, clinic: str, request: web.Request) -> Learner | None:
    """Who sent the request; None without a header. Raises UnknownLearner for a secret that nobody has."""
    token = _token(request)
    return None if token is None else await school.learners.with_token(clinic, token)


async def surely_learner(school: School, clinic: str, request: web.Request) -> Learner:
    """Who sent the request. Raises UnknownLearner."""
    found = await learner_of(school, clinic, request)
    if found is None:
        raise UnknownLearner
    return found


def place_of(request: web.Request) -> str:
    """Where a request comes from. Behind a proxy on this machine, which alone can write so, what it says last."""
    remote = request.remote or ""
    if not _is_here(remote):
        return remote
    return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or remote


def _is_here(remote: str) -> bool:
    try:
        return ip_address(remote).is_loopback
    except ValueError:  # a Unix socket has no address
        return not remote


def _token(request: web.Request) -> str | None:
    return codec.token_of(request.headers.get(HEADER))
