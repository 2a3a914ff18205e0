"""The page that a reminder opens: what it shows, what its buttons do, how it asks for the next reminder."""

import html
import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from bot import phrases
from bot.conversation import Conversation
from bot.house import House
from bot.messages import Address, Author, Button, Kind, Reply
from bot.outbox import Delivery
from bot.regimen_rows import DueDose, Regimen
from bot.shelf import Shelf
from bot.store import write_replies
from connectors.problem import problems
from connectors.tencent.api import Api
from connectors.tencent.tokens import TokenUnavailable
from connectors.wechat import dose_tickets
from connectors.wechat.dose_page import ALLOW_PATH, PATH, DosePage, address
from connectors.wechat.dose_tickets import DoseTicket, TicketRefused
from connectors.wechat.subscribe_tag import SDK_PATH, SubscribeTag, fetch_ticket, sign
from connectors.wechat.templates import SUBSCRIPTION_PATH, Detail, Details, Template, TemplateKind
from deploy.standin.wechat.oauth import COOKIE
from deploy.standin.wechat.server import WECHAT, make_wechat
from deploy.standin.wechat.settings import StandInSettings
from schedules.doses import Outcome
from schedules.regimen import read_regimen
from tests.unit.bot import conftest as bots
from tests.unit.connectors.wechat_hall import ONE_TIME, OPENID, calls

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)  # eight in Shanghai
KEY = "key of the tickets"
PUBLIC = "https://xl.example.cn"
DRUG = "氨氯地平<b>片"

house, red_flags = bots.house, bots.red_flags


@dataclass(slots=True)
class Door:
    """A reminder that was sent, and the page it opens."""

    house: House
    conversation: Conversation
    dose: DueDose
    reminder: str
    now: list[datetime]
    client: TestClient[web.Request, web.Application] = field(init=False)

    @property
    def path(self) -> str:
        return address("", KEY, self.conversation, self.reminder, self.dose)

    @property
    def ticket(self) -> str:
        return self.path.partition("=")[2]

    async def open(self, path: str | None = None) -> tuple[int, str]:
        async with self.client.get(path or self.path) as response:
            assert response.content_type == "text/html" and response.headers["Cache-Control"] == "no-store"
            return response.status, await response.text()

    async def press(self, action: str, ticket: str | None = None) -> tuple[int, str]:
        async with self.client.post(PATH, data={"ticket": ticket or self.ticket, "action": action}) as response:
            return response.status, html.unescape(await response.text())

    async def said(self) -> list[tuple[Author, str]]:
        return [(one.author, one.text) for one in await self.house.store.since(self.conversation, 0)]

    async def outcomes(self) -> list[Outcome | None]:
        doses = await self.house.regimens.history("demo", self.conversation.person, AT, MORNING + timedelta(hours=1))
        return [dose.outcome for dose in doses]


async def remind(house: House, conversation: Conversation) -> str:
    """Send one reminder; its message id."""
    timing = read_regimen("每天早上8点吃氨氯地平", AT).timing
    assert timing is not None
    regimen = Regimen("r1", conversation.person, conversation.id, DRUG, None, "一片", timing, AT)
    await house.regimens.add("demo", regimen, AT)
    await house.regimens.lay_out("demo", AT, timedelta(hours=24))
    (dose,) = await house.regimens.claim_due("demo", MORNING, 10)
    async with house.outbox._databases.of("demo").begin() as connection:
        reply = Reply("到时间吃药啦", (Button(phrases.TAKEN, command="dose_taken"),), kind=Kind.REMINDER)
        (message,) = await write_replies(connection, conversation, (reply,), MORNING)
        assert await house.regimens.mark_reminded("demo", dose.id, message.id, MORNING, within=connection)
    await house.outbox.sent("demo", [message.id], MORNING)
    return message.id


async def opened(house: House, tag: SubscribeTag | None) -> AsyncIterator[Door]:
    now = [MORNING + timedelta(minutes=5)]
    here = replace(house, clock=lambda: now[0])
    conversation = await here.store.open(Address("demo", "wechat", OPENID), AT)
    reminder = await remind(here, conversation)
    dose = await here.regimens.reminded_by("demo", reminder)
    assert dose is not None
    door = Door(here, conversation, dose, reminder, now)
    app = web.Application(middlewares=[problems])
    app.add_routes(DosePage("demo", here, KEY, tag).routes())
    async with TestClient(TestServer(app)) as door.client:
        yield door


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
    assert await door.said() == [(Author.BOT, "到时间吃药啦")], "looking does nothing"
    assert await door.outcomes() == [None]


async def test_a_press_does_what_the_button_in_the_chat_does_once(door: Door) -> None:
    words = phrases.DOSE_TAKEN.format(drug=DRUG)
    for _ in range(2):
        status, shown = await door.press("taken")
        assert status == 200 and words in shown
    assert await door.outcomes() == [Outcome.TAKEN]
    assert (await door.said())[1:] == [(Author.PATIENT, phrases.TAKEN), (Author.BOT, words)]
    answer = (await door.house.store.last(door.conversation, 1))[0]
    assert await door.house.outbox.deliveries(door.conversation, [answer.id]) == {answer.id: Delivery.SENT}
    assert await door.house.outbox.take("demo", door.now[0] + timedelta(days=1), 10) == ()
    assert phrases.DOSE_SETTLED in (await door.press("skip"))[1]
    assert await door.outcomes() == [Outcome.TAKEN]
    status, shown = await door.open()
    assert status == 200 and "已经记过了（已服）" in shown and "<button" not in shown


