"""Checks a case file: `python -m cases.check [FILE…]`. Every problem names its line and its field."""

import functools
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

DATA = Path(__file__).parent / "data"
FEWEST_ITEMS = 35  # facts and denials together: fewer can't carry a whole history

Field = tuple[str | int, ...]  # ("facts", 3, "cues")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a case file."""

    file: str
    line: int  # 1-based
    field: str  # facts[3].cues
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


def check_file(file: Path) -> list[Problem]:
    """Return all problems of a file, in order of lines; an empty list means it can be played."""
    text = file.read_text("utf-8")
    try:
        node, raw = yaml.compose(text, yaml.SafeLoader), yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return [Problem(file.name, line, "", f"不是合法的 YAML：{error.problem}")]
    found = list(_against_schema(raw)) or list(_against_itself(raw))
    problems = [Problem(file.name, _line(node, field), _name(field), message) for field, message in found]
    return sorted(problems, key=lambda problem: problem.line)


@functools.cache
def _validator() -> Draft202012Validator:
    schema = json.loads((DATA / "case.schema.json").read_text("utf-8"))
    return Draft202012Validator(schema)


def _against_schema(raw: Any) -> Iterator[tuple[Field, str]]:
    for error in _validator().iter_errors(raw):
        yield tuple(error.absolute_path), error.message[:200]


def _against_itself(raw: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    yield from _doubled(raw)
    yield from _bad_patterns(raw)
    yield from _dangling(raw)
    yield from _leaks(raw)
    if len(raw["facts"]) + len(raw["denials"]) < FEWEST_ITEMS:
        yield ("facts",), f"facts 与 denials 合计至少 {FEWEST_ITEMS} 条"


def _doubled(raw: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    places = [
        (name, at, each["id"]) for name in ("facts", "denials", "investigations") for at, each in enumerate(raw[name])
    ]
    seen = Counter(identity for _, _, identity in places)
    for name, at, identity in places:
        if seen[identity] > 1:
            yield (name, at, "id"), f"id 重复：{identity}"


def _bad_patterns(raw: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    for name in ("facts", "denials", "investigations"):
        for at, each in enumerate(raw[name]):
            for number, cue in enumerate(each["cues"]):
                try:
                    re.compile(cue)
                except re.error as error:
                    yield (name, at, "cues", number), f"不是合法的正则表达式：{error}"


def _dangling(raw: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    items = {each["id"] for name in ("facts", "denials") for each in raw[name]}
    known = {"asked": items, "ordered": {each["id"] for each in raw["investigations"]}}
    known["avoided"] = known["ordered"]
    for at, each in enumerate(raw["key"]["checklist"]):
        for name, ids in known.items():
            for number, identity in enumerate(each.get(name, ())):
                if identity not in ids:
                    yield ("key", "checklist", at, name, number), f"没有这个 id：{identity}"


def _leaks(raw: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    """Nothing that the patient can say may hold the diagnosis."""
    for field, words in _spoken(raw):
        for forbidden in raw["key"]["diagnosis"]["forbidden"]:
            if forbidden.lower() in words.lower():
                yield field, f"病人的话里出现了诊断用语“{forbidden}”"


def _spoken(raw: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    for name in ("title", "setting", "opening"):
        yield (name,), raw[name]
    for occasion, variants in raw["persona"]["say"].items():
        for number, words in enumerate(variants):
            yield ("persona", "say", occasion, number), words
    for name in ("facts", "denials"):
        for at, each in enumerate(raw[name]):
            for part in ("words", "hold"):
                for number, words in enumerate(each.get(part, ())):
                    yield (name, at, part, number), words


def _line(node: yaml.Node | None, field: Field) -> int:
    """The line of the deepest part of `field` that exists in the file."""
    line = 1
    for step in field:
        node = _child(node, step)
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        children: list[yaml.Node] = node.value
        return children[step]
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None


def _name(field: Field) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in field).lstrip(".")


def main(arguments: Sequence[str]) -> int:
    """Print the problems of the named files, or of all cases; 1 when there are any."""
    files = [Path(argument) for argument in arguments] or sorted(DATA.glob("*.yml"))
    problems = [problem for file in files for problem in check_file(file)]
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{len(files)} 个病例，没有问题")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
