"""`xinglin sig`: from sigs to FHIR Dosages, one JSON line each."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from deploy.terminal import read_lines, read_settings, troubles
from schedules.clock import SHANGHAI
from schedules.sigs import Names, SigReading, read_sigs

if TYPE_CHECKING:
    from knowledge.drug_names import DrugBook

_BROKEN = '每行要是一个 JSON 对象 {"text": "…"}，可以带 "at"（ISO 8601 时刻）。'


@click.command()
@click.option("--at", "said_at", help="说话的时刻，ISO 8601，默认现在。When it is said; now by default.")
def sig(said_at: str | None) -> None:
    """读医嘱：标准输入 JSON 行 {"text"}，标准输出 JSON 行 {"regimen": FHIR Dosage …}。From sigs to FHIR Dosages."""
    from knowledge.overlay import load_overlay

    try:
        at = _moment(said_at) if said_at else datetime.now(UTC)
    except ValueError as error:
        raise click.BadParameter("要 ISO 8601 的时刻，比如 2026-03-01T10:00:00+08:00", param_hint="--at") from error
    with troubles():
        book = load_overlay(read_settings().knowledge_of()).drugs()
    for found in sig_lines(sys.stdin, at, names_in(book)):
        click.echo(json.dumps(found, ensure_ascii=False))


def sig_lines(lines: Iterable[str], at: datetime, names: Names | None = None) -> Iterator[dict[str, Any]]:
    """What each line says, in order, at the aware instant `at` or the line's own; a broken line says so."""
    for asked in read_lines(lines, _asked):
        if asked is None:
            yield _answer(None, (), (_BROKEN,))
            continue
        text, own = asked
        yield _answer(text, read_sigs(text, own or at, names=names))


def names_in(book: "DrugBook") -> Names:
    """A finder of the book's names, with their places in the text as written."""
    from knowledge.name_index import fold

    def names(text: str) -> Sequence[tuple[str, int, int]]:
        folded = [fold(letter) for letter in text]
        if "".join(folded) != fold(text):
            return ()  # letters that melt into one another: no place can be told
        origin = [place for place, letters in enumerate(folded) for _ in letters]
        origin.append(len(text))
        spans = ((origin[one.start], origin[min(one.end, len(folded))]) for one in book.mentions(text))
        return tuple((text[start:end], start, end) for start, end in spans)

    return names


def _asked(line: str) -> tuple[str, datetime | None]:
    raw = json.loads(line)
    text, at = raw["text"], raw.get("at")
    if not isinstance(text, str):
        raise TypeError
    return text, None if at is None else _moment(at)


def _moment(said: str) -> datetime:
    """An instant; without an offset on the wall of Shanghai. Raises ValueError and TypeError."""
    moment = datetime.fromisoformat(said)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _answer(text: str | None, readings: Sequence[SigReading], broken: Sequence[str] = ()) -> dict[str, Any]:
    """One line of the answer: the first Dosage, and all of them where there are several."""
    each = [_told(reading) for reading in readings]
    dosages = [dosage for one in each for dosage in one["dosage"]]
    problems = dict.fromkeys([*broken, *(problem for one in each for problem in one["problems"])])
    answer = {
        "text": text,
        "valid": not problems,
        "problems": list(problems),
        "drug": each[0]["drug"] if each else None,
        "regimen": each[0]["dosage"][0] if each and each[0]["dosage"] else None,
        "read_back": "；".join(one["read_back"] for one in each if one["read_back"]),
    }
    return answer | ({"regimens": each} if len(each) > 1 or len(dosages) > 1 else {})


def _told(reading: SigReading) -> dict[str, Any]:
    return {
        "drug": reading.drug,
        "strength": reading.strength,
        "valid": reading.valid,
        "problems": [problem.question for problem in reading.problems],
        "dosage": reading.to_fhir(),
        "read_back": reading.read_back(),
        "note": reading.note,
    }
