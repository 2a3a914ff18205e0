"""Lengths of time: their seconds, and what they move on the calendar."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from schedules.durations import find_lengths, read_length

DAY = 86_400


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("3天", 3 * DAY),
        ("两周", 14 * DAY),
        ("半天", DAY // 2),
        ("一天半", DAY * 3 // 2),
        ("一个半小时", 5400),
        ("1.5小时", 5400),
        ("两小时零五分", 7500),
        ("两个钟头", 7200),
        ("半个钟", 1800),
        ("三刻钟", 2700),
        ("一分半钟", 90),
        ("40秒", 40),
        ("一年", 365 * DAY),
        ("半年", 365 * DAY // 2),
        ("一年半", 365 * DAY * 3 // 2),
        ("一年零两个月", (365 + 60) * DAY),
        ("两个季度", 180 * DAY),
        ("半个月", 15 * DAY),
        ("三个半月", 105 * DAY),
        ("70多分钟", 4200),
        ("二十来天", 20 * DAY),
        ("五六天", 5 * DAY),
        ("4天6小时", 4 * DAY + 6 * 3600),
    ],
)
def test_seconds_of_a_length(said: str, seconds: int) -> None:
    length = read_length(said)
    assert length is not None
    assert length.total_seconds == seconds


@pytest.mark.parametrize("said", ["2018年", "07年", "一八年", "三月", "5分", "20时", "999年", "99999999季度"])
def test_what_names_no_length(said: str) -> None:
    assert read_length(said) is None


def test_months_without_ge_count_only_where_the_words_before_say_so() -> None:
    length = read_length("三月", bare_months=True)
    assert length is not None
    assert length.months == Decimal(3)


@pytest.mark.parametrize("said", ["第三天", "每8小时", "八点20分钟", "一天三次", "有一天", "几十年"])
def test_no_length_stands_alone_here(said: str) -> None:
    assert find_lengths(said)[0] == []


@pytest.mark.parametrize(
    ("said", "sign", "day"),
    [
        ("一个月", 1, "2027-02-28"),
        ("一个月", -1, "2026-12-31"),
        ("一年", 1, "2028-01-31"),
        ("一个半月", 1, "2027-03-15"),
        ("两周", -1, "2027-01-17"),
        ("半年", 1, "2027-07-31"),
    ],
)
def test_months_stay_months_on_the_calendar(said: str, sign: int, day: str) -> None:
    length = read_length(said)
    assert length is not None
    assert length.day_after(date(2027, 1, 31), sign) == date.fromisoformat(day)


def test_a_moment_outside_the_calendar_is_none() -> None:
    length = read_length("一百年")
    assert length is not None
    assert length.after(datetime(9950, 1, 1)) is None
    assert length.after(datetime(50, 1, 1), -1) is None
