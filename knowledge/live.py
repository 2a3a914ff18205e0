"""What is known at this moment: taken up anew when its files change, while everybody goes on working.

Whoever answers asks for the library once and keeps it until the answer is done: so one answer knows one state.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG
from threading import Lock

from knowledge.drug_names import own_names
from knowledge.library import Library
from knowledge.own_data import hidden
from knowledge.releasing import BROKEN, reason_of
from knowledge.source_folder import sources_in
from knowledge.yamlfile import DATA

_log = logging.getLogger(__name__)
_READ = frozenset({".yml", ".json", ".npz"})
"""Endings of what is read from our data folder."""

Print = frozenset[tuple[str, int, int]]
"""Path, size (bytes) and time of the last change (ns) of every file that counts."""


class LiveLibrary:
    """Holds the present library. Safe to share between threads."""

    def __init__(self, load: Callable[[], Library], look: Callable[[], Print]) -> None:
        """Loads at once. Raises what loading raises: without knowledge no house starts."""
        self._load, self._look, self._refreshing = load, look, Lock()
        self._seen = look()
        self._library = load()
        self._library.passages.prepare()

    def now(self) -> Library:
        """The library of this moment; it never changes in the hand of who holds it."""
        return self._library

    def refresh(self) -> bool:
        """Take up what has changed; whether anything was. Takes seconds then: not for an event loop's thread.

        What does not load is left, with a word in the log, and the old stays; it is tried again when it changes.
        """
        with self._refreshing:
            found = self._look()
            if found == self._seen:
                return False
            fresh = self._loaded()
            if self._look() != found:
                return False  # somebody is still writing; the next look sees what became of it
            self._seen = found
            if isinstance(fresh, str):
                _log.error("new knowledge does not load, the old stays", extra=_event("refused", reason=fresh))
                return False
            before, self._library = self._library, fresh
        fresh.passages.prepare()
        _tell(before, fresh)
        return True

    def _loaded(self) -> Library | str:
        """The library of the present files, or why there is none."""
        try:
            return self._load()
        except BROKEN as error:
            return reason_of(error)


def fingerprint(folder: Path, home: Path = DATA) -> Print:
    """Of all that a library is made from: our data, a clinic's own files, and which editions are released."""
    own = folder / "own"
    files = [one for one in home.rglob("*") if one.suffix in _READ and not hidden(one.relative_to(home))]
    files += [one for one in own.rglob("*") if not hidden(one.relative_to(own))]
    files += [source.folder / "current" for source in sources_in(folder)]
    return frozenset(seen for path in files for seen in _look_at(path))


def _look_at(path: Path) -> Iterator[tuple[str, int, int]]:
    with suppress(FileNotFoundError):  # gone since it was listed, or nothing was released yet
        found = path.stat()
        if S_ISREG(found.st_mode):
            yield str(path), found.st_size, found.st_mtime_ns


def _tell(before: Library, fresh: Library) -> None:
    _log.info("new knowledge taken up", extra=_event("taken_up", drugs=len(fresh.drugs)))
    if _names(before) != _names(fresh):
        what = "names of drugs or departments changed; sentences are read by the old ones until `xinglin train`"
        _log.warning(what, extra=_event("names_changed", run="xinglin train"))


def _names(library: Library) -> frozenset[str]:
    """What the dialogue model was trained to know by name."""
    drugs = (name for drug in library.drugs for name in own_names(drug))
    departments = (name for one in library.clinic.departments for name in (one.name, *one.aliases))
    return frozenset((*drugs, *departments))


def _event(what: str, **told: object) -> dict[str, object]:
    return {"action": f"knowledge_{what}", **told}
