"""Teaching over the web: classes, what is set to them, encounters as they run, marks, figures and exports.

Every route knows the teacher by her cookie and answers about her own classes only.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.class_sittings import Line
from bot.classes import SchoolClass
from bot.item_analysis import count_items
from bot.school import School
from bot.teaching_exports import as_csv, as_statements
from connectors.web import practice_codec as fields
from connectors.web import teaching_codec as codec
from connectors.web.teacher_seat import PATH, TeacherSeat
from connectors.wire import json_answer, read_json

CLASS = f"{PATH}/classes/{{class_id}}"


@dataclass(frozen=True, slots=True)
class TeachingRoutes:
    """Classes and their figures."""

    clinic: str
    school: School
    seat: TeacherSeat
    public_url: str = ""  # names this house in exports; empty: as the request does

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        return (
            web.get(f"{PATH}/classes", self.classes),
            web.post(f"{PATH}/classes", self.make_class),
            web.get(CLASS, self.show_class),
            web.post(f"{CLASS}/teachers", self.share),
            web.post(f"{CLASS}/assignments", self.assign),
            web.get(f"{CLASS}/export.csv", self.export_csv),
            web.get(f"{CLASS}/export.xapi.json", self.export_xapi),
            web.get(f"{PATH}/items", self.items),
        )

    async def classes(self, request: web.Request) -> web.Response:
        """Her classes."""
        found = await self.school.classes.of_teacher(self.clinic, self.seat.teacher(request))
        return json_answer({"classes": [codec.encode_class(each) for each in found]})

    async def make_class(self, request: web.Request) -> web.Response:
        """A new class with its code."""
        teacher, name = self.seat.teacher(request), fields.words(read_json(await request.read()), "name")
        made = await self.school.classes.create(self.clinic, teacher, name, self.seat.clock())
        return json_answer(codec.encode_class(made), status=201)

    async def show_class(self, request: web.Request) -> web.Response:
        """Learners with their figures, and what is set."""
        found, school = await self._hers(request), self.school
        members = await school.classes.members(self.clinic, found.id)
        figures = {each.learner: each for each in await school.leaderboard.figures(self.clinic, found.id)}
        set_ = await school.assignments.of_class(self.clinic, found.id)
        body = {
            "members": [codec.encode_member(each, figures) for each in members],
            "assignments": [codec.encode_assignment(one, done, school.practice.cases) for one, done in set_],
        }
        return json_answer(codec.encode_class(found) | body)

    async def share(self, request: web.Request) -> web.Response:
        """A colleague teaches the class too."""
        teacher, found = self.seat.teacher(request), await self._hers(request)
        colleague = fields.words(read_json(await request.read()), "teacher")
        await self.school.classes.teach_together(self.clinic, teacher, found.id, colleague, self.seat.clock())
        return web.Response(status=204)

    async def assign(self, request: web.Request) -> web.Response:
        """Set a case."""
        teacher, found, at = self.seat.teacher(request), await self._hers(request), self.seat.clock()
        value = read_json(await request.read())
        case = self.school.practice.case(fields.id_of(value, "case"))
        terms = codec.decode_terms(value, case, at)
        made = await self.school.assignments.assign(self.clinic, teacher, found.id, terms, at)
        return json_answer(codec.encode_assignment(made, 0, self.school.practice.cases), status=201)

    async def items(self, request: web.Request) -> web.Response:
        """Which marks of a case are hardly ever earned, in one class or in all of hers."""
        teacher, case = self.seat.teacher(request), self.school.practice.case(request.query.get("case", ""))
        hers = [each.id for each in await self.school.classes.of_teacher(self.clinic, teacher)]
        wanted = request.query.get("class")
        chosen = [(await self.school.classes.get(self.clinic, teacher, wanted)).id] if wanted else hers
        earned = await self.school.class_sittings.earned(self.clinic, chosen, case.id)
        return json_answer(codec.encode_counts(count_items(earned), len(earned.marks)))

    async def export_csv(self, request: web.Request) -> web.Response:
        """The finished encounters as a table."""
        found, lines = await self._export(request, "csv")
        return _file(as_csv(lines, self._titles()), "text/csv", f"class-{found.id[:8]}.csv")

    async def export_xapi(self, request: web.Request) -> web.Response:
        """The finished encounters as statements."""
        found, lines = await self._export(request, "xapi")
        home = self.public_url or f"{request.scheme}://{request.host}"
        statements = as_statements(lines, self._titles(), home, found.id, found.name)
        body = json.dumps(statements, ensure_ascii=False).encode()
        return _file(body, "application/json", f"class-{found.id[:8]}.xapi.json")

    async def _export(self, request: web.Request, form: str) -> tuple[SchoolClass, Sequence[Line]]:
        """A class of hers and all its encounters; that they leave the house is written down."""
        teacher, found = self.seat.teacher(request), await self._hers(request)
        await self.school.classes.note_export(self.clinic, teacher, found.id, form, self.seat.clock())
        return found, await self.school.class_sittings.lines(self.clinic, found.id, most=None)

    async def _hers(self, request: web.Request) -> SchoolClass:
        teacher = self.seat.teacher(request)
        return await self.school.classes.get(self.clinic, teacher, request.match_info["class_id"])

    def _titles(self) -> Mapping[str, str]:
        return {case.id: case.title for case in self.school.practice.cases.values()}


def _file(body: bytes, content_type: str, name: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(body=body, content_type=content_type, charset="utf-8", headers=headers)
