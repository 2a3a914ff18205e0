"""Reads the case files."""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from cases.catalogue import catalogue, patterns
from cases.ending import Ending, Sbar
from cases.model import (
    Case,
    ChecklistItem,
    Counter,
    Diagnosis,
    Differential,
    Investigation,
    Item,
    Key,
    Keyword,
    Kind,
    Manner,
    Moods,
    Persona,
    Review,
    SbarKey,
    Script,
    Source,
    Step,
    Unlock,
    Value,
)
from cases.tracing import Tracing

DATA = Path(__file__).parent / "data"
_REVIEWED = re.compile(r"^review:", re.MULTILINE)


class BadCaseError(ValueError):
    """A case file is broken; the message names the file, the line and the field."""


def load_cases(folder: Path = DATA, *, drafts: bool = False) -> Mapping[str, Case]:
    """Load every released `*.yml` of `folder` (`drafts`: the unreviewed too), by id, easy ones first.

    Raises BadCaseError. Ours are read once: they come with the program, and reading them takes a second or two.
    """
    return _shipped(drafts) if folder == DATA else _read(folder, drafts)


@functools.cache
def _shipped(drafts: bool) -> Mapping[str, Case]:
    return _read(DATA, drafts)


def _read(folder: Path, drafts: bool) -> Mapping[str, Case]:
    cases = [case for file in sorted(folder.glob("*.yml")) if (case := load_case(file)).review or drafts]
    levels = ("easy", "medium", "hard")
    ordered = sorted(cases, key=lambda case: (levels.index(case.level), case.id))
    return MappingProxyType({case.id: case for case in ordered})


def released(own: Path) -> tuple[Mapping[str, Case], Sequence[str]]:
    """Our cases with those of a hospital's own folder (an own one takes the place of ours), and what is wrong in it.

    A broken file of theirs keeps nobody from practising with the others.
    """
    found, problems = dict(load_cases()), []
    for file in sorted(own.glob("*.yml")) if own.is_dir() else ():
        if not _REVIEWED.search(file.read_text("utf-8", errors="replace")):
            continue  # a draft may be as unfinished as it likes
        try:
            case = load_case(file)
        except BadCaseError as error:
            problems.append(str(error))
            continue
        if case.review:
            found[case.id] = case
    return found, problems


def load_case(file: Path) -> Case:
    """Load one file, a draft or not. Raises BadCaseError."""
    from cases.check import check_file  # the checker builds on this module

    if problems := check_file(file):
        raise BadCaseError("\n".join(map(str, problems)))
    return build_case(read_yaml(file.read_text("utf-8")))


def read_yaml(text: str) -> Any:
    """Read YAML by libyaml where it is there: some ten times as fast. Raises yaml.YAMLError."""
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def build_case(raw: Mapping[str, Any]) -> Case:
    """Make a Case of a mapping that fits the schema. Raises re.error for a cue that is no pattern."""
    names = ("id", "version", "title", "specialty", "level", "minutes", "author", "setting", "opening")
    plain: dict[str, Any] = {name: raw[name] for name in names}
    sources = tuple(Source(str(s["title"]), str(s["publisher"]), str(s["reviewed"])) for s in raw["sources"])
    review = Review(raw["review"]["by"], str(raw["review"]["date"])) if "review" in raw else None
    parts: dict[str, Any] = {"goals": tuple(raw["goals"]), "sources": sources, "review": review}
    return Case(**plain, **parts, script=_script(raw), key=_key(raw["key"]))


def _script(raw: Mapping[str, Any]) -> Script:
    facts = tuple(_item(each, denied=False) for each in raw["facts"])
    denials = tuple(_item(each, denied=True) for each in raw["denials"])
    return Script(_persona(raw["persona"]), (*facts, *denials), tuple(map(_investigation, raw["investigations"])))


