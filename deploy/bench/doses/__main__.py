"""`python -m deploy.bench.doses [--part …]`: queueing, flat: tables, kept in var/bench/."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import click

from bot.settings import ROOT
from deploy.bench.doses import flat, queueing
from deploy.bench.doses.stands import Backend
from deploy.bench.machine import this_machine
from deploy.bench.processes import priority
from deploy.terminal import tell, troubles

KEPT = ROOT / "var" / "bench"
NAMES = [each.value for each in Backend]
PARTS = ("queueing", "flat")
SIZES = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done."""

    parts: Sequence[str]
    backends: Sequence[Backend]
    doses: int
    plain_doses: int
    sizes: Sequence[int]


@click.command()
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), help="only these; all without it")
@click.option("--on", "backends", multiple=True, type=click.Choice(NAMES), help="only these; both without it")
@click.option("--doses", default=100_000, show_default=True, help="due in the same minute")
@click.option("--plain-doses", default=5_000, show_default=True, help="of them by APScheduler, for its rate")
@click.option("--quick", is_flag=True, help="a short look: a tenth of everything")
def main(parts: Sequence[str], backends: Sequence[str], doses: int, plain_doses: int, quick: bool) -> None:
    """Measure the heartbeat and print the tables for the docs."""
    share = 10 if quick else 1
    sizes = [size // share for size in SIZES]
    chosen = [Backend(each) for each in backends] or [*Backend]
    plan = Plan(parts or PARTS, chosen, doses // share, plain_doses // share, sizes)
    with troubles():
        text = asyncio.run(measured(plan))
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "doses.md").write_text(text + "\n", encoding="utf-8")
    click.echo(text)


async def measured(plan: Plan) -> str:
    """The tables, in Markdown. Raises Trouble."""
    head = f"{this_machine().in_words()} {priority().capitalize()}; the database on the same machine."
    return "\n\n".join([head, *[table async for table in _tables(plan)]])


async def _tables(plan: Plan) -> AsyncIterator[str]:
    if "queueing" in plan.parts:
        rows = [await queueing.queueing(each, plan.doses, plan.plain_doses, tell) for each in plan.backends]
        yield _table(queueing.HEADS, [row for some in rows for row in some])
    if "flat" in plan.parts:
        rows = [await flat.flat(each, plan.sizes, tell) for each in plan.backends]
        yield _table(flat.HEADS, [row for some in rows for row in some])


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join([_row(heads), _row(["---", *["---:"] * (len(heads) - 1)]), *[_row(each) for each in rows]])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
