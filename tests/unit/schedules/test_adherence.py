"""Adherence by drug, week, day and part of the day."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.adherence import (
    DayPart,
    by_day,
    by_drug,
    by_part,
    by_week,
    day_of,
    longest_run,
    most_forgotten,
    part_of,
    tally,
    week_of,
)  # fmt: skip
from schedules.clock import SHANGHAI, instant
from schedules.doses import Outcome, Reason

MONDAY = date(2026, 11, 16)


@dataclass(frozen=True)
class Taken:
    """The least that a dose has to know."""

    regimen: str
    drug: str
    due_at: datetime
    planned_at: datetime
    outcome: Outcome | None = Outcome.TAKEN
    outcome_at: datetime | None = None
    reason: Reason | None = None


def dose(
    day: int, hour: int = 8, outcome: Outcome | None = Outcome.TAKEN, drug: str = "缬沙坦", **more: object
) -> Taken:
    """A dose on the so-manieth day from a Monday."""
    due = instant(MONDAY + timedelta(days=day), time(hour), SHANGHAI)
    return replace(Taken(f"r-{drug}", drug, due, due, outcome, due if outcome else None), **more)  # type: ignore[arg-type]


def test_what_counts_and_what_does_not() -> None:
    found = tally(dose(day, outcome=outcome) for day, outcome in enumerate([*Outcome, Outcome.TAKEN, None]))
    assert (found.taken, found.skipped, found.missed, found.undeliverable, found.due) == (2, 1, 1, 1, 4)
    assert (found.ratio, found.percent) == (Decimal("0.500"), 50)
    assert (tally([]).ratio, tally([]).percent) == (None, None)


def test_only_all_of_them_are_a_hundred_per_cent() -> None:
    many = [dose(0)] * 999
    assert tally([*many, dose(1, outcome=Outcome.MISSED)]).percent == 99
    assert tally(many).percent == 100


def test_late_is_counted_from_when_it_was_first_planned() -> None:
    first = dose(0)
    in_time = replace(first, outcome_at=first.due_at + timedelta(minutes=30))
    put_off = replace(
        first, due_at=first.due_at + timedelta(minutes=30), outcome_at=first.due_at + timedelta(minutes=31)
    )
    untold = replace(first, outcome_at=None)
    skipped_late = replace(put_off, outcome=Outcome.SKIPPED)
    assert [tally([one]).late for one in (in_time, put_off, untold, skipped_late)] == [0, 1, 0, 0]


def test_reasons_the_most_frequent_first() -> None:
    reasons = [Reason.NOT_AT_HAND, Reason.UNWELL, Reason.UNWELL, None]
    found = tally(dose(day, outcome=Outcome.SKIPPED, reason=reason) for day, reason in enumerate(reasons))
    assert found.reasons[0] == (Reason.UNWELL, 2)
    assert dict(found.reasons) == {Reason.UNWELL: 2, Reason.NOT_AT_HAND: 1, Reason.OTHER: 1}
    assert tally([dose(0, reason=Reason.UNWELL)]).reasons == (), "a dose that was taken has no reason to be skipped"


def test_by_drug_in_the_order_of_their_first_dose() -> None:
    doses = [dose(0, drug="二甲双胍"), dose(0, 9), dose(1, drug="二甲双胍", outcome=Outcome.MISSED)]
    found = by_drug(doses)
    assert [(drug, sums.taken, sums.due) for drug, sums in found.items()] == [("二甲双胍", 1, 2), ("缬沙坦", 1, 1)]


def test_weeks_begin_on_monday_also_over_new_year() -> None:
    assert week_of(date(2027, 1, 3)) == date(2026, 12, 28) and week_of(MONDAY) == MONDAY
    found = by_week([dose(6), dose(7), dose(-1)])
    assert {week: sums.due for week, sums in found.items()} == {
        MONDAY - timedelta(7): 1,
        MONDAY: 1,
        MONDAY + timedelta(7): 1,
    }
    assert list(found) == sorted(found)


def test_a_dose_put_off_past_midnight_belongs_to_its_day() -> None:
    planned = instant(MONDAY, time(23, 50), SHANGHAI)
    late = Taken("r", "钙片", planned + timedelta(minutes=30), planned, Outcome.TAKEN, planned + timedelta(minutes=31))
    assert day_of(late) == MONDAY and part_of(late) is DayPart.EVENING
    assert list(by_day([late])) == [MONDAY]


def test_the_day_is_that_of_the_person() -> None:
    early = dose(0, 7)
    assert day_of(early) == MONDAY and day_of(early, ZoneInfo("America/New_York")) == MONDAY - timedelta(days=1)
    assert part_of(early, ZoneInfo("America/New_York")) is DayPart.EVENING


@pytest.mark.parametrize(
    ("hour", "part"),
    [
        (0, "凌晨"), (4, "凌晨"), (5, "早上"), (8, "早上"), (9, "上午"), (11, "中午"), (13, "中午"), (14, "下午"),
        (16, "下午"), (17, "晚上"), (23, "晚上"),
    ],
)  # fmt: skip
def test_parts_of_the_day(hour: int, part: str) -> None:
    assert part_of(dose(0, hour)).value == part


def test_parts_come_in_the_order_of_the_day() -> None:
    assert list(by_part([dose(0, 20), dose(0, 12), dose(0, 8), dose(1, 3)])) == [
        DayPart.NIGHT, DayPart.MORNING, DayPart.NOON, DayPart.EVENING,
    ]  # fmt: skip


def test_the_longest_run() -> None:
    missed, ours, off = Outcome.MISSED, Outcome.UNDELIVERABLE, Outcome.CANCELLED
    assert longest_run([]) == 0
    assert longest_run([dose(day) for day in (0, 1, 2)]) == 3
    assert longest_run([dose(0), dose(1, outcome=missed), dose(2), dose(3)]) == 2
    assert longest_run([dose(0), dose(0, 20, missed), dose(1)]) == 1, "a day counts only whole"
    assert longest_run([dose(0), dose(1, outcome=ours), dose(2, outcome=off), dose(3)]) == 2, "not the person's fault"
    assert longest_run([dose(0), dose(7), dose(14)]) == 3, "days without a dose do not break it"


def test_the_part_that_is_forgotten_most() -> None:
    evening = [dose(day, 20, Outcome.MISSED) for day in (0, 1)]
    assert most_forgotten([*evening, dose(0, 8, Outcome.MISSED)]) is DayPart.EVENING
    assert most_forgotten([evening[0], dose(0, 8, Outcome.MISSED)]) is None, "no part stands out"
    assert most_forgotten([dose(0, 20, Outcome.SKIPPED), dose(0, 20, Outcome.UNDELIVERABLE)]) is None
    assert most_forgotten([]) is None


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 23), st.sampled_from([*Outcome, None]))))
def test_groups_add_up(every: list[tuple[int, int, Outcome | None]]) -> None:
    doses = sorted((dose(*one) for one in every), key=lambda one: one.due_at)
    whole = tally(doses)
    for groups in (by_drug(doses), by_week(doses), by_day(doses), by_part(doses)):
        assert sum(sums.due for sums in groups.values()) == whole.due
        assert sum(sums.taken for sums in groups.values()) == whole.taken
        assert sum(sums.undeliverable for sums in groups.values()) == whole.undeliverable
    assert longest_run(doses) <= len(by_day(doses))
    assert whole.percent is None or (whole.percent == 100) == (whole.taken == whole.due)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        by_day([replace(dose(0), planned_at=datetime(2026, 11, 16, 8))])
    assert by_day([replace(dose(0), planned_at=datetime(2026, 11, 16, 0, tzinfo=UTC))])
