"""Reads the case files."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from cases.model import (
    Case,
    ChecklistItem,
    Denial,
    Diagnosis,
    Differential,
    Fact,
    Investigation,
    Item,
    Key,
    Keyword,
    Manner,
    Persona,
    Script,
    Source,
    Unlock,
    Value,
)

DATA = Path(__file__).parent / "data"


class BadCaseError(ValueError):
    """A case file is broken; the message names the file, the line and the field."""


def load_cases(folder: Path = DATA) -> Mapping[str, Case]:
    """Load every `*.yml` of `folder`, by id, in order of file names. Raises BadCaseError."""
    from cases.check import check_file  # the checker builds on this module

    files = sorted(folder.glob("*.yml"))
    if problems := [str(problem) for file in files for problem in check_file(file)]:
        raise BadCaseError("\n".join(problems))
    cases = [build_case(yaml.safe_load(file.read_text("utf-8"))) for file in files]
    return {case.id: case for case in cases}


def build_case(raw: Mapping[str, Any]) -> Case:
    """Make a Case of a mapping that fits the schema. Raises re.error for a cue that is no pattern."""
    sources = tuple(Source(str(s["title"]), str(s["publisher"]), str(s["reviewed"])) for s in raw["sources"])
    head = (raw["id"], raw["version"], raw["title"], raw["specialty"], raw["level"], raw["setting"], raw["opening"])
    return Case(*head, _script(raw), _key(raw["key"]), sources)


def _script(raw: Mapping[str, Any]) -> Script:
    items: tuple[Item, ...] = (*map(_fact, raw["facts"]), *map(_denial, raw["denials"]))
    return Script(_persona(raw["persona"]), items, tuple(map(_investigation, raw["investigations"])))


def _persona(raw: Mapping[str, Any]) -> Persona:
    say = {name: tuple(words) for name, words in raw["say"].items()}
    plain = {name: raw[name] for name in ("name", "age", "sex", "job", "education", "temperament", "talkativeness")}
    longest_first = tuple(sorted(raw["jargon"], key=len, reverse=True))
    return Persona(**plain, jargon=longest_first, say=say)


def _fact(raw: Mapping[str, Any]) -> Fact:
    words, hold, examples = (tuple(raw.get(name, ())) for name in ("words", "hold", "examples"))
    unlock = Unlock(raw["unlock"])
    return Fact(raw["id"], raw["section"], raw["label"], unlock, words, _cues(raw["cues"]), hold, examples)


def _denial(raw: Mapping[str, Any]) -> Denial:
    examples = tuple(raw.get("examples", ()))
    return Denial(raw["id"], raw["section"], raw["label"], tuple(raw["words"]), _cues(raw["cues"]), examples)


def _investigation(raw: Mapping[str, Any]) -> Investigation:
    cues, value, cost = _cues(raw["cues"]), Value(raw["value"]), Decimal(raw["cost"])
    return Investigation(raw["id"], raw["kind"], raw["label"], cues, value, raw["minutes"], cost, raw["result"])


def _cues(raw: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(cue) for cue in raw)


def _key(raw: Mapping[str, Any]) -> Key:
    said = raw["diagnosis"]
    accepted, partly, forbidden = (tuple(said[name]) for name in ("accepted", "partly", "forbidden"))
    differentials = [
        Differential(each["name"], tuple(each["accepted"]), tuple(each["supports"]), tuple(each["against"]))
        for each in raw["differentials"]
    ]
    return Key(
        Diagnosis(said["truth"], accepted, partly, forbidden),
        tuple(differentials),
        _keywords(raw["reasons"]),
        _keywords(raw["plan"]),
        tuple(map(_checklist_item, raw["checklist"])),
        Decimal(str(raw["pass_share"])),
        tuple(raw["order"]),
        raw["teaching"].strip(),
    )


def _keywords(raw: Sequence[Mapping[str, Any]]) -> tuple[Keyword, ...]:
    return tuple(Keyword(each["label"], tuple(each["any"]), each["points"]) for each in raw)


def _checklist_item(raw: Mapping[str, Any]) -> ChecklistItem:
    asked, ordered, avoided = (frozenset(raw.get(name, ())) for name in ("asked", "ordered", "avoided"))
    manner = Manner(raw["manner"]) if "manner" in raw else None
    head = (raw["id"], raw["part"], raw["label"], raw["points"], raw["why"], raw.get("critical", False))
    return ChecklistItem(*head, asked, ordered, avoided, manner)
