"""Departments: what each is for, and which of them a complaint belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.text import normalise
from knowledge.visitor import Visitor, read_visitor
from knowledge.yamlfile import BadDataError, read_yaml, required, unique, words

_NAMED_SCORE = 3.0
"""What naming a department outright adds; one complaint word of two characters adds 1.25."""
_CHILD_BONUS = 4.0
"""A child belongs to 儿科 first, whatever hurts (the departments for adults stay behind it)."""
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


def rank_departments(complaint: str, departments: Sequence[Department]) -> tuple[tuple[Department, float], ...]:
    """Departments for a complaint, best first, with a score; empty when no word of it is known."""
    text, visitor = normalise(complaint), read_visitor(complaint)
    named = departments_named(complaint, departments)
    scored = [(one, _score(one, text, visitor, one in named)) for one in departments]
    ranked = sorted((pair for pair in scored if pair[1] > 0), key=lambda pair: -pair[1])
    return tuple(ranked)


def _score(department: Department, text: str, visitor: Visitor, named: bool) -> float:
    words_score = _word_score(department.symptoms, text) + (_NAMED_SCORE if named else 0.0)
    if department.audience == "child":
        return words_score + _CHILD_BONUS if visitor.child and (words_score or visitor.complains) else 0.0
    if department.audience == "pregnant":
        return words_score + _CHILD_BONUS if visitor.pregnant else words_score
    return words_score * visitor.fits(department.audience)


def _word_score(symptoms: Sequence[str], text: str) -> float:
    """Sum of the complaint words found; a word inside another found word counts once (as the longer one)."""
    found = [word for word in symptoms if word in text]
    whole = [word for word in found if not any(word != other and word in other for other in found)]
    return sum(1.0 + 0.25 * (len(word) - 1) for word in whole)
