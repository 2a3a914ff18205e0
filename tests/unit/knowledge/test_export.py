"""Lookup tables for Rasa: made from the knowledge, always the same, noticed when stale."""

import re
from pathlib import Path

import pytest
import yaml

from knowledge.export_nlu import main, stale, tables, write
from knowledge.library import Library


def test_four_tables_in_rasas_format(library: Library) -> None:
    made = tables(library)
    assert sorted(made) == ["department.yml", "doctor.yml", "drug.yml", "symptom.yml"]
    for name, text in made.items():
        entry = yaml.safe_load(text)["nlu"][0]
        assert entry["lookup"] == name.removesuffix(".yml")
        words = [line.removeprefix("- ") for line in entry["examples"].splitlines()]
        assert words == sorted(set(words))
        re.compile("|".join(words))


def test_tables_hold_names_as_people_say_them(library: Library) -> None:
    made = tables(library)
    assert "- 耳鼻喉" in made["department.yml"]
    assert "- 王医生" in made["doctor.yml"]
    assert "- 拉肚子" in made["symptom.yml"]
    assert "- 布洛芬" in made["drug.yml"]


def test_the_same_knowledge_gives_the_same_bytes(library: Library) -> None:
    assert tables(library) == tables(library)


def test_written_then_not_stale(library: Library, tmp_path: Path) -> None:
    assert len(write(library, tmp_path)) == 4
    assert stale(library, tmp_path) == ()
    assert write(library, tmp_path) == ()
    (tmp_path / "doctor.yml").write_text("old", encoding="utf-8")
    assert stale(library, tmp_path) == ("doctor.yml",)


def test_check_exits_1_when_stale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "--to", str(tmp_path)]) == 1
    assert "drug.yml" in capsys.readouterr().err
    assert main(["--to", str(tmp_path)]) == 0
    assert main(["--check", "--to", str(tmp_path)]) == 0


def test_the_tables_of_the_project_are_fresh(library: Library) -> None:
    from knowledge.export_nlu import LOOKUPS

    assert stale(library, LOOKUPS) == ()
