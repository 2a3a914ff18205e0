"""How late a dose may be; the medicines' own rules are tested with their table."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from schedules.clock import SHANGHAI
from schedules.lateness import USUAL, LateRule, Limit, LimitKind, late_until

DUE = datetime.fromisoformat("2026-11-22T08:00:00+08:00")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("code", "hours_to_next", "hours"),
    [
        ("half:6", 8, 4),
        ("half:6", 24, 6),
        ("half:6", None, 6),
        ("half", 24, 12),
        ("same_day", 24, 16),
        ("same_day", 12, 6),
        ("same_day:6", 24, 10),
        ("hours:3", 24, 3),
        ("hours:30", None, 24),
        ("hours:12", 8, 7.5),
        ("until_next_minus:6", 24, 18),
        ("until_next_minus:6", 6, 3),
        ("until_next_minus:6", None, 16),
        ("never", 24, 1),
        ("never", 1, 0.5),
        ("half+hours:2", 8, 2),
        ("half/hours:120", 168, 120),
        ("half/hours:120", 24, 12),
    ],
)
def test_until_when_a_dose_counts(code: str, hours_to_next: int | None, hours: float) -> None:
    following = DUE + hours_to_next * HOUR if hours_to_next is not None else None
    assert late_until(LateRule.read(code), DUE, following) - DUE == hours * HOUR


def test_the_least_gap_to_the_next_is_kept() -> None:
    assert late_until(LateRule.read("half"), DUE, DUE + 5 * HOUR, SHANGHAI, 4 * HOUR) == DUE + HOUR
    assert late_until(LateRule.read("half"), DUE, DUE + 4 * HOUR, SHANGHAI, 4 * HOUR) == DUE + 2 * HOUR


@pytest.mark.parametrize("code", ["", "soon", "hours", "hours:0", "hours:", "hours:-1", "half:", "half+", "/half"])
def test_what_is_no_rule_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r"[Ll]imit"):
        LateRule.read(code)


LIMITS = some.builds(Limit, some.sampled_from(LimitKind), some.integers(1, 200))
RULES = some.builds(
    LateRule, some.lists(LIMITS, min_size=1, max_size=3).map(tuple), some.lists(LIMITS, max_size=2).map(tuple)
)


@given(RULES)
def test_a_rule_is_read_as_it_was_written(rule: LateRule) -> None:
    assert LateRule.read(rule.code) == rule


@given(RULES, some.integers(1, 24 * 40 * 60), some.integers(0, 24 * 60))
def test_no_dose_is_open_when_the_next_is_due(rule: LateRule, minutes: int, gap: int) -> None:
    following = DUE + timedelta(minutes=minutes)
    until = late_until(rule, DUE, following, SHANGHAI, timedelta(minutes=gap))
    assert DUE <= until < following


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        late_until(USUAL, DUE.replace(tzinfo=None), None)
