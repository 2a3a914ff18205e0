"""The fallback with a model: whatever the model does or says, only words that a passage bears out reach the person."""

import json
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from actions.cited import CLOSING
from bot.settings import ROOT
from knowledge.passages import load_passages
from tests.acceptance.conftest import RunningHouse, Visitor, started
from tests.llm_servers import MODEL_NAME, Llama, StandIn, llama, stand_in

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

QUESTION = "抽血之前能不能喝水吃东西"
TITLE = "抽血前要准备什么"
PASSAGE = next(one.text for one in load_passages(ROOT / "knowledge" / "data") if one.title == TITLE)
TRUE = "前一天不喝酒、不熬夜、不做剧烈运动。"
TRUE_CITED = TRUE.replace("。", "[1]。")


@pytest.fixture(scope="module")
def real() -> Iterator[Llama]:
    """llama.cpp with a small model."""
    with llama() as server:
        yield server


@pytest.fixture(scope="module")
def real_house(tmp_path_factory: pytest.TempPathFactory, model: Path, real: Llama) -> Iterator[RunningHouse]:
    """A house that asks llama.cpp; it is given the time that one thread of a busy machine needs."""
    slow = {"XINGLIN_LLM_FIRST_TOKEN_S": "60", "XINGLIN_LLM_TOTAL_S": "60"}
    folder = tmp_path_factory.mktemp("llama")
    with started(folder, model, LLM_BASE_URL=real.base_url, LLM_MODEL=MODEL_NAME, **slow) as running:
        yield running


@pytest.fixture(scope="module")
def standing_in() -> Iterator[StandIn]:
    """A server that says what a test wants."""
    with stand_in() as server:
        yield server


@pytest.fixture(scope="module")
def house_of_stand_in(
    tmp_path_factory: pytest.TempPathFactory, model: Path, standing_in: StandIn
) -> Iterator[RunningHouse]:
    """A house that asks the stand-in, and not for long."""
    folder = tmp_path_factory.mktemp("stand-in")
    short = {"XINGLIN_LLM_FIRST_TOKEN_S": "1", "XINGLIN_LLM_TOTAL_S": "4"}
    with started(folder, model, LLM_BASE_URL=standing_in.base_url, LLM_MODEL=MODEL_NAME, **short) as running:
        yield running


@pytest.fixture
def asker(standing_in: StandIn, house_of_stand_in: RunningHouse) -> Visitor:
    """A person at the house of the stand-in, which has just answered well: nobody stays away from it."""
    standing_in.will("answer", TRUE_CITED)
    fallback(house_of_stand_in.visitor())
    return house_of_stand_in.visitor()


def fallback(visitor: Visitor) -> dict[str, Any]:
    """The one reply to the question."""
    answered = visitor.post({"text": QUESTION})
    assert answered.status == 200 and answered.body["route"] == "fallback", answered
    (reply,) = answered.body["replies"]
    assert isinstance(reply, dict)
    return reply


def told(reply: dict[str, Any]) -> list[str]:
    """The model's sentences, without the closing that every answer has."""
    assert reply["text"].endswith(CLOSING), reply["text"]
    return sentences(reply["text"].removesuffix(CLOSING))


def sentences(text: str) -> list[str]:
    """The sentences between the heading and the closing advice, without citations."""
    plain = re.sub(r"\[\d+\]", "", text)
    return [part for line in plain.splitlines() for part in re.split(r"(?<=[。！？；])", line) if part]


def passages_speak(reply: dict[str, Any]) -> None:
    """The reply is the passage itself, between a heading and the advice to see a doctor."""
    heading, *middle, closing = sentences(reply["text"])
    assert TITLE in heading and "不能代替医生" in "".join([*middle[-1:], closing])
    assert "".join(part for part in middle if part in PASSAGE) == PASSAGE
    assert reply["kind"] == "text" and reply["sources"][0]["publisher"]
    assert reply["sources"][0]["excerpt"] == ""  # the answer itself is the passage


