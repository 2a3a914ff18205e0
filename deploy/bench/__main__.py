"""`python -m deploy.bench [--quick]`: run the comparison, print the table, keep it in var/bench/."""

import asyncio
import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import click
from aiohttp import ClientSession, ClientTimeout, TCPConnector

from bot.settings import ROOT
from deploy.bench.figures import Line
from deploy.bench.machine import this_machine
from deploy.bench.processes import priority
from deploy.bench.rounds import FULL, QUICK, Plan, Run
from deploy.bench.sides import house, stock
from deploy.bench.stock import ensure_stock_model, make_project
from deploy.bench.table import table
from deploy.terminal import tell, troubles
from deploy.train import ensure_model

KEPT = ROOT / "var" / "bench"
TURN_S = 120.0  # longest wait for one answer
# Servers close idle connections; each gives up the other's only after we have.
KEEP_ALIVE_S = 3.0


@click.command()
@click.option("--quick", is_flag=True, help="a short look: fewer rounds, a shorter long conversation")
def main(quick: bool) -> None:
    """Measure the house beside a stock Rasa bot and print the table for the README."""
    with troubles():
        run = asyncio.run(measure(QUICK if quick else FULL))
    text = table(run.results, this_machine(), notes(run, quick=quick))
    _keep(text, run)
    click.echo(text)


async def measure(plan: Plan) -> Run:
    """The whole comparison in a temporary folder. Raises Trouble."""
    run = Run(plan, tell)
    with tempfile.TemporaryDirectory(prefix="xinglin-bench-") as name:
        var, project = Path(name) / "house", make_project(Path(name) / "stock")
        own = ensure_model(ROOT / "var" / "models", tell)
        (var / "models").mkdir(parents=True)
        shutil.copy(own, var / "models" / own.name)
        model = ensure_stock_model(project, KEPT, tell)
        connector = TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_S)
        timeout = ClientTimeout(total=TURN_S)
        async with ClientSession(connector=connector, timeout=timeout, raise_for_status=True) as http:
            await run.all({Line.HOUSE: lambda: house(var, http), Line.STOCK: lambda: stock(project, model, http)})
    return run


def notes(run: Run, *, quick: bool) -> list[str]:
    """What a reader must know to read the table rightly."""
    right = ", ".join(f"{line} {run.tallies[line].right:.1%} of {run.tallies[line].turns:,}" for line in Line)
    lengths = ", ".join(f"{turns:,} ({line})" for line, turns in run.long_turns.items())
    missed = {said for tally in run.tallies.values() for said in tally.missed}
    return [
        f"{'A short look' if quick else 'Full run'}, {priority()}; {run.plan.rounds} rounds in turns, one side under "
        "load at a time, the client on the same machine. Each number is the median of its rounds; the last column is "
        "the median of the rounds' ratios, with the extremes.",
        f"Stock: Rasa {_rasa_version()}, default DIET pipeline with Jieba, default policies, `rasa run`, trackers in "
        f"memory; rasa-sdk {version('rasa-sdk')}'s own server with our actions on SQLite.",
        "House: as `make run` starts it, on SQLite; its turns include screening, guard, store and outbox, which stock "
        "does not have.",
        "The six turns: greeting, drug question, follow-up, booking sentence, cancel, thanks.",
        f"“Turn 1,000” is the six turns after {lengths} turns of one conversation; where that is fewer, "
        f"{run.plan.long_s:.0f} s were not enough for more.",
        f"Answered as meant: {right}.{' Missed: ' + ', '.join(sorted(missed)) + '.' if missed else ''}",
    ]


def _rasa_version() -> str:
    found = sorted((ROOT / ".venv-rasa" / "lib").glob("python3*/site-packages/rasa-[0-9]*.dist-info"))
    return found[-1].name.removeprefix("rasa-").removesuffix(".dist-info") if found else "3.6"


def _keep(text: str, run: Run) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "latest.md").write_text(text + "\n", encoding="utf-8")
    rows = [{**asdict(figure), "rounds": by_line} for figure, by_line in run.results.values.items()]
    (KEPT / "latest.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
