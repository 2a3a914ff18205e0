"""`python -m deploy.bench.year`: a leap year of a thousand people, and what the accountant says of it."""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import psutil

from bot.db import Databases
from bot.migrate import migrate
from bot.settings import ROOT
from deploy.bench.doses.stands import KEYS
from deploy.bench.machine import this_machine
from deploy.bench.processes import MIB, priority
from deploy.bench.where import CLINIC
from deploy.bench.year.accountant import DOUBLED, LATE, STALE, UNACCOUNTED, UNASKED, Accountant, Findings
from deploy.bench.year.course import Course, Scenario
from deploy.bench.year.ledger import read_ledger
from deploy.bench.year.rhythms import DAY
from deploy.terminal import tell, troubles

KEPT = ROOT / "var" / "bench"
START = datetime(2028, 1, 1, tzinfo=UTC)
FAULTS = (UNACCOUNTED, UNASKED, DOUBLED, LATE, STALE)


@click.command()
@click.option("--people", default=1_000, show_default=True, help="with four regimens each")
@click.option("--days", default=366, show_default=True, help="from the first of January of a leap year on")
@click.option("--kills", default=200, show_default=True)
@click.option("--beat-min", default=30, show_default=True, help="minutes between two beats of the simulated clock")
@click.option("--seed", default=20280229, show_default=True)
def main(people: int, days: int, kills: int, beat_min: int, seed: int) -> None:
    """Simulate a year, audit it and print the table; fails when the accountant finds a fault."""
    scenario = Scenario(
        START, days, people, kills, seed, timedelta(minutes=beat_min),
        offline=_span(days, 0.35, 7), mute=_span(days, 0.7, 1), set_back=START + DAY * int(days * 0.5),
    )  # fmt: skip
    with troubles():
        text, found = asyncio.run(simulated(scenario))
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "year.md").write_text(text + "\n", encoding="utf-8")
    click.echo(text)
    sys.exit(1 if found.faults else 0)


def _span(days: int, part: float, length: int) -> tuple[datetime, datetime]:
    since = START + timedelta(days=int(days * part), hours=5)
    return since, since + length * DAY


async def simulated(scenario: Scenario) -> tuple[str, Findings]:
    """The tables, in Markdown, and what was found."""
    folder = Path(tempfile.mkdtemp(prefix="xl-year-"))
    try:
        return await _simulated(scenario, f"sqlite+aiosqlite:///{folder}/{{clinic}}.sqlite3")
    finally:
        shutil.rmtree(folder)


async def _simulated(scenario: Scenario, url: str) -> tuple[str, Findings]:
    databases = Databases(url, KEYS)
    await migrate(databases.of(CLINIC))
    course, began, memory = Course(scenario, url, KEYS, CLINIC), time.perf_counter(), dict[str, float]()

    def passed(day: datetime) -> None:
        if day.day == 1 or f"{day:%m}" not in memory:
            memory[f"{day:%m}"] = psutil.Process().memory_info().rss / MIB
            tell(f"{day:%Y-%m-%d} … {time.perf_counter() - began:.0f} s")

    course.passed = passed
    await course.run()
    spent = time.perf_counter() - began
    found = Accountant(course, await read_ledger(databases.of(CLINIC))).audit()
    await databases.close()
    return _text(course, found, memory, spent), found


def _text(course: Course, found: Findings, memory: Mapping[str, float], spent: float) -> str:
    scenario = course.scenario
    cpu = sum(os.times()[:2])
    months = ", ".join(f"{mib:.0f}" for mib in memory.values())
    rows = [
        ("people × regimens, days", f"{scenario.people:,} × 4, {scenario.days}"),
        ("doses due", f"{found.counts['due']:,}"),
        *[(f"— {name}", f"{times:,}") for name, times in found.counts.items() if name != "due"],
        *[(f"answers: {name}", f"{times:,}") for name, times in course.deeds.items()],
        ("beats", f"{course.beats:,}"),
        ("kills", f"{sum(course.death.places.values())}"),
        *[(f"— {place}", str(times)) for place, times in course.death.places.items()],
        *[(f"**{name}**", f"**{found.faults[name]}**") for name in FAULTS],
        ("memory at the beginning of each month, MiB", months),
        ("run time", f"{spent / 60:.1f} min ({cpu / 60:.1f} min of one core)"),
    ]
    lines = [f"{this_machine().in_words()} {priority().capitalize()}; SQLite.", "", "| | |", "| --- | ---: |"]
    lines += [f"| {name} | {value} |" for name, value in rows]
    lines += ["", *[f"- {name}: {what}" for name in FAULTS for what in found.examples[name]]]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
