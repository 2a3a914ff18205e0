"""The way to a medication record by its signed link: as a page, a PDF, a table, a picture, or FHIR."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import quote

from aiohttp import web

from bot.record import Record
from connectors.web import record_ticket
from connectors.web.record_page import REFUSED_PAGE, record_page

log = logging.getLogger(__name__)

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


class RecordReader(Protocol):
    """Where records come from."""

    async def record(self, clinic: str, person: str, since: datetime, until: datetime) -> Record:
        """What is known of the span; a person without regimens has an empty record."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to have a record."""

    content_type: str
    shown: bool  # in the browser; else it is saved
    make: Callable[[Record, str], bytes]  # of a record and its link


# Drawing and typesetting cost half a second to load: who never asks for a record does not pay.
def _pdf(record: Record, link: str) -> bytes:
    from bot.record.sheet import as_sheet

    return as_sheet(record, link)


def _png(record: Record, _link: str) -> bytes:
    from bot.record.picture import as_picture

    return as_picture(record)


def _csv(record: Record, _link: str) -> bytes:
    from bot.record.table import as_table

    return as_table(record)


def _fhir(record: Record, _link: str) -> bytes:
    from bot.record.fhir import as_bundle

    return json.dumps(as_bundle(record), ensure_ascii=False).encode()


FORMS: Mapping[str, Form] = {
    "pdf": Form("application/pdf", True, _pdf),
    "png": Form("image/png", True, _png),
    "csv": Form("text/csv; charset=utf-8", False, _csv),
    "json": Form("application/fhir+json; charset=utf-8", False, _fhir),
}


@dataclass(frozen=True, slots=True)
class RecordRoutes:
    """The wire in."""

    key: str
    public_url: str
    reader: RecordReader
    clock: Callable[[], datetime]
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def routes(self) -> Sequence[web.RouteDef]:
        """The form is said by a suffix or by `?as=`; without either there is a page."""
        return (web.get(f"{record_ticket.PATH}/{{name}}", self.show),)

    async def show(self, request: web.Request) -> web.Response:
        """The record, to whoever has the link."""
        text, form = _form(request)
        try:
            ticket = record_ticket.read(self.key, text, self.clock())
        except record_ticket.RecordRefused:
            log.info("record refused", extra={"action": "record_refused"})
            return web.Response(text=REFUSED_PAGE, status=403, content_type="text/html", headers=PRIVATE)
        if form and form not in FORMS:
            raise web.HTTPNotFound
        record = await self.reader.record(ticket.clinic, ticket.person, ticket.since, ticket.until)
        log.info("record shown", extra={"action": "record_shown", "form": form or "page"})
        place = f"{record_ticket.PATH}/{text}"
        if not form:
            return web.Response(text=record_page(record, place), content_type="text/html", headers=PRIVATE)
        return await self._file(record, form, f"{self.public_url}{place}")

    async def _file(self, record: Record, name: str, link: str) -> web.Response:
        form = FORMS[name]
        # Drawing takes up to a second of the processor. Others are served meanwhile, and several would not be faster.
        async with self.drawing:
            body = await asyncio.to_thread(form.make, record, link)
        headers = {"Content-Type": form.content_type, "Content-Disposition": disposition(record, name, form.shown)}
        return web.Response(body=body, headers=PRIVATE | headers)


def _form(request: web.Request) -> tuple[str, str]:
    """The ticket and the form that is asked for. A ticket has one dot of its own, before 64 hexadecimal digits."""
    body, _, rest = request.match_info["name"].partition(".")
    mac, _, suffix = rest.partition(".")
    return f"{body}.{mac}", suffix or request.query.get("as", "")


def disposition(record: Record, suffix: str, shown: bool) -> str:
    """The header with a Chinese file name (RFC 6266, RFC 5987) and a plain one for what can't read it."""
    chinese = quote(f"用药记录_{record.first_day}至{record.last_day}.{suffix}", safe="")
    plain = f"medication-record-{record.last_day}.{suffix}"
    return f"{'inline' if shown else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{chinese}"
