"""`xinglin spending`: what the models have cost, day by day."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal

import click

from bot.bootstrap import now, open_memory
from bot.settings import Settings
from bot.spending import SHANGHAI, Budget, Spending, Spent
from deploy.terminal import read_settings, troubles

_MICRO = Decimal("0.000001")


@click.command()
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 366), help="看最近几天。How many days.")
@click.option("--json", "as_json", is_flag=True, help="JSON 输出。")
def spending(days: int, as_json: bool) -> None:
    """大模型花费：按天、按档。What the models have cost, by day and tier."""
    with troubles():
        settings = read_settings()
        first = now().astimezone(SHANGHAI).date() - timedelta(days=days - 1)
        found = asyncio.run(_spent(settings, first))
    lines = [json.dumps(asdict(one), default=str) for one in found] if as_json else table(found)
    click.echo("\n".join(lines))


async def _spent(settings: Settings, first: date) -> Sequence[Spent]:
    memory = open_memory(settings)
    try:
        return await Spending(memory.databases, Budget()).since(settings.clinic, first)
    finally:
        await memory.close()


def table(found: Sequence[Spent]) -> list[str]:
    """One line for each day and tier, with what a call costs on average."""
    if not found:
        return ["这几天没有用过大模型。"]
    rows = [f"{'日期':<9} {'档':<6} {'次数':>6} {'读入':>10} {'写出':>8} {'元':>10} {'每次元':>10}"]
    for one in found:
        each = (one.yuan / max(one.calls, 1)).quantize(_MICRO)
        rows.append(
            f"{one.day} {one.tier:<7} {one.calls:>7} {one.prompt_tokens:>11} {one.completion_tokens:>9}"
            f" {one.yuan:>11} {each:>11}"
        )
    return rows
