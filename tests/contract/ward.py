"""A hospital with its nurses' desk, in front of a stand-in of WeCom over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from sqlalchemy import select

from bot.alert_rows import AlertRows
from bot.alerting import Alerting
from bot.conversation import Conversation, Urgency
from bot.db import Databases
from bot.escalation import Pace
from bot.handoffs import HandoffStore, request_handoff
from bot.locks import MemoryLocks
from bot.messages import Address
from bot.nursing import Nursing
from bot.outcomes import Outcomes
from bot.roster import Nurse, Roster
from bot.shelf import Shelf
from bot.store import ConversationStore
from bot.stream import MemoryStream
from bot.tables import audit
from connectors.in_time import Kept
from connectors.problem import problems
from connectors.tencent.api import Api
from connectors.tencent.callback import Callback
from connectors.tencent.crypto import Envelope
from connectors.tencent.remedies import WECOM_REMEDIES
from connectors.tencent.tokens import TokenHolder
from connectors.wecom.client import GroupRobot, NurseCards, fetch_token
from connectors.wecom.routes import PATH, WeComRoutes
from connectors.wecom.taking import Taking
from deploy.standin.wecom.company import Card
from deploy.standin.wecom.server import WECOM, make_wecom
from deploy.standin.wecom.settings import WeComSettings
from deploy.standin.wecom.wecom import WeCom
from tests.contract.conftest import AT

PACE = Pace(timedelta(minutes=3), timedelta(minutes=1))
WANG, LI = Nurse("王护士", "wang"), Nurse("李护士", "li")
PATIENT_WORDS = "我胸口疼得厉害，电话13800138000"


class Clock:
    """A clock set by hand."""

    at = AT

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


@dataclass(slots=True)
class Ward:
    """A hospital with its nurses' desk and WeCom."""

    clinic: str
    databases: Databases
    nursing: Nursing
    alerting: Alerting
    wecom: WeCom
    clock: Clock
    roster: list[Nurse]
    http: ClientSession
    url: str

    async def beat(self, **later: float) -> None:
        await self.alerting.beat(self.clock.forward(**later))

    async def asks(self, patient: str, urgency: Urgency = Urgency.ASKED, reason: str = "患者要求人工服务") -> str:
        conversation = await self.nursing.store.open(Address(self.clinic, "web", patient), self.clock.at)
        return await self.hands_off(conversation, urgency, reason)

    async def hands_off(self, conversation: Conversation, urgency: Urgency, reason: str) -> str:
        async with self.databases.of(self.clinic).begin() as connection:
            wanted = await request_handoff(connection, conversation, urgency, reason, PATIENT_WORDS, self.clock.at)
        return wanted.id

    async def press(self, userid: str, card: Card) -> bool:
        taken = await self.wecom.press(userid, card)
        await asyncio.sleep(0.05)  # the card is changed after the answer
        return taken

    async def audited(self, action: str) -> list[dict[str, str]]:
        async with self.databases.of(self.clinic).read() as connection:
            rows = await connection.execute(
                select(audit.c.detail).where(audit.c.clinic == self.clinic, audit.c.action == action)
            )
            return list(rows.scalars())


@asynccontextmanager
async def open_ward(databases: Databases, clinic: str) -> AsyncIterator[Ward]:
    """A ward whose callbacks are known to WeCom, for the time of the block."""
    clock = Clock()
    settings, kept = WeComSettings(clock), Kept()
    app = make_wecom(settings)
    async with TestServer(app) as server, ClientSession() as http:
        wecom = app[WECOM]
        made = make_ward(databases, clinic, clock, wecom, http, str(server.make_url("")).rstrip("/"))
        async with TestServer(gateway_of(made, settings, kept)) as gateway:
            made.url = str(gateway.make_url(PATH))
            assert await wecom.callbacks.call_at(made.url)
            yield made
            await kept.finish(5)


def make_ward(databases: Databases, clinic: str, clock: Clock, wecom: WeCom, http: ClientSession, url: str) -> Ward:
    store, roster = ConversationStore(databases), [WANG, LI]
    handoffs = HandoffStore(databases)
    nursing = Nursing(
        databases, store, handoffs, Outcomes(databases, store, MemoryStream(), {}), clock, lambda: "010-12345678"
    )
    alerters = (robot(wecom.settings, http, url), cards(databases, clinic, clock, wecom.settings, http, url))
    alerting = Alerting(clinic, AlertRows(databases), handoffs, alerters, lambda: Roster(tuple(roster)), PACE)
    return Ward(clinic, databases, nursing, alerting, wecom, clock, roster, http, "")


def robot(settings: WeComSettings, http: ClientSession, url: str) -> GroupRobot:
    return GroupRobot(Api(url, None, http, remedies=WECOM_REMEDIES), SecretStr(settings.robot_key))


def cards(
    databases: Databases, clinic: str, clock: Clock, settings: WeComSettings, http: ClientSession, url: str
) -> NurseCards:
    bare = Api(url, None, http, remedies=WECOM_REMEDIES)
    holder = TokenHolder(
        lambda: fetch_token(bare, settings.corp_id, SecretStr(settings.secret)), Shelf(databases, clinic),
        MemoryLocks(), clock, "token:wecom",
    )  # fmt: skip
    api = Api(url, holder, http, remedies=WECOM_REMEDIES)
    return NurseCards(api, settings.agent_id, lambda nurse, handoff, at: f"https://xl.example/desk/enter?h={handoff}")


def gateway_of(ward: Ward, settings: WeComSettings, kept: Kept) -> web.Application:
    envelope = Envelope(settings.token, (settings.aes_key,), settings.corp_id)
    card = next(one for one in ward.alerting.alerters if isinstance(one, NurseCards))
    taking = Taking(ward.clinic, ward.databases, ward.nursing, ward.alerting, card, ward.alerting.roster, ward.clock)
    app = web.Application(middlewares=[problems])
    app.add_routes(WeComRoutes(Callback(envelope, ward.clock), taking, kept).routes())
    return app
