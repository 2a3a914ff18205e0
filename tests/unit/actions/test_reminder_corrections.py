"""A correction takes the place of what it corrects: a time left standing beside it would be a double dose."""

import pytest

from tests.unit.actions.conftest import Talk

FORM = "reminder_form"
MORNING = "每天早上8点提醒我吃二甲双胍一片"
TWICE = "每天早上8点晚上8点提醒我吃二甲双胍"
WEEKLY = "每周一早上8点提醒我吃甲氨蝶呤"


async def told(talk: Talk, *sentences: str) -> str:
    """What is read back, or asked, after the last of the sentences."""
    text = ""
    for place, said in enumerate(sentences):
        text = await talk.form_turn(FORM, said, "inform" if place else "set_reminder")
    return text.split(" 提醒您吃")[0].split("\n")[0]


@pytest.mark.parametrize(
    "correction",
    [
        "不对，是早上七点",
        "不对 是早上七点",
        "改成早上七点",
        "早上七点",
        "不是八点，是早上七点",
        "错了是早上七点",
        "八点不对早上七点",
    ],
)
async def test_a_time_told_anew_replaces_the_one_before_and_nobody_said_every_day(talk: Talk, correction: str) -> None:
    assert "还是每天" in await told(talk, "8点提醒我吃阿司匹林", correction)
    assert await told(talk, "每天") == "每天早上7点"


@pytest.mark.parametrize(
    ("said", "correction", "expected"),
    [
        (MORNING, "七点半", "每天早上7点半"),
        (MORNING, "改成七点半", "每天早上7点半"),
        (MORNING, "不是八点是九点", "每天上午9点"),
        (MORNING, "8点改成7点", "每天早上7点"),
        (MORNING, "我说错了是早上九点不是八点", "每天上午9点"),
        (MORNING, "晚上", "每天晚上8点"),
        (MORNING, "改成晚饭后", "每天晚饭后1次（18:30）"),
        (MORNING, "改成隔天", "每2天早上8点，从11月21日起"),
        (MORNING, "改成周一三五", "每周一、周三、周五早上8点"),
        (MORNING, "不是每天 只提醒一次", "2026年11月22日早上8点"),
        (MORNING, "还有晚上8点", "每天早上8点、晚上8点"),
        (MORNING, "再加一个晚上八点", "每天早上8点、晚上8点"),
        (MORNING, "晚上8点也要", "每天早上8点、晚上8点"),
        ("每天晚上8点提醒我吃二甲双胍", "七点半", "每天晚上7点半"),
        (TWICE, "晚上的改成9点", "每天早上8点、晚上9点"),
        (TWICE, "七点半", "每天早上7点半、晚上8点"),
        (TWICE, "每天早上8点", "每天早上8点"),
        (WEEKLY, "七点半", "每周一早上7点半"),
        (WEEKLY, "周三", "每周三早上8点"),
        (WEEKLY, "改成周三晚上9点", "每周三晚上9点"),
        ("明天早上8点提醒我吃二甲双胍", "不对 是后天", "2026年11月23日早上8点"),
        ("明天早上8点提醒我吃二甲双胍", "改成七点半", "2026年11月22日早上7点半"),
        ("每天早上8点提醒我吃阿莫西林连服7天", "改成5天", "每天早上8点，从11月21日起，连服5天"),
    ],
)
async def test_what_was_not_said_again_stays(talk: Talk, said: str, correction: str, expected: str) -> None:
    assert await told(talk, said, correction) == expected


@pytest.mark.parametrize(
    ("correction", "expected"),
    [
        ("改成两片", "二甲双胍 2片"),
        ("不是一片是两片", "二甲双胍 2片"),
        ("一片改成半片", "二甲双胍 半片"),
        ("不是二甲双胍是阿托伐他汀", "吃 阿托伐他汀 1片"),
        ("二甲双胍换成阿托伐他汀", "吃 阿托伐他汀 1片"),
        ("还有阿托伐他汀", "二甲双胍、阿托伐他汀"),
    ],
)
async def test_dose_and_drug_are_replaced_and_the_time_stays(talk: Talk, correction: str, expected: str) -> None:
    await talk.form_turn(FORM, MORNING, "set_reminder")

    text = await talk.form_turn(FORM, correction)
    assert expected in text and text.startswith("每天早上8点 ")


async def test_clock_times_alone_make_no_plan_for_every_day(talk: Talk) -> None:
    assert "还是每天" in await told(talk, "早上8点和晚上8点提醒我吃二甲双胍")
    assert await told(talk, "每天") == "每天早上8点、晚上8点"


async def test_once_is_the_next_time_the_hour_comes(talk: Talk) -> None:
    assert "还是每天" in await told(talk, "晚上9点提醒我吃二甲双胍")
    assert await told(talk, "只提醒一次") == "2026年11月21日晚上9点"


async def test_once_for_an_hour_that_has_passed_today_is_tomorrow(talk: Talk) -> None:
    assert await told(talk, "早上8点提醒我吃二甲双胍，只提醒一次") == "2026年11月22日早上8点"


async def test_a_time_that_cannot_be_leaves_what_was_known(talk: Talk) -> None:
    assert "没有这样的" in await told(talk, WEEKLY, "早上30点")
    assert await told(talk, "七点半") == "每周一早上7点半"
