"""`xinglin cases` and `xinglin practice`, as a person types them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cases.library import DATA, load_cases
from deploy.cli import main

GOOD = (DATA / "chest-pain-01.yml").read_text("utf-8")


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XINGLIN_VAR", str(tmp_path))
    return tmp_path


def run(*arguments: str, lines: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=lines)


def test_what_is_wrong_is_named_with_line_and_field(var: Path) -> None:
    file = var / "case.yml"
    file.write_text(GOOD.replace("level: easy", "level: no", 1), "utf-8")
    result = run("cases", "check", str(file))
    assert result.exit_code == 1 and "level:" in result.output and "case.yml:" in result.output


def test_a_missing_file_is_said(var: Path) -> None:
    result = run("cases", "check", str(var / "nowhere.yml"))
    assert result.exit_code == 1 and "没有这个文件" in result.output


def test_a_new_case_names_what_is_to_be_filled_in(var: Path) -> None:
    result = run("cases", "new", "belly-09")
    file = var / "cases" / "demo" / "belly-09.yml"
    assert result.exit_code == 0 and file.is_file()
    checked = run("cases", "check", "--quick", str(file))
    assert checked.exit_code == 1 and "facts" in checked.output
    assert run("cases", "new", "belly-09").exit_code == 1
    assert run("cases", "new", "../oops").exit_code == 2


def test_the_list_is_json(var: Path) -> None:
    rows = json.loads(run("practice", "cases", "--json").output)
    assert {row["id"] for row in rows} == set(load_cases())
    assert all(set(row) == {"id", "title", "specialty", "level"} for row in rows)


def test_a_case_is_played_line_by_line(var: Path) -> None:
    ending = json.dumps({"diagnosis": "急性心肌梗死", "plan": "急诊PCI"}, ensure_ascii=False)
    lines = "您好，您哪里不舒服？\n\n疼了多久了？\n做个心电图\n"
    result = run("practice", "play", "chest-pain-01", "--json", "--end", ending, lines=lines)
    *turns, sheet = [json.loads(line) for line in result.output.splitlines()]
    assert len(turns) == 4
    assert all({"answer", "disclosed", "asked", "blocked", "latency_ms"} <= set(turn) for turn in turns)
    assert turns[1]["blocked"] == ["silence"] and "onset" in turns[2]["disclosed"]
    assert sheet["diagnosis"]["right"] is True and 0 < sheet["total"] < sheet["max"]


def test_a_strangers_case_is_played_from_its_file(var: Path) -> None:
    file = var / "mine.yml"
    file.write_text(GOOD.replace("id: chest-pain-01", "id: mine-01", 1), "utf-8")
    result = run("practice", "play", str(file), "--json", lines="疼了多久了？\n")
    assert "onset" in json.loads(result.output)["disclosed"]


def test_an_unknown_case_and_a_broken_ending_are_told(var: Path) -> None:
    assert run("practice", "play", "nobody-01").exit_code == 2
    assert run("practice", "play", "chest-pain-01", "--end", "{").exit_code == 2
