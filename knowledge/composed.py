"""One data folder out of ours, a hospital's own files, and what it imported as passages, departments and doctors.

It lies below the clinic's folder under a name made from all that went in, and is never changed afterwards.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from knowledge.directory_data import departments_of, doctors_of
from knowledge.importers.records import Kind
from knowledge.own_data import Merged, lay_over, own_files
from knowledge.served import Served
from knowledge.yamlfile import BadDataError, read_yaml

_FORMAT = "1"
"""Counts up when the same parts are put together differently."""
_KEPT = 3
"""Older folders are kept: a process may be reading one."""
_HOLDS = timedelta(days=365)
_IN_FILES = (Kind.PASSAGE, Kind.DEPARTMENT, Kind.DOCTOR)


def compose(folder: Path, home: Path, served: Sequence[Served]) -> Path:
    """The data folder to load; ours itself when there is nothing to lay over it. Raises BadDataError."""
    own = folder / "own"
    imported = [one for one in served if any(one.holds(kind) for kind in _IN_FILES)]
    if not imported and not (own.is_dir() and own_files(own)):
        return home
    made = folder / "composed" / _digest(home, own, imported)
    if not made.is_dir():
        _make(made, home, own, imported)
    os.utime(made)
    return made


def _digest(home: Path, own: Path, imported: Sequence[Served]) -> str:
    digest = hashlib.sha256(_FORMAT.encode())
    for root in (home, own):
        for file in _data_files(root):
            digest.update(f"{file}\0".encode() + (root / file).read_bytes())
        digest.update(b"\1")
    for one in imported:
        digest.update(f"{one.id}\0{one.number}\0{one.released}\0{one.reviewer}\0{one.edition.origin}".encode())
    return digest.hexdigest()[:24]


def _data_files(root: Path) -> list[Path]:
    found = (one.relative_to(root) for one in root.rglob("*") if one.suffix in (".yml", ".json") and one.is_file())
    return sorted(one for one in found if "__pycache__" not in one.parts)


def _make(made: Path, home: Path, own: Path, imported: Sequence[Served]) -> None:
    """Written beside and renamed, so that nobody reads half of it."""
    fresh = made.with_name(f".{made.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        merged = {one.name: one.content for one in lay_over(home, own)} if own.is_dir() else {}
        merged |= {one.name: one.content for one in _imported(home, merged, imported)}
        for name in {*map(Path.as_posix, _data_files(home)), *merged}:
            target = fresh / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if name in merged:
                target.write_text(json.dumps(merged[name], ensure_ascii=False), encoding="utf-8")
            else:
                target.symlink_to((home / name).resolve())
        if _digest(home, own, imported) != made.name:
            raise BadDataError("资料正在被改动，改完再试")
        if not made.is_dir():
            fresh.rename(made)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    _clear(made.parent)


def _clear(folder: Path) -> None:
    made = sorted(
        (one for one in folder.iterdir() if not one.name.startswith(".")), key=lambda one: one.stat().st_mtime
    )
    for old in made[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def _imported(home: Path, merged: dict[str, Any], imported: Sequence[Served]) -> Iterator[Merged]:
    for one in imported:
        if one.holds(Kind.PASSAGE):
            yield Merged(f"passages/imported-{one.id}.yml", {"passages": list(_passages(one))})
    departments = merged.get("departments.yml") or read_yaml(home / "departments.yml")
    listed = [
        found.data for one in imported if one.holds(Kind.DEPARTMENT) for found in one.edition.all(Kind.DEPARTMENT)
    ]
    doctors = [(found.key, found.data) for one in imported for found in one.edition.all(Kind.DOCTOR)]
    clinic = merged.get("clinic.yml") or read_yaml(home / "clinic.yml")
    if listed:
        departments = departments_of(listed, departments["departments"])
        yield Merged("departments.yml", departments)
    if doctors:
        yield Merged("clinic.yml", {**clinic, "doctors": doctors_of(doctors, departments["departments"])})
    elif listed and "clinic.yml" not in merged:
        yield Merged("clinic.yml", {**clinic, "doctors": []})  # the invented ones do not work in these departments


def _passages(one: Served) -> Iterator[dict[str, Any]]:
    until = one.edition.origin.last_day or one.released + _HOLDS
    source = one.source()
    for found in one.edition.all(Kind.PASSAGE):
        paged = found.data.get("page")  # without pages the place is the headings, which are the title
        title = f"{source.title}，{found.data['place']}" if paged else source.title
        yield {
            "id": f"{one.id}:{found.key}",
            "title": found.data["title"],
            "topics": list(found.data["topics"]),
            "text": found.data["text"],
            "source": {"title": title, "publisher": source.publisher, "reviewed": source.reviewed.isoformat()},
            "valid_until": until.isoformat(),
            "reviewer": one.reviewer,
        }
