"""What a teacher's change makes of the figures."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.overrides import NoSuchMark, Override, Shown, check_points, newest, shown

AT, SHARE = datetime(2026, 11, 21, tzinfo=UTC), Decimal("0.6")


def mark(item: str, points: int, group: str = "asked", **more: Any) -> dict[str, Any]:
    return {"item": item, "points": points, "max": 10, "critical": False, "auto": True, "group": group} | more


def sheet(*marks: dict[str, Any], right: bool = True) -> dict[str, Any]:
    return {"items": list(marks), "diagnosis": {"right": right}}


def to(item: str, points: int) -> Override:
    return Override(item, points, "理由", "张老师", AT)


def test_without_changes_the_sheet_counts() -> None:
    assert shown(sheet(mark("a", 10), mark("b", 2)), [], SHARE) == Shown(12, 20, True, 0)
    assert shown(sheet(mark("a", 10), mark("b", 1)), [], SHARE) == Shown(11, 20, False, 0)


def test_the_last_change_of_a_mark_counts() -> None:
    changes = [to("b", 10), to("a", 0), to("b", 5)]
    assert {item: each.points for item, each in newest(changes).items()} == {"a": 0, "b": 5}
    assert shown(sheet(mark("a", 10), mark("b", 0)), changes, SHARE).total == 5


def test_a_critical_mark_fails_until_a_teacher_grants_it() -> None:
    missed = sheet(mark("a", 10), mark("b", 0, critical=True), mark("c", 10))
    assert shown(missed, [], SHARE).passed is False
    assert shown(missed, [to("b", 3)], SHARE).passed is True
    assert shown(sheet(mark("a", 10), mark("b", 10, critical=True)), [to("b", 0)], Decimal("0.1")).passed is False


def test_a_teacher_may_accept_a_diagnosis_and_reject_one() -> None:
    wrong = sheet(mark("a", 10), mark("diagnosis", 0, "diagnosis"), right=False)
    assert [shown(wrong, [to("diagnosis", points)], Decimal("0.1")).passed for points in (9, 10)] == [False, True]
    right = sheet(mark("a", 10), mark("diagnosis", 10, "diagnosis"))
    assert shown(right, [to("diagnosis", 0)], Decimal("0.1")).passed is False


def test_marks_that_wait_count_when_a_teacher_has_marked_them() -> None:
    waiting = sheet(mark("a", 6), mark("b", 0, auto=False, critical=True))
    assert shown(waiting, [], SHARE) == Shown(6, 20, True, 10)
    assert shown(waiting, [to("b", 0)], SHARE) == Shown(6, 20, False, 0)
    assert shown(waiting, [to("b", 6)], SHARE) == Shown(12, 20, True, 0)


@pytest.mark.parametrize(("item", "points"), [("a", 11), ("a", -1), ("x", 0)])
def test_points_that_no_mark_can_have(item: str, points: int) -> None:
    check_points(sheet(mark("a", 0)), "a", 10)
    with pytest.raises(NoSuchMark):
        check_points(sheet(mark("a", 0)), item, points)
