"""The record as a table for a spreadsheet."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.record import Record
from bot.record.table import COLUMNS, as_table, harmless
from schedules.doses import Outcome, Reason
from tests.unit.bot.recording import EIGHT, NINE_PM, days_back, dose, four_weeks, record, regimen


def rows(of: Record) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_table(of).decode("utf-8-sig"), newline="")))


def test_it_begins_with_a_mark_and_chinese_columns() -> None:
    made = as_table(four_weeks())
    assert made.startswith(b"\xef\xbb\xbf") and made.count(b"\r\n") == 29
    assert tuple(rows(four_weeks())[0]) == COLUMNS and len(rows(four_weeks())) == 28


def test_one_row_a_dose_whatever_became_of_it() -> None:
    one, days = regimen(1, "缬沙坦", dose="80mg"), days_back(*range(1, 8))
    doses = [dose(one, day, EIGHT, how) for day, how in zip(days, [*Outcome, None], strict=True)]
    found = rows(record([one], doses))
    assert sorted(row["结果"] for row in found) == sorted([*(how.chinese for how in Outcome), "未确认"])
    taken = next(row for row in found if row["结果"] == "已服")
    assert taken == {
        "日期": "2026-11-20", "应服时间": "08:00", "药品": "缬沙坦", "每次用量": "80mg", "结果": "已服",
        "结果时间": "2026-11-20 08:05", "原因": "", "原定时间": "",
    }  # fmt: skip


def test_a_reason_and_a_dose_that_was_put_off() -> None:
    one, (day,) = regimen(1, "缬沙坦"), days_back(1)
    skipped = dose(one, day, NINE_PM, Outcome.SKIPPED, 1, Reason.NONE_LEFT)
    first = dose(one, day)
    put_off = replace(dose(one, day, EIGHT.replace(minute=30)), planned_at=first.planned_at)
    found = rows(record([one], [put_off, skipped]))
    assert [row["原定时间"] for row in found] == ["2026-11-20 08:00", ""]
    assert [row["原因"] for row in found] == ["", "没药了"]


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x","y")', "+1", "-1+1", "@SUM(A1)", "＝1+1", "\t=1", "  =1", "\r=1"]
)
def test_no_cell_is_a_formula(name: str) -> None:
    (row, *_) = rows(four_weeks(name))
    assert row["药品"] == f"'{name}"


@pytest.mark.parametrize("name", ["缬沙坦", "5-氨基水杨酸", "维生素B1+B6", '药,"引号"\n换行', ""])
def test_ordinary_cells_stay_as_they_are(name: str) -> None:
    assert rows(four_weeks(name))[0]["药品"] == name


@given(st.text(max_size=40))
def test_a_cell_never_begins_like_a_formula(cell: str) -> None:
    guarded = harmless(cell)
    assert guarded.lstrip()[:1] not in set("=+-@＝＋－＠") and guarded[:1] not in ("\t", "\r", "\n")
    assert guarded in (cell, f"'{cell}")
