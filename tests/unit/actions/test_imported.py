"""What a hospital imported, as a patient is told it: ungraded pairs, drugs known from a leaflet, long leaflets."""

from dataclasses import replace

import pytest

from actions.ask_llm import Ask, Question
from actions.deps import Deps
from actions.drugs import LONGEST_ANSWER
from actions.registry import make_executor
from actions.safety import cautions
from knowledge.library import Library, load_library
from knowledge.overlay import load_overlay
from schedules.timing import Timing
from tests.unit.actions.conftest import Clock, Talk
from tests.unit.knowledge.overlay.conftest import leaflet, pair, put_into, substance

LONG = "".join(f"第{number}类病人不能用这个药，用了会更难受。" for number in range(60))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("clinic")
    names = [substance("DB1", "Loratadine"), substance("DB2", "Folic acid"), substance("DB3", "Metformin")]
    put_into(folder, "drugbank", *names, pair("DB1", "DB2", "Words."), pair("DB1", "DB3", "Words."))
    put_into(folder, "nmpa", leaflet("试方片", "H1", usage="一次1片。", contraindication=LONG))
    return load_library(load_overlay(folder))


@pytest.fixture
def talk(deps: Deps, imported: Library) -> Talk:
    return Talk(replace(deps, library=imported))


async def asked(talk: Talk, text: str) -> str:
    return await talk.hear(text, "ask_drug").act("action_answer_drug")


async def test_pairs_without_a_grade_are_told_as_such_in_one_sentence(talk: Talk) -> None:
    text = await asked(talk, "氯雷他定和叶酸片、二甲双胍能一起吃吗")
    assert "资料库记有相互作用，没有分级" in text and text.count("没有分级") == 1
    assert "氯雷他定和叶酸" in text and "氯雷他定和二甲双胍" in text
    assert "没有之间" not in text and "不等于一定能一起吃" not in text
    assert [one["publisher"] for one in talk.said[-1]["sources"]] == ["试用出版社"]


async def test_a_drug_known_from_its_leaflet_cannot_be_checked(talk: Talk) -> None:
    text = await asked(talk, "试方片和布洛芬能一起吃吗")
    assert "试方片我只有说明书" in text and "不清楚" in text
    assert "不等于一定能一起吃" not in text, "that would say that the table was looked up"
    both = await asked(talk, "试方片、蒙脱石散和氯雷他定能一起吃吗")
    assert "没有蒙脱石散、氯雷他定之间" in both and "试方片我只有说明书" in both


async def test_a_long_leaflet_ends_with_a_sentence_and_says_where_the_rest_is(talk: Talk) -> None:
    text = await asked(talk, "试方片有什么禁忌")
    told = text.split("……")[0]
    assert len(told) < LONGEST_ANSWER + 20 and told.endswith("更难受。") and told.count("更难受。") < 60
    assert "没有说完" in text and "药盒里的说明书" in text
    assert "没有说完" not in await asked(talk, "试方片怎么吃")


def test_a_reminder_is_set_with_these_cautions(imported: Library) -> None:
    new = [{"id": "loratadine", "name": "氯雷他定"}, {"id": "folic-acid", "name": "叶酸"}]
    found = cautions(imported, new, None, Timing(frequency=1), [])
    assert [text for text in found.texts if "没有分级" in text] == [
        "请注意：氯雷他定和叶酸：资料库记有相互作用，没有分级。一起用之前请问医生或药师。"
    ]
    assert [one.publisher for one in found.sources] == ["试用出版社"]
    known = cautions(imported, [{"id": "leaflet:试方片", "name": "试方片"}], None, Timing(frequency=1), [])
    assert "试方片我只有说明书" in known.texts[0]


async def test_a_call_knows_one_state_and_the_next_the_new_one(talk: Talk, library: Library) -> None:
    states = iter([replace(talk.deps, library=library), talk.deps])
    executor, call = make_executor(lambda: next(states)), talk.hear("试方片怎么吃").call("action_answer_drug")
    before, after = await executor.run(call), await executor.run(call)
    assert before and "没有找到“试方片”" in before.responses[0]["custom"]["text"]
    assert after and "一次1片。" in after.responses[0]["custom"]["text"]


async def test_a_question_knows_one_state_from_the_search_to_the_last_sentence(library: Library, clock: Clock) -> None:
    states = iter([library])
    said = [name async for name, _ in Ask(lambda: next(states), None, clock).answer(Question("高血压平时要注意什么"))]
    assert said.count("sentence") > 0 and said[-1] == "done"
