"""Recurrences: their rules, bounds, and what is none."""

import re
from datetime import date, datetime, timedelta

import pytest

from schedules.clock import SHANGHAI
from schedules.recurrence import Frequency, Recurrence
from schedules.recurrences import read_recurrence
from schedules.spelling import plain

AT = datetime(2026, 3, 11, 10, 20, 30, tzinfo=SHANGHAI)
_RULE = re.compile(
    r"FREQ=(SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)(;INTERVAL=[1-9][0-9]*)?(;BYMONTH=([1-9]|1[0-2]))?"
    r"(;BYMONTHDAY=-?[1-9][0-9]?(,-?[1-9][0-9]?)*)?(;BYDAY=(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU))*)?"
)


def heard(said: str) -> Recurrence | None:
    return read_recurrence(plain(said), AT, SHANGHAI)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("从4月1号开始每天早上8点", date(2026, 4, 1), None),
        ("每天早上8点，连服7天", date(2026, 3, 11), date(2026, 3, 17)),
        ("下周每天早上8点", date(2026, 3, 16), date(2026, 3, 22)),
        ("每周一三五早上8点，到4月底为止", None, date(2026, 4, 30)),
    ],
)
def test_bounds_said_beside_a_recurrence(said: str, first: date | None, last: date | None) -> None:
    rule = heard(said)
    assert rule is not None
    assert (rule.first_day, rule.last_day) == (first, last)


def test_meals_of_one_day_come_once() -> None:
    rule = heard("明天睡前")
    assert rule is not None
    assert rule.once
    assert rule.first_day == date(2026, 3, 12)


@pytest.mark.parametrize(
    "said", ["每次两片", "每个人", "最近一周", "相隔三天", "月底", "次年年末", "年年初一", "周五一早"]
)
def test_what_does_not_recur(said: str) -> None:
    assert heard(said) is None


@pytest.mark.parametrize(
    "rule",
    [
        Recurrence(Frequency.DAILY),
        Recurrence(Frequency.WEEKLY, 2, by_day=("MO", "FR")),
        Recurrence(Frequency.MONTHLY, by_month_day=(1, 15)),
        Recurrence(Frequency.MONTHLY, by_day=("-1FR",)),
        Recurrence(Frequency.YEARLY, by_month=5, by_day=("2SU",)),
        Recurrence(Frequency.YEARLY, by_month=10, by_month_day=(1,)),
    ],
)
def test_rules_are_written_as_rfc_5545_wants_them(rule: Recurrence) -> None:
    assert _RULE.fullmatch(rule.rrule or "")


def test_a_day_of_the_lunar_calendar_is_no_rule() -> None:
    rule = heard("每年中秋节")
    assert rule is not None
    assert rule.rrule is None
    assert rule.lunar == "中秋节"


def test_each_occurrence_lasts_as_long_as_was_said() -> None:
    rule = heard("每天晚上十点到早上六点")
    assert rule is not None
    assert rule.lasts == timedelta(hours=8)
