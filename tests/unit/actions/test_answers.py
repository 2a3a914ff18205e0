"""问药, 科室, 医院, 人工, 对话本身."""

import pytest

from tests.unit.actions.conftest import Talk


async def drug(talk: Talk, text: str) -> str:
    return await talk.hear(text, "query_drug").act("action_answer_drug")


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("氨氯地平怎么吃", "用法用量"),
        ("氨氯地平是治什么的", "适应症"),
        ("络活喜有什么副作用", "不良反应"),
        ("哪些人不能吃氨氯地平", "禁忌"),
        ("孕妇能吃氨氯地平吗", "孕期和哺乳"),
        ("氨氯地平漏服了怎么办", "漏服怎么办"),
        ("氨氯地平怎么保存", "怎么保存"),
        ("吃氨氯地平能喝酒吗", "能不能喝酒"),
        ("氨氯地平和什么药不能一起吃", "相互作用"),
    ],
)
async def test_each_aspect_is_answered_with_its_source(talk: Talk, question: str, title: str) -> None:
    text = await drug(talk, question)

    assert text.startswith(f"氨氯地平——{title}")
    assert "医生或药师" in text
    assert talk.said[0]["sources"][0]["title"]
    assert talk.slots["drug"] == "amlodipine"


async def test_the_drug_last_talked_of_is_meant(talk: Talk) -> None:
    await drug(talk, "阿托伐他汀怎么吃")

    assert "阿托伐他汀——孕期" in await drug(talk, "刚才那个药孕妇能吃吗")


async def test_the_same_is_asked_about_another_drug_and_another_thing_about_the_same(talk: Talk) -> None:
    await drug(talk, "氨氯地平怎么吃")

    assert (await drug(talk, "那布洛芬呢")).startswith("布洛芬——用法用量")
    assert (await drug(talk, "那副作用呢")).startswith("布洛芬——不良反应")
    assert (await talk.hear("那阿司匹林呢", "inform").act("action_inform")).startswith("阿司匹林——不良反应")
    assert "布洛芬和阿司匹林" in await drug(talk, "这两个能一起吃吗")


async def test_together_with_the_drug_last_talked_of(talk: Talk) -> None:
    await drug(talk, "华法林怎么吃")

    assert "华法林" in await drug(talk, "能和布洛芬一起吃吗")


async def test_what_leaves_the_drug_out_is_about_the_one_last_talked_of(talk: Talk) -> None:
    async def unsure(text: str) -> str:
        return await talk.hear(text, "nlu_fallback").act("action_ask_health")

    assert "氨氯地平" not in await unsure("孕妇能用不")
    await drug(talk, "氨氯地平怎么吃")
    assert (await unsure("孕妇能用不")).startswith("氨氯地平——孕期")
    assert "药房" in await unsure("多少钱一盒")
    assert "氨氯地平" not in await unsure("孕妇能吃螃蟹吗"), "another thing is named"


async def test_the_department_told_before_is_told_again_and_booked_by_pointing(talk: Talk) -> None:
    async def which(text: str) -> str:
        return await talk.hear(text, "ask_department").act("action_ask_department")

    assert "哪里不舒服" in await which("那我该挂啥科")
    await talk.hear("胃疼反酸", "describe_symptom").act("action_ask_department")
    assert "消化内科" in await which("那我该挂啥科") and "哪里不舒服" in await which("我该挂什么科")
    await talk.hear("就挂这个吧", "nlu_fallback").act("action_ask_health")
    assert talk.events[-1]["event"] == "followup" and talk.events[-1]["name"] == "booking_form"
    assert "消化内科" in await talk.run_form("booking_form")


async def test_a_shared_name_is_asked_back(talk: Talk) -> None:
    assert "哪一种" in await drug(talk, "头孢能喝酒吗")
    assert len(talk.labels()) > 2


async def test_a_misspelt_name_is_asked_back_by_its_right_one_and_kept_in_mind(talk: Talk) -> None:
    assert "您说的是“阿莫西林”吗" in await drug(talk, "阿莫西零一天吃几次")
    assert talk.labels()[0] == "阿莫西林"
    assert (await drug(talk, "那孕妇能吃吗")).startswith("阿莫西林——孕期")


async def test_an_unknown_drug_is_said_to_be_unknown(talk: Talk) -> None:
    text = await drug(talk, "康宁舒平怎么吃")

    assert "没有找到“康宁舒平”" in text
    assert talk.said[0]["buttons"][-1]["command"] == "request_human"


async def test_two_drugs_are_looked_up_in_the_table(talk: Talk) -> None:
    text = await drug(talk, "阿司匹林和布洛芬能一起吃吗")

    assert "阿司匹林和布洛芬（有严重风险）" in text and talk.said[0]["sources"]


