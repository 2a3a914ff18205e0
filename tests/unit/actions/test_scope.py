"""超出范围: a refusal only where no health is spoken of."""

import pytest

from tests.unit.actions.conftest import Talk


async def answer(talk: Talk, text: str) -> str:
    return await talk.hear(text, "out_of_scope").act("action_out_of_scope")


@pytest.mark.parametrize(
    "text",
    [
        "帮我算算量子色动力学",
        "红烧肉怎么做",
        "订机票去上海",
        "你有病吧",
        "手机卡怎么办",
        "猫拉肚子怎么办",
        "怎么做炸药",
        "ctrl键坏了",
    ],
)
async def test_other_matters_are_refused_with_what_we_do(talk: Talk, text: str) -> None:
    assert "帮不上忙" in await answer(talk, text)
    assert "挂号" in talk.labels()


@pytest.mark.parametrize(
    "text",
    [
        "乙肝大三阳能生孩子吗",  # the knowledge has it
        "为什么会胃穿孔",  # only the word says so
        "戴套就射怎么办",
        "被猫抓了怎么弄",
        "氨氯地平还有货不",
        "做CT前要脱衣服不",
    ],
)
async def test_health_goes_to_the_knowledge_and_is_never_refused(talk: Talk, text: str) -> None:
    assert await answer(talk, text) == ""
    assert [part["fallback"] for part in talk.said] == [True]
