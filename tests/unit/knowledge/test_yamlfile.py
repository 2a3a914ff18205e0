"""Reading data files: the same with and without what was kept, and always what the file says now."""

import os
from pathlib import Path

import pytest

from knowledge.yamlfile import BadDataError, read_yaml


def _kept(folder: Path) -> list[Path]:
    return sorted((folder / "__pycache__").glob("*"))


def test_what_is_kept_is_what_was_parsed(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text("day: 2026-11-21\nname: 阿司匹林\nparts: [1, 2.5, true, null]\n", encoding="utf-8")
    first = read_yaml(file)
    assert first == {"day": "2026-11-21", "name": "阿司匹林", "parts": [1, 2.5, True, None]}
    assert len(_kept(tmp_path)) == 1
    assert read_yaml(file) == first


def test_a_changed_file_is_read_anew_and_the_old_form_goes(tmp_path: Path) -> None:
    file, other = tmp_path / "a.yml", tmp_path / "a_2.yml"
    other.write_text("x: 0", encoding="utf-8")
    read_yaml(other)
    for number in (1, 2, 1):
        file.write_text(f"x: {number}", encoding="utf-8")
        assert read_yaml(file) == {"x": number}
    assert len(_kept(tmp_path)) == 2


def test_keys_that_json_cannot_hold_are_parsed_each_time(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("{1: one}", encoding="utf-8")
    assert read_yaml(tmp_path / "a.yml") == read_yaml(tmp_path / "a.yml") == {1: "one"}
    assert _kept(tmp_path) == []


def test_a_broken_kept_form_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text("x: 1", encoding="utf-8")
    read_yaml(file)
    _kept(tmp_path)[0].write_bytes(b"half")
    assert read_yaml(file) == {"x": 1}


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("x: 1", encoding="utf-8")
    tmp_path.chmod(0o500)
    assert read_yaml(tmp_path / "a.yml") == {"x": 1}


@pytest.mark.parametrize("written", [b"x: [", b"\xff\xfe"])
def test_broken_files_are_named(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "a.yml").write_bytes(written)
    with pytest.raises(BadDataError, match=r"a\.yml"):
        read_yaml(tmp_path / "a.yml")
    with pytest.raises(BadDataError, match=r"b\.yml"):
        read_yaml(tmp_path / "b.yml")
