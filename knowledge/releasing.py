"""Releasing and taking back: nothing is served that does not load together with everything else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from knowledge.library import read_parts
from knowledge.overlay import load_overlay
from knowledge.source_folder import RELEASE, ROLLBACK, Event, SourceError, SourceFolder
from knowledge.yamlfile import DATA

BROKEN = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What loading raises for data that is not as it should be; BadDataError is a ValueError."""


def release(source: SourceFolder, number: int | None, who: str, at: datetime, home: Path = DATA) -> int:
    """Serve an edition (the newest without a number) from now on; returns its number. Raises SourceError."""
    with source.held():
        wanted = number or max(source.ready(), default=0)
        source.check_releasable(wanted, who)
        with _refused(f"{source.id} 第 {wanted} 版不能发布"):
            load_all(source.folder.parent, home, {source.id: Event(RELEASE, wanted, who, at.isoformat())})
        source.release(wanted, who, at)
    return wanted


def rollback(source: SourceFolder, who: str, at: datetime, home: Path = DATA) -> int | None:
    """Serve what was served before the last release; returns its number, None: nothing. Raises SourceError."""
    with source.held():
        before = source.before()
        with _refused(f"{source.id} 不能退回"):
            load_all(source.folder.parent, home, {source.id: Event(ROLLBACK, before or 0, who, at.isoformat())})
        source.rollback(who, at)
    return before


def load_all(folder: Path, home: Path = DATA, instead: dict[str, Event] | None = None) -> None:
    """Load everything that is served, to see that it can be. Raises one of BROKEN."""
    overlay = load_overlay(folder, home, instead)
    try:
        read_parts(overlay)
    finally:
        overlay.close()


def reason_of(error: Exception) -> str:
    """One of BROKEN in words; only a ValueError has any of its own."""
    return str(error) if isinstance(error, ValueError) else repr(error)


@contextmanager
def _refused(what: str) -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"{what}，现在用的没有变：{reason_of(error)}") from error
