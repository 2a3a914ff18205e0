"""`xinglin triage`: JSON lines in, JSON lines out."""

import json

from click.testing import CliRunner

from deploy.triage_cli import triage


def run(*lines: str) -> list[dict[str, object]]:
    result = CliRunner().invoke(triage, input="\n".join(lines))
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_a_complaint_with_everything_about_it() -> None:
    (found,) = run(json.dumps({"text": "膝盖疼了半年", "age": 50, "sex": "女"}))
    assert set(found) == {"departments", "urgency", "ask", "why"}
    departments = found["departments"]
    assert isinstance(departments, list) and departments[0]["name"] == "骨科" and departments[0]["score"] > 0
    assert found["urgency"] == "routine" and "膝盖疼" in str(found["why"])


def test_danger_is_an_emergency() -> None:
    (found,) = run(json.dumps({"text": "我胸口压着疼，出冷汗，喘不上气"}))
    departments = found["departments"]
    assert found["urgency"] == "emergency" and isinstance(departments, list) and departments[0]["name"] == "急诊科"


def test_age_and_sex_may_be_missing_or_null_and_age_may_be_written_as_text() -> None:
    lines = ({"text": "咳嗽", "age": None, "sex": None}, {"text": "咳嗽"}, {"text": "咳嗽", "age": "5"})
    names = [found["departments"][0]["name"] for found in run(*map(json.dumps, lines))]  # type: ignore[index]
    assert names == ["呼吸内科", "呼吸内科", "儿科"]


BROKEN = [
    *("{", "[]", "3", '{"text": 1}', '{"age": 3}', "[" * 100_000),
    *(f'{{"text": "咳", {rest}}}' for rest in ('"age": -1', '"age": true', '"age": "老"', '"age": NaN', '"sex": 1')),
]


def test_a_broken_line_says_so_and_the_next_is_answered() -> None:
    found = run(*(line for broken in BROKEN for line in (broken, '{"text": "咳嗽"}')))
    assert [set(one) for one in found[::2]] == [{"error"}] * len(BROKEN)
    assert all(one["urgency"] for one in found[1::2]) and len(found) == 2 * len(BROKEN)


def test_nothing_told_is_no_department() -> None:
    (found,) = run('{"text": ""}')
    assert found["departments"] == [] and found["urgency"] == "routine" and found["ask"] == []
