"""`xinglin temporal`: the worker, the schedule, and a server for trying it out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import click

from bot.logs import set_up_logs
from bot.settings import Settings
from deploy.terminal import read_settings, tell, troubles


@click.group()
def temporal() -> None:
    """Temporal 提醒引擎（多机时用）。The outgrown engine of reminders, see docs/engines.md."""


@temporal.command()
def worker() -> None:
    """运行一个工作进程，直到 Ctrl-C；可以开多个。Run a worker until Ctrl-C."""
    from deploy.temporal.worker import run_worker
    from deploy.up import until_stopped

    with troubles():
        settings = read_settings()
        logs = settings.var / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        with (logs / "worker.jsonl").open("a", encoding="utf-8", buffering=1) as lines:
            set_up_logs(settings.log_level, lines)
            asyncio.run(until_stopped(run_worker(settings, tell), tell))


@temporal.command()
@click.option("--pause", "wanted", flag_value="pause", help="暂停：换回内置引擎时用。Stop looking; ladders go on.")
@click.option("--resume", "wanted", flag_value="resume", help="继续。Look again.")
@click.option("--adopt", "wanted", flag_value="adopt", help="接手内置引擎未完的提醒。Take over what the other began.")
def schedule(wanted: str | None) -> None:
    """每分钟查看一次的日程：建立、查看、暂停。Make, show or pause the schedule."""
    with troubles():
        click.echo(asyncio.run(_schedule(read_settings(), wanted)))


async def _schedule(settings: Settings, wanted: str | None) -> str:
    from deploy.temporal.frontend import connect, reachable
    from deploy.temporal.scheduling import beats, handle_of, keep_schedule

    with reachable(settings):
        frontend = await connect(settings, settings.clinic)
        await keep_schedule(frontend)
        if wanted == "pause":
            await handle_of(frontend).pause()
        elif wanted == "resume":
            await handle_of(frontend).unpause()
        elif wanted == "adopt":
            await frontend.adopt()
        found = await beats(frontend)
    if found is None:
        return "没有日程。 · no schedule"
    state = "已暂停 · paused" if found.paused else "运行中 · running"
    return f"{state}，已开始 {found.begun} 次，上次 {found.last_at or '无'}，下次 {found.next_at or '无'}（UTC）"


@temporal.command()
@click.option("--port", default=7233, show_default=True, type=click.IntRange(1, 65_535))
def server(port: int) -> None:
    """本机试用的 Temporal 服务器，不可用于正式环境。A local server for trying it out."""
    from deploy.up import until_stopped

    with troubles():
        var = read_settings().var
        var.mkdir(parents=True, exist_ok=True)
        asyncio.run(until_stopped(_server(var, port), tell))


@asynccontextmanager
async def _server(var: Path, port: int) -> AsyncIterator[str]:
    from deploy.temporal.server import local_server

    async with local_server(var, tell, port, var / "temporal.sqlite3") as url:
        yield f"Temporal 在 {url}，数据在 {var / 'temporal.sqlite3'} · ready"