async def test_silence_of_the_table_is_not_called_safe(talk: Talk) -> None:
    assert "不等于一定能一起吃" in await drug(talk, "蒙脱石散和氯雷他定能一起吃吗")


async def test_price_is_the_pharmacys_business(talk: Talk) -> None:
    assert "药房" in await drug(talk, "氨氯地平多少钱")


async def test_a_complaint_is_given_departments_with_the_reason(talk: Talk) -> None:
    text = await talk.hear("肚子疼挂什么科", "ask_department").act("action_ask_department")

    assert "消化内科（您说到肚子疼）" in text and "不能代替医生诊断" in text
    assert talk.says("挂消化内科") == "挂消化内科的号"


async def test_a_described_symptom_nobody_knows_goes_to_the_fallback(talk: Talk) -> None:
    await talk.hear("就是那种说不出来的感觉", "describe_symptom").act("action_ask_department")

    assert talk.said[0]["fallback"]
    assert "再说具体一点" in talk.said[1]["text"] and talk.said[1]["missed"], "said when the knowledge is silent too"


async def test_why_it_hurts_is_left_to_the_knowledge_and_the_department_named(talk: Talk) -> None:
    text = await talk.hear("胃疼是什么原因", "describe_symptom").act("action_ask_department")

    assert "消化内科" in text and talk.said[-1]["fallback"]


async def test_a_question_of_health_names_the_department_should_the_knowledge_be_silent(talk: Talk) -> None:
    await talk.hear("总是胃疼要怎么养", "ask_health").act("action_ask_health")

    assert talk.said[0]["fallback"]
    assert "消化内科" in talk.said[1]["text"] and talk.said[1]["missed"]
    assert talk.says("挂消化内科") == "挂消化内科的号"


async def test_a_doctors_next_days(talk: Talk) -> None:
    text = await talk.hear("王守拙医生什么时候出诊", "ask_doctor_schedule").act("action_doctor_schedule")

    assert "王守拙" in text and "余" in text and "周" in text


@pytest.mark.parametrize(
    ("question", "part"),
    [("停车怎么收费", "停车场"), ("骨科在几楼", "门诊楼"), ("你们电话多少", "0100-555-0120"), ("报告在哪取", "报告")],
)
async def test_the_hospitals_own_answers(talk: Talk, question: str, part: str) -> None:
    assert part in await talk.hear(question, "hospital_info").act("action_hospital_info")


async def test_what_a_report_means_goes_to_the_fallback(talk: Talk) -> None:
    await talk.hear("血常规白细胞高说明什么", "ask_report").act("action_ask_report")

    assert [part["fallback"] for part in talk.said] == [True]


async def test_a_handoff_ends_the_form(talk: Talk) -> None:
    await talk.form_turn("booking_form", "挂骨科", "book_appointment")
    await talk.hear("转人工", "request_human").act("action_handoff")

    assert talk.said == [{"handoff": {"reason": "患者要求人工服务"}}]
    assert (talk.form, talk.asked) == (None, None)


async def test_practice_names_its_case_when_one_is_named(talk: Talk) -> None:
    await talk.hear("我要练习胸痛问诊", "start_practice").act("action_start_practice")

    assert talk.said == [{"practice": {"case": "chest_pain"}}]


async def test_what_waited_for_a_form_does_not_come_out_of_a_practice(talk: Talk) -> None:
    talk.slots["put_off"] = {"words": "挂号", "at": "2026-11-21T04:00:00+00:00"}
    await talk.hear("我要练习问诊", "start_practice").act("action_start_practice")
    assert talk.slots["put_off"] is None


async def test_the_last_words_are_said_again(talk: Talk) -> None:
    first = await talk.hear("骨科在几楼", "hospital_info").act("action_hospital_info")

    assert await talk.hear("再说一遍", "repeat").act("action_repeat") == first


async def test_nothing_said_yet_can_not_be_repeated(talk: Talk) -> None:
    assert "还没说过" in await talk.hear("再说一遍", "repeat").act("action_repeat")


async def test_starting_over_clears_slots_and_form(talk: Talk) -> None:
    await talk.form_turn("booking_form", "挂骨科", "book_appointment")
    await talk.hear("重新开始", "start_over").act("action_start_over")

    assert talk.form is None
    assert not any(talk.slots.values())


@pytest.mark.parametrize(
    ("words", "form"), [("挂皮肤科，医生不限", "booking_form"), ("氨氯地平 每天早上7点", "reminder_form")]
)
async def test_plain_words_without_a_verb_open_the_form_they_are_for(talk: Talk, words: str, form: str) -> None:
    await talk.hear(words, "inform").act("action_inform")
    assert talk.events[-1]["name"] == form

    assert await talk.run_form(form), "the words are read, though another action ran before"
    assert talk.asked not in (None, "booking_department", "reminder_drug")
