"""The checker points at the line and the field."""

from pathlib import Path

import pytest

from cases.check import DATA, Problem, check_file, main

GOOD = (DATA / "chest-pain-01.yml").read_text("utf-8")


def check(folder: Path, text: str) -> list[Problem]:
    file = folder / "case.yml"
    file.write_text(text, "utf-8")
    return check_file(file)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_our_own_cases_have_no_problem() -> None:
    assert [str(problem) for file in DATA.glob("*.yml") for problem in check_file(file)] == []
    assert main([]) == 0


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ("level: easy", "level: impossible", "level", "impossible"),
        ("version: 1", "version: one", "version", "integer"),
        ("  age: 58", "  age: 580", "persona.age", "120"),
        ("unlock: gentle", "unlock: sometimes", "facts[14].unlock", "sometimes"),
        ("asked: [sweat]", "asked: [sweet]", "key.checklist[8].asked[0]", "sweet"),
        ("大小便都正常，今早上还没解大便。", "我这是心梗吧。", "facts[38].words[0]", "心梗"),
        ('"恶心|想吐', '"恶心(|想吐', "facts[10].cues[0]", "正则"),
        ("- id: nausea", "- id: sweat", "facts[9].id", "重复"),
    ],
)
def test_problems_name_their_place(tmp_path: Path, old: str, new: str, field: str, message: str) -> None:
    assert old in GOOD
    broken = GOOD.replace(old, new, 1)
    problems = check(tmp_path, broken)
    named = [problem for problem in problems if problem.field == field]
    assert named and message in named[0].message, [str(problem) for problem in problems]
    if "重复" not in message:
        assert named[0].line == line_of(broken, new.split("\n")[0])


def test_broken_yaml_names_its_line(tmp_path: Path) -> None:
    (problem,) = check(tmp_path, "id: x\ntitle: [未完\nlevel: easy\n")
    assert problem.line >= 2 and "YAML" in problem.message


def test_an_empty_file_is_no_case(tmp_path: Path) -> None:
    assert check(tmp_path, "") != []


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "case.yml"
    file.write_text(GOOD.replace("level: easy", "level: no", 1), "utf-8")
    assert main([str(file)]) == 1
    assert f"case.yml:{line_of(GOOD, 'level: easy')}: level:" in capsys.readouterr().out
