"""The teachers' door: a key shared by those who teach, and a signed cookie that says who sits at a page."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.errors import XinglinError
from bot.text import clean
from connectors import signed
from connectors.wire import NotOurForm, read_json

COOKIE = "xinglin_teacher"
PATH = "/api/v1/teaching"
DAY = timedelta(hours=12)
LONGEST_NAME = 20
_LABEL = "teacher."  # keeps the cookie from being taken for one of another room that uses the same key


class WrongTeacherKey(XinglinError):
    """口令不对，请找管理员确认教师口令。"""

    status = 401


class TeacherNotLoggedIn(XinglinError):
    """请先登录教师页面。"""

    status = 401


@dataclass(frozen=True, slots=True)
class TeacherSeat:
    """Who may teach."""

    key: str
    clock: Callable[[], datetime]

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        return (web.post(f"{PATH}/login", self.login), web.post(f"{PATH}/logout", self.logout))

    async def login(self, request: web.Request) -> web.Response:
        """Check the key and remember the teacher for half a day."""
        value = read_json(await request.read())
        key, teacher = value.get("key"), value.get("teacher")
        if not isinstance(key, str) or not isinstance(teacher, str):
            raise NotOurForm("key and teacher are strings")
        name = clean(teacher).replace("\n", " ")[:LONGEST_NAME].strip()
        if not name:
            raise NotOurForm("teacher is empty")
        if not secrets.compare_digest(key.encode(errors="replace"), self.key.encode()):
            raise WrongTeacherKey
        response = web.Response(status=204)
        response.set_cookie(
            COOKIE, self.cookie(name), max_age=int(DAY.total_seconds()), path=PATH, httponly=True, samesite="Strict",
            secure=request.secure,
        )  # fmt: skip
        return response

    async def logout(self, _request: web.Request) -> web.Response:
        """Leave the page to somebody else."""
        response = web.Response(status=204)
        response.del_cookie(COOKIE, path=PATH)
        return response

    def cookie(self, teacher: str) -> str:
        """The cookie of a teacher from now on."""
        return signed.sign(self.key, teacher, self.clock() + DAY, _LABEL)

    def teacher(self, request: web.Request) -> str:
        """Who sent the request. Raises TeacherNotLoggedIn."""
        found = signed.read_signed(self.key, request.cookies.get(COOKIE, ""), self.clock(), _LABEL)
        if found is None:
            raise TeacherNotLoggedIn
        return found.words
