"""What is said of times, closed days and places."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot import occasion_words as words
from bot.occasion_appointments import visit_of
from bot.occasion_refills import weekdays_closed
from knowledge.clinic import Clinic, load_clinic
from knowledge.yamlfile import DATA
from schedules.clock import SHANGHAI
from schedules.holidays import holiday_on

CLINIC = load_clinic(DATA)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2026-11-21T08:30:00+08:00", "今天（11月21日周六）上午8:30"),
        ("2026-11-22T12:00:00+08:00", "明天（11月22日周日）中午12:00"),
        ("2026-11-23T18:05:00+08:00", "后天（11月23日周一）晚上6:05"),
        ("2026-12-01T14:00:00+08:00", "12月1日周二下午2:00"),
        ("2026-11-21T00:10:00+08:00", "今天（11月21日周六）凌晨12:10"),
        ("2026-11-20T09:00:00+08:00", "11月20日周五上午9:00"),
    ],
)  # fmt: skip
def test_a_moment_is_said_from_today(when: str, said: str) -> None:
    just_after_midnight = datetime(2026, 11, 20, 16, 1, tzinfo=UTC)
    assert words.moment(datetime.fromisoformat(when), just_after_midnight, SHANGHAI) == said


def test_closed_days_are_named() -> None:
    days = [date(2026, 9, 27) + timedelta(days=n) for n in range(9)]
    closed = [day for day in days if day.weekday() == 6 or holiday_on(day)]
    assert words.closed_days(closed, holiday_on) == "10月1日周四到10月7日周三是国庆假期，9月27日周日不开诊"
    assert words.closed_days([], holiday_on) == ""


def test_a_visit_is_told_in_the_clinics_own_words() -> None:
    visit = visit_of(CLINIC, "endocrinology", "endocrinology-1")
    department = CLINIC.department("endocrinology")
    assert visit.what.startswith(department.name) and "沈知秋主任医师" in visit.what
    assert visit.place == department.location and visit.bring.startswith("请带身份证")
    assert "空腹" in visit.bring, "the department's remark says so"
    assert "空腹" not in visit_of(CLINIC, "orthopedics", "orthopedics-1").bring


def test_a_visit_whose_doctor_has_left_is_still_told() -> None:
    assert visit_of(CLINIC, "cardiology", "gone").what == CLINIC.department("cardiology").name
    nothing = visit_of(replace(CLINIC, topics=()), "gone", "gone")
    assert (nothing.what, nothing.place, nothing.bring) == ("", "", words.BRING)


def _only(clinic: Clinic, weekdays: set[int]) -> Clinic:
    """The clinic with the sessions of some weekdays alone."""
    doctors = (
        replace(doctor, timetable=tuple(one for one in doctor.timetable if one.weekday in weekdays))
        for doctor in clinic.doctors
    )
    return replace(clinic, doctors=tuple(doctors))


def test_weekdays_without_a_doctor_are_closed() -> None:
    assert weekdays_closed(CLINIC) == set()
    assert weekdays_closed(_only(CLINIC, {0, 1, 2, 3, 4})) == {5, 6}
