"""`xinglin drug` and `xinglin interactions`: what the knowledge says, in words or JSON."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from deploy.terminal import read_lines, read_settings, troubles
from knowledge.aspects import Aspect

if TYPE_CHECKING:
    from knowledge.drug_names import DrugMatch
    from knowledge.overlay import Overlay

_NOT_FOUND = 1
_BAD_LINE = {"error": "one JSON object with a list of strings `drugs` a line"}


@click.command()
@click.argument("name")
@click.option("--aspect", type=click.Choice([one.value for one in Aspect]), help="只问一个方面。One aspect only.")
@click.option("--leaflet", is_flag=True, help="导入的说明书原文。The imported leaflets' own words.")
@click.option("--json", "as_json", is_flag=True, help="JSON 输出。")
def drug(name: str, aspect: str | None, leaflet: bool, as_json: bool) -> None:
    """查药：通用名、商品名、俗名、拼音都行。What the drug book says about a drug."""
    from knowledge import drug_answer

    with _readable():
        overlay = _overlay()
        match = overlay.drugs().find(name)
    if leaflet:
        _tell_leaflets(overlay, name, match, as_json)
        return
    side = Aspect(aspect) if aspect else None
    if match.drug is not None:
        data, words = drug_answer.as_data(match.drug, side), drug_answer.in_words(match.drug, side)
    else:
        data = drug_answer.unclear_as_data(name, match)
        words = drug_answer.which_of(match) if match.candidates else drug_answer.not_found(name, match)
    click.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else words)
    if match.drug is None and not match.candidates:
        sys.exit(_NOT_FOUND)


@click.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="JSON 输出。")
def interactions(names: tuple[str, ...], as_json: bool) -> None:
    """这些药（食物、酒、病）能不能一起用；不给名字则逐行读 {"drugs":[…]}。What these do to each other.

    Exit code 1 when a name (or a line) could not be understood, 0 otherwise.
    """
    from knowledge import together_answer
    from knowledge.conditions import load_conditions
    from knowledge.together import check_together

    with _readable():
        overlay = _overlay()
        book = overlay.drugs()
        table, conditions = overlay.interactions(book), load_conditions(overlay.data)
    understood = True
    for asked in [names] if names else read_lines(sys.stdin, _names):
        found = check_together(book, table, asked or (), conditions)
        data = together_answer.as_data(found) if asked is not None else _BAD_LINE
        in_words = bool(names) and not as_json
        click.echo(together_answer.in_words(found) if in_words else json.dumps(data, ensure_ascii=False))
        understood &= asked is not None and not found.unknown and not found.unclear
    if not understood:
        sys.exit(_NOT_FOUND)


def _overlay() -> "Overlay":
    """The knowledge of the clinic that is served."""
    from knowledge.overlay import load_overlay

    with troubles():
        return load_overlay(read_settings().knowledge_of())


def _tell_leaflets(overlay: "Overlay", name: str, match: "DrugMatch", as_json: bool) -> None:
    from knowledge import leaflet_answer

    found = leaflet_answer.leaflets_for(overlay, name, match)
    data = [leaflet_answer.as_data(one) for one in found]
    words = "\n\n".join(map(leaflet_answer.in_words, found)) or f"没有导入过{name}的说明书。"
    click.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else words)
    if not found:
        sys.exit(_NOT_FOUND)


def _names(line: str) -> list[str]:
    names = json.loads(line)["drugs"]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TypeError
    return names


@contextmanager
def _readable() -> Iterator[None]:
    from knowledge.yamlfile import BadDataError

    try:
        yield
    except BadDataError as error:
        raise click.ClickException(f"药品资料读不出来，运行 xinglin knowledge check 看哪里错了：{error}") from error
