"""Editions: imported whole or not at all, released by somebody, taken back; what is broken off is gone on with."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.edition_report import Change, Report
from knowledge.editions import Edition, Origin
from knowledge.importers.records import Kind, Problem, Record, Step, UnreadableError
from knowledge.importing import import_file, try_file
from knowledge.served import open_served
from knowledge.source_folder import PARTIAL, SourceError, SourceFolder
from knowledge.yamlfile import BadDataError

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
ROWS = 1300


class Broken(Exception):
    """Stands for the power cut."""


def record(key: str, text: str = "", *names: str) -> Record:
    return Record(Kind.DISEASE, key, {"name": text or key}, (key, *names))


class Numbers:
    """An importer of so many rows, which may break off before one of them."""

    def __init__(self, rows: int = ROWS, breaks_at: int = 0) -> None:
        self.rows, self.breaks_at, self.began_after = rows, breaks_at, -1

    def __call__(self, file: Path, after: int = 0) -> Iterator[Step]:
        self.began_after = after
        for number in range(after + 1, self.rows + 1):
            if number == self.breaks_at:
                raise Broken
            problems = (Problem(f"第 {number} 行", "空的"),) if number % 100 == 0 else ()
            yield Step(number, () if problems else (record(f"N{number}", f"第{number}个"),), problems)


class These:
    """An importer of these records, one a step."""

    def __init__(self, *records: Record) -> None:
        self.records = records

    def __call__(self, file: Path, after: int = 0) -> Iterator[Step]:
        for number, one in enumerate(self.records, start=1):
            if number > after:
                yield Step(number, (one,))


@pytest.fixture
def source(tmp_path: Path) -> SourceFolder:
    return SourceFolder(tmp_path / "clinic", "trial")


def origin(sha256: str = "a", version: int = 1) -> Origin:
    return Origin("numbers", version, "numbers.csv", sha256)


def bring(source: SourceFolder, importer: Numbers | These, made_from: Origin | None = None) -> Report:
    return import_file(source, made_from or origin(), importer, Path("unused"), AT, lambda _: None)


def content(source: SourceFolder, number: int = 1) -> tuple[list[object], list[object], list[object]]:
    with closing(sqlite3.connect(source.path(number))) as db:
        tables = ("number, kind, key, data from records", "* from names", "number, location, what from problems")
        records, names, problems = (db.execute(f"select {one} order by 1, 2, 3").fetchall() for one in tables)
    return records, names, problems


def test_an_import_is_ready_and_not_served(source: SourceFolder, tmp_path: Path) -> None:
    report = bring(source, Numbers())
    assert (report.number, report.against, report.resumed_at, report.known) == (1, None, 0, False)
    assert report.changes == {Kind.DISEASE: Change(1287, 1287, 0, 0)} and report.problem_count == 13
    assert report.problems[0] == Problem("第 100 行", "空的")
    assert source.ready() == [1] and source.served() is None
    assert open_served(tmp_path / "clinic") == ()


def test_records_are_found_by_key_and_by_any_spelling(source: SourceFolder) -> None:
    bring(source, These(record("D1", "试病", "Ｔrial Disease", "試病"), record("D2", "别的", "试病")))
    with closing(source.open(1)) as edition:
        assert edition.get(Kind.DISEASE, "D1") == {"name": "试病"} and edition.get(Kind.NAME, "D1") is None
        assert [one.key for one in edition.find("trial  disease", Kind.DISEASE)] == ["D1"]
        assert [one.key for one in edition.find("试病", Kind.DISEASE)] == ["D1", "D2"]
        assert edition.holders("试病", Kind.DISEASE) == 2
        assert [one.key for one in edition.all(Kind.DISEASE)] == ["D1", "D2"]
        assert edition.origin == origin() and edition.imported_at == AT


def test_all_gives_every_record_of_many(source: SourceFolder) -> None:
    bring(source, Numbers(2500))
    with closing(source.open(1)) as edition:
        assert len({one.key for one in edition.all(Kind.DISEASE)}) == 2475


def test_a_key_used_twice_is_a_problem_only_when_it_says_something_else(source: SourceFolder) -> None:
    report = bring(source, These(record("D1", "甲"), record("D1", "甲"), record("D1", "乙")))
    assert report.changes[Kind.DISEASE].count == 1
    assert report.problems == (Problem("第 3 条", "编号 D1 在文件里出现不止一次，内容不同，只用第一条"),)
    with closing(source.open(1)) as edition:
        assert edition.get(Kind.DISEASE, "D1") == {"name": "甲"}


@pytest.mark.parametrize("breaks_at", [1, 499, 501, 777, 1001, ROWS])
def test_what_breaks_off_is_gone_on_with_and_comes_out_the_same(
    source: SourceFolder, tmp_path: Path, breaks_at: int
) -> None:
    with pytest.raises(Broken):
        bring(source, Numbers(breaks_at=breaks_at))
    assert source.ready() == [] and source.unfinished() == [1]
    again = Numbers()
    report = bring(source, again)
    assert report.resumed_at == again.began_after == (breaks_at - 1) // 500 * 500
    assert source.ready() == [1] and source.unfinished() == []
    whole = SourceFolder(tmp_path / "clinic", "whole")
    bring(whole, Numbers())
    assert content(source) == content(whole)


def test_another_file_or_a_newer_importer_begins_anew(source: SourceFolder) -> None:
    with pytest.raises(Broken):
        bring(source, Numbers(breaks_at=700))
    assert bring(source, Numbers(), origin("b")).number == 2
    assert bring(source, Numbers(), origin("a", version=2)).number == 3
    assert bring(source, Numbers()).number == 1 and source.ready() == [1, 2, 3]


@pytest.mark.parametrize("rubbish", [b"", b"no database at all" * 99])
def test_a_file_that_never_became_an_edition_is_cleared_away(source: SourceFolder, rubbish: bytes) -> None:
    source.folder.mkdir(parents=True)
    source.path(1, PARTIAL).write_bytes(rubbish)
    assert bring(source, Numbers()).number == 1 and source.unfinished() == []


def test_the_same_file_again_does_nothing(source: SourceFolder) -> None:
    bring(source, Numbers())
    again = Numbers()
    report = bring(source, again)
    assert (report.known, report.number, again.began_after) == (True, 1, -1)


def test_an_unreadable_file_leaves_nothing(source: SourceFolder) -> None:
    def unreadable(file: Path, after: int = 0) -> Iterator[Step]:
        yield Step(1)
        raise UnreadableError("不是表")

    with pytest.raises(UnreadableError):
        import_file(source, origin(), unreadable, Path("unused"), AT, lambda _: None)
    assert source.ready() == [] and source.unfinished() == [] and not list(source.folder.glob("*.*"))


def test_two_imports_at_once_do_not_meet(source: SourceFolder) -> None:
    with source.held(), pytest.raises(SourceError, match="另一个命令"):
        bring(source, Numbers())


def test_a_trial_writes_nothing_and_tells_the_same(source: SourceFolder) -> None:
    report = try_file(source, origin(), Numbers(), Path("unused"), AT, lambda _: None)
    assert report.number is None and report.changes[Kind.DISEASE].count == 1287
    assert not source.folder.exists()


def test_the_report_tells_what_is_new_changed_and_gone(source: SourceFolder) -> None:
    bring(source, These(record("A"), record("B"), record("C")))
    source.release(1, "某药师", AT)
    report = bring(source, These(record("B"), record("C", "改了"), record("D"), record("E")), origin("b"))
    assert report.against == 1 and report.changes == {Kind.DISEASE: Change(4, 2, 1, 1)}
    trial = try_file(source, origin("c"), These(), Path("unused"), AT, lambda _: None)
    assert trial.changes == {Kind.DISEASE: Change(0, 0, 0, 3)}


def test_release_needs_a_name_and_an_edition(source: SourceFolder) -> None:
    bring(source, Numbers(3))
    for number, who in ((1, " "), (2, "某药师"), (0, "某药师")):
        with pytest.raises(SourceError):
            source.release(number, who, AT)
    assert source.served() is None and source.history() == []


def test_rollback_goes_back_release_by_release(source: SourceFolder) -> None:
    for number in (1, 2, 3):
        bring(source, Numbers(number), origin(str(number)))
        source.release(number, "某药师", AT)
    source.release(3, "某药师", AT)
    served = [source.served()]
    for _ in range(3):
        source.rollback("某人", AT)
        served.append(source.served())
    assert served == [3, 2, 1, None]
    with pytest.raises(SourceError):
        source.rollback("某人", AT)
    source.release(2, "某药师", AT)
    assert source.served() == 2 and [one.number for one in source.history()] == [1, 2, 3, 3, 2, 1, 0, 2]


def test_what_is_served_carries_its_reviewer_and_day(source: SourceFolder, tmp_path: Path) -> None:
    bring(source, Numbers(3))
    source.release(1, "某药师", datetime(2026, 11, 21, 17, tzinfo=UTC))
    (served,) = open_served(tmp_path / "clinic")
    assert (served.id, served.number, served.reviewer) == ("trial", 1, "某药师")
    assert served.released.isoformat() == "2026-11-22", "a calendar day in China"


def test_nothing_is_served_that_nobody_released(source: SourceFolder, tmp_path: Path) -> None:
    bring(source, Numbers(3))
    (source.folder / "current").write_text("1\n")
    with pytest.raises(BadDataError, match="没有人发布过"):
        open_served(tmp_path / "clinic")


def test_a_released_edition_that_is_missing_or_damaged_is_named(source: SourceFolder, tmp_path: Path) -> None:
    bring(source, Numbers(3))
    source.release(1, "某药师", AT)
    source.path(1).write_bytes(b"SQLite format 3\0 and then nothing")
    with pytest.raises(BadDataError, match=r"trial/1\.sqlite3"):
        open_served(tmp_path / "clinic")
    source.path(1).unlink()
    with pytest.raises(BadDataError, match="不见了"):
        open_served(tmp_path / "clinic")


@pytest.mark.parametrize("name", ["own", "composed", "..", "../x", "a/b", "Nmpa", "药", "a b", "-a", ""])
def test_ids_that_would_be_other_folders_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError):
        SourceFolder(tmp_path, name)


def test_an_edition_is_read_by_many_threads(source: SourceFolder) -> None:
    from concurrent.futures import ThreadPoolExecutor

    bring(source, Numbers(900))
    with closing(Edition(source.path(1))) as edition, ThreadPoolExecutor(8) as threads:
        keys = [f"N{number}" for number in range(1, 900) if number % 100]
        found = threads.map(lambda key: edition.find(key, Kind.DISEASE)[0].key, keys * 5)
        assert list(found) == keys * 5
