"""Sentences to learn from and sentences to be measured on, each with the place it is written at."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from components.gazetteer import Span
from components.reader import Names, Patterns
from tools.known_as import GROUPS, meaning

HERE = Path(__file__).resolve().parents[1]
OUT_OF_SCOPE = "out_of_scope"
# Rasa's marks around an entity: [words](kind) or [words]{"entity": "kind", …}.
_MARKED = re.compile(r"\[([^\]]+)\](?:\(([^):]*)[^)]*\)|(\{[^}]*\}))")


class BadFile(Exception):
    """A file that can't be read; the message says which, where and why."""


@dataclass(frozen=True)
class Sentence:
    """What somebody says, what it means, and where it is written."""

    text: str
    intent: str
    place: str = ""  # file:line
    marks: tuple[Span, ...] = ()  # names in it, where the file marks them


@dataclass(frozen=True)
class Material:
    """What a reader is trained from."""

    sentences: list[Sentence] = field(default_factory=list)
    names: Names = field(default_factory=dict)
    patterns: Patterns = field(default_factory=list)

    @property
    def examples(self) -> list[tuple[str, str]]:
        """Texts and intents alone."""
        return [(sentence.text, sentence.intent) for sentence in self.sentences]


@dataclass(frozen=True)
class TestSet:
    """Sentences of one file, and the labels it has that mean no one intent, with how often."""

    __test__ = False  # no test case for whoever collects tests by name

    name: str
    sentences: list[Sentence]
    left_out: dict[str, int] = field(default_factory=dict)


def training_material() -> Material:
    """All that Rasa is trained from."""
    return load(sorted((HERE / "data").rglob("*.yml")))


def own_test_sets() -> list[TestSet]:
    """Every file of ours that is never trained on and has intents."""
    sets = [read_set(path) for path in sorted((HERE / "test").glob("*.yml"))]
    return [some for some in sets if some.sentences]


def load(paths: Iterable[Path]) -> Material:
    """Read Rasa's YAML: sentences by intent, look-up tables, patterns. Raises BadFile."""
    sentences: list[Sentence] = []
    names: dict[str, list[str]] = {}
    patterns: list[tuple[str, str]] = []
    for path in paths:
        for kind, name, lines in _blocks(path):
            if kind == "intent":
                sentences += [_sentence(text, name, f"{path.name}:{line}") for line, text in lines]
            elif kind == "lookup":
                names.setdefault(name, []).extend(text for _, text in lines)
            else:
                patterns += [(name, text) for _, text in lines]
    return Material(sentences, names, patterns)


def read_set(path: Path, *, groups: bool = False) -> TestSet:
    """Read a file to be measured on: Rasa's YAML, or JSON lines. Raises BadFile.

    Rows whose label means no one intent (with `groups`: no intent and no group) are left out and counted.
    """
    if path.suffix in {".yml", ".yaml"}:
        return TestSet(path.stem, load([path]).sentences)
    known = known_intents() | (set(GROUPS.values()) if groups else set())
    rows = list(read_lines(path))
    left_out = Counter(row.intent for row in rows if row.intent not in known)
    return TestSet(path.stem, [row for row in rows if row.intent in known], dict(left_out))


def read_lines(path: Path) -> Iterator[Sentence]:
    """Yield the rows of a file of JSON lines; what a public set calls an intent becomes what we call it."""
    for number, line in enumerate(_text_of(path).splitlines(), start=1):
        if line.strip():
            place = f"{path.name}:{number}"
            row = _row(line, place)
            yield Sentence(row["text"], meaning(row) or OUT_OF_SCOPE, place, _marks_of(row, place))


def _row(line: str, place: str) -> dict[str, Any]:
    try:
        row: Any = json.loads(line)
    except ValueError as error:
        raise BadFile(f"{place}: not JSON ({error})") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise BadFile(f"{place}: a line must be an object with a string `text`")
    return row


def known_intents() -> set[str]:
    """Return the intents of the domain."""
    domain = yaml.safe_load(_text_of(HERE / "domain" / "intents.yml"))["intents"]
    return {name if isinstance(name, str) else next(iter(name)) for name in domain}


def _blocks(path: Path) -> Iterator[tuple[str, str, list[tuple[int, str]]]]:
    """Yield kind, name and the numbered lines of each block."""
    try:
        tree = yaml.compose(_text_of(path), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise BadFile(f"{path}: {error}") from error
    for key, blocks in tree.value if isinstance(tree, yaml.MappingNode) else ():
        if key.value != "nlu":
            continue
        for block in blocks.value:
            values = {name.value: value for name, value in block.value}
            kind = next((each for each in ("intent", "lookup", "regex") if each in values), None)
            if kind and "examples" in values:
                yield kind, values[kind].value, list(_numbered(values["examples"]))


def _numbered(examples: yaml.ScalarNode) -> Iterator[tuple[int, str]]:
    first = examples.start_mark.line + 2  # the line after the `|`, counted from one
    for line, text in enumerate(examples.value.splitlines(), start=first):
        if text.strip():
            yield line, text.strip().removeprefix("- ").strip()


def _sentence(marked: str, intent: str, place: str) -> Sentence:
    """Take Rasa's marks out of a text."""
    parts, marks, position, length = [], [], 0, 0
    for found in _MARKED.finditer(marked):
        before, words = marked[position : found.start()], found[1]
        start = length + len(before)
        marks.append(Span(start, start + len(words), _kind(found, place)))
        parts += [before, words]
        position, length = found.end(), start + len(words)
    return Sentence("".join([*parts, marked[position:]]), intent, place, tuple(marks))


def _kind(found: re.Match[str], place: str) -> str:
    try:
        return found[2] or str(json.loads(found[3])["entity"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadFile(f"{place}: a mark without a kind: {found[0]}") from error


def _marks_of(row: dict[str, Any], place: str) -> tuple[Span, ...]:
    try:
        named = [(each.get("entity") or each["type"].lower(), each) for each in row.get("entities") or ()]
        return tuple(Span(int(each["start"]), int(each["end"]), kind) for kind, each in named)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadFile(f"{place}: an entity needs `start`, `end` and `entity` (or `type`)") from error


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{path}: {error}") from error
