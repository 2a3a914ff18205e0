"""Values of a report, and which drug does it: from the knowledge with its source, of the person's own reminders."""

from datetime import UTC, datetime, time

import pytest

from actions.deps import Deps
from bot.regimens import Regimen
from schedules.timing import Timing
from tests.unit.actions.conftest import NOON, Talk


async def take(deps: Deps, *names: str, person: str = "person-c1") -> None:
    """Keep a reminder for each drug."""
    for number, name in enumerate(names):
        found = deps.library.drugs.find(name).drug
        timing = Timing(time_of_day=(time(8),)).anchored(NOON)
        one = Regimen(f"r{number}", person, "c1", name, found.id if found else None, "", timing, NOON)
        await deps.regimens.add("demo", one, datetime(2026, 11, 20, number, tzinfo=UTC))


async def test_a_value_is_answered_with_source_department_and_caution(talk: Talk) -> None:
    text = await talk.hear("转氨酶80高吗", "ask_report").act("action_ask_report")
    assert "谷丙转氨酶 80 U/L：偏高" in text and "不等于生病" in text and "不能代替医生" in text
    assert any("WS/T 404.1" in one["title"] for one in talk.said[0]["sources"])
    assert "挂消化内科" in talk.labels() and talk.slots["suggested_department"] == "gastroenterology"


async def test_a_dangerous_value_goes_to_the_emergency_department(talk: Talk) -> None:
    text = await talk.hear("血钾2.6", "ask_report").act("action_ask_report")
    assert "太低" in text and "急诊" in text and "120" in text
    assert not any(label.startswith("挂急诊") for label in talk.labels())


async def test_a_childs_value_is_the_reports_business(talk: Talk) -> None:
    text = await talk.hear("我家孩子3岁，血红蛋白105", "ask_report").act("action_ask_report")
    assert "以报告单上的参考范围为准" in text and "挂儿科" in talk.labels()


async def test_a_normal_value_offers_nothing_to_book(talk: Talk) -> None:
    text = await talk.hear("血钾4.2", "ask_report").act("action_ask_report")
    assert "在参考范围内" in text and talk.labels() == ["转人工"]
    assert "suggested_department" not in talk.slots


@pytest.mark.parametrize("text", ["报告在哪里取", "转氨酶高是怎么回事"])
async def test_words_without_a_value_are_answered_as_before(talk: Talk, text: str) -> None:
    await talk.hear(text, "ask_report").act("action_ask_report")
    assert "偏高（" not in str(talk.said) and "不能代替医生" not in str(talk.said)


async def test_which_of_my_medicines_raises_potassium(talk: Talk, deps: Deps) -> None:
    await take(deps, "缬沙坦", "螺内酯", "氨氯地平", "祖传小黑丸")
    text = await talk.hear("我吃的药里哪些会升高血钾", "query_drug").act("action_answer_drug")
    assert "按您设了提醒的药来看" in text and "螺内酯（常见）" in text and "缬沙坦（少见）" in text
    assert "没有记载氨氯地平会升高血钾" in text and "没有“祖传小黑丸”" in text
    assert talk.said[0]["sources"] and "挂肾内科" in talk.labels()


async def test_an_unsure_sentence_finds_the_same_answer(talk: Talk, deps: Deps) -> None:
    await take(deps, "依那普利")
    text = await talk.hear("是不是我在吃的药让我老咳嗽", "nlu_fallback").act("action_ask_health")
    assert "依那普利（常见）" in text and "普利类降压药" in text


async def test_other_peoples_reminders_are_not_looked_at(talk: Talk, deps: Deps) -> None:
    await take(deps, "螺内酯", person="person-c2")
    text = await talk.hear("我吃的药哪个会升高血钾", "query_drug").act("action_answer_drug")
    assert "还没有设吃药提醒" in text and "螺内酯（" not in text and "保钾利尿药" in text


async def test_drugs_named_in_the_sentence_are_looked_at_alone(talk: Talk, deps: Deps) -> None:
    await take(deps, "螺内酯")
    text = await talk.hear("依那普利和氨氯地平哪个会引起咳嗽", "query_drug").act("action_answer_drug")
    assert "依那普利（常见）" in text and "没有记载氨氯地平会引起干咳" in text and "螺内酯" not in text


@pytest.mark.parametrize(
    "text",
    [
        *("氨氯地平怎么吃", "孕妇吃布洛芬会引起出血吗", "漏服氨氯地平会头晕吗", "阿莫西林会不会引起咳嗽"),
        *("华法林和布洛芬一起吃会引起出血吗", "布洛芬能治头痛吗", "停了美托洛尔会心慌吗"),
    ],
)
async def test_other_questions_about_a_drug_keep_their_answer(talk: Talk, text: str) -> None:
    await talk.hear(text, "query_drug").act("action_answer_drug")
    assert "药不要自己停、自己减" not in str(talk.said)


@pytest.mark.parametrize("text", ["我咳嗽是什么引起的", "便秘吃什么药", "头晕怎么回事"])
async def test_a_complaint_is_not_blamed_on_drugs(talk: Talk, deps: Deps, text: str) -> None:
    await take(deps, "依那普利", "吗啡")
    await talk.hear(text, "ask_health").act("action_ask_health")
    assert "按您设了提醒的药来看" not in str(talk.said)


async def test_inside_a_form_nothing_is_answered_over_its_question(talk: Talk) -> None:
    talk.form = "reminder_form"
    await talk.hear("血钾2.6", "ask_health").act("action_ask_health")
    assert "太低" not in str(talk.said)
