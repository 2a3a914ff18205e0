"""The checker points at the line and the field."""

from pathlib import Path

import pytest

from cases.check import Problem, check_file
from cases.gate import attacks, gate
from cases.library import DATA, BadCaseError, load_case, load_cases, released

GOOD = (DATA / "chest-pain-01.yml").read_text("utf-8")


def check(folder: Path, text: str) -> list[Problem]:
    file = folder / "case.yml"
    file.write_text(text, "utf-8")
    return check_file(file)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


FILES = sorted(DATA.glob("*.yml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_our_own_cases_pass_the_gate(file: Path) -> None:
    assert [str(problem) for problem in check_file(file)] == []
    assert [str(problem) for problem in gate(file.name, load_case(file))] == []


def test_there_are_enough_released_cases_of_every_kind() -> None:
    cases = load_cases()
    assert len(cases) >= 24
    assert {case.level for case in cases.values()} == {"easy", "medium", "hard"}
    assert len({case.specialty for case in cases.values()}) >= 12
    assert all(case.review is not None for case in cases.values())
    assert sum(case.key.counter is not None for case in cases.values()) >= 8


def test_attacks_are_many_and_different() -> None:
    assert len(attacks()) >= 500 and len(set(attacks())) == len(attacks())


def test_the_gate_stops_a_case_that_leaks(tmp_path: Path) -> None:
    file = tmp_path / "chest-pain-01.yml"
    file.write_text(GOOD.replace("forbidden: [心梗", "forbidden: [您是大夫, 不懂, 心梗", 1), "utf-8")
    messages = [each.message for each in check_file(file)]
    assert any("诊断用语" in each for each in messages)


def test_the_gate_stops_a_case_its_expert_cannot_solve(tmp_path: Path) -> None:
    file = tmp_path / "chest-pain-01.yml"
    file.write_text(
        GOOD.replace("    - 您抽烟吗？喝酒吗？\n    - 没关系，您跟我说实话，一天抽多少烟？\n", "", 1), "utf-8"
    )
    assert any("吸烟" in each.message for each in gate(file.name, load_case(file)))


def test_a_draft_is_not_released(tmp_path: Path) -> None:
    draft = GOOD.replace("id: chest-pain-01", "id: draft-01", 1)
    lines = [line for line in draft.splitlines() if not line.startswith("review:")]
    (tmp_path / "draft-01.yml").write_text("\n".join(lines), "utf-8")
    assert load_cases(tmp_path) == {} and list(load_cases(tmp_path, drafts=True)) == ["draft-01"]


def test_a_hospitals_broken_case_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text("id: x\nreview: {}", "utf-8")
    (tmp_path / "unfinished.yml").write_text("id: y", "utf-8")
    (tmp_path / "mine.yml").write_text(GOOD.replace("id: chest-pain-01", "id: mine-01", 1), "utf-8")
    cases, problems = released(tmp_path)
    assert "mine-01" in cases and len(cases) == len(load_cases()) + 1
    assert len(problems) == 1 and "broken.yml:1" in problems[0]


def test_a_broken_case_stops_the_loading(tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text("id: x", "utf-8")
    with pytest.raises(BadCaseError, match=r"broken\.yml:1"):
        load_cases(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ("level: easy", "level: impossible", "level", "impossible"),
        ("version: 2", "version: one", "version", "整数"),
        ("  age: 58", "  age: 580", "persona.age", "120"),
        ("unlock: gentle", "unlock: sometimes", "facts[14].unlock", "sometimes"),
        ("asked: [sweat]", "asked: [sweet]", "key.checklist[8].asked[0]", "sweet"),
        ("大小便都正常。", "我这是心梗吧。", "facts[38].words[0]", "心梗"),
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
