"""When a dose was taken, until when it is put off, why it was left out, when a person eats and sleeps."""

from datetime import time

import pytest

from actions.meal_times import read_day, takes_the_usual
from actions.places import means_home, place_of, places_named, zone_at
from actions.taking_words import again_at, reason_told, taken_at
from schedules.clock import SHANGHAI, local
from schedules.day_plan import DayPlan
from schedules.doses import Reason
from tests.unit.actions.conftest import NOON


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("我7点就吃了", "21 07:00"),
        ("六点多吃掉了", "21 06:00"),
        ("早上七点半就吃了", "21 07:30"),
        ("半小时前吃的", "21 11:30"),
        ("两个小时以前吃了", "21 10:00"),
        ("昨晚十点吃的", "20 22:00"),
        ("晚上11点吃的", "20 23:00"),
    ],
)
def test_when_it_was_taken(text: str, clock: str) -> None:
    told = taken_at(text, NOON, SHANGHAI)
    assert told is not None and f"{local(told):%d %H:%M}" == clock and told <= NOON


@pytest.mark.parametrize("text", ["吃了", "两片都吃了", "三天前吃的", "25点吃的", "8点和9点都吃了"])
def test_no_time_was_told(text: str) -> None:
    assert taken_at(text, NOON, SHANGHAI) is None


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("一小时后再叫我", "21 13:00"),
        ("过四十分钟提醒", "21 12:40"),
        ("到九点再提醒我", "21 21:00"),
        ("推到两点", "21 14:00"),
        ("晚上再提醒我", "21 17:00"),
        ("今天的推迟到十点", "21 22:00"),
    ],
)
def test_until_when_it_is_put_off(text: str, clock: str) -> None:
    told = again_at(text, NOON, SHANGHAI)
    assert told is not None and f"{local(told):%d %H:%M}" == clock


@pytest.mark.parametrize("text", ["等会儿", "稍后", "三天后再说"])
def test_no_time_to_be_reminded_at(text: str) -> None:
    assert again_at(text, NOON, SHANGHAI) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("药忘带了，这次不吃", Reason.NOT_AT_HAND),
        ("恶心，不吃了", Reason.UNWELL),
        ("血压才九十，这片不吃", Reason.UNWELL),
        ("已经好了，不吃了", Reason.BETTER),
        ("没药了吃不了", Reason.NONE_LEFT),
        ("这次不吃", None),
    ],
)
def test_why_it_was_left_out(text: str, reason: Reason | None) -> None:
    assert reason_told(text) is reason


@pytest.mark.parametrize(
    ("text", "clocks"),
    [
        ("7点、12点、18点、22点", "07:00 12:00 18:00 22:00"),
        ("早饭7点半，午饭12点，晚饭6点，10点睡", "07:30 12:00 18:00 22:00"),
        ("6点半 11点半 5点半 9点", "06:30 11:30 17:30 21:00"),
        ("我早饭9点吃", "09:00 12:00 18:00 22:00"),
        ("晚饭七点半，12点睡", "08:00 12:00 19:30 00:00"),
        ("早饭9点午饭1点晚饭8点，12点半睡", "09:00 13:00 20:00 00:30"),
    ],
)
def test_a_persons_day(text: str, clocks: str) -> None:
    day = read_day(text, DayPlan())
    assert day is not None
    assert " ".join(f"{one:%H:%M}" for one in (day.breakfast, day.lunch, day.supper, day.sleep)) == clocks
    assert day.wake < day.breakfast


@pytest.mark.parametrize("text", ["晚饭3点吃早饭8点", "不知道", "早饭25点", "早饭12点午饭12点"])
def test_a_day_that_can_not_be(text: str) -> None:
    assert read_day(text, DayPlan()) is None


def test_an_untold_part_stays_as_it_was() -> None:
    before = DayPlan(breakfast=time(6, 30))
    day = read_day("晚饭7点", before)
    assert day is not None and day.breakfast == time(6, 30) and day.supper == time(19, 0)


def test_the_usual_day() -> None:
    assert takes_the_usual("就按平常") and takes_the_usual("没个准") and not takes_the_usual("早饭7点")


def test_places_have_clocks() -> None:
    assert places_named("我到美国了") == ("纽约", "芝加哥", "丹佛", "洛杉矶")
    assert places_named("飞到洛杉矶了") == ("洛杉矶",)
    assert places_named("我在家") == ()
    zone = zone_at("洛杉矶")
    assert zone is not None and zone.key == "America/Los_Angeles" and place_of(zone) == "洛杉矶"
    assert zone_at("国内") == SHANGHAI and place_of(SHANGHAI) == "国内" and means_home("回国内了")
    assert zone_at("火星") is None
