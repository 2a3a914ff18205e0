"""A template message that WeChat took and lost comes to a nurse, tried on the stand-in of WeChat's server."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.crypto import Keyring
from bot.db import Databases
from bot.messages import Address
from bot.migrate import migrate
from bot.reach import Reach, Standing
from bot.shelf import Shelf
from connectors.wechat.events import Delivered
from connectors.wechat.fates import KEPT, TemplateFates
from connectors.wechat.happenings import BLOCKED, Happenings
from connectors.wechat.templates import Purpose, TemplateKind
from knowledge.drug_names import load_drug_book
from tests.unit.connectors.wechat_hall import OPENID, REMINDER, open_hall, templates

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
WHO = Address("demo", "wechat", "oPatient0123456789ABCDEFGHIJ")
OTHER = Address("demo", "wechat", "oPatient0123456789ABCDEFGHI2")


@dataclass(slots=True)
class Desk:
    """The fates of a clinic's messages, and what was told to a nurse."""

    databases: Databases
    at: datetime = AT
    told: list[tuple[str, str]] = field(default_factory=list)
    fates: TemplateFates = field(init=False)
    happenings: Happenings = field(init=False)

    def __post_init__(self) -> None:
        self.fates = TemplateFates("demo", Shelf(self.databases, "demo"), self._undelivered, lambda: self.at)
        self.happenings = Happenings("demo", Reach(self.databases), lambda _: False, self.fates.lost)

    async def _undelivered(self, clinic: str, message: str, _at: datetime) -> bool:
        self.told.append((clinic, message))
        return True

    async def hears(self, event: str, news: Delivered) -> None:
        await self.happenings.note(event, news, self.at)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path}/{{clinic}}.sqlite3", Keyring({"k": b"0" * 32}, "k"))
    await migrate(databases.of("demo"))
    yield Desk(databases)
    await databases.close()


def lost(number: str, why: str = "failed: system failed", template: str = "", who: Address = WHO) -> Delivered:
    return Delivered(who, number, False, why, template)


async def test_a_lost_template_message_is_told_and_one_that_arrived_is_not(desk: Desk) -> None:
    await desk.fates.left("m1", "100")
    await desk.fates.left("m2", "200")
    await desk.hears("e1", Delivered(WHO, "100", True, "success"))
    assert desk.told == []
    await desk.hears("e2", lost("200"))
    assert desk.told == [("demo", "m2")]
    await desk.hears("e2", lost("200"))
    assert len(desk.told) == 1, "the same event again"


async def test_an_event_that_is_faster_than_the_answer_is_not_forgotten(desk: Desk) -> None:
    await desk.hears("e1", lost("100"))
    assert desk.told == []
    await desk.fates.left("m1", "100")
    assert desk.told == [("demo", "m1")]


async def test_a_subscription_notice_is_known_by_person_and_template(desk: Desk) -> None:
    await desk.fates.leaves("m1", WHO, "t1")
    await desk.fates.leaves("m2", WHO, "t2")
    await desk.fates.leaves("m3", OTHER, "t1")
    await desk.hears("e1", lost("991", "reject", "t1"))
    assert desk.told == [("demo", "m1")]
    await desk.hears("e2", lost("992", "reject", "t9"))
    await desk.fates.leaves("m4", WHO, "t9")
    assert len(desk.told) == 1, "what was never sent does not fall on the next one"


async def test_after_a_day_nothing_is_kept(desk: Desk) -> None:
    await desk.fates.left("m1", "100")
    desk.at += KEPT
    await desk.hears("e1", lost("100"))
    assert desk.told == []


async def test_who_blocked_us_is_marked_too(desk: Desk) -> None:
    await desk.fates.left("m1", "100")
    await desk.hears("e1", lost("100", BLOCKED))
    assert desk.told == [("demo", "m1")]
    assert (await desk.happenings.reach.left(WHO, AT + timedelta(seconds=1))).standing is Standing.BLOCKED


@pytest.mark.parametrize("kind", list(TemplateKind))
async def test_what_wechat_takes_and_loses_is_known_again(tmp_path: Path, kind: TemplateKind) -> None:
    told: list[str] = []

    async def undelivered(_clinic: str, message: str, _at: datetime) -> bool:
        told.append(message)
        return True

    async with open_hall(tmp_path, load_drug_book(), templates(kind)) as here:
        here.client = replace(here.client, fates=replace(here.client.fates, undelivered=undelivered))
        template = here.client.templates.by_purpose[Purpose.REMINDER].id
        await here.wechat.subscribe(OPENID, [(template, True)])
        await here.reach.subscribed(WHO, template, 1)
        here.clock.forward(timedelta(hours=49))
        await here.send(REMINDER)
        number = str(next(here.wechat.world.ids) - 1)
        with_template = "" if kind is TemplateKind.TEMPLATE else template
        await here.client.fates.lost(Delivered(WHO, number, False, "failed", with_template), here.clock())
        assert told == [REMINDER.id]
