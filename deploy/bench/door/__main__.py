"""`python -m deploy.bench.door [--part …]`: turns, floor, soak: tables, kept in var/bench/."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bot.settings import ROOT
from deploy.bench.door import floor, soak, turns
from deploy.bench.machine import this_machine
from deploy.bench.processes import priority
from deploy.terminal import tell, troubles
from deploy.train import ensure_model

KEPT = ROOT / "var" / "bench"
PARTS = ("turns", "floor", "soak")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done."""

    parts: Sequence[str]
    seconds: float  # of each load
    rounds: int  # callbacks of each kind beside the bare handler
    messages: int
    patients: int  # at once, in the soak


@click.command()
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), help="only these; all without it")
@click.option("--messages", default=50_000, show_default=True, help="messages of the soak")
@click.option("--patients", default=60, show_default=True, help="people at once in the soak")
@click.option("--quick", is_flag=True, help="a short look: shorter loads, fewer callbacks")
def main(parts: Sequence[str], messages: int, patients: int, quick: bool) -> None:
    """Measure the WeChat door and print the tables for the docs."""
    plan = Plan(parts or PARTS, 8.0 if quick else 30.0, 300 if quick else 2_000, messages, patients)
    with troubles():
        text = asyncio.run(measured(plan))
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "door.md").write_text(text + "\n", encoding="utf-8")
    click.echo(text)


async def measured(plan: Plan) -> str:
    """The tables, in Markdown. Raises Trouble."""
    head = f"{this_machine().in_words()} {priority().capitalize()}; client and stand-in on the same machine."
    return "\n\n".join([head, *[table async for table in _tables(plan)]])


async def _tables(plan: Plan) -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory(prefix="xinglin-door-") as name:
        if "turns" in plan.parts:
            yield _table(turns.HEADS, [found.row() async for found in _loads(Path(name), plan.seconds)])
        if "floor" in plan.parts:
            tell("回调之路… · the callback path …")
            yield _table(floor.HEADS, await floor.floor(Path(name) / "floor", plan.rounds))
        if "soak" in plan.parts:
            tell("浸泡… · soaking …")
            course = soak.Soak(plan.messages, plan.patients, tell)
            yield _table(soak.HEADS, [await course.run(Path(name) / "soak")])


async def _loads(folder: Path, seconds: float) -> AsyncIterator[turns.Found]:
    model = ensure_model(ROOT / "var" / "models", tell)
    for name, pace in (("healthy model", turns.QUICK_MODEL), ("30-second model", turns.SLOW_MODEL)):
        var = folder / name.replace(" ", "-")
        (var / "models").mkdir(parents=True)
        shutil.copy(model, var / "models" / model.name)
        async with turns.house_with(var, pace) as house:
            for patients in (1, 20, 100):
                tell(f"{name}, {patients} …")
                yield await turns.load(house, name, patients, seconds)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join([_row(heads), _row(["---", *["---:"] * (len(heads) - 1)]), *[_row(each) for each in rows]])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
