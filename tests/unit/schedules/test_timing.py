"""The timing itself: what it refuses, its FHIR JSON, round trips."""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from schedules.clock import SHANGHAI
from schedules.due import due_times
from schedules.regimen import read_regimen
from schedules.timing import EVERY_MEAL, PeriodUnit, Timing, TimingError, Weekday, WhenCode

AT = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)


class Plain(yaml.SafeLoader):
    """YAML without dates, so that the table shows the JSON as it is."""


Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
TABLE = yaml.load(Path(__file__).with_name("timing.yml").read_text(encoding="utf-8"), Loader=Plain)


@pytest.mark.parametrize("said", TABLE)
def test_the_fhir_of_what_was_said(said: str) -> None:
    timing = read_regimen(said, AT).timing
    assert timing is not None
    assert timing.to_fhir() == TABLE[said]
    assert Timing.from_fhir(TABLE[said]) == timing


@given(
    st.builds(
        dict,
        frequency=st.none() | st.integers(-1, 20),
        period=st.decimals(-1, 400, places=2),
        period_unit=st.sampled_from(list(PeriodUnit)),
        day_of_week=st.lists(st.sampled_from(list(Weekday)), max_size=3).map(tuple),
        time_of_day=st.lists(st.sampled_from([time(8), time(20, 30)]), max_size=3).map(tuple),
        when=st.lists(st.sampled_from(list(WhenCode)), max_size=3).map(tuple),
        offset=st.none() | st.integers(-10, 1000),
        start=st.none() | st.dates(),
        end=st.none() | st.dates(),
        duration_days=st.none() | st.integers(-1, 5000),
        as_needed=st.booleans(),
    )
)
def test_a_timing_is_refused_or_survives_fhir(fields: dict[str, Any]) -> None:
    try:
        timing = Timing(**fields)
    except TimingError as error:
        assert str(error)
        return
    assert Timing.from_fhir(json.loads(json.dumps(timing.to_fhir()))) == timing
    assert timing.read_back()


REFUSED: list[dict[str, Any]] = [
    {},
    {"frequency": 0},
    {"frequency": 13},
    {"frequency": 1, "period": Decimal(0)},
    {"frequency": 1, "period": Decimal("NaN")},
    {"frequency": 1, "period": Decimal("0.5"), "period_unit": PeriodUnit.HOUR},
    {"frequency": 1, "period": Decimal("1.5")},
    {"frequency": 2, "period": Decimal(8), "period_unit": PeriodUnit.HOUR},
    {"frequency": 8, "period_unit": PeriodUnit.WEEK},
    {"frequency": 3, "period": Decimal(2), "period_unit": PeriodUnit.WEEK},
    {"frequency": 3, "period_unit": PeriodUnit.MONTH},
    {"frequency": 1, "count": 0},
    {"frequency": 1, "count": 1001},
    {"as_needed": True, "count": 3},
    {"events": (AT,), "count": 1},
    {"frequency": 1, "time_of_day": (time(8),)},
    {"time_of_day": (time(8), time(8))},
    {"time_of_day": (time(8, 0, 30),)},
    {"time_of_day": (time(8),), "when": (WhenCode.HS,)},
    {"time_of_day": (time(8),), "offset": 30},
    {"when": (WhenCode.CM,), "offset": 30},
    {"when": (WhenCode.PCM,), "offset": -1},
    {"when": (WhenCode.PC, WhenCode.HS)},
    {"frequency": 4, "when": (WhenCode.PC,)},
    {"frequency": 1, "when": (WhenCode.HS,)},
    {"frequency": 1, "day_of_week": (Weekday.MON, Weekday.MON)},
    {"frequency": 1, "period": Decimal(2), "day_of_week": (Weekday.MON,)},
    {"frequency": 1, "period_unit": PeriodUnit.MONTH, "day_of_week": (Weekday.MON,)},
    {"frequency": 1, "start": date(2026, 12, 2), "end": date(2026, 12, 1)},
    {"frequency": 1, "start": datetime(2026, 12, 1)},
    {"frequency": 1, "start": AT, "end": AT - timedelta(minutes=1)},
    {"frequency": 1, "duration_days": 0},
    {"frequency": 1, "duration_days": 7, "start": date(2026, 12, 1)},
    {"frequency": 1, "most_per_day": 4},
    {"as_needed": True, "most_per_day": 0},
    {"events": (AT,), "frequency": 1},
    {"events": (AT, AT)},
    {"events": (datetime(2026, 12, 1),)},
]


