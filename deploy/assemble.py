"""Puts the rooms together into the processes that `xinglin up` runs."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from actions.ask_llm import Ask
from actions.callers import Caller
from actions.deps import Deps
from actions.ordering import Prescriptions
from actions.server import make_actions_app
from bot.bootstrap import Bot, Memory, now, open_llm
from bot.errors import NotFound
from bot.settings import ROOT, Settings
from bot.sheet_store import SheetStore, open_store
from connectors.app import make_gateway
from connectors.base import Connector
from connectors.courier import Courier
from connectors.desk.follow_ups import DeskFollowUps
from connectors.desk.media import DeskMedia
from connectors.desk.orders import DeskOrders
from connectors.desk.routes import DeskConnector
from connectors.health import Check, Health
from connectors.web.clinic import clinic_routes
from connectors.web.practice import PracticeRoutes
from connectors.web.practice_encounters import EncounterRoutes
from connectors.web.routes import WebConnector
from connectors.web.teacher_seat import TeacherSeat
from connectors.web.teaching import TeachingRoutes
from connectors.web.teaching_encounters import TeachingEncounters
from deploy.channels import Channels
from deploy.records import record_link, record_routes
from knowledge.live import LiveLibrary
from schedules.embedded import Heartbeat

UI = ROOT / "connectors" / "web" / "ui" / "dist"


@dataclass(frozen=True, slots=True)
class StoreCallers:
    """Finds who speaks behind a sender id of Rasa."""

    memory: Memory

    async def caller(self, sender_id: str) -> Caller:
        """The caller of `<clinic>.<conversation id>`. Raises NotFound."""
        clinic, _, conversation_id = sender_id.partition(".")
        found = await self.memory.store.by_id(clinic, conversation_id) if conversation_id else None
        if found is None:
            raise NotFound("no such sender")
        notes = found.notes
        return Caller(clinic, found.id, found.person, notes.drugs_told, notes.shares_list is True)


def make_actions(
    settings: Settings, memory: Memory, library: LiveLibrary, cases: Mapping[str, str], token: str
) -> web.Application:
    """The action server: Rasa's webhook and the LLM endpoint."""

    link = record_link(settings, memory)

    def present() -> Deps:
        return Deps(
            library.now(), memory.appointments, memory.regimens, StoreCallers(memory), now, memory.plans,
            memory.habits, cases, link,
        )  # fmt: skip

    llm = open_llm(settings, memory.databases)
    ask = Ask(library.now, llm, now, settings.llm_votes)
    return make_actions_app(present, token, routes=ask.routes(), closing=[llm.close] if llm else [])


def make_connectors(settings: Settings, bot: Bot, channels: Channels) -> Mapping[str, Connector]:
    """Our own pages and the channels outside."""
    memory = bot.memory
    connectors: list[Connector] = [
        WebConnector(settings.clinic, bot.house, memory.handoffs, memory.stream, settings.message_chars),
        DeskConnector(settings.clinic, bot.desk_key, bot.nursing, memory.store, memory.stream, memory.outbox),
        *channels.connectors,
    ]
    return {connector.name: connector for connector in connectors}


def make_gateway_app(
    settings: Settings, bot: Bot, connectors: Mapping[str, Connector], more: Sequence[web.RouteDef],
    checks: Mapping[str, Check],
) -> web.Application:  # fmt: skip
    """The gateway over all channels."""
    extra = [
        *clinic_routes(lambda: bot.library.now().clinic, wechat=settings.wechat_app_id is not None),
        *_practice_routes(settings, bot),
        *DeskMedia(settings.clinic, bot.desk_key, bot.memory.handoffs, bot.memory.media, now).routes(),
        *DeskFollowUps(settings.clinic, bot.desk_key, bot.nursing, bot.house.follow_ups, now).routes(),
        *DeskOrders(settings.clinic, bot.desk_key, bot.nursing, _orders(bot), now).routes(),
        *record_routes(settings, bot),
        *more,
    ]
    return make_gateway(connectors, extra, Health(checks), UI)


def _practice_routes(settings: Settings, bot: Bot) -> Sequence[web.RouteDef]:
    """What learners and teachers ask for."""
    clinic, school, seat = settings.clinic, bot.school, TeacherSeat(bot.teacher_key, now)
    return (
        *PracticeRoutes(clinic, school).routes(),
        *EncounterRoutes(clinic, school).routes(),
        *seat.routes(),
        *TeachingRoutes(clinic, school, seat, settings.public_url or "").routes(),
        *TeachingEncounters(clinic, school, seat).routes(),
    )


def _orders(bot: Bot) -> Prescriptions:
    memory = bot.memory
    library, tell = bot.library.now, bot.outcomes.tell_message
    return Prescriptions(library, memory.databases, memory.regimens, memory.habits, tell)


def make_courier(settings: Settings, bot: Bot, connectors: Mapping[str, Connector]) -> Courier:
    """Who empties the outbox."""
    return Courier(settings.clinic, bot.memory.outbox, connectors, now, bot.memory.stream)


def make_refresher(settings: Settings, library: LiveLibrary) -> Heartbeat:
    """Who looks whether the knowledge has changed, for the gateway and the actions alike."""

    async def refresh(_at: datetime) -> None:
        await asyncio.to_thread(library.refresh)

    return Heartbeat(refresh, settings.knowledge_refresh_s, now)


def make_beats(settings: Settings, bot: Bot, channels: Channels) -> Sequence[Heartbeat]:
    """What waits for servers outside has a heartbeat each: a slow one must not make a reminder late."""

    async def fetch_media(at: datetime) -> None:
        await bot.memory.media.fetch_pending(settings.clinic, channels.fetchers, at)

    beats = [fetch_media, *channels.beats]
    if (store := open_store(settings)) is not None:
        kept = SheetStore(bot.memory.databases, store, bot.cases)

        async def keep_debriefs(at: datetime) -> None:
            await kept.keep_pending(settings.clinic, at)

        beats.append(keep_debriefs)
    return [Heartbeat(beat, settings.heartbeat_s, now) for beat in beats]
