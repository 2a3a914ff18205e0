"""Encounters as a teacher sees them: while they run, when they are over, and what she makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.debrief_files import overrides_of, page_of
from bot.marking import double_marked, pairs
from bot.school import School
from cases.kappa import untrusted
from connectors.web import practice_codec as fields
from connectors.web import teaching_codec as codec
from connectors.web.teacher_seat import PATH, TeacherSeat
from connectors.wire import json_answer, read_json

ONE = f"{PATH}/encounters/{{encounter}}"


@dataclass(frozen=True, slots=True)
class TeachingEncounters:
    """Reading along, changing points, marking blind."""

    clinic: str
    school: School
    seat: TeacherSeat

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        return (
            web.get(f"{PATH}/encounters", self.listing),
            web.get(ONE, self.show),
            web.post(f"{ONE}/overrides", self.override),
            web.post(f"{ONE}/marks", self.mark),
            web.get(f"{PATH}/kappa", self.kappa),
        )

    async def listing(self, request: web.Request) -> web.Response:
        """`?class=`: the encounters of a class, the newest first; those that run with `&running=1`."""
        teacher, class_id = self.seat.teacher(request), request.query.get("class", "")
        found = await self.school.classes.get(self.clinic, teacher, class_id)
        running = request.query.get("running") == "1"
        lines = await self.school.class_sittings.lines(self.clinic, found.id, running=running)
        cases = self.school.practice.cases
        return json_answer({"encounters": [codec.encode_line(line, cases) for line in lines]})

    async def show(self, request: web.Request) -> web.Response:
        """The talk so far, and the debrief when it is over. With `?blind=1` the marks to be given, without any given:
        neither the machine's nor another teacher's.
        """
        teacher, encounter = self.seat.teacher(request), request.match_info["encounter"]
        learner = await self.school.debriefs.learner_for(self.clinic, teacher, encounter)
        sitting = await self.school.sittings.get(self.clinic, encounter)
        kept = await self.school.debriefs.get(self.clinic, encounter)
        case = self.school.practice.case(sitting.case_id)
        marked = await self.school.marking.of_teacher(self.clinic, encounter, teacher) is not None
        head = {
            "encounter": encounter, "learner": learner, "case": case.id, "title": case.title,
            "mode": sitting.purpose, "ended": sitting.scored_at is not None, "marked": marked,
        }  # fmt: skip
        page = page_of(kept, case)
        if request.query.get("blind") == "1":
            items = codec.blind_items(kept.sheet) if kept.sheet else []
            return json_answer(
                head | {name: page[name] for name in ("ending", "transcript", "labels")} | {"items": items}
            )
        return json_answer(head | page)

    async def override(self, request: web.Request) -> web.Response:
        """Other points for a mark, with the reason; the sheet itself stays."""
        teacher, encounter = self.seat.teacher(request), request.match_info["encounter"]
        value = read_json(await request.read())
        item, points = fields.id_of(value, "item"), fields.number(value, "points")
        reason, at = fields.words(value, "reason"), self.seat.clock()
        await self.school.debriefs.learner_for(self.clinic, teacher, encounter)
        case = self.school.practice.case((await self.school.sittings.get(self.clinic, encounter)).case_id)
        share = case.key.pass_share
        changes = await self.school.debriefs.override(
            self.clinic, encounter, item, points, reason, teacher, share, at
        )  # fmt: skip
        return json_answer({"overrides": overrides_of(changes)})

    async def mark(self, request: web.Request) -> web.Response:
        """Her own marks, given blind, once."""
        teacher, encounter = self.seat.teacher(request), request.match_info["encounter"]
        marks = codec.decode_marks(await request.read())
        await self.school.marking.hand_in(self.clinic, encounter, teacher, marks, self.seat.clock())
        return web.Response(status=204)

    async def kappa(self, request: web.Request) -> web.Response:
        """How far machine and teachers agree on a case, over all that was marked blind."""
        self.seat.teacher(request)
        case = self.school.practice.case(request.query.get("case", ""))
        found = await self.school.marking.marked(self.clinic, case)
        return json_answer(codec.encode_pairs(pairs(found), untrusted(double_marked(found)), len(found)))
