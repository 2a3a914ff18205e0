"""Writing an edition: records, problems and how far the reading came, always together."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from knowledge.editions import Origin, fold_name
from knowledge.importers.records import Importer, Record, Step

_TABLES = """
create table meta (key text primary key, value text not null);
create table records (number integer primary key, kind text not null, key text not null, data text not null,
                      unique (kind, key));
create table names (folded text, kind text, key text, primary key (folded, kind, key)) without rowid;
create index names_of on names (kind, key);
create table problems (number integer primary key, position integer not null, location text not null,
                       what text not null);
create table checkpoint (position integer not null);
insert into checkpoint values (0);
"""
_STEPS, _RECORDS = 500, 20_000
"""After so many of either, what was read is made safe."""
_BLOCK = 1 << 20

Progress = Callable[[int], None]
"""Told the position each time something was made safe."""


def origin_of(path: Path) -> Origin | None:
    """The origin an unfinished file was begun with; None when it is not even that."""
    try:
        with closing(sqlite3.connect(path)) as db:
            (text,) = db.execute("select value from meta where key = 'origin'").fetchone()
        return Origin(**json.loads(text))
    except (sqlite3.Error, TypeError, ValueError):
        return None


def write_edition(path: Path, origin: Origin, importer: Importer, file: Path, at: datetime, tell: Progress) -> int:
    """Fill a new file, or go on filling the one that is there; returns the position it went on from.

    Killed at any moment, the same call goes on without losing or doubling anything.
    """
    with closing(sqlite3.connect(path)) as db:
        if not db.execute("select 1 from sqlite_master where name = 'checkpoint'").fetchone():
            _begin(db, origin)
        (begun_at,) = db.execute("select position from checkpoint").fetchone()
        _fill(db, importer(file, begun_at), tell)
        _finish(db, at)
    return int(begun_at)


def _begin(db: sqlite3.Connection, origin: Origin) -> None:
    with db:
        db.executescript(f"begin;{_TABLES}")
        db.execute("insert into meta values ('origin', ?)", (origin.to_json(),))


def _fill(db: sqlite3.Connection, steps: Iterator[Step], tell: Progress) -> None:
    unsafe_steps, unsafe_records, position = 0, 0, None
    for step in steps:
        _keep(db, step)
        unsafe_steps, unsafe_records, position = unsafe_steps + 1, unsafe_records + len(step.records), step.position
        if unsafe_steps >= _STEPS or unsafe_records >= _RECORDS:
            _make_safe(db, position, tell)
            unsafe_steps, unsafe_records = 0, 0
    if position is not None:
        _make_safe(db, position, tell)


def _make_safe(db: sqlite3.Connection, position: int, tell: Progress) -> None:
    db.execute("update checkpoint set position = ?", (position,))
    db.commit()
    tell(position)


def _keep(db: sqlite3.Connection, step: Step) -> None:
    for record in step.records:
        if not _keep_record(db, record):
            twice = f"编号 {record.key} 在文件里出现不止一次，内容不同，只用第一条"
            _keep_problem(db, step.position, f"第 {step.position} 条", twice)
    for problem in step.problems:
        _keep_problem(db, step.position, problem.where, problem.what)


def _keep_record(db: sqlite3.Connection, record: Record) -> bool:
    """False when the key is taken by something else."""
    data = json.dumps(record.data, ensure_ascii=False, sort_keys=True)
    kept = db.execute(
        "insert into records (kind, key, data) values (?, ?, ?) on conflict do nothing", (record.kind, record.key, data)
    )
    if not kept.rowcount:
        held = "select data from records where kind = ? and key = ?"
        return bool(db.execute(held, (record.kind, record.key)).fetchone()[0] == data)
    names = {fold_name(name) for name in record.names} - {""}
    db.executemany("insert into names values (?, ?, ?)", [(name, record.kind, record.key) for name in names])
    return True


def _keep_problem(db: sqlite3.Connection, position: int, where: str, what: str) -> None:
    db.execute("insert into problems (position, location, what) values (?, ?, ?)", (position, where, what))


def _finish(db: sqlite3.Connection, at: datetime) -> None:
    counts = dict(db.execute("select kind, count(*) from records group by kind order by kind"))
    (problems,) = db.execute("select count(*) from problems").fetchone()
    with db:
        db.executemany(
            "insert or replace into meta values (?, ?)",
            [("counts", json.dumps(counts)), ("problems", str(problems)), ("imported_at", at.isoformat())],
        )


def digest_of(file: Path) -> str:
    """SHA-256 of a file, or of all files of a folder with their names."""
    digest = hashlib.sha256()
    files = sorted(one for one in file.rglob("*") if one.is_file()) if file.is_dir() else [file]
    for one in files:
        digest.update(str(one.relative_to(file)).encode() + b"\0")
        with one.open("rb") as opened:
            while block := opened.read(_BLOCK):
                digest.update(block)
    return digest.hexdigest()
