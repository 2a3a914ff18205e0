"""`python -m deploy.bench.nlu [--epochs N] [--most N]`: train both, ask both, print the table, keep it in var/bench/.

XINGLIN_PUBLIC_DATA may name a folder with public sets, `intent_*.jsonl`.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from aiohttp import ClientSession

from bot.settings import ROOT
from deploy.bench.machine import this_machine
from deploy.bench.nlu.rows import Side, rows, table
from deploy.bench.nlu.servers import Server, ours, stock
from deploy.bench.processes import MIB, priority, resident_mib
from deploy.bench.stock import EPOCHS, ensure_stock_model, make_project, training_seconds
from deploy.nlu import tool_command, tool_environment
from deploy.terminal import tell, troubles
from deploy.train import NLU, ensure_model
from deploy.trouble import Trouble

KEPT = ROOT / "var" / "bench"
PUBLIC = "XINGLIN_PUBLIC_DATA"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done."""

    epochs: int  # of everything stock trains
    most: int  # sentences of each set, 0 for all


@click.command()
@click.option("--epochs", default=EPOCHS, show_default=True, help="of stock's classifiers; fewer are a shorter look")
@click.option("--most", default=0, help="sentences of each set; 0 for all")
def main(epochs: int, most: int) -> None:
    """Measure our reading beside stock Rasa's and print the table for the docs."""
    plan = Plan(epochs, most)
    with troubles():
        measured, our_side, stock_side = asyncio.run(measure(plan))
    text = table(rows(measured, our_side, stock_side), this_machine().in_words(), notes(measured, plan))
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "nlu.md").write_text(text + "\n", encoding="utf-8")
    (KEPT / "nlu.json").write_text(json.dumps(measured, ensure_ascii=False, indent=1), encoding="utf-8")
    click.echo(text)


async def measure(plan: Plan) -> tuple[dict[str, Any], Side, Side]:
    """What both read, and what each costs: ours, then stock's. Raises Trouble."""
    with tempfile.TemporaryDirectory(prefix="xinglin-bench-") as name:
        var, project = Path(name) / "house", make_project(Path(name) / "stock", plan.epochs)
        stock_model = ensure_stock_model(project, KEPT, tell, plan.epochs)
        began = time.monotonic()
        our_model = ensure_model(var / "models", tell)
        our_training_s = time.monotonic() - began
        async with ClientSession() as http:
            tell("各启动一次，只为填满缓存… · starting each once, to fill caches …")
            async with ours(var, our_model, http):
                pass
            async with stock(project, stock_model, http):
                pass
            async with ours(var, our_model, http) as one, stock(project, stock_model, http) as other:
                tell("逐句询问… · asking sentence by sentence …")
                measured = await asyncio.to_thread(ask_both, one, other, plan)
                our_side = Side(our_training_s, size_mib(our_model), one.start_s, resident_mib(one.pids))
                stock_s = training_seconds(stock_model)
                stock_side = Side(stock_s, size_mib(stock_model), other.start_s, resident_mib(other.pids))
    return measured, our_side, stock_side


def ask_both(one: Server, other: Server, plan: Plan) -> dict[str, Any]:
    """Run nlu/tools/beside.py on the two servers; what it prints. Raises Trouble."""
    public = os.environ.get(PUBLIC)
    arguments = ["--ours", one.url, "--ours-token", one.token, "--stock", other.url, "--most", str(plan.most)]
    arguments += ["--public", str(Path(public).resolve())] if public else []
    command = tool_command("beside", arguments)
    done = subprocess.run(command, cwd=NLU, env=tool_environment(), stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise Trouble("对照测量失败，原因见上。", "The measurement failed, see above.")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def size_mib(model: Path) -> float:
    """The size of a model's file."""
    return model.stat().st_size / MIB


def notes(measured: dict[str, Any], plan: Plan) -> list[str]:
    """What a reader must know to read the table rightly."""
    left = {one["name"]: one["left_out"] for one in measured["public"] if one["left_out"]}
    trained = f"stock trained for {plan.epochs} epochs" + ("" if plan.epochs == EPOCHS else f" instead of {EPOCHS}")
    asked = f"at most {plan.most} sentences a set" if plan.most else "all sentences of each set"
    said = [
        f"{trained.capitalize()}; {asked}; {priority()}. "
        "Both trained on the same sentences and look-up tables (stock without two tables that only our reader "
        "understands), both asked through Rasa's `/model/parse`, one sentence at a time, block by block in turns.",
        "Stock: default DIET pipeline with Jieba, all its policies, `rasa run --enable-api`. Ours: as `make run` "
        "starts it, answering alone where its own threshold says so. Stock answers alone at Rasa's default "
        "(0.3, 0.1 ahead of the second) and, for comparison, at 0.7.",
        "Last column: how many times better ours is. For shares that are right it compares the mistakes, "
        "(1 - stock) ÷ (1 - ours).",
        "Calibration (15 bins), answered alone and times: over all sentences of nlu/test together.",
    ]
    if measured["public"]:
        said.append(
            "Public sets: a random half; TF-IDF (characters, with logistic regression) learned from the other half, "
            "ours and stock never saw the set. Classes: labels mapped by nlu/tools/known_as.py; `ask_health` and "
            "`out_of_scope` count as one (neither is answered by an action), so do booking, department, doctor and "
            f"hospital questions. Left out, for their label means no one class: {left or 'none'}."
        )
    return said


if __name__ == "__main__":
    sys.exit(main())
