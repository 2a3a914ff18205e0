"""Reading a data file: YAML, parsed once for each content, and errors that name the file."""

import contextlib
import hashlib
import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"
"""The data shipped with the house."""
_KEPT_AS = b"1"
"""Counts up when the parsed form of the same text changes."""
_TIMESTAMP = "tag:yaml.org,2002:timestamp"
# Wheels of PyYAML carry the C parser; a build without it still works, about ten times slower.
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadDataError(ValueError):
    """A data file of the knowledge room is missing, unreadable or incomplete."""


class _Loader(_BASE):  # type: ignore[misc]
    """Days stay text, as JSON has them: what is kept and what was parsed are the same."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own class attribute
        first: [one for one in resolvers if one[0] != _TIMESTAMP]
        for first, resolvers in _BASE.yaml_implicit_resolvers.items()
    }


def read_yaml(path: Path) -> Any:
    """Parse one YAML file; quick when it has been parsed before. Raises BadDataError naming the file."""
    try:
        written = path.read_bytes()
    except OSError as error:
        raise BadDataError(f"{path.name}: {error}") from error
    if written[:1] in (b"{", b"["):
        with contextlib.suppress(ValueError):  # JSON, as programs write it, needs no YAML parser
            return json.loads(written)
    kept = _kept_at(path, written)
    with contextlib.suppress(OSError, ValueError, zlib.error):  # nothing kept, or half of it: parsed once more
        return json.loads(zlib.decompress(kept.read_bytes()))
    try:
        raw = yaml.load(written.decode(), _Loader)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadDataError(f"{path.name}: {error}") from error
    _keep(kept, raw)
    return raw


def _kept_at(path: Path, written: bytes) -> Path:
    """Where the parsed form of this content is: beside the data, in the folder Python keeps compiled code in."""
    digest = hashlib.sha256(_KEPT_AS + written).hexdigest()[:24]
    return path.resolve().parent / "__pycache__" / f"{path.name}.{digest}.z"


def _keep(kept: Path, raw: Any) -> None:
    """Keep the parsed form and drop older ones. A folder that cannot be written costs time, nothing else."""
    text = json.dumps(raw, ensure_ascii=False)
    if json.loads(text) != raw:  # numbers as keys would come back as text
        return
    fresh = kept.with_suffix(f".{os.getpid()}.tmp")
    with contextlib.suppress(OSError):
        kept.parent.mkdir(exist_ok=True)
        for old in kept.parent.glob(f"{kept.name.rsplit('.', 2)[0]}.*.z"):
            old.unlink(missing_ok=True)
        fresh.write_bytes(zlib.compress(text.encode(), 1))
        fresh.replace(kept)


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
