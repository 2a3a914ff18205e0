"""The words by which a learner's sentence is understood, the same for every case (`lexicon.yml`, `terms.yml`)."""

import functools
import re
from collections.abc import Mapping
from pathlib import Path

import yaml

_HERE = Path(__file__).parent


@functools.cache
def lexicon() -> Mapping[str, re.Pattern[str]]:
    """Return one compiled pattern per entry of the file; read once, at the first question."""
    raw = yaml.safe_load((_HERE / "lexicon.yml").read_text("utf-8"))
    return {name: re.compile("|".join(patterns)) for name, patterns in raw.items()}


@functools.cache
def terms() -> tuple[str, ...]:
    """Words that are mended when something that sounds the same stands in their place."""
    raw = yaml.safe_load((_HERE / "terms.yml").read_text("utf-8"))
    return tuple(dict.fromkeys(raw))
