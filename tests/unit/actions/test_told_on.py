"""Bare facts after a complaint: a worried mother tells in bits."""

import pytest

from actions.told_on import is_fact
from tests.unit.actions.conftest import Talk


@pytest.mark.parametrize(
    "words",
    [
        *("39度2", "38度5", "体温39.2", "39.5℃", "三十九度二", "一岁半", "78岁", "六个月大", "三天了", "烧了三天了"),
        *(
            "昨天晚上开始的",
            "从昨天开始",
            "吃了美林一个小时了",
            "刚吃了退烧药",
            "喂了布洛芬",
            "没吃药",
            "没吐",
            "两岁半，39度",
        ),
    ],
)
def test_facts(words: str) -> None:
    assert is_fact(words)


@pytest.mark.parametrize(
    "words",
    [
        *(
            "吃了",
            "头疼",
            "孩子发烧",
            "38号",
            "39",
            "2",
            "一天三次",
            "早上8点",
            "半小时后",
            "明天上午",
            "挂号",
            "三天前挂的号",
        ),
        *("39度要紧吗", "一岁半能吃布洛芬吗", "吃了美林多久起效", "谢谢", "你好"),
    ],
)
def test_no_facts(words: str) -> None:
    assert not is_fact(words)


async def told(talk: Talk, words: str, intent: str = "inform", action: str = "action_inform") -> str:
    return await talk.hear(words, intent).act(action)


def asked_anew(talk: Talk) -> str:
    return next((str(part["then"]) for part in talk.said if part.get("then")), "")


async def test_facts_are_noted_and_the_complaint_asked_anew_with_them(talk: Talk) -> None:
    await told(talk, "孩子发烧", "describe_symptom", "action_ask_department")
    assert "记下了：孩子发烧，39度2。孩子病情变化快，要当天看" in await told(talk, "39度2")
    assert asked_anew(talk) == "孩子发烧（39度2）怎么办？"
    talk.hear(asked_anew(talk), "describe_symptom")  # as the house lets Rasa read it
    assert "记下了：孩子发烧，39度2，一岁半。" in await told(talk, "一岁半", "nlu_fallback", "action_ask_health")
    assert asked_anew(talk) == "孩子发烧（39度2，一岁半）怎么办？"


async def test_a_medicine_taken_for_the_complaint_is_no_dose_of_a_reminder(talk: Talk) -> None:
    await told(talk, "孩子发烧", "describe_symptom", "action_ask_department")
    text = await told(talk, "吃了美林一个小时了", "confirm_taken", "action_dose_taken")
    assert "记下了：孩子发烧，吃了美林一个小时了" in text and not asked_anew(talk)
    assert "挂儿科" in talk.labels()


async def test_without_a_complaint_a_fact_is_asked_about(talk: Talk) -> None:
    assert "办什么事" in await told(talk, "39度2")
    assert "没有等您确认" in await told(talk, "吃了阿司匹林", "confirm_taken", "action_dose_taken")


async def test_a_complaint_of_long_ago_is_not_meant(talk: Talk) -> None:
    await told(talk, "孩子发烧", "describe_symptom", "action_ask_department")
    talk.events = [event | {"timestamp": 0.0} for event in talk.events]
    assert "办什么事" in await told(talk, "39度2")


async def test_something_else_in_between_ends_it(talk: Talk) -> None:
    await told(talk, "孩子发烧", "describe_symptom", "action_ask_department")
    await told(talk, "医院几点上班", "hospital_info", "action_hospital_info")
    assert "办什么事" in await told(talk, "39度2")
