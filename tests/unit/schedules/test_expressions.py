"""Any time expression as a table; what it reads back; bad, long and odd text."""

import time as stopwatch
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.clock import SHANGHAI
from schedules.expressions import IMPOSSIBLE, MAX_READ, NOTHING, TOO_LONG, Expression, Kind, read_expression
from schedules.numbers import plain_number
from schedules.telling import told

AT = datetime(2026, 3, 11, 10, 20, 30, tzinfo=SHANGHAI)  # a Wednesday
TABLE = yaml.load(Path(__file__).with_name("expressions.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def moment(at: datetime | None) -> str:
    """An instant of the table: 2026-03-12, and its time unless it is midnight."""
    if at is None:
        return "open"
    clock = f"{at:%H:%M:%S}".removesuffix(":00")
    return f"{at:%Y-%m-%d}" if clock == "00:00" else f"{at:%Y-%m-%d} {clock}"


def shown(found: Expression) -> str:
    """A reading in the words of the table."""
    if found.kind is Kind.NONE:
        return "impossible" if found.problem else "none"
    if found.kind is Kind.DURATION:
        return f"{plain_number(found.seconds or Decimal(0))} s"
    bounds = f"{moment(found.start)} .. {moment(found.end)}"
    if found.recurrence is not None:
        words = [found.recurrence.rrule or "no rule"]
        words += [f"{clock:%H:%M}" for clock in found.recurrence.times]
        words += [f"for {found.seconds} s"] if found.seconds else []
        return " ".join([*words, bounds] if found.start else words)
    if found.kind is Kind.RANGE:
        return bounds
    if found.kind is Kind.DAY_PART:
        return f"part {bounds}"
    return moment(found.start) if found.kind is Kind.DATE else f"at {found.start:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


@pytest.mark.parametrize("said", TABLE)
def test_heard_as_in_the_table(said: str) -> None:
    assert shown(read_expression(said, AT)) == TABLE[said]


def test_the_table_is_as_large_as_promised() -> None:
    assert len(TABLE) >= 300


@pytest.mark.parametrize("said", [said for said in TABLE if TABLE[said] not in ("none", "impossible")])
def test_what_is_read_back_is_read_the_same(said: str) -> None:
    found = read_expression(said, AT)
    words = told(found, AT)
    assert words is not None
    assert shown(read_expression(words, AT)) == shown(found)


@pytest.mark.parametrize("said", [said for said in TABLE if TABLE[said] in ("none", "impossible")])
def test_nothing_is_read_back_where_nothing_was_heard(said: str) -> None:
    assert told(read_expression(said, AT), AT) is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("明天下午三点", "明天（3月12日 周四）下午3点"),
        ("下周三", "3月18日（周三）"),
        ("1989年5月5日", "1989年5月5日（周五）"),
        ("明天上午", "明天（3月12日 周四）上午"),
        ("下午2点到4点半", "今天（3月11日 周三）下午2点到下午4点30分"),
        ("两个半小时", "2小时30分钟"),
        ("每周一三五早上8点", "每周一、周三、周五 08:00"),
        ("每隔一天", "隔天"),
        ("4月1号以后", "4月1日（周三）以后"),
    ],
)
def test_read_back_in_these_words(said: str, words: str) -> None:
    assert told(read_expression(said, AT), AT) == words


@pytest.mark.parametrize(
    ("at", "said", "expected"),
    [
        ("2026-03-15T09:00", "周日", "2026-03-15"),
        ("2026-03-15T09:00", "下周日", "2026-03-22"),
        ("2026-03-15T09:00", "周日上午八点", "at 2026-03-22 08:00"),
        ("2026-03-15T09:00", "周末", "2026-03-14 .. 2026-03-16"),
        ("2026-12-31T23:30", "明天", "2027-01-01"),
        ("2028-02-28T12:00", "明天", "2028-02-29"),
        ("2027-01-31T12:00", "一个月后", "2027-02-28"),
        ("2026-03-11T07:00", "八点半", "at 2026-03-11 08:30"),
        ("2026-03-11T16:00", "三点", "at 2026-03-12 15:00"),
        ("2026-03-11T22:00", "早上", "part 2026-03-12 06:00 .. 2026-03-12 12:00"),
        ("2026-02-17T12:00", "除夕", "2026-02-16"),
        ("2025-12-25T12:00", "除夕", "2026-02-16"),
    ],
)
def test_relative_to_the_instant_of_speaking(at: str, said: str, expected: str) -> None:
    assert shown(read_expression(said, datetime.fromisoformat(at).replace(tzinfo=SHANGHAI))) == expected


