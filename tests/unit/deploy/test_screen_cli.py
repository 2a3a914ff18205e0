"""`xinglin screen`: JSON lines in, JSON lines out."""

import json

from click.testing import CliRunner

from deploy.cli import main

NOTHING = {"red_flag": False, "category": None, "action": None, "evidence": None}


def run(*lines: str) -> list[dict[str, object]]:
    result = CliRunner().invoke(main, ["screen"], input="\n".join(lines))
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_danger_is_told_with_its_words() -> None:
    (found,) = run(json.dumps({"text": "我爸胸口压着疼，出了一身冷汗"}))
    assert found["red_flag"] is True
    assert (found["category"], found["action"]) == ("chest_pain", "call_120")
    assert str(found["evidence"]) in "我爸胸口压着疼，出了一身冷汗"


def test_an_ordinary_question_is_none() -> None:
    assert run('{"text": "明天能挂到骨科的号吗"}', '{"text": ""}') == [NOTHING, NOTHING]


BROKEN = ["{", "[]", "3", "null", '{"text": 1}', '{"text": null}', '{"words": "胸痛"}', "[" * 100_000]


def test_a_broken_line_says_so_and_the_next_is_answered() -> None:
    found = run(*(line for broken in BROKEN for line in (broken, "", '{"text": "不想活了"}')))
    assert [set(one) for one in found[::2]] == [{"error"}] * len(BROKEN)
    assert [one["category"] for one in found[1::2]] == ["suicidal"] * len(BROKEN)
