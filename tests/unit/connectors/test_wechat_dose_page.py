"""The page that a reminder opens: what it shows, what its buttons do, who is let in."""

import html
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot import phrases
from bot.house import House
from bot.messages import Address, Author
from bot.outbox import Delivery
from connectors.wechat import dose_tickets
from connectors.wechat.dose_page import ALLOW_PATH, PATH
from connectors.wechat.dose_tickets import DoseTicket, TicketRefused
from connectors.wechat.templates import Detail, Details, Template, TemplateKind
from schedules.doses import Outcome
from tests.unit.bot import conftest as bots
from tests.unit.connectors.dose_door import AT, DRUG, KEY, MORNING, Door, opened
from tests.unit.connectors.wechat_hall import OPENID

house, red_flags = bots.house, bots.red_flags


@pytest.fixture
async def door(house: House) -> AsyncIterator[Door]:
    async for each in opened(house, None):
        yield each


async def test_the_page_shows_the_dose_and_three_buttons_without_a_script(door: Door) -> None:
    status, shown = await door.open()
    assert status == 200 and "<script" not in shown
    assert html.escape(DRUG) in shown and DRUG not in shown, "a drug's name is never markup"
    assert "一片" in shown and "11月22日 08:00" in shown
    assert all(f">{words}</button>" in shown for words in (phrases.TAKEN, phrases.SNOOZE, phrases.SKIP))
    assert [author for author, _ in await door.said()] == [Author.BOT], "looking does nothing"
    assert await door.outcomes() == [None]


async def test_a_press_does_what_the_button_in_the_chat_does_once(door: Door) -> None:
    words = phrases.DOSE_TAKEN.format(drug=DRUG)
    for _ in range(2):
        status, shown = await door.press("taken")
        assert status == 200 and words in shown and ALLOW_PATH not in shown
    assert await door.outcomes() == [Outcome.TAKEN]
    assert (await door.said())[1:] == [(Author.PATIENT, phrases.TAKEN), (Author.BOT, words)]
    answer = (await door.house.store.last(door.conversation, 1))[0]
    assert await door.house.outbox.deliveries(door.conversation, [answer.id]) == {answer.id: Delivery.SENT}
    assert await door.house.outbox.take("demo", door.now[0] + timedelta(days=1), 10) == ()
    assert phrases.DOSE_SETTLED in (await door.press("skip"))[1]
    assert await door.outcomes() == [Outcome.TAKEN]
    status, shown = await door.open()
    assert status == 200 and "（已服）：这一次已经记过了" in shown and "<button" not in shown


@pytest.mark.parametrize(
    ("action", "words", "outcome"),
    [("snooze", phrases.DOSE_SNOOZED, Outcome.SNOOZED), ("skip", phrases.DOSE_SKIPPED, Outcome.SKIPPED)],
)
async def test_the_other_buttons(door: Door, action: str, words: str, outcome: Outcome) -> None:
    assert words.format(drug=DRUG, minutes=10) in (await door.press(action))[1]
    assert outcome in await door.outcomes()


async def test_who_is_not_let_in(door: Door) -> None:
    _, ticket = door.ticket.split(".")
    other = dose_tickets.issue("another key", DoseTicket(door.conversation.id, door.reminder), MORNING)
    nobody = dose_tickets.issue(KEY, DoseTicket(door.conversation.id, "another"), MORNING)
    stranger = await door.house.store.open(Address("demo", "wechat", "oStranger"), AT)
    hers = dose_tickets.issue(KEY, DoseTicket(stranger.id, door.reminder), MORNING)
    for wrong in ("", "x", f".{ticket}", door.ticket[:-1], other, nobody, hers, "é.ü", "a" * 3_000):
        assert (await door.open(f"{PATH}?ticket={wrong}"))[0] == 403
        status, shown = await door.press("taken", wrong or " ")
        assert status == 403 and "已过期" in shown
    assert await door.outcomes() == [None]


async def test_a_link_ends_after_a_day(door: Door) -> None:
    door.now[0] = MORNING + dose_tickets.LASTS - timedelta(seconds=1)
    assert (await door.open())[0] == 200
    door.now[0] += timedelta(seconds=1)
    assert (await door.open())[0] == 403


@pytest.mark.parametrize(
    "body", [b"", b"action=taken", b"\xff\x00" * 40, b"ticket=%00&action=taken", b"a=" + b"9" * 9_000]
)
async def test_what_is_no_form_is_refused_kindly(door: Door, body: bytes) -> None:
    async with door.client.post(PATH, data=body) as response:
        assert response.status in (400, 403) and response.content_type == "text/html"
    assert (await door.press("dance"))[0] == 400
    assert await door.outcomes() == [None]


async def test_where_nothing_has_to_be_allowed_there_is_no_page_for_it(door: Door) -> None:
    async with door.client.get(ALLOW_PATH) as response:
        assert response.status == 404


async def test_nothing_of_the_person_is_in_the_address_or_in_the_log(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "connectors")
    await door.press("taken")
    assert OPENID not in door.path and door.conversation.person not in door.path
    written = "".join(str(record.__dict__) for record in caplog.records if record.name.startswith("connectors"))
    assert "dose_page" in written and OPENID not in written and "氨氯" not in written and door.ticket not in written


def test_tickets_say_what_was_signed_and_nothing_else_is_read() -> None:
    ticket = DoseTicket("c1", "m1")
    text = dose_tickets.issue(KEY, ticket, AT)
    assert dose_tickets.read(KEY, text, AT) == ticket
    assert dose_tickets.issue(KEY, ticket, AT) == text
    for at in range(len(text)):
        changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        with pytest.raises(TicketRefused):
            dose_tickets.read(KEY, changed, AT)


@pytest.mark.parametrize(
    ("kind", "field"),
    [(TemplateKind.TEMPLATE, "url"), (TemplateKind.ONE_TIME, "page"), (TemplateKind.LONG_TERM, "page")],
)
def test_a_reminder_leads_to_its_own_page(kind: TemplateKind, field: str) -> None:
    template = Template("t1", kind, {"thing1": Detail.WORDS}, "https://xl.example.cn/")
    for page, expected in (("https://xl.example.cn/wechat/dose?ticket=a", None), ("", template.url)):
        body = template.body("o1", Details("该吃药了", AT, page=page), "m1", lambda _: False)
        assert body[field] == (expected or page)
