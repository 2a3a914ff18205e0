"""The knowledge of a running house: taken up when its files change, whole or not at all."""

import logging
import threading
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from knowledge.library import Library, load_library
from knowledge.live import LiveLibrary, Print, fingerprint
from knowledge.overlay import load_overlay
from knowledge.releasing import rollback
from knowledge.status import look
from tests.unit.knowledge.overlay.conftest import AT, Put, Write, department, leaflet, named

MEDICINE = leaflet("试方片", "H1", usage="一次1片。")


@pytest.fixture(scope="module")
def ours() -> Library:
    return load_library()


def live_at(folder: Path) -> LiveLibrary:
    return LiveLibrary(lambda: load_library(load_overlay(folder)), partial(fingerprint, folder))


def events(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [str(vars(record).get("action")) for record in caplog.records if record.name == "knowledge.live"]


def test_what_is_released_and_taken_back_is_followed(folder: Path, put: Put, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    live = live_at(folder)
    before = live.now()
    assert not live.refresh() and live.now() is before
    source = put("nmpa", MEDICINE, released=False)
    assert not live.refresh(), "what nobody released is not looked at"
    put("nmpa", MEDICINE)
    assert live.refresh()
    assert named(live.now().drugs, "试方片") == "leaflet:试方片"
    assert named(before.drugs, "试方片") is None, "who is answering goes on with what he began with"
    assert events(caplog) == ["knowledge_taken_up", "knowledge_names_changed"]
    rollback(source, "某人", AT)
    assert live.refresh() and named(live.now().drugs, "试方片") is None
    assert not live.refresh()


def test_what_does_not_load_leaves_the_old_and_is_said_once(
    folder: Path, own: Write, put: Put, caplog: pytest.LogCaptureFixture
) -> None:
    put("nmpa", MEDICINE)
    live = live_at(folder)
    before = live.now()
    own("drugs/ward.yml", [{"id": "trial", "name": "试方"}])
    assert not live.refresh() and not live.refresh()
    assert live.now() is before and named(live.now().drugs, "试方片")
    assert events(caplog) == ["knowledge_refused"]
    (refused,) = (vars(one) for one in caplog.records if one.name == "knowledge.live")
    assert "own-ward.yml" in refused["reason"]
    assert "own-ward.yml" in look(folder, date(2026, 11, 21)).broken
    own("drugs/ward.yml", [{"id": "ibuprofen", "withdrawn": True}])
    assert live.refresh() and named(live.now().drugs, "芬必得") is None


def test_departments_follow_too(folder: Path, put: Put, caplog: pytest.LogCaptureFixture) -> None:
    live = live_at(folder)
    put("directory", department("心血管内科"), department("疼痛科"))
    assert live.refresh()
    assert {one.name for one in live.now().clinic.departments} == {"心血管内科", "疼痛科"}
    assert {one.name for one in live.now().clinic.departments_for("心慌，量血压高")} == {"心血管内科"}
    assert "knowledge_names_changed" in events(caplog)


@pytest.mark.parametrize("fails", [False, True])
def test_a_file_that_is_still_written_is_waited_for(
    ours: Library, fails: bool, caplog: pytest.LogCaptureFixture
) -> None:
    looks: Iterator[Print] = iter(frozenset({("f", size, 0)}) for size in (0, 1, 2, 3, 3))
    loads: list[Library] = []

    def load() -> Library:
        loads.append(ours)
        if fails and len(loads) == 2:
            raise ValueError("half of it")
        return ours

    live = LiveLibrary(load, lambda: next(looks))
    assert not live.refresh() and not events(caplog), "it changed while it was read"
    assert live.refresh() and len(loads) == 3


def test_another_trouble_is_no_verdict_on_the_data(ours: Library) -> None:
    troubles = [OSError("disk")]

    def load() -> Library:
        if len(prints) == 2 and troubles:
            raise troubles.pop()
        return ours

    prints: list[Print] = [frozenset({("f", 0, 0)})]
    live = LiveLibrary(load, lambda: prints[-1])
    prints.append(frozenset({("f", 1, 0)}))
    with pytest.raises(OSError, match="disk"):
        live.refresh()
    assert live.now() is ours and live.refresh(), "tried again at the next look"


def test_nobody_sees_a_half_read_state(folder: Path, put: Put) -> None:
    live, ended, seen = live_at(folder), threading.Event(), set[tuple[bool, bool]]()

    def ask() -> None:
        while not ended.is_set():
            library = live.now()
            words = "疼痛科" in {one.name for one in library.clinic.departments}
            seen.add((named(library.drugs, "试方片") is not None, words))

    asking = threading.Thread(target=ask)
    asking.start()
    put("hospital", MEDICINE, department("疼痛科"))
    live.refresh()
    ended.set()
    asking.join()
    library = live.now()
    assert named(library.drugs, "试方片") and {one.name for one in library.clinic.departments} == {"疼痛科"}
    assert seen <= {(False, False), (True, True)}


def test_which_files_count(tmp_path: Path) -> None:
    home, folder = tmp_path / "data", tmp_path / "clinic"
    for name in ("data/drugs/a.yml", "clinic/own/drugs/b.yml", "clinic/nmpa/current", "clinic/nmpa/1.sqlite3"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("1")
    before = fingerprint(folder, home)
    for name in ("data/__pycache__/a.z", "clinic/own/.b.yml.swp", "clinic/composed/x/a.yml", "clinic/nmpa/2.sqlite3"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("1")
    assert fingerprint(folder, home) == before
    for name in ("data/drugs/a.yml", "clinic/own/drugs/b.yml", "clinic/nmpa/current"):
        (tmp_path / name).write_text("22")
        after = fingerprint(folder, home)
        assert after != before
        before = after
    (tmp_path / "data/drugs/a.yml").unlink()
    assert fingerprint(folder, home) != before
    assert fingerprint(tmp_path / "nothing", tmp_path / "nowhere") == frozenset()
