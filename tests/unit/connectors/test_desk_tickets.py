"""The link in a nurse's message: hers alone, short-lived, good for one login."""

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from connectors.desk import client, tickets
from connectors.desk.entering import DeskEntry

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
HANDOFF = "0123456789abcdef0123456789abcdef"


def test_a_ticket_says_who_and_what_until_it_ends() -> None:
    ticket = tickets.read("key", tickets.issue("key", "王护士", HANDOFF, AT), AT)
    assert (ticket.nurse, ticket.handoff, ticket.until) == ("王护士", HANDOFF, AT + tickets.LASTS)
    assert ticket.page(seated=True).startswith(f"/desk#handoff={HANDOFF}&nurse=%E7%8E%8B")
    assert ticket.page(seated=False) == f"/desk#handoff={HANDOFF}", "another nurse may sit there"


def test_it_is_the_same_for_the_same_card() -> None:
    assert tickets.issue("key", "王护士", HANDOFF, AT) == tickets.issue("key", "王护士", HANDOFF, AT)


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: "x" + t, lambda t: t.replace(".", ""), lambda t: ""])
def test_a_changed_ticket_is_refused(spoil: object) -> None:
    with pytest.raises(tickets.TicketRefused):
        tickets.read("key", spoil(tickets.issue("key", "王护士", HANDOFF, AT)), AT)  # type: ignore[operator]


@given(st.text(max_size=200))
def test_a_forged_ticket_is_refused(text: str) -> None:
    with pytest.raises(tickets.TicketRefused):
        tickets.read("key", text, AT)


def test_a_ticket_is_no_cookie_and_a_cookie_no_ticket() -> None:
    assert client.nurse_of("key", tickets.issue("key", "王护士", HANDOFF, AT), AT) is None
    with pytest.raises(tickets.TicketRefused):
        tickets.read("key", client.sign("key", "王护士", AT), AT)


async def entered(ticket: str, at: datetime, used: set[str]) -> tuple[int, str, str, str]:
    async def spend(id_: str, _at: datetime) -> bool:
        fresh = id_ not in used
        used.add(id_)
        return fresh

    app = web.Application()
    app.add_routes(DeskEntry("key", spend, lambda: at).routes())
    async with TestClient(TestServer(app)) as page:
        answer = await page.get(tickets.PATH, params={"ticket": ticket}, allow_redirects=False)
        cookie = answer.cookies[client.COOKIE].value if client.COOKIE in answer.cookies else ""
        return answer.status, answer.headers.get("Location", ""), cookie, await answer.text()


async def test_the_link_seats_the_nurse_once() -> None:
    used: set[str] = set()
    ticket = tickets.issue("key", "王护士", HANDOFF, AT)
    status, place, cookie, _ = await entered(ticket, AT, used)
    assert status == 303 and f"handoff={HANDOFF}" in place and "nurse=" in place
    assert client.nurse_of("key", cookie, AT) == "王护士"
    status, place, cookie, _ = await entered(ticket, AT, used)
    assert (status, cookie, place) == (303, "", f"/desk#handoff={HANDOFF}")


@pytest.mark.parametrize("ticket", ["", "x.y", tickets.issue("other key", "王护士", HANDOFF, AT)])
async def test_a_wrong_link_tells_kindly_how_to_log_in(ticket: str) -> None:
    status, _, cookie, page = await entered(ticket, AT, set())
    assert (status, cookie) == (403, "") and "护士台口令" in page and 'href="/desk"' in page


async def test_an_old_link_is_refused_and_not_used_up() -> None:
    used: set[str] = set()
    status, _, cookie, _ = await entered(tickets.issue("key", "王护士", HANDOFF, AT), AT + timedelta(minutes=10), used)
    assert (status, cookie, used) == (403, "", set())


async def test_looking_at_the_link_does_not_use_it() -> None:
    app = web.Application()
    app.add_routes(DeskEntry("key", lambda _id, _at: pytest.fail("used"), lambda: AT).routes())
    async with TestClient(TestServer(app)) as page:
        answer = await page.head(tickets.PATH, params={"ticket": tickets.issue("key", "王护士", HANDOFF, AT)})
        assert answer.status == 405
