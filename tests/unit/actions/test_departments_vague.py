"""Where and what is not said, no department is guessed; what a long report leaves out is named."""

import pytest

from tests.unit.actions.conftest import Talk


@pytest.mark.parametrize("words", ["我不舒服，该挂哪个科", "我不舒服", "我难受"])
@pytest.mark.parametrize("intent", ["ask_department", "describe_symptom"])
async def test_who_only_feels_unwell_is_asked_where(talk: Talk, words: str, intent: str) -> None:
    assert "哪里不舒服" in await talk.hear(words, intent).act("action_ask_department")
    assert "suggested_department" not in talk.slots


async def test_where_it_is_said_a_department_is_named(talk: Talk) -> None:
    assert "消化内科" in await talk.hear("我肚子不舒服，该挂哪个科", "ask_department").act("action_ask_department")


async def test_the_values_left_out_are_named_and_the_grave_ones_are_not_among_them(talk: Talk) -> None:
    calm = "钠140 氯101 钙2.3 白蛋白42 总蛋白70 尿素5 血红蛋白140 血小板200 总胆固醇4.5"
    text = await talk.hear(f"化验单：{calm} 血钾7.1", "ask_report").act("action_ask_report")
    explained, _, left_out = text.partition("没有说到的")
    assert explained.startswith("血钾 7.1") and left_out and "钾" not in left_out
    assert any(name in left_out for name in ("总胆固醇", "血小板"))
