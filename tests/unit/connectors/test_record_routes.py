"""The signed link to a record: who has it may read it for a day."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StoreUnavailable
from bot.record import LONGEST, Record, last_weeks
from connectors.problem import problems
from connectors.signed import sign
from connectors.web import record_ticket
from connectors.web.record import RecordRoutes
from connectors.web.record_ticket import LASTS, PATH, RecordRefused, RecordTicket, issue, link, read
from tests.unit.bot.recording import AT, four_weeks

KEY, URL = "a-key", "https://xinglin.example"
TICKET = RecordTicket("demo", "person-0123456789", *last_weeks(AT))
Client = TestClient[web.Request, web.Application]


class Reader:
    """Records of a fake store."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, datetime, datetime]] = []
        self.made = four_weeks("缬沙坦<b>", missed=(3,))
        self.error: Exception | None = None

    async def record(self, clinic: str, person: str, since: datetime, until: datetime) -> Record:
        if self.error:
            raise self.error
        self.asked.append((clinic, person, since, until))
        return self.made


class Door:
    """The route, its reader, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.reader, self.at = Reader(), AT
        self.client: Client

    async def get(self, suffix: str = "", ticket: str | None = None) -> tuple[int, bytes, web.Response]:
        answer = await self.client.get(f"{PATH}/{ticket if ticket is not None else issue(KEY, TICKET, AT)}{suffix}")
        return answer.status, await answer.read(), answer  # type: ignore[return-value]


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    app = web.Application(middlewares=[problems])
    app.add_routes(RecordRoutes(KEY, URL, door.reader, lambda: door.at).routes())
    async with TestClient(TestServer(app)) as door.client:
        yield door


@pytest.mark.parametrize(
    ("suffix", "content_type", "begins", "shown"),
    [
        (".pdf", "application/pdf", b"%PDF-", True),
        ("?as=pdf", "application/pdf", b"%PDF-", True),
        (".png", "image/png", b"\x89PNG\r\n", True),
        (".csv", "text/csv", b"\xef\xbb\xbf", False),
        (".json", "application/fhir+json", b'{"resourceType": "Bundle"', False),
    ],
)
async def test_each_form(door: Door, suffix: str, content_type: str, begins: bytes, shown: bool) -> None:
    status, body, answer = await door.get(suffix)
    assert status == 200 and answer.content_type == content_type and body.startswith(begins)
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    ending = suffix[-3:].replace("son", "json")
    disposition = answer.headers["Content-Disposition"]
    kind, plain, chinese = disposition.split("; ")
    assert disposition.isascii() and kind == ("inline" if shown else "attachment")
    assert plain == f'filename="medication-record-2026-11-21.{ending}"'
    assert chinese.startswith("filename*=UTF-8''")
    assert unquote(chinese.removeprefix("filename*=UTF-8''")) == f"用药记录_2026-10-25至2026-11-21.{ending}"
    assert door.reader.asked == [(TICKET.clinic, TICKET.person, TICKET.since, TICKET.until)]


async def test_files_hold_the_record(door: Door) -> None:
    _, table, _ = await door.get(".csv")
    assert len(list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))) == 28
    _, bundle, _ = await door.get(".json")
    assert {entry["resource"]["resourceType"] for entry in json.loads(bundle)["entry"]} == {
        "Patient",
        "MedicationStatement",
    }


async def test_without_a_form_there_is_a_page_in_words(door: Door) -> None:
    status, body, answer = await door.get()
    page = body.decode()
    assert status == 200 and answer.content_type == "text/html" and "应吃28次，吃了27次（96%）" in page
    assert "<b>" not in page and "缬沙坦&lt;b&gt;" in page, "what a person named is text"
    place = f"{PATH}/{issue(KEY, TICKET, AT)}"
    assert all(f'"{place}.{form}"' in page for form in ("png", "pdf", "csv", "json"))
    assert answer.headers["Cache-Control"] == "no-store"


async def test_it_works_more_than_once_until_it_ends(door: Door) -> None:
    door.at = AT + LASTS - timedelta(seconds=1)
    assert [(await door.get(".csv"))[0] for _ in range(2)] == [200, 200]
    door.at = AT + LASTS
    status, body, answer = await door.get(".csv")
    assert status == 403 and answer.content_type == "text/html" and "链接已失效" in body.decode()
    assert answer.headers["Cache-Control"] == "no-store"


def _other_person(text: str) -> str:
    body, _, mac = text.partition(".")
    other = issue(KEY, replace(TICKET, person="someone-else"), AT).partition(".")[0]
    assert other != body
    return f"{other}.{mac}"


@pytest.mark.parametrize(
    "spoil",
    [
        _other_person,
        lambda text: text[:-1],
        lambda text: "x" + text,
        lambda text: text.replace(".", "-"),
        lambda _text: "%00%FF.pdf",
        lambda _text: "a",
        lambda _text: "a.b.c.d.pdf",
        lambda _text: sign("another-key", "demo:p:0:1", AT + LASTS, record_ticket.LABEL),
        lambda _text: sign(KEY, "demo:p:0:1", AT + LASTS),
        lambda _text: sign(KEY, "demo:p:0:1", AT + LASTS, "ticket."),
    ],
)
async def test_nobody_reads_by_a_changed_or_foreign_ticket(door: Door, spoil: Callable[[str], str]) -> None:
    status, body, _ = await door.get("", spoil(issue(KEY, TICKET, AT)))
    assert status == 403 and "链接已失效" in body.decode()
    assert door.reader.asked == []


async def test_an_unknown_form_is_not_found(door: Door) -> None:
    assert [(await door.get(suffix))[0] for suffix in (".exe", "?as=exe", ".pdf.exe")] == [404, 404, 404]
    assert door.reader.asked == []


async def test_a_store_that_is_away_is_a_kind_error(door: Door) -> None:
    door.reader.error = StoreUnavailable("down")
    status, body, _ = await door.get(".pdf")
    assert status == 503 and json.loads(body)["title"]


async def test_logs_name_nobody(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", logger="connectors.web.record"):
        await door.get(".csv")
        await door.get(".csv", "forged.forged")
    said = [
        (record.getMessage(), record.__dict__) for record in caplog.records if record.name == "connectors.web.record"
    ]
    assert [rest["action"] for _, rest in said] == ["record_shown", "record_refused"]
    assert not any(secret in str(said) for secret in ("person-0123456789", issue(KEY, TICKET, AT), "缬沙坦"))


def test_a_ticket_carries_whom_and_when_and_shows_neither() -> None:
    text = issue(KEY, TICKET, AT)
    assert read(KEY, text, AT) == TICKET
    assert TICKET.person not in text and link(URL, KEY, TICKET, AT) == f"{URL}{PATH}/{text}"


@pytest.mark.parametrize("length", [timedelta(0), timedelta(days=-1), LONGEST + timedelta(seconds=1)])
def test_a_span_has_bounds(length: timedelta) -> None:
    with pytest.raises(ValueError, match="span"):
        issue(KEY, replace(TICKET, until=TICKET.since + length), AT)


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters=":"), max_size=20),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=40),
    st.integers(0, 4_000_000_000),
    st.integers(1, int(LONGEST.total_seconds())),
)
def test_any_ticket_comes_back(clinic: str, person: str, since: int, length: int) -> None:
    first = datetime.fromtimestamp(since, UTC)
    ticket = RecordTicket(clinic, person, first, first + timedelta(seconds=length))
    assert read(KEY, issue(KEY, ticket, AT), AT) == ticket


@given(st.text(max_size=200))
def test_a_forged_ticket_is_refused(text: str) -> None:
    with pytest.raises(RecordRefused):
        read(KEY, text, AT)