@pytest.mark.parametrize(
    ("action", "words", "outcome"),
    [("snooze", phrases.DOSE_SNOOZED, Outcome.SNOOZED), ("skip", phrases.DOSE_SKIPPED, Outcome.SKIPPED)],
)
async def test_the_other_buttons(door: Door, action: str, words: str, outcome: Outcome) -> None:
    assert words.format(drug=DRUG) in (await door.press(action))[1]
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


def test_the_signature_is_that_of_tencents_example() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    signed = sign(ticket, "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value")
    assert signed == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


@dataclass(slots=True)
class Phone:
    """The page inside WeChat: its script as the stand-in plays it."""

    door: Door
    wechat: ClientSession
    base: str
    taps: Callable[[], int | None]
    events: list[str]

    async def config(self, path: str) -> dict[str, object]:
        _, shown = await self.door.open(path)
        assert f'src="{self.base}{SDK_PATH}"' in shown and f'template="{ONE_TIME}"' in shown
        found = re.search(r'id="config">(.*?)</script>', shown)
        assert found is not None
        read: dict[str, object] = json.loads(found[1])
        return read

    async def ask(self, what: str, url: str, openid: str = OPENID, **body: object) -> bool:
        async with self.wechat.post(
            f"{self.base}/standin/tags/{what}", data=json.dumps({"url": url} | body), cookies={COOKIE: openid}
        ) as response:
            return bool((await response.json())["ok"])


@pytest.fixture
async def phone(house: House) -> AsyncIterator[Phone]:
    events: list[str] = []

    async def receive(request: web.Request) -> web.Response:
        events.append(await request.text())
        return web.Response(text="success")

    hospital = web.Application()
    hospital.add_routes([web.post("/", receive)])
    async with TestServer(hospital) as callback, ClientSession() as http:
        told = StandInSettings(clock=lambda: MORNING, callback_url=str(callback.make_url("/")))
        async with TestServer(make_wechat(told)) as server:
            base, people = str(server.make_url("")).rstrip("/"), server.app[WECHAT].world.people
            people.meet(OPENID)
            api = calls(told, base, http, Shelf(house.outbox._databases, "demo"))
            tag = SubscribeTag(told.app_id, ONE_TIME, _ticket(api), PUBLIC, base + SDK_PATH, lambda: MORNING)
            async for door in opened(house, tag):
                yield Phone(door, http, base, lambda: people.meet(OPENID).subscriptions.get(ONE_TIME), events)


def _ticket(api: Api) -> Callable[[], Awaitable[str]]:
    async def ticket() -> str:
        return (await fetch_ticket(api)).value

    return ticket


@pytest.mark.parametrize("where", ["dose", "allow"])
async def test_the_button_of_wechat_asks_for_the_next_reminder(phone: Phone, where: str) -> None:
    path = phone.door.path if where == "dose" else ALLOW_PATH
    config, url = await phone.config(path), PUBLIC + path
    assert await phone.ask("check", url + "#there", config=config)
    assert not await phone.ask("check", url + "&more=1", config=config)
    assert not await phone.ask(
        "subscribe", url, config=config | {"signature": "0" * 40}, template=ONE_TIME, accepted=True
    )
    assert phone.taps() is None
    assert await phone.ask("subscribe", url, config=config, template=ONE_TIME, accepted=True)
    assert phone.taps() == 1 and len(phone.events) == 1
    assert await phone.ask("subscribe", url, config=config, template=ONE_TIME, accepted=False)
    assert phone.taps() == 1 and len(phone.events) == 2
    assert not await phone.ask("subscribe", url, "oNobody", config=config, template=ONE_TIME, accepted=True)


async def test_only_the_pages_own_script_and_wechats_may_run(phone: Phone) -> None:
    async with phone.door.client.get(phone.door.path) as response:
        policy, shown = response.headers["Content-Security-Policy"], await response.text()
    (nonce,) = re.findall(r'<script nonce="([^"]+)">', shown)
    assert f"script-src 'nonce-{nonce}' {phone.base};" in policy and "script-src 'self'" not in policy
    async with phone.wechat.get(phone.base + SDK_PATH) as script:
        assert script.status == 200 and "wx-open-subscribe" in await script.text()


async def test_the_plain_button_works_beside_it(phone: Phone) -> None:
    assert phrases.DOSE_TAKEN.format(drug=DRUG) in (await phone.door.press("taken"))[1]
    assert await phone.door.outcomes() == [Outcome.TAKEN]


async def test_while_wechat_gives_no_ticket_the_page_is_the_plain_one(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def unavailable() -> str:
        raise TokenUnavailable

    tag = SubscribeTag("wx1", ONE_TIME, unavailable, PUBLIC, "https://res.wx.qq.com" + SDK_PATH, lambda: MORNING)
    async for door in opened(house, tag):
        status, shown = await door.open()
        assert status == 200 and "<script" not in shown and phrases.TAKEN in shown
    assert "wechat_no_tag" in str([record.__dict__ for record in caplog.records])


def test_the_tag_belongs_to_the_call_by_which_the_template_leaves() -> None:
    """The other product's link (subscribemsg) would collect taps that this call can't use."""
    assert Template(ONE_TIME, TemplateKind.ONE_TIME, {}).path == SUBSCRIPTION_PATH
