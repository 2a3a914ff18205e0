"""Our examples of danger and of what only sounds like it (`data/danger_examples.yml`)."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.yamlfile import DATA, BadDataError, read_yaml, required

_FILE = "danger_examples.yml"
_LISTS = "red_flag_words.yml"
_WORD = re.compile(r"[\u4e00-\u9fff\d]{1,6}")


@dataclass(frozen=True, slots=True)
class DangerExamples:
    """Words as people write them."""

    dangers: Mapping[str, tuple[str, ...]]
    """By category."""
    harmless: tuple[str, ...]
    set_aside: frozenset[str]
    """Sentences of other files that may be dangerous, so they are not learnt as harmless."""
    digest: str
    """Changes with the file."""


def load_danger_examples(folder: Path = DATA) -> DangerExamples:
    """Raises BadDataError when the file is missing, incomplete, or a sentence stands in it twice."""
    raw = read_yaml(folder / _FILE)
    dangers = {kind: tuple(map(str, texts)) for kind, texts in required(raw, "dangers", _FILE).items()}
    harmless = tuple(map(str, required(raw, "harmless", _FILE)))
    every = [*harmless, *(text for texts in dangers.values() for text in texts)]
    if twice := sorted({text for text in every if every.count(text) > 1} if len(set(every)) < len(every) else ()):
        raise BadDataError(f"{_FILE}: twice: {'; '.join(twice)}")
    digest = hashlib.sha256((folder / _FILE).read_bytes()).hexdigest()[:16]
    return DangerExamples(dangers, harmless, frozenset(map(str, raw.get("set_aside") or ())), digest)


def load_sayings(folder: Path = DATA) -> dict[str, list[str]]:
    """Each plain word of the lists by which rules are written, with the names of its lists (`@c_limp`)."""
    raw = read_yaml(folder / _LISTS)
    listed = {name: list(map(str, words)) for name, words in required(raw, "words", _LISTS).items()}
    listed |= {name: str(one["words"]).split() for name, one in required(raw, "concepts", _LISTS).items()}
    sayings: dict[str, list[str]] = {}
    for name, words in listed.items():
        for word in filter(_WORD.fullmatch, dict.fromkeys(words)):
            sayings.setdefault(word, []).append(f"@{name}")
    return sayings
