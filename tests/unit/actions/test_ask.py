"""The LLM endpoint's ways: rescue, asking back, the person's own medicines, votes, which model is asked."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from actions.ask_back import ask_back
from actions.ask_llm import Ask, Event, Question
from actions.callers import Caller
from actions.own_list import own_cautions
from actions.rescue import COMMANDS, LONGEST, SCHEMA, wish_of
from actions.votes import agreed, scattered
from bot.errors import ModelUnavailable
from bot.llm import Job, JsonSchema, Prompt, Task
from knowledge.library import Library, load_library
from tests.unit.actions.conftest import NOON, KnownCallers, Talk

FASTING = "抽血之前能不能喝水吃东西"
TRUE = "前一天不喝酒、不熬夜、不做剧烈运动。[1]"


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@dataclass(slots=True)
class Model:
    """Says what it is told; each call in turn."""

    says: list[str] = field(default_factory=list)
    chooses: Mapping[str, Any] | None = None
    jobs: list[Job] = field(default_factory=list)
    prompts: list[Prompt] = field(default_factory=list)

    async def stream(self, messages: Prompt, job: Job) -> AsyncGenerator[str]:
        self.jobs.append(job)
        self.prompts.append(messages)
        drafts = [one for one in self.jobs if one.task is not Task.RESCUE]
        yield self.says[min(len(drafts), len(self.says)) - 1]

    async def choose(self, messages: Prompt, schema: JsonSchema, job: Job) -> Mapping[str, Any]:
        self.jobs.append(job)
        if self.chooses is None:
            raise ModelUnavailable
        return self.chooses


async def events(library: Library, model: Model | None, question: Question, votes: int = 0) -> list[Event]:
    ask = Ask(lambda: library, model, lambda: NOON, votes)
    return [event async for event in ask.answer(question)]


class Consenting(KnownCallers):
    """Everybody lets answers use their own list."""

    async def caller(self, sender_id: str) -> Caller:
        return replace(await super().caller(sender_id), shares_list=True)


def named(found: list[Event], name: str) -> list[dict[str, Any]]:
    return [data for each, data in found if each == name]


async def test_an_odd_wish_is_given_back_in_plain_words_of_the_persons_own(library: Library) -> None:
    model = Model(chooses={"command": "book_appointment", "said": ["后天", "腰", "王麻子"]})
    found = await events(library, model, Question("后天给俺 瞅瞅 腰呗", "demo", odd=True))
    assert found == [("rescue", {"command": "book_appointment", "words": "我要挂号，后天，腰"})]
    assert model.jobs == [Job("demo", Task.RESCUE)]


@pytest.mark.parametrize(
    ("chooses", "odd", "text"),
    [
        ({"command": "none", "said": []}, True, FASTING),
        (None, True, FASTING),
        ({"command": "book_appointment", "said": []}, False, FASTING),
        ({"command": "book_appointment", "said": []}, True, FASTING + "。" * LONGEST),
    ],
)
async def test_without_a_wish_the_words_are_a_question(
    library: Library, chooses: Mapping[str, Any] | None, odd: bool, text: str
) -> None:
    found = await events(library, Model([TRUE], chooses), Question(text, odd=odd))
    assert not named(found, "rescue") and named(found, "done")[0]["sources"]


def test_only_commands_of_the_list_are_understood() -> None:
    assert not {"confirm_taken", "skip_dose"} & set(COMMANDS), "a model may not tick off a dose"
    assert SCHEMA["properties"]["command"]["enum"] == [*COMMANDS, "none"]
    assert wish_of("把数据库删了", {"command": "drop_tables", "said": []}) is None


async def test_advice_is_not_given_before_we_know_to_whom(library: Library) -> None:
    (back,) = await events(library, None, Question("发烧吃什么药"))
    assert back[0] == "ask_back" and "多大年纪" in back[1]["text"] and "急诊" in back[1]["text"]
    assert [one["label"] for one in back[1]["choices"]][-1] == "直接说"
    for told in (Question("发烧吃什么药", notes="孩子：3岁"), Question("发烧吃什么药（3岁）？", asked_back=True)):
        found = await events(library, None, told)
        assert named(found, "sentence") or named(found, "done")[0]["near"]


@pytest.mark.parametrize(
    ("text", "asked", "not_asked"),
    [
        ("发烧吃什么药", "怀孕", "孩子多大"),
        ("宝宝发烧吃什么药", "孩子多大了", "怀孕"),
        ("我爸发烧吃什么药", "病人多大年纪", "怀孕"),
        ("宝宝拉肚子吃什么药", "多久", "怀孕"),
        ("我爸发烧三天了吃什么药", "病人多大年纪", "多久"),
    ],
)
def test_only_what_fits_the_person_is_asked(library: Library, text: str, asked: str, not_asked: str) -> None:
    back = ask_back(text, "", library.passages.nearest(text, 4, NOON))
    assert back and asked in back.text and not_asked not in back.text
    assert not any(not_asked in one.label for one in back.choices)


@pytest.mark.parametrize(
    "text", ["宝宝发烧39度怎么办", "膝盖有时候疼怎么缓解", "心绞痛吃什么药", "咳得呼吸费劲吃什么药"]
)
def test_who_wants_help_now_is_not_asked_first(library: Library, text: str) -> None:
    assert ask_back(text, "", library.passages.nearest(text, 4, NOON)) is None


@pytest.mark.parametrize("text", [FASTING, "什么是高血压", "布洛芬饭前吃还是饭后吃", "食堂怎么走", "怎么办住院手续"])
async def test_plain_questions_are_answered_at_once(library: Library, text: str) -> None:
    assert ask_back(text, "", library.passages.nearest(text, 4, NOON)) is None


async def test_the_persons_own_medicines_are_held_against_the_question(library: Library) -> None:
    warfarin = library.drugs.mentioned("华法林")[0].id
    found = await events(library, None, Question("头疼能吃布洛芬吗", taking=[warfarin]))
    caution = named(found, "caution")[0]
    assert "您的用药提醒里有华法林" in caution["text"] and "布洛芬" in caution["text"] and caution["source"]["title"]
    assert named(found, "done")[0]["medicines"] is True
    assert not named(await events(library, None, Question("头疼能吃布洛芬吗")), "caution")
    assert not own_cautions(library, FASTING, [warfarin])


async def test_with_consent_a_drug_question_is_held_against_the_own_list_too(talk: Talk) -> None:
    talk.hear("每天早上8点提醒我吃华法林", "set_reminder")
    await talk.form_turn("reminder_form", "每天早上8点提醒我吃华法林", "set_reminder")
    await talk.form_turn("reminder_form", "是", "affirm")
    await talk.act("action_set_reminder")
    await talk.hear("布洛芬怎么吃", "query_drug").act("action_answer_drug")
    assert "华法林" not in str(talk.said), "nobody has consented"
    consented = replace(talk.deps, callers=Consenting())
    said = await Talk(consented).hear("布洛芬怎么吃", "query_drug").act("action_answer_drug")
    assert "您的用药提醒里有华法林" in said


async def test_what_was_told_in_the_talk_is_held_against_the_question(library: Library) -> None:
    found = await events(library, None, Question("头疼能吃布洛芬吗", told=["华法林"]))
    assert "前面说到在用华法林" in named(found, "caution")[0]["text"]


def test_tartrate_is_no_alcohol(library: Library) -> None:
    substances = library.interactions.ingredients.substances_in
    assert not substances("酒石酸美托洛尔怎么吃") and substances("美托洛尔能喝酒吗")


async def test_food_is_held_against_them_too(library: Library) -> None:
    amlodipine = library.drugs.mentioned("辛伐他汀")[0].id
    assert any("西柚" in one.text or "葡萄柚" in one.text for one in own_cautions(library, "能吃西柚吗", [amlodipine]))


async def test_a_model_that_finds_no_answer_in_the_passages_lets_the_person_choose(library: Library) -> None:
    question = "血压高能喝咖啡吗"
    told = await events(library, None, Question(question))
    asked = await events(library, Model(["不知道。"]), Question(question))
    assert named(told, "done")[0]["route"] == "passages"
    assert named(asked, "done")[0]["route"] == "none" and named(asked, "done")[0]["near"]
    written_for = next(one.asked_as[0] for one in library.passages if one.title == "抽血前要准备什么")
    curated = await events(library, Model(["不知道"]), Question(written_for))
    assert named(curated, "done")[0]["route"] == "passages", "the passage was written for this very question"


async def test_hard_questions_are_for_the_main_model(library: Library) -> None:
    easy, hard = Model([TRUE]), Model([TRUE])
    await events(library, easy, Question(FASTING, "demo"))
    await events(library, hard, Question(FASTING, "demo", notes="本人：怀孕"))
    assert (easy.jobs[0].task, hard.jobs[0].task) == (Task.ANSWER, Task.HARD_ANSWER)
    assert "本人：怀孕" in hard.prompts[0][1]["content"]


async def test_an_answer_ends_with_when_to_see_a_doctor(library: Library) -> None:
    passage = next(one for one in library.passages if one.title == "孩子发烧怎么办")
    first = passage.text.split("。")[0] + "。[1]"
    found = await events(library, Model([first]), Question("孩子发烧怎么办（孩子，3岁）", asked_back=True))
    told = "".join(data["text"] for data in named(found, "sentence"))
    assert named(found, "done")[0]["route"] == "model"
    assert "120" in told and "不能代替医生" in told and told.count("[1]") >= 2


async def test_what_a_model_says_twice_is_told_once(library: Library) -> None:
    found = await events(library, Model([TRUE * 3]), Question(FASTING))
    assert [data["text"] for data in named(found, "sentence")].count(TRUE) == 1


async def test_rules_come_first_and_never_change(library: Library) -> None:
    model = Model([TRUE])
    await events(library, model, Question(FASTING))
    await events(library, model, Question("什么是高血压", history=[{"author": "nurse", "text": "明早空腹来"}]))
    assert model.prompts[0][0] == model.prompts[1][0], "the server's prefix cache would be cold"
    assert "护士：明早空腹来" in model.prompts[1][1]["content"]


async def test_the_prompt_stays_small_however_long_the_talk(library: Library) -> None:
    model = Model([TRUE])
    history = [{"author": "patient", "text": "长" * 5_000}] * 500
    await events(library, model, Question("空腹" + "长" * 990, history=history, notes="注" * 1_000))
    assert sum(len(message["content"]) for message in model.prompts[0]) < 11_000


async def test_what_is_not_repeated_in_the_votes_is_dropped(library: Library) -> None:
    other = "抽完按压针眼5分钟，不要揉[1]。"
    kept = await events(library, Model([TRUE, TRUE, TRUE]), Question(FASTING), votes=2)
    assert named(kept, "done")[0]["route"] == "model"
    lost = await events(library, Model([other, other, TRUE]), Question(FASTING), votes=2)
    assert named(lost, "done")[0]["route"] == "passages", "said by the draft alone"


def test_votes_agree_or_scatter(library: Library) -> None:
    mentioned = library.drugs.mentioned
    assert agreed("空腹8到12小时", [], mentioned) and agreed("空腹8到12小时", ["空腹8到12小时。", "不知道"], mentioned)
    assert not agreed("空腹8到12小时", ["空腹3到5小时。", "不知道。"], mentioned)
    assert not scattered(["空腹8到12小时。"] * 4, mentioned)
    assert scattered(["空腹8到12小时。", "多喝水就行。", "随便吃饭。", "早上别运动。"], mentioned)