def stands_in_passage(sentence: str) -> bool:
    """Whether the passage, its title or the house's own frame has these words."""
    frame = f"关于“{TITLE}”，资料里是这样说的：这些是资料里的一般说法，不能代替医生面诊；情况加重或拿不准，请及时就医。"
    return sentence.strip("。！？；") in PASSAGE + frame


def newest_conversation(house: RunningHouse) -> str:
    with sqlite3.connect(house.var / "demo.sqlite3") as database:
        (found,) = database.execute("SELECT id FROM conversations ORDER BY created_at DESC LIMIT 1").fetchone()
    database.close()
    return str(found)


def tracker(house: RunningHouse, conversation: str) -> dict[str, Any]:
    """What Rasa remembers."""
    at = house.announced
    url = f"{at['rasa_url']}/conversations/demo.{conversation}/tracker?token={at['rasa_token']}"
    with urlopen(url, timeout=30) as response:
        found: dict[str, Any] = json.loads(response.read())
    return found


def until(true: Callable[[], bool], why: str, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, why
        time.sleep(0.1)


def test_a_real_model_is_asked_and_its_nonsense_never_leaves(real: Llama, real_house: RunningHouse) -> None:
    before = real.written()
    reply = fallback(real_house.visitor())
    assert real.written() > before, "the model was not asked"
    assert reply["sources"] and all(stands_in_passage(one) for one in sentences(reply["text"])), reply["text"]
    conversation = newest_conversation(real_house)

    def remembered() -> bool:
        events = tracker(real_house, conversation)["events"]
        return any(event["event"] == "bot" and event.get("text") == reply["text"] for event in events)

    until(remembered, "the words are not in Rasa's tracker")


def test_a_model_killed_in_mid_answer_leaves_an_answer(real: Llama, real_house: RunningHouse) -> None:
    visitor = real_house.visitor()
    before = real.measured("prompt_tokens_total")
    replies: list[dict[str, Any]] = []
    turn = threading.Thread(target=lambda: replies.append(fallback(visitor)))
    turn.start()
    until(lambda: real.measured("requests_processing") > 0, "the model was not asked", 60)
    assert real.measured("prompt_tokens_total") >= before
    real.kill()
    turn.join(60)
    assert replies[0]["sources"] and all(stands_in_passage(one) for one in sentences(replies[0]["text"]))
    passages_speak(fallback(visitor))


def test_a_model_that_says_nothing_is_not_waited_for(standing_in: StandIn, asker: Visitor) -> None:
    standing_in.will("hang")
    began = time.monotonic()
    passages_speak(fallback(asker))
    assert 1 <= time.monotonic() - began < 5
    assert standing_in.left.wait(5), "the connection was kept"


@pytest.mark.parametrize("behaviour", ["500", "429", "garbage", "page", "drop"])
def test_a_model_that_fails_leaves_the_passages(standing_in: StandIn, asker: Visitor, behaviour: str) -> None:
    standing_in.will(behaviour, "查空腹血糖")
    passages_speak(fallback(asker))
    assert len(standing_in.questions) == 1


def test_only_the_true_sentence_of_a_liar_passes(standing_in: StandIn, asker: Visitor) -> None:
    lies = (
        "查空腹血糖、血脂、肝功能等，一般前一晚10点后不吃东西，空腹80到120小时[1]。",
        "早上不可以喝少量白开水[1]。",
        "平时的降压药一般照常用少量水吃，每次吃5毫克[1]。",
        "抽完按压针眼50分钟，不要揉[1]。",
        "降糖药和餐前胰岛素一般不用等抽完血，吃二甲双胍就行[1]。",
        "前一天不喝酒、不熬夜[9]。",
        "前一天可以喝酒、熬夜、做剧烈运动[1]。",
        "抽完按压针眼，可以马上洗澡。",
        "您得了贫血[1]。",
    )
    standing_in.will("answer", *lies[:4], TRUE_CITED[:9], TRUE_CITED[9:], *lies[4:])
    reply = fallback(asker)
    assert told(reply) == [TRUE], reply["text"]
    assert reply["kind"] == "generated"
    assert [source["excerpt"] for source in reply["sources"]] == [PASSAGE]
    assert "[1]" in reply["text"]


@pytest.mark.parametrize("ending", ["[1]。", "。[1]", "。 [1]\n", "。【1】"])
def test_a_citation_may_stand_before_or_behind_the_stop(standing_in: StandIn, asker: Visitor, ending: str) -> None:
    truths = (TRUE.removesuffix("。"), "抽完按压针眼5分钟，不要揉")
    standing_in.will("answer", *(piece for truth in truths for piece in (truth, *ending)))
    reply = fallback(asker)
    assert [one.strip("。 ") for one in told(reply)] == list(truths), reply["text"]


@pytest.mark.parametrize("echo", [f"{TITLE}[1]！", f"{TITLE}？[1]", f"{QUESTION}[1]？"])
def test_a_question_said_back_is_no_answer(standing_in: StandIn, asker: Visitor, echo: str) -> None:
    standing_in.will("answer", echo)
    passages_speak(fallback(asker))


def test_a_truth_before_the_break_stays_and_is_not_said_twice(standing_in: StandIn, asker: Visitor) -> None:
    standing_in.will("drop", TRUE_CITED, "早上可以喝少量白")
    reply = fallback(asker)
    assert told(reply) == [TRUE]
    assert reply["sources"]


def test_a_model_is_shown_the_passages_and_the_question(standing_in: StandIn, asker: Visitor) -> None:
    asker.say("你好")
    standing_in.will("answer", TRUE_CITED)
    fallback(asker)
    asked = json.loads(standing_in.questions[0])
    assert asked["model"] == MODEL_NAME and asked["stream"] is True
    shown = "\n".join(message["content"] for message in asked["messages"])
    assert PASSAGE in shown and QUESTION in shown and "患者：你好" in shown


def test_one_who_leaves_stops_the_model(standing_in: StandIn, house_of_stand_in: RunningHouse) -> None:
    standing_in.will("endless", TRUE_CITED)
    at = house_of_stand_in.announced
    connection = HTTPConnection(at["actions_url"].removeprefix("http://"), timeout=10)
    headers = {"Authorization": f"Bearer {at['actions_token']}", "Content-Type": "application/json"}
    body = json.dumps({"clinic": "demo", "question": QUESTION, "history": []})
    connection.request("POST", "/ask", body, headers)
    response = connection.getresponse()
    assert b"sentence" in response.readline()
    began = time.monotonic()
    response.close()
    connection.close()
    assert standing_in.left.wait(10), "it goes on writing for nobody"
    assert time.monotonic() - began < 2


def test_a_booking_in_odd_words_is_still_a_booking(standing_in: StandIn, asker: Visitor) -> None:
    chosen = {"command": "book_appointment", "said": ["骨科", "火星"]}
    standing_in.will("answer", json.dumps(chosen, ensure_ascii=False))
    answered = asker.post({"text": "俺寻思着后儿个过你们那疙瘩，叫骨科给掰扯掰扯"})
    assert answered.body["route"] == "structured", answered
    (reply,) = answered.body["replies"]
    assert "骨科" in reply["text"] and "火星" not in reply["text"]
    asked = json.loads(standing_in.questions[0])
    assert asked["response_format"]["type"] == "json_schema" and not asked.get("stream")
    assert "俺寻思着" in asked["messages"][-1]["content"] and len(standing_in.questions) == 1


def test_an_unsound_choice_is_no_wish(standing_in: StandIn, asker: Visitor) -> None:
    standing_in.will("answer", '{"command": "delete_everything", "said": []}')
    answered = asker.post({"text": "俺寻思着后儿个过你们那疙瘩，叫骨科给掰扯掰扯"})
    assert answered.status == 200 and answered.body["replies"] and answered.body["route"] == "fallback"
