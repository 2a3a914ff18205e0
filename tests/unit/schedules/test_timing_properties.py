"""Every timing that a person can say survives speech and FHIR; its due instants are in order in every zone."""

import itertools
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.clock import SHANGHAI
from schedules.due import due_times
from schedules.regimen import read_regimen
from schedules.timing import EVERY_MEAL, PeriodUnit, Timing, Weekday, WhenCode

NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
AT = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)

CLOCKS = st.lists(st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=6, unique=True)
MOMENTS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    CLOCKS.map(lambda clocks: {"time_of_day": tuple(sorted(clocks))}),
    st.integers(1, 12).map(lambda count: {"frequency": count}),
    st.lists(
        st.sampled_from(sorted(set(WhenCode) - EVERY_MEAL)),
        min_size=1, max_size=1,
    ).map(lambda codes: {"when": tuple(codes)}),
    st.sampled_from(["MORN EVE", "MORN NOON EVE", "PCM PCV", "ACM HS", "WAKE AFT NIGHT"]).map(
        lambda codes: {"when": tuple(WhenCode(code) for code in codes.split())}
    ),
    st.tuples(st.integers(2, 3), st.sampled_from(sorted(EVERY_MEAL))).map(
        lambda meals: {"frequency": meals[0], "when": (meals[1],)}
    ),
    st.tuples(st.sampled_from(["PCM", "ACD", "PCV", "HS"]), st.integers(1, 240)).map(
        lambda tied: {"when": (WhenCode(tied[0]),), "offset": tied[1]}
    ),
)  # fmt: skip
RHYTHMS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.lists(st.sampled_from(list(Weekday)), min_size=1, max_size=7, unique=True).map(
        lambda days: {"day_of_week": tuple(sorted(days, key=lambda day: day.number))}
    ),
)
BOUNDS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.dates(date(2026, 11, 22), date(2030, 1, 1)).map(lambda day: {"start": day}),
    st.dates(date(2026, 11, 22), date(2030, 1, 1)).map(lambda day: {"end": day}),
    st.integers(1, 300).map(lambda days: {"start": AT, "end": AT + timedelta(days=days, minutes=-1)}),
)


@st.composite
def speakable(draw: st.DrawFn) -> Timing:
    """Timings of every kind that a person can say in one sentence."""
    kind = draw(st.sampled_from(["days", "interval", "every few days", "once", "as needed"]))
    if kind == "once":
        moment = draw(st.datetimes(datetime(2026, 11, 22), datetime(2029, 1, 1)))
        return Timing(events=(moment.replace(second=0, microsecond=0, tzinfo=SHANGHAI).astimezone(ZoneInfo("UTC")),))
    if kind == "interval":
        hours = draw(st.sampled_from([1, 2, 3, 4, 6, 8, 12, 24]))
        return Timing(frequency=1, period=Decimal(hours), period_unit=PeriodUnit.HOUR, **draw(BOUNDS))
    if kind == "as needed":
        gaps: list[dict[str, Any]] = [{}, {"period": Decimal(6), "period_unit": PeriodUnit.HOUR}]
        gap = draw(st.sampled_from(gaps))
        most = draw(st.none() | st.integers(1, 12))
        return Timing(
            as_needed=True,
            as_needed_for=draw(st.sampled_from([None, "发热", "疼"])),
            most_per_day=most,
            **gap,
            **draw(BOUNDS),
        )
    if kind == "every few days":
        period, start = (Decimal(draw(st.integers(2, 60))), draw(st.dates(date(2026, 11, 22), date(2030, 1, 1))))
        moments = draw(MOMENTS)
        if moments.get("frequency", 1) > 1 and "when" not in moments:
            moments = {"frequency": 1}
        return Timing(period=period, start=start, **moments)
    return Timing(**draw(MOMENTS), **draw(RHYTHMS), **draw(BOUNDS))


@settings(deadline=None)
@given(speakable())
def test_every_speakable_timing_survives_being_said(timing: Timing) -> None:
    assert read_regimen(timing.read_back(), AT).timing == timing


@settings(deadline=None)
@given(CLOCKS)
def test_clock_times_are_spoken_and_heard_exactly(clocks: list[time]) -> None:
    timing = Timing(time_of_day=tuple(sorted(clocks)))
    assert read_regimen(timing.read_back(), AT).timing == timing


@settings(deadline=None)
@given(speakable())
def test_the_fhir_json_loses_nothing(timing: Timing) -> None:
    assert Timing.from_fhir(json.loads(json.dumps(timing.to_fhir()))) == timing


@settings(max_examples=150, deadline=None)
@given(
    speakable(),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 1), timezones=st.just(UTC)),
    st.integers(0, 90),
    st.sampled_from([SHANGHAI, NEW_YORK, LORD_HOWE, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Kiritimati")]),
)
def test_due_times_are_ordered_unique_within_the_span_and_do_not_depend_on_it(
    timing: Timing, since: datetime, days: int, zone: ZoneInfo
) -> None:
    until, middle = since + timedelta(days=days), since + timedelta(days=days) / 3
    whole = list(due_times(timing, since, until, timezone=zone))
    assert all(since <= moment < until and moment.tzinfo is UTC for moment in whole)
    assert all(sooner < later for sooner, later in itertools.pairwise(whole))
    halves = [*due_times(timing, since, middle, timezone=zone), *due_times(timing, middle, until, timezone=zone)]
    assert halves == whole
