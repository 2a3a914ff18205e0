"""How many dangerous words the screening catches, what it takes for dangerous that is not, and how long it takes."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.screening import screen
from deploy.bench.answers.table import Row
from deploy.bench.figures import percentile
from knowledge.red_flags import load_red_flags

_PART = "screening"
_WORST = 3
"""Categories named that are missed most."""

Alarms = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Sentences:
    """A set of messages of which somebody decided which are dangerous."""

    name: str
    dangerous: Mapping[str, Sequence[str]]
    """By category."""
    harmless: Sequence[str]


@dataclass(frozen=True, slots=True)
class Screened:
    """What became of a set."""

    sentences: Sentences
    caught: Mapping[str, int]
    """By category."""
    false_alarms: int
    took_us: Sequence[float]
    """Microseconds, one for each message."""


def read_sentences(file: Path) -> Sentences:
    """A YAML file of `dangerous` and `harmless`, each a mapping of lists; or JSON lines with `text`, all harmless."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".jsonl":
        rows = (json.loads(line) for line in text.splitlines() if line.strip())
        return Sentences(file.stem, {}, [row["text"] for row in rows])
    raw: Mapping[str, Any] = yaml.safe_load(text)
    harmless = [each for some in raw.get("harmless", {}).values() for each in some]
    return Sentences(file.stem, raw.get("dangerous", {}), harmless)


def screened(sentences: Sentences, alarms: Alarms) -> Screened:
    """Screen every message once, after one that fills caches."""
    alarms("早上好")
    took: list[float] = []

    def heard(text: str) -> bool:
        began = time.perf_counter_ns()
        found = alarms(text)
        took.append((time.perf_counter_ns() - began) / 1_000)
        return found

    caught = {category: sum(map(heard, some)) for category, some in sentences.dangerous.items()}
    return Screened(sentences, caught, sum(map(heard, sentences.harmless)), took)


def our_screening() -> Alarms:
    """That of the house, as it ships."""
    flags = load_red_flags()
    return lambda text: screen(text, flags) is not None


def rows(found: Sequence[Screened]) -> Iterator[Row]:
    """The figures of all sets, and the time over all of them."""
    for one in found:
        yield from _of_set(one)
    took = [each for one in found for each in one.took_us]
    if took:
        spent = " / ".join(f"{percentile(took, share):,.0f}" for share in (0.5, 0.95))
        yield Row(_PART, f"µs a message, p50 / p95 ({len(took):,} messages)", spent, "p95 < 1,000")


def _of_set(one: Screened) -> Iterator[Row]:
    name, dangerous = one.sentences.name, sum(map(len, one.sentences.dangerous.values()))
    if dangerous:
        caught = sum(one.caught.values())
        yield Row(_PART, f"{name}: dangerous ones caught, of {dangerous:,}", f"{caught / dangerous:.2%}", "≥ 99%")
        worst = sorted((share, category) for category, share in _shares(one) if share < 1)[:_WORST]
        if worst:
            yield Row(_PART, f"{name}: least caught", ", ".join(f"{which} {share:.0%}" for share, which in worst))
    if ordinary := len(one.sentences.harmless):
        share = one.false_alarms / ordinary
        yield Row(_PART, f"{name}: false alarms, of {ordinary:,} harmless ones", f"{share:.2%}", "≤ 1%")


def _shares(one: Screened) -> Iterator[tuple[str, float]]:
    for category, some in one.sentences.dangerous.items():
        yield category, one.caught[category] / len(some)
