"""The running house: starts every part in order, waits until it is truly ready, stops them all cleanly."""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from pathlib import Path

from aiohttp import ClientSession, web
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from bot.bootstrap import Bot, Memory, build, now, open_library, open_memory
from bot.engine_settings import Engine
from bot.errors import XinglinError
from bot.neighbours import Neighbours
from bot.rasa import RasaState
from bot.settings import Settings
from bot.turn import resume
from connectors.health import Check
from connectors.metrics import metrics_routes
from deploy.assemble import make_actions, make_beats, make_connectors, make_courier, make_gateway_app, make_refresher
from deploy.channels import Channels, open_channels
from deploy.children import Child, until
from deploy.database import migrate_or_say
from deploy.rasa_child import RASA_PATIENCE_S, rasa_recipe
from deploy.reminding import make_heartbeat
from deploy.running import LOOPBACK, Announced, Running, Tell, free_port
from deploy.train import ensure_model
from deploy.trouble import port_in_use, rasa_not_ready
from schedules.embedded import Heartbeat

log = logging.getLogger(__name__)

LEFT_AFTER_S = 90.0  # longer than any turn that is being worked at
CLOSING_S = 2.0  # how long open event streams may take to end


@asynccontextmanager
async def run_house(settings: Settings, tell: Tell) -> AsyncIterator[Running]:
    """The whole house for the time of the block. Raises Trouble when it can't start."""
    check_port(settings.host, settings.port)
    model = None if settings.rasa_url else await asyncio.to_thread(ensure_model, settings.var / "models", tell)
    async with AsyncExitStack() as stack:
        memory = open_memory(settings)
        stack.push_async_callback(memory.close)
        if outgrown := settings.engine is Engine.TEMPORAL:
            memory = await _with_ladders_in_temporal(settings, memory, stack)
        neighbours = _neighbours(settings)
        child = await _start_rasa(settings, neighbours, model, stack, tell) if model else None
        await migrate_or_say(memory, settings.clinic)
        tell("正在载入医学知识… · loading the knowledge …")
        library = await asyncio.to_thread(open_library, settings)
        bot = build(settings, memory, library, neighbours)
        stack.push_async_callback(bot.rasa.close)
        await _serve_actions(settings, bot, neighbours, stack)
        channels = await _serve_gateway(settings, bot, stack)
        await _wait_for_rasa(settings, bot, child)
        await resume(bot.house, settings.clinic, now())
        channels.workers.append(partial(take_up_left_turns, settings, bot))
        for work in channels.workers:
            stack.push_async_callback(_cancel, asyncio.ensure_future(work()))
        reminding = [] if outgrown else [make_heartbeat(settings, bot)]
        for heartbeat in (*reminding, *make_beats(settings, bot, channels)):
            _start(heartbeat, stack)
        _start(make_refresher(settings, bot.library), stack)
        running = _running(settings, neighbours, bot)
        with Announced(settings.var / "run.json", running):
            yield running


async def _with_ladders_in_temporal(settings: Settings, memory: Memory, stack: AsyncExitStack) -> Memory:
    from deploy.temporal.waking import waking  # its library is large, and only who has outgrown one machine needs it

    return await waking(memory, settings, settings.clinic, stack)


