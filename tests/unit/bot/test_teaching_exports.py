"""The table and the statements of a class."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from bot.class_codes import LENGTH, LETTERS, new_code, read_code
from bot.class_sittings import Line
from bot.sittings import Sitting
from bot.teaching_exports import COLUMNS, as_csv, as_statements
from cases.encounter import Purpose

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
DONE = Sitting(
    "e1", "chest-pain-01", "p", Purpose.EXAM, AT, learner="l1", attempt=2, paused_s=30,
    scored_at=AT + timedelta(minutes=10), total=61, max=90, passed=True,
)  # fmt: skip
LINE = Line(DONE, "李雷", 12, AT + timedelta(minutes=9), 0)
TITLES, HOME = {"chest-pain-01": "胸痛"}, "https://xl.example"


def rows(*lines: Line) -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv(lines, TITLES).decode("utf-8-sig"))))


def test_a_row_for_each_finished_encounter() -> None:
    running = replace(LINE, sitting=replace(DONE, scored_at=None, total=None, max=None, passed=None))
    head, row = rows(LINE, running)
    assert tuple(head) == COLUMNS
    assert row == [
        "李雷", "chest-pain-01", "胸痛", "考试", "2", "2026-11-21 16:00", "2026-11-21 16:10", "9.5", "12", "0", "61",
        "90", "67.8%", "是", "e1",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "\t=1", " =1", "\r=1"])
def test_no_name_is_a_formula(name: str) -> None:
    assert rows(replace(LINE, learner=name))[1][0] == f"'{name}"


@pytest.mark.parametrize("name", ['李"雷', "李,雷", "李\n雷"])
def test_a_name_stays_one_cell(name: str) -> None:
    assert rows(replace(LINE, learner=name))[1][0] == name


def test_a_statement_has_what_the_standard_asks_for() -> None:
    (statement,) = as_statements([LINE], TITLES, HOME, "c1", "一班")
    assert str(UUID(statement["id"])) == statement["id"] != str(UUID(statement["context"]["registration"]))
    assert statement["actor"] == {"objectType": "Agent", "account": {"homePage": HOME, "name": "l1"}}
    assert statement["verb"]["id"] == "http://adlnet.gov/expapi/verbs/passed"
    assert statement["object"]["id"] == f"{HOME}/xapi/cases/chest-pain-01"
    score = statement["result"]["score"]
    assert score["min"] <= score["raw"] <= score["max"] and score["scaled"] == pytest.approx(61 / 90, abs=1e-4)
    assert statement["result"]["duration"] == "PT570S" and statement["result"]["completion"] is True
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", statement["timestamp"])
    assert statement["version"] == "1.0.3" and "李雷" not in str(statement)
    assert all(key.startswith("https://") for key in statement["context"]["extensions"])


def test_the_same_result_is_the_same_statement_and_another_one_is_not() -> None:
    (one,), (again,) = (as_statements([LINE], TITLES, HOME, "c1", "一班") for _ in range(2))
    changed = replace(LINE, sitting=replace(DONE, total=70))
    (other,) = as_statements([changed], TITLES, HOME, "c1", "一班")
    assert one == again and one["id"] != other["id"]
    assert one["context"]["registration"] == other["context"]["registration"]


def test_codes_are_told_from_each_other_by_the_eye() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200 and all(len(code) == LENGTH and set(code) <= set(LETTERS) for code in codes)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("acde-fghj", "ACDEFGHJ"), ("ＡＣＤＥ　ＦＧＨＪ", "ACDEFGHJ"), (" ACDEFGHJ\n", "ACDEFGHJ"), ("ACDEFGH", None),
        ("ACDEFGHJK", None), ("ACDEFGH0", None), ("", None), ("A" * 10_000, None), ("' OR 1=1", None),
    ],
)  # fmt: skip
def test_reading_a_code(typed: str, read: str | None) -> None:
    assert read_code(typed) == read
