"""`xinglin screen`: are these words an emergency? One JSON line each."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

from bot.screening import screen as find_danger
from bot.text import clean
from deploy.terminal import read_lines
from knowledge.red_flags import BadRedFlagsError, RedFlags, load_red_flags
from knowledge.yamlfile import BadDataError

_BROKEN = {"error": 'one JSON object {"text"} a line'}


@click.command()
def screen() -> None:
    """危险信号：标准输入 JSON 行 {"text"}，标准输出 JSON 行。Which messages are emergencies."""
    try:
        flags = load_red_flags()
    except (BadDataError, BadRedFlagsError) as error:
        raise click.ClickException(f"危险信号的资料读不出来：{error}") from error
    for found in screen_lines(sys.stdin, flags):
        click.echo(json.dumps(found, ensure_ascii=False))


def screen_lines(lines: Iterable[str], flags: RedFlags) -> Iterator[dict[str, Any]]:
    """What is found in each line, in order; a broken line gives `{"error"}`, an empty one nothing."""
    for text in read_lines(lines, _read):
        yield _BROKEN if text is None else _found(text, flags)


def _read(line: str) -> str:
    text = json.loads(line)["text"]
    if not isinstance(text, str):
        raise TypeError
    return clean(text)


def _found(text: str, flags: RedFlags) -> dict[str, Any]:
    if (flag := find_danger(text, flags)) is None:
        return {"red_flag": False, "category": None, "action": None, "evidence": None}
    return {"red_flag": True, "category": flag.category, "action": flag.action.value, "evidence": flag.evidence}
