"""Days of questions after discharge."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.clock import local
from schedules.follow_ups import ASKED_AT, WAITS, again_at, moments

DISCHARGED = date(2026, 11, 21)


def test_questions_come_at_ten_on_their_days() -> None:
    at = datetime(2026, 11, 21, 8, tzinfo=UTC)
    found = moments(DISCHARGED, [7, 1, 3, 3], at)
    assert [day for day, _ in found] == [1, 3, 7]
    assert found[0][1] == datetime(2026, 11, 22, 2, tzinfo=UTC)


def test_what_lies_behind_is_not_asked() -> None:
    at = datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert [day for day, _ in moments(DISCHARGED, [1, 3, 7], at)] == [7]


@pytest.mark.parametrize("days", [[0], [-1], [91], [1, 200]])
def test_other_days_are_refused(days: list[int]) -> None:
    with pytest.raises(ValueError, match="days after discharge"):
        moments(DISCHARGED, days, datetime(2026, 11, 21, tzinfo=UTC))


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
def test_again_is_the_first_morning_that_is_far_enough(at: datetime) -> None:
    again = again_at(at)
    assert local(again).time() == ASKED_AT
    assert WAITS <= again - at < WAITS + timedelta(days=1)
