"""Openings made from timetables, their ids, and choosing among them."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.clock import SHANGHAI
from schedules.openings import OpeningId, in_part, matching, nearest, on_days, opening_id, openings, parse_opening_id
from schedules.pieces import DayPart
from schedules.when import read_when


@dataclass(frozen=True)
class Sitting:
    weekday: int
    start: str
    end: str
    minutes_each: int = 30
    capacity: int = 2


@dataclass(frozen=True)
class Doctor:
    id: str
    department: str
    timetable: tuple[Sitting, ...]


LI = Doctor(
    "d012", "cardiology", (Sitting(0, "08:00", "10:00"), Sitting(0, "14:00", "15:10"), Sitting(2, "08:30", "09:30"))
)
WANG = Doctor("d-2", "skin", (Sitting(0, "08:00", "09:00", 60, 1),))
MONDAY = date(2026, 11, 23)
BEFORE = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)
ALL = openings([LI, WANG], date(2026, 11, 21), 14, BEFORE)


def ids(found: tuple[object, ...]) -> list[str]:
    return [getattr(one, "id") for one in found]  # noqa: B009


def test_a_week_of_openings() -> None:
    week = openings([LI, WANG], MONDAY, 7, BEFORE)
    assert ids(week) == [
        "d-2-20261123T0800", "d012-20261123T0800", "d012-20261123T0830", "d012-20261123T0900", "d012-20261123T0930",
        "d012-20261123T1400", "d012-20261123T1430", "d012-20261125T0830", "d012-20261125T0900",
    ]  # fmt: skip
    first = week[1]
    assert first.starts_at == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    assert first.ends_at - first.starts_at == timedelta(minutes=30)
    assert (first.doctor, first.department, first.capacity) == ("d012", "cardiology", 2)


def test_past_ones_are_left_out() -> None:
    at = datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI)
    assert ids(openings([LI], MONDAY, 1, at))[0] == "d012-20261123T0900"
    assert openings([LI], MONDAY, 0, at) == ()


def test_the_same_input_gives_the_same_ids_without_doubles() -> None:
    doubled = replace(LI, timetable=LI.timetable * 2)
    assert ids(openings([doubled], MONDAY, 7, BEFORE)) == ids(openings([LI], MONDAY, 7, BEFORE))


@pytest.mark.parametrize(
    "sitting",
    [
        Sitting(0, "8:00", "10:00"), Sitting(0, "08:00", "25:00"), Sitting(0, "10:00", "08:00"),
        Sitting(0, "08:00", "10:00", 0), Sitting(0, "08:00", "10:00", -5), Sitting(0, "08:00", "10:00", 30, 0),
    ],
)  # fmt: skip
def test_a_broken_timetable_is_refused(sitting: Sitting) -> None:
    with pytest.raises(ValueError, match="timetable"):
        openings([Doctor("d1", "x", (sitting,))], MONDAY, 7, BEFORE)


def test_no_more_than_a_year() -> None:
    with pytest.raises(ValueError, match="days"):
        openings([LI], MONDAY, 367, BEFORE)


@given(
    st.sampled_from(["d012", "d-2", "a.b_c"]),
    st.dates(),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
def test_ids_are_taken_apart_again(doctor: str, day: date, start: time) -> None:
    if day.year >= 1000:
        assert parse_opening_id(opening_id(doctor, day, start)) == OpeningId(doctor, day, start)


@pytest.mark.parametrize(
    "text", ["", "d012", "d012-20261323T0830", "d012-20261123T2530", "d012-20261123", "医生-20261123T0830", "x" * 500]
)
def test_what_is_no_id_is_none(text: str) -> None:
    assert parse_opening_id(text) is None


def test_choosing_by_day_part_and_time() -> None:
    assert ids(on_days(ALL, date(2026, 11, 25), date(2026, 11, 25))) == ["d012-20261125T0830", "d012-20261125T0900"]
    afternoon = in_part(on_days(ALL, MONDAY, MONDAY), DayPart.AFTERNOON)
    assert ids(afternoon) == ["d012-20261123T1400", "d012-20261123T1430"]
    near = nearest(on_days(ALL, MONDAY, MONDAY), time(14, 10), most=2)
    assert ids(near) == ["d012-20261123T1400", "d012-20261123T1430"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("下周一上午八点半", ["d012-20261123T0830"]),
        ("下周三", ["d012-20261125T0830", "d012-20261125T0900"]),
        ("下周一下午", ["d012-20261123T1400", "d012-20261123T1430"]),
        (
            "下周一上午九点以后",
            ["d012-20261123T0900", "d012-20261123T0930", "d012-20261123T1400", "d012-20261123T1430"],
        ),
        ("下周一上午八点半之前", ["d-2-20261123T0800", "d012-20261123T0800"]),
        ("下周一下午两点到两点半", ["d012-20261123T1400"]),
        ("明天", []),
        ("下周一上午八点十分", []),
    ],
)
def test_choosing_by_what_was_said(said: str, found: list[str]) -> None:
    when = read_when(said, BEFORE)
    assert when is not None
    assert ids(matching(ALL, when)) == found


def test_a_clinic_with_daylight_saving_keeps_its_wall_clock() -> None:
    new_york = ZoneInfo("America/New_York")
    night = Doctor("d1", "night", (Sitting(6, "00:00", "04:00", 60, 1),))
    spring = openings([night], date(2026, 3, 8), 1, BEFORE - timedelta(days=365), new_york)
    assert len({one.id for one in spring}) == len(spring) == 4
    autumn = openings([night], date(2026, 11, 1), 1, BEFORE - timedelta(days=365), new_york)
    assert [one.starts_at.astimezone(new_york).hour for one in autumn] == [0, 1, 2, 3]
