"""Bringing a file in: a new edition of its source, ready to be released; or only a trial."""

import os
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge.edition_report import Report, report_on
from knowledge.edition_writing import Progress, origin_of, write_edition
from knowledge.editions import Edition, Origin
from knowledge.importers.records import Importer, UnreadableError
from knowledge.source_folder import PARTIAL, READY, SourceFolder


def import_file(
    source: SourceFolder, origin: Origin, importer: Importer, file: Path, at: datetime, tell: Progress
) -> Report:
    """Make an edition of the file, or finish one that was broken off. It is not served before it is released.

    Raises UnreadableError (nothing is left then) or SourceError.
    """
    with source.held():
        done = _imported(source, origin)
        if done is not None:
            return _report(source, done, 0, known=True)
        number = _begun(source, origin) or source.next_number()
        partial = source.path(number, PARTIAL)
        try:
            resumed_at = write_edition(partial, origin, importer, file, at, tell)
        except UnreadableError:
            partial.unlink(missing_ok=True)
            raise
        _sync(partial)
        partial.rename(source.path(number))
        return _report(source, number, resumed_at, known=False)


def try_file(
    source: SourceFolder, origin: Origin, importer: Importer, file: Path, at: datetime, tell: Progress
) -> Report:
    """The same report, and nothing is written but in a temporary folder. Raises UnreadableError."""
    with TemporaryDirectory(prefix="xinglin-") as folder:
        path = Path(folder) / f"1{READY}"
        write_edition(path, origin, importer, file, at, tell)
        with closing(Edition(path)) as edition:
            return report_on(edition, source.id, None, _served(source), 0, known=False)


def _imported(source: SourceFolder, origin: Origin) -> int | None:
    """The finished edition of this very origin."""
    return next((number for number in source.ready() if origin_of(source.path(number)) == origin), None)


def _begun(source: SourceFolder, origin: Origin) -> int | None:
    """The unfinished edition of this origin; what was killed before its first line was whole is cleared away."""
    for number in source.unfinished():
        path = source.path(number, PARTIAL)
        begun = origin_of(path)
        if begun == origin:
            return number
        if begun is None:
            path.unlink()
            path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    return None


def _served(source: SourceFolder) -> tuple[int, Path] | None:
    number = source.served()
    return (number, source.path(number)) if number else None


def _report(source: SourceFolder, number: int, resumed_at: int, *, known: bool) -> Report:
    with closing(source.open(number)) as edition:
        return report_on(edition, source.id, number, _served(source), resumed_at, known)


def _sync(path: Path) -> None:
    """On the disk before it gets the name under which it counts as whole."""
    with path.open("rb") as written:
        os.fsync(written.fileno())
