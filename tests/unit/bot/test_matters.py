"""How understood clauses become matters; what real Rasa makes of real sentences is tested in acceptance."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.matters import UNSURE, matters_of, opens_form

UNDERSTOOD = {
    "帮我挂骨科": "book_appointment",
    "挂骨科": "book_appointment",
    "阿司匹林饭前吃吗": "query_drug",
    "阿司匹林伤胃吗": "query_drug",
    "布洛芬怎么吃": "query_drug",
    "停车怎么收费": "hospital_info",
    "停车": "hospital_info",
    "我头疼三天了": "describe_symptom",
    "头疼": "describe_symptom",
    "你好": "greet",
    "谢谢": "thank",
    "好的": "affirm",
    "转人工": "request_human",
    "取消预约": "cancel_appointment",
    "提醒我吃阿司匹林": "set_reminder",
    "每天早上8点": "inform",
    "可以吗": "hospital_info",
    "药吃过了": "confirm_taken",
    "停掉阿司匹林提醒": "cancel_reminder",
    "布洛芬改到十点": "change_reminder",
    "阿司匹林改到十点": "change_reminder",
    "脚底板发麻咋回事": UNSURE,
}
DRUGS = ("阿司匹林", "布洛芬")


async def parse(text: str) -> Mapping[str, Any]:
    found = [{"entity": "drug", "value": drug} for drug in DRUGS if drug in text]
    return {"intent": {"name": UNDERSTOOD.get(text, UNSURE)}, "entities": found}


async def split(text: str, *, in_form: bool = False) -> list[str]:
    async def asking() -> bool:
        return in_form

    return [matter.text for matter in await matters_of(text, parse, asking)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("帮我挂骨科，另外阿司匹林饭前吃吗", ["帮我挂骨科", "阿司匹林饭前吃吗"]),
        ("阿司匹林饭前吃吗，帮我挂骨科", ["阿司匹林饭前吃吗", "帮我挂骨科"]),
        ("你好，帮我挂骨科，对了停车怎么收费，谢谢", ["帮我挂骨科", "停车怎么收费"]),
        ("帮我挂骨科，另外每天早上8点，提醒我吃阿司匹林", ["帮我挂骨科", "每天早上8点，提醒我吃阿司匹林"]),
        ("我头疼三天了，另外停车怎么收费", ["我头疼三天了，另外停车怎么收费"]),
        ("帮我挂骨科，另外脚底板发麻咋回事", ["帮我挂骨科", "脚底板发麻咋回事"]),
        ("阿司匹林饭前吃吗，布洛芬怎么吃", ["阿司匹林饭前吃吗", "布洛芬怎么吃"]),
        ("阿司匹林饭前吃吗，阿司匹林伤胃吗", ["阿司匹林饭前吃吗", "阿司匹林伤胃吗"]),
        ("停车怎么收费，另外转人工", ["停车怎么收费", "转人工"]),
        ("停掉阿司匹林提醒，另外布洛芬改到十点", ["停掉阿司匹林提醒", "布洛芬改到十点"]),
        ("停掉阿司匹林提醒，另外阿司匹林改到十点", ["停掉阿司匹林提醒，另外阿司匹林改到十点"]),
        ("停车怎么收费，转人工", ["停车怎么收费，转人工"]),
        ("挂骨科，另外停车怎么收费，另外阿司匹林饭前吃吗，另外提醒我吃阿司匹林", None),
    ],
)
async def test_what_is_split(text: str, parts: list[str] | None) -> None:
    found = await split(text)
    assert found == parts if parts is not None else len(found) == 3, "never more than three"


@pytest.mark.parametrize(
    "text",
    [
        "我头疼三天了，帮我挂骨科",
        "帮我挂骨科，我头疼三天了",
        "帮我挂骨科，另外头疼",
        "帮我挂骨科，可以吗",
        "帮我挂骨科，脚底板发麻咋回事",
        "药吃过了，阿司匹林伤胃吗",
        "帮我挂骨科，每天早上8点",
        "帮我挂骨科",
        "",
    ],
)
async def test_what_is_one(text: str) -> None:
    assert await split(text) == [text]


async def test_an_answer_to_a_form_may_stand_before_another_matter() -> None:
    assert await split("好的，另外停车怎么收费", in_form=True) == ["好的", "停车怎么收费"]
    assert await split("好的，另外停车怎么收费") == ["好的，另外停车怎么收费"]


async def test_matters_know_whether_they_open_a_form() -> None:
    opens = [opens_form(matter) for matter in await matters_of("帮我挂骨科，另外阿司匹林饭前吃吗", parse)]
    assert opens == [True, False]


async def test_words_without_a_turn_are_not_even_parsed() -> None:
    async def never(text: str) -> Mapping[str, Any]:
        raise AssertionError(text)

    assert [matter.text for matter in await matters_of("帮我挂明天上午的心内科", never)] == ["帮我挂明天上午的心内科"]


async def test_courtesy_is_left_out_unless_it_is_all() -> None:
    assert await split("你好，帮我挂骨科，谢谢") == ["帮我挂骨科"]
    assert await split("谢谢，谢谢") == ["谢谢，谢谢"]
