"""Lookup tables for Rasa: made from the knowledge, always the same, noticed when stale."""

import re
from pathlib import Path

import pytest
import yaml

from knowledge.export_nlu import main, stale, tables, write
from knowledge.library import Library


def test_the_tables_in_rasas_format(library: Library) -> None:
    made = tables(library)
    lookups = ("department", "doctor", "drug", "everyday", "guarded", "lab_item", "sound", "symptom")
    assert sorted(made) == sorted(f"{name}.yml" for name in (*lookups, "generic"))
    for name, text in ((name, text) for name, text in made.items() if name != "generic.yml"):
        entry = yaml.safe_load(text)["nlu"][0]
        assert entry["lookup"] == name.removesuffix(".yml")
        words = [line.removeprefix("- ") for line in entry["examples"].splitlines()]
        assert len(words) == len(set(words))
        re.compile("|".join(words))


def test_tables_hold_names_as_people_say_them(library: Library) -> None:
    made = tables(library)
    assert "- 耳鼻喉" in made["department.yml"]
    assert "- 王医生" in made["doctor.yml"]
    assert "- 拉肚子" in made["symptom.yml"]
    assert "- 布洛芬" in made["drug.yml"]
    assert "- 谷丙转氨酶" in made["lab_item.yml"] and "- 血色素" in made["lab_item.yml"]


def test_names_of_lab_items_that_mean_something_else_too_are_left_out(library: Library) -> None:
    names = set(tables(library)["lab_item.yml"].split("- "))
    assert not {"空腹\n      ", "叶酸\n      ", "PT\n      ", "钾\n      "} & names


def test_other_names_stand_under_the_generic_one(library: Library) -> None:
    blocks = yaml.safe_load(tables(library)["generic.yml"])["nlu"]
    names = {block["synonym"]: block["examples"].splitlines() for block in blocks}
    assert {"- 芬必得", "- Ibuprofen"} <= set(names["布洛芬"])
    assert "- 布洛芬" not in names["布洛芬"]


def test_characters_stand_with_those_that_sound_alike(library: Library) -> None:
    (lines,) = (block["examples"].splitlines() for block in yaml.safe_load(tables(library)["sound.yml"])["nlu"])
    readings = {char: line.split(" ")[1] for line in lines for char in line.split(" ")[2]}
    assert readings["林"] == readings["淋"] == "lin"
    assert readings["頭"] == "tou"
    assert len(readings) > 10_000


def test_the_same_knowledge_gives_the_same_bytes(library: Library) -> None:
    assert tables(library) == tables(library)


def test_written_then_not_stale(library: Library, tmp_path: Path) -> None:
    assert len(write(library, tmp_path)) == 9
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
