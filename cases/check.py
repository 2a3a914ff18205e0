"""Checks a case file against its schema and itself. Every problem names its line and its field."""

import functools
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from cases.catalogue import catalogue
from cases.library import DATA, read_yaml
from cases.model import Manner

FEWEST_ITEMS = 35  # facts and denials together: fewer can't carry a whole history

Field = tuple[str | int, ...]  # ("facts", 3, "cues")
_TYPES = {
    "string": "文字（数字要加引号）",
    "integer": "整数",
    "number": "数",
    "array": "列表",
    "object": "一组栏目",
    "boolean": "true 或 false",
}


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
    try:
        text = file.read_text("utf-8")
        raw = read_yaml(text)
    except UnicodeDecodeError:
        return [Problem(file.name, 1, "", "不是 UTF-8 编码的文本")]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return [Problem(file.name, line, "", f"不是合法的 YAML：{error.problem}")]
    except yaml.YAMLError as error:
        return [Problem(file.name, 1, "", f"不是合法的 YAML：{error}")]
    found = list(_against_schema(raw)) or list(_against_itself(raw))
    return _placed(file.name, text, found) if found else []


def _placed(name: str, text: str, found: Sequence[tuple[Field, str]]) -> list[Problem]:
    """Composing the tree with its lines is slow: it is done only when something is wrong."""
    node = yaml.compose(text, yaml.SafeLoader)
    problems = [Problem(name, _line(node, field), _name(field), message) for field, message in found]
    return sorted(problems, key=lambda problem: problem.line)


@functools.cache
def _validator() -> Draft202012Validator:
    schema = json.loads((DATA / "case.schema.json").read_text("utf-8"))
    return Draft202012Validator(schema)


def _against_schema(raw: Any) -> Iterator[tuple[Field, str]]:
    for error in _validator().iter_errors(raw):
        yield tuple(error.absolute_path), _in_chinese(error)


def _in_chinese(error: ValidationError) -> str:
    """What is wrong, for a teacher; jsonschema's own sentence where we have none."""
    rule: Any = error.validator_value
    value: Any = error.instance
    match error.validator:
        case "required":
            return f"缺少：{'、'.join(name for name in rule if name not in value)}"
        case "additionalProperties":
            known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
            return f"没有这一栏：{'、'.join(str(name) for name in value if name not in known)}"
        case "enum":
            return f"“{error.instance}”不行，只能是：{'、'.join(map(str, rule))}"
        case "type":
            return f"“{str(error.instance)[:40]}”的类型不对，应当是{_TYPES.get(str(rule), str(rule))}"
        case "minItems":
            return f"至少要 {rule} 项"
        case "maxItems":
            return f"最多 {rule} 项"
        case "minLength":
            return "不能空着"
        case "minimum" | "exclusiveMinimum":
            return f"{error.instance} 太小，要不小于 {rule}"
        case "maximum":
            return f"{error.instance} 太大，最多 {rule}"
        case "pattern":
            return f"“{str(error.instance)[:40]}”的写法不对，要符合 {rule}"
        case "oneOf":
            return "asked、told、ordered、avoided、manner 里要写一种，而且只写一种"
    return error.message[:200]


def _against_itself(raw: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    yield from _doubled(raw)
    yield from _unknown(raw)
    yield from _bad_patterns(raw)
    yield from _dangling(raw)
    yield from _leaks(raw)
    if len(raw["facts"]) + len(raw["denials"]) < FEWEST_ITEMS:
        yield ("facts",), f"facts 与 denials 合计至少 {FEWEST_ITEMS} 条"


def _doubled(raw: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    lists = ("facts", "denials", "investigations")
    places: list[tuple[Field, str]] = []
    for name in lists:
        places += [((name, at, "id"), each["id"]) for at, each in enumerate(raw[name])]
    places += [(("key", "checklist", at, "id"), each["id"]) for at, each in enumerate(raw["key"]["checklist"])]
    seen = Counter(identity for _, identity in places)
    for field, identity in places:
        if seen[identity] > 1:
            yield field, f"id 重复：{identity}"


def _unknown(raw: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    """What the catalogue does not know, the file must describe itself."""
    known = catalogue()
    needs = ("section", "label", "cues")
    for name in ("facts", "denials"):
        yield from _bare(raw, name, known.items, needs)
    yield from _bare(raw, "investigations", known.investigations, ("kind", "label", "cues", "minutes", "cost"))


def _bare(
    raw: Mapping[str, Any], name: str, known: Mapping[str, object], needs: Sequence[str]
) -> Iterator[tuple[Field, str]]:
    for at, each in enumerate(raw[name]):
        missing = [need for need in needs if need not in each]
        if each["id"] not in known and missing:
            yield (name, at, "id"), f"总表里没有 {each['id']}，请自己写明 {'、'.join(missing)}"


def _bad_patterns(raw: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    for name in ("facts", "denials", "investigations"):
        for at, each in enumerate(raw[name]):
            for number, cue in enumerate(each.get("cues", ())):
                try:
                    re.compile(cue)
                except re.error as error:
                    yield (name, at, "cues", number), f"不是合法的正则表达式：{error}"


def _dangling(raw: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    items = {each["id"] for name in ("facts", "denials") for each in raw[name]}
    ordered = {each["id"] for each in raw["investigations"]} | set(catalogue().investigations)
    known = {"asked": items | set(catalogue().items), "told": items, "ordered": ordered, "avoided": ordered}
    for at, each in enumerate(raw["key"]["checklist"]):
        for name, ids in known.items():
            for number, identity in enumerate(each.get(name, ())):
                if identity not in ids:
                    yield ("key", "checklist", at, name, number), f"没有这个 id：{identity}"
    anything = items | set(catalogue().items) | ordered | set(Manner)
    for at, step in enumerate(raw["key"]["order"]):
        for number, identity in enumerate(step["any"]):
            if identity not in anything:
                yield ("key", "order", at, "any", number), f"没有这个 id 或说话方式：{identity}"
    counter = raw["key"].get("counter")
    if counter and counter["item"] not in items:
        yield ("key", "counter", "item"), f"没有这个 id：{counter['item']}"


def _leaks(raw: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    """Nothing that the patient can say may hold the diagnosis."""
    for field, words in _spoken(raw):
        for forbidden in raw["key"]["diagnosis"]["forbidden"]:
            if forbidden.lower() in words.lower():
                yield field, f"病人的话里出现了诊断用语“{forbidden}”"


def _spoken(raw: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    for name in ("title", "setting", "opening"):
        yield (name,), raw[name]
    for number, goal in enumerate(raw["goals"]):
        yield ("goals", number), goal
    for occasion, variants in raw["persona"]["say"].items():
        for number, words in enumerate(variants):
            yield ("persona", "say", occasion, number), words
    for name in ("facts", "denials"):
        for at, each in enumerate(raw[name]):
            for part in ("words", "hold"):
                for number, words in enumerate(each.get(part, ())):
                    yield (name, at, part, number), words
    for number, words in enumerate(raw["key"].get("counter", {}).get("words", ())):
        yield ("key", "counter", "words", number), words


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
