"""`xinglin when`: lines in, lines out, whatever the lines hold."""

import json
from datetime import datetime
from typing import Any

import pytest
from click.testing import CliRunner

from deploy.when_cli import when
from deploy.when_lines import read_instant, when_lines
from schedules.clock import SHANGHAI

AT = datetime(2026, 3, 11, 10, 20, 30, tzinfo=SHANGHAI)


def answered(*lines: str) -> list[dict[str, Any]]:
    return list(when_lines(lines, AT))


def line(text: str, **more: Any) -> str:
    return json.dumps({"text": text, **more})


def test_an_answer_has_these_keys() -> None:
    assert answered(line("明天下午三点")) == [
        {
            "text": "明天下午三点",
            "kind": "instant",
            "start": "2026-03-12T15:00:00+08:00",
            "end": None,
            "duration_s": None,
            "rrule": None,
            "times": [],
            "normalized": "明天（3月12日 周四）下午3点",
        }
    ]


def test_kinds_fill_their_own_keys() -> None:
    day, length, odd, rule = answered(line("后天"), line("两个半小时"), line("半秒钟"), line("每周一三五早上8点"))
    assert (day["kind"], day["start"], day["end"]) == ("date", "2026-03-13T00:00:00+08:00", "2026-03-14T00:00:00+08:00")
    assert (length["kind"], length["duration_s"]) == ("duration", 9000)
    assert odd["duration_s"] == 0.5
    assert (rule["kind"], rule["rrule"], rule["times"]) == ("recurrence", "FREQ=WEEKLY;BYDAY=MO,WE,FR", ["08:00"])


def test_a_line_may_say_its_own_instant() -> None:
    own, other, none = answered(
        line("明天", at="2026-05-01T08:00:00+08:00"), line("明天", ref_time="2026-05-01T23:00"), line("明天", at=None)
    )
    assert own["start"] == other["start"] == "2026-05-02T00:00:00+08:00"
    assert none["start"] == "2026-03-12T00:00:00+08:00"


@pytest.mark.parametrize(
    "broken",
    ["nonsense", "[]", "null", "5", "{}", '{"text": 5}', '{"text": "明天", "at": "soon"}', '{"text": "明天", "at": 7}'],
)
def test_a_broken_line_gets_an_error_and_the_next_one_its_answer(broken: str) -> None:
    error, good = answered(broken, line("明天"))
    assert error["kind"] == "none"
    assert "JSON" in error["error"]
    assert good["kind"] == "date"


def test_empty_lines_are_passed_over() -> None:
    assert [one["text"] for one in answered("", "\n", line("明天"), "  \n")] == ["明天"]


def test_what_cannot_be_is_said() -> None:
    (answer,) = answered(line("2月30号"))
    assert answer["kind"] == "none"
    assert answer["normalized"] is None
    assert answer["problem"].startswith("没有这样的日期")


@pytest.mark.parametrize("text", ["", "\0", "😀" * 5000, "\x1b[0m", "每天" * 2500, "\ud800", "a" * 5000])
def test_any_text_gets_an_answer(text: str) -> None:
    (answer,) = answered(line(text))
    assert answer["text"] == text
    assert answer["kind"] in ("none", "recurrence")


def test_the_command_reads_bytes_that_are_no_text_and_writes_what_it_was_given() -> None:
    lines = [line("后天").encode(), b'{"text": "\xff\xfe"}', b'{"text": "\\ud800 \xe5\x90\x8e\xe5\xa4\xa9"}']
    result = CliRunner().invoke(when, ["--at", "2026-03-11T10:20:30+08:00"], input=b"\n".join(lines))
    assert result.exit_code == 0
    first, second, third = map(json.loads, result.stdout.splitlines())
    assert first["start"] == third["start"] == "2026-03-13T00:00:00+08:00"
    assert second["kind"] == "none"
    assert third["text"] == "\ud800 后天"


@pytest.mark.parametrize("said", ["soon", "2026-13-01", "0001-01-01T00:00:00", ""])
def test_an_instant_that_is_none_is_refused_with_words(said: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|month|0001"):
        read_instant(said)
    result = CliRunner().invoke(when, ["--at", said], input="")
    assert result.exit_code == 2
    assert "ISO 8601" in result.stderr
