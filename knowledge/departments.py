"""Departments: what each is for, and which are named in a text. `triage.py` says which one a complaint belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.text import normalise
from knowledge.yamlfile import BadDataError, read_yaml, required, unique, words

_AUDIENCES = frozenset({"all", "adult", "child", "female", "male", "pregnant"})


@dataclass(frozen=True, slots=True)
class Department:
    """One department of the clinic."""

    id: str
    name: str
    aliases: tuple[str, ...]
    about: str
    """What it treats, one or two sentences for patients."""
    symptoms: tuple[str, ...]
    """Complaint words in patients' language; longer words weigh more."""
    location: str
    audience: str
    """Who is seen here: all, adult, child, female, male, pregnant."""
    remark: str = ""
    """Anything about age or sex that a patient should know before booking."""


def load_departments(path: Path) -> tuple[Department, ...]:
    """Read `departments.yml`. Raises BadDataError for a gap, a double id or a name of two departments."""
    departments = tuple(_read(raw) for raw in read_yaml(path)["departments"])
    unique([department.id for department in departments], path.name)
    names = [name for one in departments for name in (one.name, *one.aliases)]
    unique([normalise(name) for name in names], path.name)
    return departments


def _read(raw: dict[str, Any]) -> Department:
    where = f"departments.yml {raw.get('id')}"
    audience = str(raw.get("audience", "all"))
    if audience not in _AUDIENCES:
        raise BadDataError(f"{where}: audience {audience!r}")
    return Department(
        id=required(raw, "id", where),
        name=required(raw, "name", where),
        aliases=words(raw, "aliases"),
        about=required(raw, "about", where),
        symptoms=tuple(required(raw, "symptoms", where)),
        location=required(raw, "location", where),
        audience=audience,
        remark=str(raw.get("remark", "")),
    )


def departments_named(text: str, departments: Sequence[Department]) -> tuple[Department, ...]:
    """The departments whose name or alias stands in the text; a longer name hides shorter ones inside it."""
    rest, found = normalise(text), []
    names = [(normalise(name), one) for one in departments for name in (one.name, *one.aliases)]
    for name, department in sorted(names, key=lambda pair: -len(pair[0])):
        if name in rest:
            found.append((normalise(text).find(name), department))
            rest = rest.replace(name, "\n")
    return tuple(dict.fromkeys(department for _, department in sorted(found, key=lambda pair: pair[0])))