def _persona(raw: Mapping[str, Any]) -> Persona:
    shared = catalogue()
    say = {**shared.say, **{occasion: tuple(words) for occasion, words in raw["say"].items()}}
    jargon = (*shared.jargon.get(raw["education"], ()), *raw.get("jargon", ()))
    head = (raw["name"], raw["age"], raw["sex"], raw.get("speaker", "本人"), raw["job"], raw["education"])
    moods = Moods(**raw.get("mood", {}))
    return Persona(*head, raw["temperament"], raw["talkativeness"], jargon, say, moods, raw.get("dialect", {}))


def _item(raw: Mapping[str, Any], *, denied: bool) -> Item:
    """The catalogue gives section, label and ways to ask; the file's own come first."""
    known = catalogue().items.get(raw["id"])
    cues = (*patterns(raw.get("cues", ())), *(known.cues if known else ()))
    examples = (*raw.get("examples", ()), *(known.asks if known else ()))
    section, label = (raw.get(name) or getattr(known, name) for name in ("section", "label"))
    unlock = Unlock(raw.get("unlock", Unlock.DIRECT))
    head = (raw["id"], section, label, unlock, tuple(raw["words"]), cues, tuple(raw.get("hold", ())), examples)
    return Item(*head, Kind(raw.get("kind", Kind.OPTIONAL)), denied)


def _investigation(raw: Mapping[str, Any]) -> Investigation:
    known = catalogue().investigations.get(raw["id"])
    kind, label, minutes = (raw[name] if name in raw else getattr(known, name) for name in ("kind", "label", "minutes"))
    cost = Decimal(raw["cost"]) if "cost" in raw or known is None else known.cost
    cues = (*patterns(raw.get("cues", ())), *(known.cues if known else ()))
    table = tuple(tuple(map(str, row)) for row in raw.get("table", ()))
    head = (raw["id"], kind, label, cues, Value(raw["value"]), minutes, cost, raw["result"])
    tracing = Tracing(**raw["tracing"]) if "tracing" in raw else None
    return Investigation(*head, table, raw.get("harm", ""), raw.get("refused", False), tracing)


def _key(raw: Mapping[str, Any]) -> Key:
    said = raw["diagnosis"]
    accepted, partly, forbidden = (tuple(said[name]) for name in ("accepted", "partly", "forbidden"))
    differentials = tuple(
        Differential(each["name"], *(tuple(each[name]) for name in ("accepted", "supports", "against")))
        for each in raw["differentials"]
    )
    return Key(
        Diagnosis(said["truth"], accepted, partly, forbidden),
        differentials,
        _keywords(raw["reasons"]),
        _keywords(raw["plan"]),
        SbarKey(*(_keywords(raw["sbar"][each.name]) for each in fields(SbarKey))),
        tuple(map(_checklist_item, raw["checklist"])),
        Decimal(str(raw["pass_share"])),
        tuple(Step(each["label"], frozenset(each["any"])) for each in raw["order"]),
        raw["teaching"].strip(),
        tuple(raw["expert"]),
        _ending(raw["ending"]),
        _counter(raw["counter"]) if "counter" in raw else None,
    )


def _keywords(raw: Sequence[Mapping[str, Any]]) -> tuple[Keyword, ...]:
    return tuple(Keyword(each["label"], tuple(each["any"]), each["points"]) for each in raw)


def _checklist_item(raw: Mapping[str, Any]) -> ChecklistItem:
    asked, told, ordered, avoided = (frozenset(raw.get(name, ())) for name in ("asked", "told", "ordered", "avoided"))
    manner = Manner(raw["manner"]) if "manner" in raw else None
    head = (raw["id"], raw["part"], raw["label"], raw["points"], raw["why"], raw.get("critical", False))
    return ChecklistItem(*head, asked, told, ordered, avoided, manner)


def _ending(raw: Mapping[str, Any]) -> Ending:
    return Ending(**{**raw, "sbar": Sbar(**raw.get("sbar", {}))})


def _counter(raw: Mapping[str, Any]) -> Counter:
    return Counter(raw["item"], tuple(raw["words"]), raw["label"], tuple(raw["any"]), raw["points"], raw["why"])