def check_port(host: str, port: int) -> None:
    """Raises Trouble when somebody listens at the gateway's port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise port_in_use(host, port) from error


def _neighbours(settings: Settings) -> Neighbours:
    def secret(value: SecretStr | None) -> str:
        return value.get_secret_value() if value else secrets.token_urlsafe(24)

    actions_url = settings.actions_url or f"http://{LOOPBACK}:{settings.actions_port or free_port()}"
    return Neighbours(
        settings.rasa_url or f"http://{LOOPBACK}:{free_port()}", secret(settings.rasa_token),
        actions_url, secret(settings.actions_token),
    )  # fmt: skip


async def _start_rasa(
    settings: Settings, neighbours: Neighbours, model: Path, stack: AsyncExitStack, tell: Tell
) -> Child:
    tell("正在启动对话引擎… · starting Rasa …")
    child = Child(rasa_recipe(settings, neighbours, model), tell)
    await child.start()
    stack.push_async_callback(child.stop)
    return child


async def _wait_for_rasa(settings: Settings, bot: Bot, child: Child | None) -> None:
    """Raises Trouble at once when Rasa falls or has no model: starting it again would not mend it."""

    async def decided() -> bool:
        return bool(child and child.falls) or await bot.rasa.state() is not RasaState.DOWN

    await until(decided, RASA_PATIENCE_S)
    if not await bot.rasa.ready():
        raise rasa_not_ready(str(settings.var / "logs" / "rasa.log"), str(settings.var / "models"))


async def _serve_actions(settings: Settings, bot: Bot, neighbours: Neighbours, stack: AsyncExitStack) -> None:
    if settings.actions_url:
        return
    titles = {case.id: case.title for case in bot.cases.values()}
    app = make_actions(settings, bot.memory, bot.library, titles, neighbours.actions_token)
    await _serve(app, LOOPBACK, int(neighbours.actions_url.rsplit(":", 1)[1]), stack)


async def _serve_gateway(settings: Settings, bot: Bot, stack: AsyncExitStack) -> Channels:
    http, registry = await stack.enter_async_context(ClientSession()), CollectorRegistry()
    channels = open_channels(settings, bot, http, registry)
    connectors = make_connectors(settings, bot, channels)
    more = [*channels.routes, *metrics_routes(registry)]
    app = make_gateway_app(settings, bot, connectors, more, checks(settings, bot))
    await _serve(app, settings.host, settings.port, stack)
    for close in channels.closing:
        stack.push_async_callback(close)
    courier = asyncio.create_task(make_courier(settings, bot, connectors).work())
    stack.push_async_callback(_cancel, courier)
    return channels


async def _serve(app: web.Application, host: str, port: int, stack: AsyncExitStack) -> None:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSING_S)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise port_in_use(host, port) from error


def _start(heartbeat: Heartbeat, stack: AsyncExitStack) -> None:
    heartbeat.start()
    stack.callback(heartbeat.stop)


async def take_up_left_turns(settings: Settings, bot: Bot) -> None:
    """Nobody is left without an answer because the database was away for a moment. Until cancelled."""
    while True:
        await asyncio.sleep(LEFT_AFTER_S / 3)
        try:
            await resume(bot.house, settings.clinic, now() - timedelta(seconds=LEFT_AFTER_S))
        except XinglinError as error:
            log.warning("turns still open", extra={"action": "turns_still_open", "error": type(error).__name__})


async def _cancel(task: asyncio.Future[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def checks(settings: Settings, bot: Bot) -> dict[str, Check]:
    """What `/readyz` looks at."""

    async def rasa() -> str:
        return "ok" if await bot.rasa.ready() else "starting"

    async def database() -> str:
        await bot.memory.store.unfinished(settings.clinic, now())
        return "ok"

    async def redis() -> str:
        if bot.memory.redis is None:
            return "off"
        await bot.memory.redis.ping()
        return "ok"

    async def knowledge() -> str:
        return "ok" if bot.library.now().clinic.departments else "empty"

    async def llm() -> str:
        return "ok" if settings.llm_base_url else "off"

    return {"rasa": rasa, "database": database, "redis": redis, "knowledge": knowledge, "llm": llm}


def _running(settings: Settings, neighbours: Neighbours, bot: Bot) -> Running:
    host = LOOPBACK if settings.host in ("0.0.0.0", "::") else settings.host
    keys = {"desk_key": bot.desk_key, "teacher_key": bot.teacher_key}
    return Running(os.getpid(), f"http://{host}:{settings.port}", **asdict(neighbours), **keys)
