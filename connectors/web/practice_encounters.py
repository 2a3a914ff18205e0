"""One encounter over the web: hints, tests, pauses, notes, its end, and the debrief. What is said goes by the message
routes. An encounter of a learner who has joined a class is his alone.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import web

from bot.debrief_files import as_json, as_pdf, page_of
from bot.debriefs import Kept
from bot.errors import Conflict, NotFound
from bot.learners import Learner
from bot.messages import Address
from bot.school import School
from bot.sittings import Sitting
from cases.desk import order
from cases.model import Case
from cases.tracing import ecg_svg
from connectors.web import practice_codec as codec
from connectors.web.codec import CHANNEL, new_conversation
from connectors.web.practice import learner_of
from connectors.wire import json_answer, read_json

ONE = "/api/v1/practice/encounters/{encounter}"
PRIVATE = {"Cache-Control": "no-store"}


class NotEndedYet(Conflict):
    """问诊还没有结束，结束后才有讲评。"""


@dataclass(frozen=True, slots=True)
class EncounterRoutes:
    """What the page asks for during an encounter and after it."""

    clinic: str
    school: School
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def routes(self) -> Sequence[web.RouteDef]:
        """The wire in."""
        return (
            web.get(ONE, self.show),
            web.post(f"{ONE}/hint", self.hint),
            web.get(f"{ONE}/tests", self.tests),
            web.post(f"{ONE}/request-test", self.request_test),
            web.get(f"{ONE}/pictures/{{test}}", self.picture),
            web.post(f"{ONE}/pause", self.pause),
            web.post(f"{ONE}/resume", self.resume),
            web.put(f"{ONE}/notes", self.note),
            web.post(f"{ONE}/end", self.end),
            web.get(f"{ONE}/debrief", self.debrief),
            web.get(f"{ONE}/debrief.json", self.as_json),
            web.get(f"{ONE}/debrief.pdf", self.as_pdf),
            web.put(f"{ONE}/reflection", self.reflect),
            web.post(f"{ONE}/fork", self.fork),
        )

    async def show(self, request: web.Request) -> web.Response:
        """The encounter as it stands; for its learner with the conversation, so that another device can go on."""
        sitting, me = await self._owned(request)
        state = await self.school.practice.encounters.get(self.clinic, sitting.encounter)
        case = self.school.practice.case(sitting.case_id)
        body = codec.encode_sitting(sitting, case, state, self.school.practice.clock())
        page = await self.school.sittings.page_of(self.clinic, sitting) if me and sitting.learner == me.id else None
        return json_answer(body | ({"conversation": page} if page else {}))

    async def hint(self, request: web.Request) -> web.Response:
        """Where to look next; in training only."""
        sitting, _ = await self._owned(request)
        return json_answer({"hint": await self.school.practice.hint(self.clinic, sitting.encounter)})

    async def tests(self, request: web.Request) -> web.Response:
        """Everything the test desk knows, whatever the case."""
        await self._owned(request)
        return json_answer({"groups": codec.encode_tests()})

    async def request_test(self, request: web.Request) -> web.Response:
        """Order a test by its id or in words."""
        sitting, _ = await self._owned(request)
        test = codec.words(read_json(await request.read()), "test").strip()
        results = await self.school.practice.order(self.clinic, sitting.encounter, test)
        return json_answer({"results": [codec.encode_result(each, sitting.encounter) for each in results]})

    async def picture(self, request: web.Request) -> web.Response:
        """The drawing of a result that this encounter has ordered; for who knows its id, as an image can't log in."""
        encounter, test = request.match_info["encounter"], request.match_info["test"]
        practice = self.school.practice
        state = await practice.encounters.get(self.clinic, encounter)
        result = next(iter(order(practice.case(state.case_id).script, [test])), None)
        if result is None or result.tracing is None or test not in state.ordered:
            raise NotFound
        headers = {"Cache-Control": "private, max-age=86400", "Content-Security-Policy": "default-src 'none'"}
        return web.Response(text=ecg_svg(result.tracing), content_type="image/svg+xml", headers=headers)

    async def pause(self, request: web.Request) -> web.Response:
        """Stop the clock; in training only."""
        sitting, _ = await self._owned(request)
        await self.school.sittings.pause(self.clinic, sitting.encounter, self.school.practice.clock())
        return json_answer({"paused": True})

    async def resume(self, request: web.Request) -> web.Response:
        """Go on."""
        sitting, _ = await self._owned(request)
        await self.school.sittings.resume(self.clinic, sitting.encounter, self.school.practice.clock())
        return json_answer({"paused": False})

    async def note(self, request: web.Request) -> web.Response:
        """Keep the learner's notes."""
        sitting, _ = await self._owned(request)
        text = codec.words(read_json(await request.read()), "text")
        await self.school.sittings.write_notes(self.clinic, sitting.encounter, text)
        return web.Response(status=204)

    async def end(self, request: web.Request) -> web.Response:
        """The learner's conclusions, and what they were worth; asked again, the same."""
        sitting, _ = await self._owned(request)
        ending = codec.decode_ending(await request.read())
        # A page that closes must not cut the scoring off half-way.
        sheet = await asyncio.shield(self.school.practice.end(self.clinic, sitting.encounter, ending))
        return json_answer({"debrief": sheet})

    async def debrief(self, request: web.Request) -> web.Response:
        """The sheet and all that lies beside it."""
        sitting, _ = await self._owned(request)
        kept, case = await self._finished(sitting)
        return json_answer(page_of(kept, case))

    async def as_json(self, request: web.Request) -> web.Response:
        """The same as a file."""
        sitting, me = await self._owned(request)
        kept, case = await self._finished(sitting)
        return _file(as_json(kept, sitting, case, me.name if me else ""), "application/json", sitting, "json")

    async def as_pdf(self, request: web.Request) -> web.Response:
        """The same on paper."""
        sitting, me = await self._owned(request)
        kept, case = await self._finished(sitting)
        # Typesetting takes up to a second of the processor: others are served meanwhile, several would not be faster.
        async with self.drawing:
            body = await asyncio.to_thread(as_pdf, kept, sitting, case, me.name if me else "")
        return _file(body, "application/pdf", sitting, "pdf")

    async def reflect(self, request: web.Request) -> web.Response:
        """Keep what the learner thinks of it."""
        sitting, _ = await self._owned(request)
        text = codec.words(read_json(await request.read()), "text")
        await self._finished(sitting)
        await self.school.sittings.write_reflection(self.clinic, sitting.encounter, text)
        return web.Response(status=204)

    async def fork(self, request: web.Request) -> web.Response:
        """Practise again from a turn; in training only."""
        sitting, me = await self._owned(request)
        turn = codec.number(read_json(await request.read()), "turn")
        address = Address(self.clinic, CHANNEL, new_conversation())
        begun = await self.school.fork(address, me.id if me else None, sitting.encounter, turn)
        return json_answer(codec.encode_begun(begun), status=201)

    async def _owned(self, request: web.Request) -> tuple[Sitting, Learner | None]:
        me = await learner_of(self.school, self.clinic, request)
        encounter = request.match_info["encounter"]
        return await self.school.owned(self.clinic, encounter, me.id if me else None), me

    async def _finished(self, sitting: Sitting) -> tuple[Kept, Case]:
        kept = await self.school.debriefs.get(self.clinic, sitting.encounter)
        if kept.sheet is None:
            raise NotEndedYet
        return kept, self.school.practice.case(sitting.case_id)


def _file(body: bytes, content_type: str, sitting: Sitting, suffix: str) -> web.Response:
    name = f"debrief-{sitting.case_id}-{sitting.encounter[:8]}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=body, content_type=content_type, headers=PRIVATE | headers)
