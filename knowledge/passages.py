"""Passages: short texts that answer a question, each with its source and its last day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from knowledge.clinic import Clinic
from knowledge.sources import Source, read_source
from knowledge.yamlfile import BadDataError, read_yaml, required, unique

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
    """Role of the second reader."""
    drug: str | None = None
    """Drug id when the text is one aspect of a drug entry."""
    aspect: str | None = None


def load_passages(folder: Path) -> tuple[Passage, ...]:
    """Read every `passages/*.yml` of a data folder, in file order. Raises BadDataError."""
    files = sorted((folder / "passages").glob("*.yml"))
    passages = tuple(passage for path in files for passage in _read_file(path))
    if not passages:
        raise BadDataError(f"no passages in {folder}")
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
        text="".join(str(required(raw, "text", where)).split()),
        topics=tuple(required(raw, "topics", where)),
        source=read_source(raw["source"]),
        valid_until=_day(required(raw, "valid_until", where), where),
        reviewer=required(raw, "reviewer", where),
    )


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
        yield Passage(f"clinic:{topic.id}", title, topic.text, topic.asked_as, clinic.source, until, "门诊部")
