"""Remembers by content hash what was already done, so that the second start costs nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(files: Iterable[Path], *words: str) -> str:
    """Return the SHA-256 of the files' paths and contents and of the words, in hexadecimal."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(str(path).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    for word in words:
        total.update(b"\0" + word.encode())
    return total.hexdigest()


def is_fresh(stamp: Path, mark: str) -> bool:
    """Tell whether `stamp` was left by a run with the same `mark`."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == mark


def leave(stamp: Path, mark: str) -> None:
    """Write the stamp; call it last, so that an interrupted step is done again."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(mark, encoding="utf-8")
