"""`xinglin triage`: from complaints to departments and urgency, one JSON line each."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

from bot.screening import screen
from bot.text import clean
from deploy.terminal import read_lines, read_settings, troubles
from knowledge.clinic import load_clinic
from knowledge.overlay import load_overlay
from knowledge.red_flags import Category, RedFlags, load_red_flags
from knowledge.triage import Assessment, Triage
from knowledge.yamlfile import BadDataError

_BROKEN = {"error": 'one JSON object {"text", "age", "sex"} a line; age and sex may be missing'}
_OLDEST = 150


@click.command()
def triage() -> None:
    """分诊：标准输入 JSON 行 {"text","age","sex"}，标准输出 JSON 行。Departments and urgency of complaints."""
    try:
        with troubles():
            overlay = load_overlay(read_settings().knowledge_of())
        book, flags = load_clinic(overlay.data).triage, load_red_flags()
    except BadDataError as error:
        raise click.ClickException(f"分诊资料读不出来：{error}") from error
    for found in triage_lines(sys.stdin, book, flags):
        click.echo(json.dumps(found, ensure_ascii=False))


def triage_lines(lines: Iterable[str], book: Triage, flags: RedFlags) -> Iterator[dict[str, Any]]:
    """What is said of each line, in order; a broken line gives `{"error"}`, an empty one nothing."""
    for asked in read_lines(lines, _read):
        if asked is None:
            yield _BROKEN
            continue
        text, age, sex = asked
        yield _as_data(book.assess(text, age, sex, _danger(text, flags)))


def _read(line: str) -> tuple[str, int | None, str]:
    raw = json.loads(line)
    text, age, sex = raw["text"], raw.get("age"), raw.get("sex") or ""
    if not isinstance(text, str) or not isinstance(sex, str):
        raise TypeError
    if age is None or age == "":
        return clean(text), None, sex
    years = float(age)
    if isinstance(age, bool) or not 0 <= years <= _OLDEST:
        raise ValueError
    return clean(text), int(years), sex


def _danger(text: str, flags: RedFlags) -> Category | None:
    flag = screen(text, flags)
    return next((one for one in flags.categories if flag and one.id == flag.category), None)


def _as_data(found: Assessment) -> dict[str, Any]:
    return {
        "departments": [{"name": one.name, "score": round(score, 2)} for one, score in found.departments],
        "urgency": found.urgency.value,
        "ask": list(found.ask),
        "why": found.why,
    }
