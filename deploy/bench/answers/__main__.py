"""`python -m deploy.bench.answers [--part …]`: lies, overhead, screening, an exam: one table, kept in var/bench/."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from aiohttp import ClientSession, ClientTimeout

from actions.rescue import NONE
from bot.settings import ROOT
from deploy.bench.answers import exam, lying, overhead, screening
from deploy.bench.answers.asked_house import asked_house, spent
from deploy.bench.answers.facts import load_facts
from deploy.bench.answers.paced import Pace, PacedModel, serving
from deploy.bench.answers.table import Row, table
from deploy.bench.machine import this_machine
from deploy.bench.processes import priority
from deploy.terminal import read_settings, tell, troubles
from knowledge.library import load_library
from knowledge.passages import load_passages
from knowledge.yamlfile import DATA

_KEPT = ROOT / "var" / "bench"
_RED_FLAGS = sorted((ROOT / "tests" / "unit" / "bot").glob("red_flags*.yml"))
_PARTS = ("lies", "overhead", "screening", "exam")
_PACE = Pace(first_s=0.25, piece_s=0.025)
"""About what a 7B model on one GPU does for one person among several."""
_PATIENCE_S = 120.0
_SEED, _LYING_ANSWERS = 5, 1_000
_FREE, _A_PRICE = "0/0", "0.8/2"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and on what."""

    parts: Sequence[str]
    questions: int
    price: str
    red_flags: Sequence[Path]
    exam: Path | None


@click.command()
@click.option("--part", "parts", multiple=True, type=click.Choice(_PARTS), help="only these; all without it")
@click.option("--questions", default=30, show_default=True, help="how many are asked of the house")
@click.option(
    "--price", help=f"yuan for a million tokens, read/written; else the settings', or {_A_PRICE} as an example"
)
@click.option("--red-flags", multiple=True, type=_FILE, help="sets of messages, YAML or JSON lines; ours without it")
@click.option("--exam", "exam_file", type=_FILE, help="JSON lines of question, options, answer; no exam without it")
def main(
    parts: Sequence[str], questions: int, price: str | None, red_flags: Sequence[Path], exam_file: Path | None
) -> None:
    """Measure the answers and print the table for the docs."""
    with troubles():
        plan = Plan(parts or _PARTS, questions, price or _own_price(), red_flags or _RED_FLAGS, exam_file)
        text = table(list(_rows(plan)), this_machine().in_words(), list(_notes(plan)))
    _KEPT.mkdir(parents=True, exist_ok=True)
    (_KEPT / "answers.md").write_text(text + "\n", encoding="utf-8")
    click.echo(text)


def _own_price() -> str:
    price = read_settings().llm_price
    return _A_PRICE if price == _FREE else price


def _rows(plan: Plan) -> Iterator[Row]:
    if "lies" in plan.parts:
        tell("正在测假话… · being lied to …")
        yield from lying.rows(lying.lied(load_library(), _SEED, _LYING_ANSWERS), _LYING_ANSWERS)
    if "overhead" in plan.parts:
        tell("正在测多花的时间… · asking the house …")
        yield from asyncio.run(_overhead(plan))
    if "screening" in plan.parts:
        tell("正在测危险筛查… · screening …")
        alarms = screening.our_screening()
        sets = [screening.read_sentences(file) for file in plan.red_flags]
        yield from screening.rows([screening.screened(each, alarms) for each in sets])
    if "exam" in plan.parts and plan.exam:
        tell("正在答考题… · sitting the exam …")
        yield from exam.rows(exam.sit(exam.read_exam(plan.exam), exam.Candidate(load_facts())))


async def _overhead(plan: Plan) -> Sequence[Row]:
    """Everything in a temporary folder. Raises Trouble."""
    said = list(overhead.scripts(load_passages(DATA), plan.questions + overhead.WARM))
    model = PacedModel(_PACE, json.dumps({"command": NONE, "said": []}))
    with tempfile.TemporaryDirectory(prefix="xinglin-bench-") as folder:
        var = Path(folder) / "house"
        timeout = ClientTimeout(total=_PATIENCE_S)
        async with serving(model) as address, ClientSession(timeout=timeout, raise_for_status=True) as http:
            async with asked_house(var, http, address, plan.price) as house:
                found = await overhead.measure(house, model, address, said)
            return [*overhead.rows(found), *overhead.cost_rows(await spent(var), plan.price)]


def _notes(plan: Plan) -> Iterator[str]:
    """What a reader must know to read the table rightly."""
    if "overhead" in plan.parts:
        yield (
            f"Overhead ({priority()}): a stand-in for the model, {_PACE.first_s * 1000:.0f} ms to its first piece, "
            f"then one every {_PACE.piece_s * 1000:.0f} ms; it says passages of ours word for word, with citations. "
            "Each question is asked of the model directly, of the LLM endpoint and through the gateway, in turns. "
            "The first sentence counts from the moment the model had written it, stop and citation included, to the "
            "moment the person's page had it; nothing is taken out, neither waiting for the next piece (it may be a "
            "citation) nor the check. The tokens' way is from the model being asked to the answer being whole: "
            "checked and, through the gateway, stored; before it come screening, Rasa and search. Left out: "
            "questions that the house asks back about or answers itself."
        )
        yield "Tokens as the server counts them (the stand-in: one a piece, one for 1.5 characters read)."
    if "exam" in plan.parts and plan.exam:
        yield (
            "Exam: no model; four signs of how our facts join question and option, weighed by weights fitted on the "
            "other four fifths of the questions. Abstaining below a confidence leaves the rest."
        )


if __name__ == "__main__":
    sys.exit(main())
