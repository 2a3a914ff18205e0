"""Lists of days and times: what is shown, that there is more, and how to get there. The clock says Saturday noon."""

import pytest

from actions.shown import MOST_BUTTONS
from tests.unit.actions.conftest import Talk

FORM = "booking_form"
TUESDAY = "11月24日 周二"  # the only afternoons of cardiology


async def said(talk: Talk, *sentences: str) -> str:
    """The answer to the last sentence, after 心内科, whichever doctor."""
    text = await talk.form_turn(FORM, "挂心内科", "book_appointment")
    for sentence in ("不限医生", *sentences):
        text = await talk.form_turn(FORM, sentence)
        assert len(talk.labels()) <= MOST_BUTTONS
    return text


@pytest.mark.parametrize("words", ["那个下午的", "下午的", "有没有下午", "下午"])
async def test_the_days_that_have_an_afternoon_and_it_is_said_that_they_do(talk: Talk, words: str) -> None:
    assert "下午有号的" in await said(talk, words)
    assert talk.labels()[0] == TUESDAY and "后天 11月23日 周一" not in talk.labels()


async def test_the_afternoon_named_once_more_is_understood(talk: Talk) -> None:
    text = await said(talk, "那个下午的", "下午")
    assert text.startswith("对，下面这些就是下午的号") and "没听明白" not in text


async def test_days_behind_those_shown(talk: Talk) -> None:
    await said(talk)
    assert "后面几天" in talk.labels() and "11月30日 周一" not in talk.labels()
    await talk.form_turn(FORM, talk.says("后面几天"))
    assert talk.labels()[0] == "11月30日 周一"
    await talk.form_turn(FORM, "早一点的")
    assert talk.labels()[0] == "后天 11月23日 周一"


async def test_times_behind_those_shown_until_there_are_none(talk: Talk) -> None:
    assert "上午有号的" in await said(talk, "后天上午")
    assert "11:30" not in talk.labels()
    assert "更晚有号的" in await talk.form_turn(FORM, talk.says("更晚的时间"))
    assert "11:30" in talk.labels()
    assert "没有更晚的号了" in await talk.form_turn(FORM, "再晚一点")
    assert "没听明白" not in await talk.form_turn(FORM, "再晚一点")


@pytest.mark.parametrize("intent", ["inform", "ask_doctor_schedule"])
async def test_a_day_without_an_afternoon_offers_days_that_have_one(talk: Talk, intent: str) -> None:
    await said(talk, "后天", "上午")
    text = await talk.form_turn(FORM, "有没有下午", intent)
    assert "下午没有门诊" in text and f"{TUESDAY} 下午" in talk.labels()
    assert "下午有号的" in await talk.form_turn(FORM, talk.says(f"{TUESDAY} 下午"))


async def test_later_than_the_time_chosen(talk: Talk) -> None:
    await said(talk, f"{TUESDAY}下午两点")
    assert talk.asked == "booking_confirmed"
    assert "更晚有号的" in await talk.form_turn(FORM, "晚一点的")
    assert talk.labels()[0] == "14:30"
