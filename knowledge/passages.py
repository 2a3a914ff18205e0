"""Passages: short texts that answer a question, each with its source and its last day."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from knowledge.clinic import Clinic
from knowledge.sources import Source, read_source
from knowledge.yamlfile import BadDataError, read_yaml, required, unique, words

PEOPLE = {"": "", "child": "儿童", "pregnant": "孕妇", "elderly": "老人"}
"""Whom a passage may be for alone → the standard word (words.yml) by which a question names them."""
_BREAK = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")
"""Where a line was broken beside Chinese; between Latin words a blank belongs."""
_CLINIC_HOLDS = timedelta(days=365)
"""How long the clinic's own facts are served after their review."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One retrievable text."""

    id: str
    title: str
    text: str
    topics: tuple[str, ...]
    """What it is about, also in patients' words."""
    source: Source
    valid_until: date
    """Last calendar day (Asia/Shanghai) on which it may be served."""
    reviewer: str = ""
    """Role of the second reader; empty: nobody has read it again yet."""
    asked_as: tuple[str, ...] = ()
    """Questions it was written to answer: asked so, it comes first."""
    people: str = ""
    """Whom alone it is for: `child`, `pregnant`, `elderly`; empty: anybody."""
    drug: str | None = None
    """Drug id when the text is one aspect of a drug entry."""
    aspect: str | None = None


def load_passages(folder: Path) -> tuple[Passage, ...]:
    """What may be served of `passages/*.yml` of a data folder: what a second person has read. Raises BadDataError."""
    passages = tuple(one for one in read_passages(folder) if one.reviewer)
    if not passages:
        raise BadDataError(f"no passages in {folder}")
    return passages


def read_passages(folder: Path) -> tuple[Passage, ...]:
    """Every passage of a data folder, in file order, unread ones as well. Raises BadDataError."""
    passages = tuple(one for path in sorted((folder / "passages").glob("*.yml")) for one in _read_file(path))
    unique([one.id for one in passages], "passages")
    return passages


def _read_file(path: Path) -> Iterator[Passage]:
    """A file's `defaults` (reviewed, reviewer, valid_until) hold where an entry says nothing else."""
    file = read_yaml(path)
    for raw in file["passages"]:
        entry = {**file.get("defaults", {}), **raw}
        source = {"reviewed": entry.get("reviewed"), **required(entry, "source", f"{path.name} {raw.get('id')}")}
        yield _read({**entry, "source": source}, path.name)


def _read(raw: Mapping[str, Any], file: str) -> Passage:
    where = f"{file} {raw.get('id')}"
    return Passage(
        id=required(raw, "id", where),
        title=required(raw, "title", where),
        text=_BREAK.sub("", " ".join(str(required(raw, "text", where)).split())),
        topics=tuple(required(raw, "topics", where)),
        source=read_source(raw["source"]),
        valid_until=_day(required(raw, "valid_until", where), where),
        reviewer=str(raw.get("reviewer") or ""),
        asked_as=words(raw, "asked_as"),
        people=_people(raw, where),
    )


def _people(raw: Mapping[str, Any], where: str) -> str:
    people = str(raw.get("people") or "")
    if people not in PEOPLE:
        raise BadDataError(f"{where}: people is one of {', '.join(filter(None, PEOPLE))}")
    return people


def _day(value: object, where: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise BadDataError(f"{where}: valid_until is no date") from error


def clinic_passages(clinic: Clinic) -> Iterator[Passage]:
    """The clinic's own answers (parking, reports …) as passages; they hold for a year after their review."""
    until = clinic.source.reviewed + _CLINIC_HOLDS
    for topic in clinic.topics:
        title = f"{clinic.name}：{topic.title}"
        asked_as = topic.asked_as
        yield Passage(f"clinic:{topic.id}", title, topic.text, asked_as, clinic.source, until, "门诊部", asked_as)