def test_today_is_the_date_of_the_persons_zone() -> None:
    late, new_york = datetime(2026, 3, 11, 20, 0, tzinfo=ZoneInfo("UTC")), ZoneInfo("America/New_York")
    assert shown(read_expression("今天", late)) == "2026-03-12"
    there = read_expression("今天", late, new_york)
    assert there.start == datetime(2026, 3, 11, tzinfo=new_york)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        read_expression("明天", datetime(2026, 3, 11))


def test_a_text_longer_than_anybody_says_is_refused_with_words() -> None:
    assert read_expression("明天" * MAX_READ, AT) == TOO_LONG
    assert read_expression("二月三十号", AT) == IMPOSSIBLE
    assert read_expression("", AT) == NOTHING


@pytest.mark.parametrize("filling", ["", "🙂", "\0", "\x07", "\ud800", "\u202e"])
def test_odd_characters_around_an_expression_do_no_harm(filling: str) -> None:
    assert shown(read_expression(f"{filling * 3}明天下午三点{filling}", AT)) == "at 2026-03-12 15:00"


UNITS = [
    "1",
    "一",
    "周",
    "明天",
    "12月",
    "3:",
    "8点",
    "过",
    "每",
    "每天8点",
    "两天",
    "正月",
    "初",
    "从",
    "到",
    "一年",
    ".",
]


@pytest.mark.parametrize("unit", UNITS)
def test_the_cost_grows_with_the_length_only(unit: str) -> None:
    def cost(length: int) -> float:
        started = stopwatch.perf_counter()
        read_expression((unit * length)[:length], AT)
        return stopwatch.perf_counter() - started

    cost(100)  # tables of the lunar calendar are loaded once
    assert cost(5000) < 2.5


FRAGMENTS = [
    *("明天", "下周", "三", "周", "12", "月", "号", "点", "半", "下午", ":", "30", "到", "不是", "，", "后", "小时"),
    *("日", "年", "早", "晚", "-", "前", "未来", "两", "个", "每", "隔", "一", "农历", "初", "正月", "春节", "第"),
    *("最后", "季度", "上", "底", "以", "之", "内", "/", ".", "2026", "闰", "廿", "过", "~", "和", "之间", "0"),
    *("9999", "秒", "分", "刻", "零", "天", "起", "最近", "的", "差", "次", "饭后", "除夕", "至", "从", "开始"),
]


@settings(deadline=None)  # a busy machine, and the tables of the lunar calendar at first
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join) | st.text(max_size=80))
def test_nothing_a_person_writes_raises(text: str) -> None:
    found = read_expression(text, AT)
    words = told(found, AT)
    assert (words is None) == (found.kind is Kind.NONE)
    if found.kind is not Kind.RECURRENCE and found.start and found.end:
        assert found.start <= found.end


@settings(deadline=None)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 12, 31)).map(lambda at: at.replace(microsecond=0)))
def test_every_instant_told_is_read_again(at: datetime) -> None:
    instant = Expression(Kind.INSTANT, at.replace(tzinfo=SHANGHAI))
    assert read_expression(told(instant, AT) or "", AT) == instant


@settings(deadline=None)
@given(st.integers(0, 36_500), st.integers(1, 4000))
def test_every_run_of_days_told_is_read_again(first: int, days: int) -> None:
    start = datetime(1995, 1, 1, tzinfo=SHANGHAI) + timedelta(days=first)
    run = Expression(Kind.RANGE if days > 1 else Kind.DATE, start, start + timedelta(days=days))
    assert read_expression(told(run, AT) or "", AT) == run
