"""`python -m deploy.bench.practice [--part …]`: hearing, attacks, agreement, speed: tables, kept in var/bench/."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from bot.settings import ROOT
from cases.library import load_cases
from cases.model import Case
from deploy.bench.machine import this_machine
from deploy.bench.practice import agreeing, attacking, hearing, speed
from deploy.bench.processes import priority

KEPT = ROOT / "var" / "bench"
PARTS = ("hearing", "attacks", "agreement", "speed")


@click.command()
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), help="only these; all without it")
@click.option("--seconds", default=60.0, show_default=True, help="of the load by a hundred learners")
@click.option("--misses", is_flag=True, help="name every question that was not understood or told too much")
def main(parts: Sequence[str], seconds: float, misses: bool) -> None:
    """Measure practice and print the tables for the docs."""
    cases = load_cases()
    head = f"{this_machine().in_words()} {priority().capitalize()}; {len(cases)} cases."
    tables = list(_tables(parts or PARTS, cases, seconds, misses=misses))
    text = "\n\n".join([head, *tables])
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "practice.md").write_text(text + "\n", encoding="utf-8")
    click.echo(text)


def _tables(parts: Sequence[str], cases: Mapping[str, Case], seconds: float, *, misses: bool) -> Iterator[str]:
    every = tuple(cases.values())
    if "hearing" in parts:
        tallies = {asked.name: hearing.measure(every, asked) for asked in hearing.sets()}
        yield _table(hearing.HEADS, [tally.row(name) for name, tally in tallies.items()])
        if misses:
            yield "\n".join(line for tally in tallies.values() for line in tally.misses)
    if "attacks" in parts:
        yield _table(attacking.HEADS, [attacking.row(case) for case in every])
    if "agreement" in parts:
        yield _table(agreeing.HEADS, agreeing.rows(cases))
    if "speed" in parts:
        with tempfile.TemporaryDirectory(prefix="xinglin-practice-") as name:
            rows = asyncio.run(speed.measured(Path(name), every, seconds))
        yield _table(speed.HEADS, [*rows, asyncio.run(speed.overhead(every))])


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
