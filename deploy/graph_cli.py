"""`xinglin which` and `xinglin lab`: which drugs do something, and what a value of a report means."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from deploy.terminal import read_settings, troubles

if TYPE_CHECKING:
    from knowledge.drug_names import DrugBook
    from knowledge.drugs import Drug
    from knowledge.joined import Joined

_NOT_UNDERSTOOD = 1


@click.command()
@click.argument("effect")
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="JSON 输出。")
def which(effect: str, names: tuple[str, ...], as_json: bool) -> None:
    """这些药里哪些会（升高血钾、引起咳嗽）；不给药名则说哪些类别会。Which of these drugs do it.

    Exit code 1 when the effect or a name could not be understood, 0 otherwise.
    """
    from knowledge import graph_answer

    joined, book = _load()
    targets = joined.reader.named(effect)
    drugs, unclear = _drugs(book, names)
    answers = graph_answer.which(joined, drugs, targets) if targets and (drugs or not names) else ()
    data = {**graph_answer.as_data(answers), "unknown": unclear, "understood": bool(targets)}
    click.echo(_json(data) if as_json else "\n".join(_words(effect, bool(targets), unclear, answers)))
    if not targets or unclear:
        sys.exit(_NOT_UNDERSTOOD)


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="JSON 输出。")
def lab(words: tuple[str, ...], as_json: bool) -> None:
    """看化验数值：xinglin lab 血钾3.1，xinglin lab 肌酐 130 女 65岁。What a value of a report means.

    Exit code 1 when no value was found.
    """
    from knowledge import lab_answer
    from knowledge.lab_judging import judge_text

    joined, _ = _load()
    found = judge_text(" ".join(words), joined.lab)
    click.echo(_json(lab_answer.as_data(found)) if as_json else lab_answer.in_words(found))
    if not found:
        sys.exit(_NOT_UNDERSTOOD)


def _load() -> "tuple[Joined, DrugBook]":
    from knowledge.clinic import load_clinic
    from knowledge.ingredients import load_ingredients
    from knowledge.joined import load_joined
    from knowledge.overlay import load_overlay
    from knowledge.yamlfile import BadDataError

    try:
        with troubles():
            overlay = load_overlay(read_settings().knowledge_of())
        book, clinic = overlay.drugs(), load_clinic(overlay.data)
        return load_joined(overlay.data, book, load_ingredients(overlay.data), clinic.departments), book
    except BadDataError as error:
        raise click.ClickException(f"资料读不出来：{error}") from error


def _drugs(book: "DrugBook", names: tuple[str, ...]) -> "tuple[list[Drug], list[str]]":
    """Drugs meant for sure, and the names of which that can't be said."""
    matches = [(name, book.find(name)) for name in names]
    sure = [match.drug for _, match in matches if match.drug is not None]
    return sure, [name for name, match in matches if match.drug is None]


def _words(effect: str, understood: bool, unclear: list[str], answers: Any) -> list[str]:
    from knowledge import graph_answer

    if not understood:
        return [f"没有看懂“{effect}”。可以说：升高血钾、降低血小板、引起咳嗽、伤肝。"]
    lines = [graph_answer.in_words(answers)] if answers else []
    return [*lines, *([f"没有认出：{'、'.join(unclear)}。没有认出不等于不会，请写全药名。"] if unclear else [])]


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
