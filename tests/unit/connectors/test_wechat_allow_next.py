"""In the chat, `已服药` brings the way to the next reminder where each one has to be allowed; nothing else does."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot import phrases
from bot.house import House
from bot.messages import Address, Button, Kind, Reply
from bot.regimen_rows import Regimen
from bot.shelf import Shelf
from bot.store import write_replies
from connectors.problem import problems
from connectors.tencent.crypto import Envelope
from connectors.wechat.client import WeChatClient, details_in_words
from connectors.wechat.dose_page import ALLOW_NEXT
from connectors.wechat.fates import TemplateFates
from connectors.wechat.happenings import Happenings
from connectors.wechat.places import Places
from connectors.wechat.routes import PATH, WeChatConnector
from connectors.wechat.templates import Templates
from deploy.standin.clock import JumpingClock
from deploy.standin.wechat.server import WECHAT, make_wechat
from deploy.standin.wechat.settings import StandInSettings
from deploy.standin.wechat.wechat import WeChat
from knowledge.drug_names import DrugBook
from schedules.regimen import read_regimen
from tests.unit.bot import conftest as bots
from tests.unit.connectors.wechat_hall import OPENID, calls

house, red_flags = bots.house, bots.red_flags
INVITATION = ALLOW_NEXT.format(url="https://xl.example.cn/wechat/allow")
Reminded = Callable[[str], AbstractAsyncContextManager[WeChat]]


@pytest.fixture
def reminded(house: House) -> Reminded:
    """A person who has just been reminded of a dose, on an account that says this below `已服药`."""
    return partial(_reminded, house)


@asynccontextmanager
async def _reminded(house: House, allow_next: str) -> AsyncIterator[WeChat]:
    clock = JumpingClock()
    here, databases = replace(house, clock=clock), house.outbox._databases
    told = StandInSettings(clock=clock, wait_s=2.0)
    standin = make_wechat(told)
    async with TestServer(standin) as server, ClientSession() as http:
        api = calls(told, str(server.make_url("")).rstrip("/"), http, Shelf(databases, "demo"))
        fates = TemplateFates("demo", Shelf(databases, "demo"), here.outbox.undelivered, clock)
        client = WeChatClient(api, here.reach, Templates(), details_in_words, _no_book, clock, fates)
        happenings = Happenings("demo", here.reach, lambda _: False, fates.lost)
        envelope = Envelope(told.token, (told.aes_key,), told.app_id)
        connector = WeChatConnector(
            "demo", here, envelope, client, happenings, Places(), None, 1.5, True, allow_next=allow_next
        )
        app = web.Application(middlewares=[problems])
        app.add_routes(connector.routes())
        async with TestServer(app) as gateway:
            wechat = standin[WECHAT]
            assert await wechat.call_at(str(gateway.make_url(PATH)))
            await wechat.follow(OPENID)
            await _remind(here)
            yield wechat
            await connector.kept.finish(5)


def _no_book() -> DrugBook:
    raise AssertionError("without templates no name is shortened")


async def _remind(here: House) -> None:
    conversation, at = await here.store.open(Address("demo", "wechat", OPENID), here.clock()), here.clock()
    timing = read_regimen("每天早上8点吃氨氯地平", at).timing
    assert timing is not None
    await here.regimens.add(
        "demo", Regimen("r1", conversation.person, conversation.id, "氨氯地平", None, "一片", timing, at), at
    )
    await here.regimens.lay_out("demo", at, timedelta(hours=24))
    (dose, *_) = await here.regimens.history("demo", conversation.person, at, at + timedelta(hours=24))
    buttons = (
        Button(phrases.TAKEN, command="dose_taken", args={"dose": dose.id}),
        Button(phrases.SKIP, command="dose_skip", args={"dose": dose.id}),
    )
    async with here.outbox._databases.of("demo").begin() as connection:
        written = await write_replies(connection, conversation, (Reply("吃药啦", buttons, kind=Kind.REMINDER),), at)
    await here.outbox.sent("demo", [one.id for one in written], at)


async def test_who_has_taken_it_is_shown_the_way_to_the_next_reminder(reminded: Reminded) -> None:
    async with reminded(INVITATION) as wechat:
        await wechat.say(OPENID, "已服药")
        assert wechat.answers(OPENID)[-1] == f"{phrases.DOSE_TAKEN.format(drug='氨氯地平')}\n{INVITATION}"


async def test_who_skips_it_or_talks_is_not(reminded: Reminded) -> None:
    async with reminded(INVITATION) as wechat:
        await wechat.say(OPENID, "这次不吃")
        assert wechat.answers(OPENID)[-1].startswith(phrases.DOSE_SKIPPED.format(drug="氨氯地平"))
        await wechat.say(OPENID, "你好")
        assert not any(INVITATION in words for words in wechat.answers(OPENID))


async def test_nor_where_following_is_enough(reminded: Reminded) -> None:
    async with reminded("") as wechat:
        await wechat.say(OPENID, "已服药")
        assert wechat.answers(OPENID)[-1] == phrases.DOSE_TAKEN.format(drug="氨氯地平")


async def test_whatever_breaks_the_person_reads_a_sentence_and_never_the_notice(house: House) -> None:
    broken = replace(house, rasa=bots.Says([KeyError("a fault of ours")]))
    async with _reminded(broken, "") as wechat:
        done = await wechat.say(OPENID, "挂号")
        assert not done.noticed and len(done.tries) == 1
        assert wechat.answers(OPENID)[-1] == phrases.HTTP_TITLES[500]