@pytest.mark.parametrize("fields", REFUSED, ids=str)
def test_contradictions_are_refused_in_words(fields: dict[str, Any]) -> None:
    with pytest.raises(TimingError, match=r"[一-鿿]"):
        Timing(**fields)


BROKEN: list[Any] = [
    {},
    {"repeat": {"frequency": "3"}},
    {"repeat": {"frequency": True}},
    {"repeat": {"frequency": 1, "period": 1}},
    {"repeat": {"frequency": 1, "period": 1, "periodUnit": "a"}},
    {"repeat": {"frequency": 1, "period": "x", "periodUnit": "d"}},
    {"repeat": {"when": ["XYZ"]}},
    {"repeat": {"dayOfWeek": ["monday"]}},
    {"repeat": {"timeOfDay": ["25:00:00"]}},
    {"repeat": {"timeOfDay": ["08:00:00"], "frequency": 2}},
    {"repeat": {"count": 3}},
    {"repeat": {"boundsDuration": {"value": 7, "unit": "h"}}},
    {"repeat": {"boundsPeriod": {"start": "2026-13-01"}, "frequency": 1}},
    {"repeat": None},
    {"event": ["2026-11-22T07:00:00"]},
    {"event": [None]},
    [],
]


@pytest.mark.parametrize("resource", BROKEN, ids=str)
def test_broken_fhir_is_refused(resource: Any) -> None:
    with pytest.raises(TimingError):
        Timing.from_fhir(resource)


def test_what_other_systems_write_is_understood() -> None:
    assert Timing.from_fhir({"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "when": ["HS"]}}).when == (
        WhenCode.HS,
    )
    assert Timing.from_fhir({"repeat": {"frequency": 2, "timeOfDay": ["08:00:00", "20:00:00"]}}).frequency is None
    assert Timing.from_fhir({"repeat": {"period": 1, "periodUnit": "d"}}).frequency == 1
    weeks = Timing.from_fhir({"repeat": {"frequency": 1, "boundsDuration": {"value": 2, "code": "wk"}}})
    assert weeks.duration_days == 14


def test_a_course_begins_when_it_is_anchored() -> None:
    course = Timing(frequency=3, duration_days=7)
    begun = course.anchored(AT.replace(second=30))
    assert (begun.start, begun.end, begun.duration_days) == (AT, AT + timedelta(days=7, minutes=-1), None)
    assert begun.anchored(AT + timedelta(days=1)) == begun


def test_every_code_has_words() -> None:
    for code in WhenCode:
        timing = Timing(frequency=3 if code in EVERY_MEAL else None, when=(code,))
        assert "每天" in timing.read_back()


def test_so_many_takings_are_counted_from_the_start() -> None:
    timing = Timing(frequency=2, count=3)
    with pytest.raises(TimingError):
        next(due_times(timing, AT, AT + timedelta(days=9)))
    begun = timing.anchored(AT)
    every = list(due_times(begun, AT, AT + timedelta(days=90)))
    assert len(every) == 3
    assert list(due_times(begun, every[1], AT + timedelta(days=90))) == every[1:]
    assert list(due_times(begun, every[2] + timedelta(minutes=1), AT + timedelta(days=90))) == []
    assert Timing.from_fhir(begun.to_fhir()) == begun


@pytest.mark.parametrize(("times", "days"), [(1, [0, 7]), (2, [0, 3, 7, 10]), (3, [0, 2, 4, 7, 9, 11])])
def test_times_a_week_are_spread_over_its_days(times: int, days: list[int]) -> None:
    timing = Timing(frequency=times, period_unit=PeriodUnit.WEEK, start=date(2026, 12, 1))
    due = list(due_times(timing, AT, datetime(2026, 12, 15, tzinfo=SHANGHAI)))
    assert [(moment.astimezone(SHANGHAI).date() - date(2026, 12, 1)).days for moment in due] == days
