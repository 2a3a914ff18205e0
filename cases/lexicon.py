"""The words by which a learner's sentence is understood, the same for every case (`lexicon.yml`)."""

import functools
import re
from collections.abc import Mapping
from pathlib import Path

import yaml


@functools.cache
def lexicon() -> Mapping[str, re.Pattern[str]]:
    """Return one compiled pattern per entry of the file; read once, at the first question."""
    raw = yaml.safe_load((Path(__file__).parent / "lexicon.yml").read_text("utf-8"))
    return {name: re.compile("|".join(patterns)) for name, patterns in raw.items()}
