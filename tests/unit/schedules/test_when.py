"""Time expressions for booking, as a table; spans, zones, bad input."""

import time as stopwatch
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from schedules.clock import SHANGHAI
from schedules.when import Problem, When, read_when

AT = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)
TABLE = yaml.load(Path(__file__).with_name("when.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def told(when: When | None) -> str:
    """A reading in the words of the table."""
    if when is None:
        return "-"
    words = []
    if when.day:
        words.append(when.day.isoformat())
    elif when.days:
        words.append(f"{when.days[0]}..{when.days[1]}")
    words += [when.part.value] if when.part else []
    words += [f"{when.time:%H:%M}"] if when.time is not None else []
    words += [f"until {when.until:%H:%M}"] if when.until else []
    words += [when.side.value] if when.side else []
    words += ["assumed"] if when.assumed else []
    words += [f"!{when.problem.value}"] if when.problem else []
    return " ".join(words)


@pytest.mark.parametrize("said", TABLE)
def test_heard_as_in_the_table(said: str) -> None:
    assert told(read_when(said, AT)) == TABLE[said]


def test_the_table_is_as_large_as_promised() -> None:
    assert len(TABLE) >= 180


@pytest.mark.parametrize(
    ("at", "said", "day"),
    [
        ("2026-11-22T09:00", "周日", "2026-11-22"),
        ("2026-11-22T09:00", "下周日", "2026-11-29"),
        ("2026-11-22T09:00", "周一", "2026-11-23"),
        ("2026-11-22T09:00", "下周一", "2026-11-23"),
        ("2026-11-22T09:00", "周日上午八点", "2026-11-29"),
        ("2026-11-22T09:00", "周末", "2026-11-22"),
        ("2026-11-25T09:00", "下周三", "2026-12-02"),
        ("2026-11-25T09:00", "周三", "2026-11-25"),
        ("2026-12-31T23:30", "明天", "2027-01-01"),
        ("2028-02-28T12:00", "明天", "2028-02-29"),
        ("2028-02-28T12:00", "后天", "2028-03-01"),
        ("2027-01-30T12:00", "一个月后", "2027-02-28"),
        ("2027-01-31T12:00", "30号", "2027-03-30"),
        ("2026-12-20T12:00", "1月3号", "2027-01-03"),
    ],
)
def test_days_are_relative_to_the_instant_of_speaking(at: str, said: str, day: str) -> None:
    when = read_when(said, datetime.fromisoformat(at).replace(tzinfo=SHANGHAI))
    assert when is not None
    assert when.day == date.fromisoformat(day)


def test_today_is_the_date_of_the_persons_zone() -> None:
    late = datetime(2026, 11, 21, 20, 0, tzinfo=ZoneInfo("UTC"))
    here, there = read_when("今天", late), read_when("今天", late, ZoneInfo("America/New_York"))
    assert here is not None and here.day == date(2026, 11, 22)
    assert there is not None and there.day == date(2026, 11, 21)


def test_pieces_point_into_the_text_as_written() -> None:
    text = "我想约明天下午３点的号"
    when = read_when(text, AT)
    assert when is not None
    assert [piece.said for piece in when.pieces] == ["明天", "下午", "３点"]
    assert text[slice(*when.span)] == "明天下午３点"
    assert all(text[piece.start : piece.end] == piece.said for piece in when.pieces)


def test_an_instant_needs_day_and_time() -> None:
    full, half = read_when("明天下午三点", AT), read_when("明天下午", AT)
    assert full is not None and full.instant() == datetime(2026, 11, 22, 7, 0, tzinfo=ZoneInfo("UTC"))
    assert half is not None and half.instant() is None


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        read_when("明天", datetime(2026, 11, 21))


@pytest.mark.parametrize(
    "unit", ["1", "一", "周", "明天", "12月", "3:", "8点", "过", "每", "🙂", "\0", "半", "下", "不是"]
)
def test_long_text_is_refused_and_what_is_read_costs_little(unit: str) -> None:
    assert read_when(unit * 10_000, AT) == When(problem=Problem.TOO_LONG)
    started = stopwatch.perf_counter()
    read_when((unit * 1000)[:1000], AT)
    assert stopwatch.perf_counter() - started < 1.0


FRAGMENTS = st.sampled_from(
    [
        "明天",
        "下周",
        "三",
        "周",
        "12",
        "月",
        "号",
        "点",
        "半",
        "下午",
        ":",
        "30",
        "到",
        "不是",
        "，",
        "后",
        "小时",
        "日",
        "年",
        "早",
        "晚",
        "-",
    ]
)


@given(st.lists(FRAGMENTS, max_size=14).map("".join) | st.text(max_size=60))
def test_nothing_a_person_writes_raises_and_spans_fit(text: str) -> None:
    when = read_when(text, AT)
    if when is not None and when.problem is None:
        assert 0 <= when.span[0] < when.span[1] <= len(text)
        assert when.day is None or when.day >= date(2026, 11, 21)


@given(
    st.dates(date(2026, 11, 21), date(2027, 11, 1)),
    st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
)
def test_a_full_date_and_a_clock_time_are_read_exactly(day: date, clock: time) -> None:
    when = read_when(f"{day.year}年{day.month}月{day.day}日{clock:%H:%M}", datetime(2026, 11, 1, tzinfo=SHANGHAI))
    assert when is not None
    assert (when.day, when.time) == (day, clock)
