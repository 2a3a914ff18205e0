"""Reading a data file: YAML, and errors that name the file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

# Wheels of PyYAML carry the C parser; a build without it still works, about ten times slower.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadDataError(ValueError):
    """A data file of the knowledge room is missing, unreadable or incomplete."""


def read_yaml(path: Path) -> Any:
    """Parse one YAML file. Raises BadDataError naming the file."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadDataError(f"{path.name}: {error}") from error


def required(raw: Mapping[str, Any], key: str, where: str) -> Any:
    """The value of a key that must be there and not empty. Raises BadDataError."""
    value = raw.get(key)
    if value in (None, "", [], {}):
        raise BadDataError(f"{where}: `{key}` is missing")
    return value


def words(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """An optional list of strings as a tuple."""
    return tuple(str(item) for item in raw.get(key) or ())


def unique(ids: list[str], where: str) -> None:
    """Raises BadDataError when an id occurs twice."""
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise BadDataError(f"{where}: used twice: {', '.join(twice)}")
