"""The finished encounters of a class for other systems: a table (CSV), and statements of the Experience API. Pure.

xAPI 1.0.3: https://github.com/adlnet/xAPI-Spec (parts 2, sections 2.4 and 4.6: statements, durations, scores).
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from bot.class_sittings import Line
from bot.record.table import harmless
from schedules.clock import local

COLUMNS: Final = (
    "学员", "病例编号", "病例", "方式", "第几次", "开始", "结束", "用时（分）", "轮数", "提示", "得分", "满分",
    "得分率", "通过", "问诊编号",
)  # fmt: skip
_PURPOSES: Final = {"training": "训练", "exam": "考试"}
VERSION: Final = "1.0.3"
_ADL: Final = "http://adlnet.gov/expapi"


def as_csv(lines: Sequence[Line], titles: Mapping[str, str]) -> bytes:
    """UTF-8 with a byte order mark, one row a finished encounter, times of Asia/Shanghai; no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line in lines:
        if line.sitting.scored_at is not None:
            writer.writerow([harmless(cell) for cell in _row(line, line.sitting.scored_at, titles)])
    return text.getvalue().encode("utf-8-sig")


def as_statements(
    lines: Sequence[Line], titles: Mapping[str, str], home: str, class_id: str, class_name: str
) -> list[dict[str, Any]]:
    """A statement a finished encounter. Its id is always the same, so a store that gets it twice keeps it once.

    Learners are named by their id here at `home` (an address of this house), never by their names.
    """
    group = {"id": f"{home}/xapi/classes/{class_id}", "definition": _definition("group", class_name)}
    return [
        _statement(line, line.sitting.scored_at, titles, home, group)
        for line in lines
        if line.sitting.scored_at is not None
    ]


def _row(line: Line, ended: datetime, titles: Mapping[str, str]) -> tuple[str, ...]:
    sitting = line.sitting
    minutes = f"{sitting.seconds(ended) / 60:.1f}"
    share = f"{_share(line):.1%}"
    return (
        line.learner, sitting.case_id, titles.get(sitting.case_id, ""), _PURPOSES[sitting.purpose],
        str(sitting.attempt), f"{local(sitting.started_at):%Y-%m-%d %H:%M}", f"{local(ended):%Y-%m-%d %H:%M}",
        minutes, str(line.turns), str(line.hints), str(sitting.total), str(sitting.max), share,
        "是" if sitting.passed else "否", sitting.encounter,
    )  # fmt: skip


def _statement(
    line: Line, ended: datetime, titles: Mapping[str, str], home: str, group: Mapping[str, Any]
) -> dict[str, Any]:
    sitting = line.sitting
    verb = "passed" if sitting.passed else "failed"
    activity = f"{home}/xapi/cases/{sitting.case_id}"
    return {
        # Changed points make another statement: a store never takes a second one under the same id.
        "id": str(uuid5(NAMESPACE_URL, f"{home}/{sitting.encounter}/{sitting.total}/{sitting.max}/{verb}")),
        "version": VERSION,
        "actor": {"objectType": "Agent", "account": {"homePage": home, "name": sitting.learner}},
        "verb": {"id": f"{_ADL}/verbs/{verb}", "display": {"zh-CN": "通过" if sitting.passed else "未通过"}},
        "object": {
            "objectType": "Activity", "id": activity,
            "definition": _definition("simulation", titles.get(sitting.case_id, sitting.case_id)),
        },
        "result": {
            "score": {"scaled": round(_share(line), 4), "raw": sitting.total, "min": 0, "max": sitting.max},
            "success": bool(sitting.passed), "completion": True, "duration": f"PT{sitting.seconds(ended)}S",
        },
        "context": {
            "registration": str(uuid5(NAMESPACE_URL, f"{home}/{sitting.encounter}")),
            "contextActivities": {"grouping": [group]},
            "extensions": {
                f"{home}/xapi/purpose": str(sitting.purpose), f"{home}/xapi/attempt": sitting.attempt,
                f"{home}/xapi/turns": line.turns, f"{home}/xapi/hints": line.hints,
            },
        },
        "timestamp": ended.isoformat(timespec="milliseconds"),
    }  # fmt: skip


def _definition(kind: str, name: str) -> dict[str, Any]:
    base = "http://activitystrea.ms/schema/1.0" if kind == "group" else f"{_ADL}/activities"
    return {"type": f"{base}/{kind}", "name": {"zh-CN": name}}


def _share(line: Line) -> float:
    return (line.sitting.total or 0) / (line.sitting.max or 1)
