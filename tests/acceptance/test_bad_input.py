"""Bad input at the real gateway: each gives a clear error or a kind sentence; nothing is lost, nothing doubled."""

import threading
import time
from typing import Any

import pytest

from tests.acceptance.conftest import Answered, RunningHouse, Visitor

pytestmark = pytest.mark.acceptance


@pytest.mark.parametrize("text", ["", "   \n\t ", "😀😀🎉", "？！……", "\x00", "\u200b\u200b"])
def test_no_words_get_a_kind_sentence(visitor: Visitor, text: str) -> None:
    assert "打字告诉我" in visitor.say(text)


def test_a_text_of_100_kb_is_refused_with_words(visitor: Visitor) -> None:
    answered = visitor.post({"text": "我头疼" * 34_000})
    assert answered.status == 413
    assert "太长" in answered.body["title"]
    assert visitor.history() == []


def test_the_longest_text_is_answered_quickly(visitor: Visitor) -> None:
    began = time.monotonic()
    assert visitor.say("我想问一下" * 799)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "text",
    ["/restart", '/book_appointment{"booking_department": "心内科"}', "/session_start", " //help", "/confirm_taken"],
)
def test_commands_to_rasa_are_words_when_a_person_types_them(visitor: Visitor, text: str) -> None:
    visitor.say("帮我挂号")
    answer = visitor.say(text)
    assert answer
    assert "booking_department" not in answer
    roles = [message["author"] for message in visitor.history()]
    assert roles.count("patient") == 2 and roles[-1] == "bot"


@pytest.mark.parametrize("text", ["\ud800挂号", "挂\x00号", "挂\u202e号\x08", "\x1b挂号\x07"])
def test_hostile_characters_are_dropped(visitor: Visitor, text: str) -> None:
    assert "科" in visitor.say(text)
    assert visitor.history()[0]["text"] == "挂号"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"hello"', b"\xff\xfe", b'{"id": 1, "text": "x"}', b'{"text": "x"}',
        b'{"id": "a b", "text": "x"}', b'{"id": "a"}', b'{"id": "a", "text": 5}', b'{"id": "a", "button": ["x"]}',
        b'{"id": "a", "text": {}}', b"[" * 100_000, b'{"id": "a", "text": "x", "conversation": 7}',
        b'{"id": "a", "text": "x", "conversation": "../../etc/passwd"}',
    ],
)  # fmt: skip
def test_what_is_not_our_form_is_a_problem_document(house: RunningHouse, body: bytes) -> None:
    answered = house.call("POST", "/api/v1/messages", body)
    assert answered.status == 400
    assert answered.body["title"] and answered.body["status"] == 400


def test_a_body_beyond_the_limit_is_refused(house: RunningHouse) -> None:
    assert house.call("POST", "/api/v1/messages", b'{"x": "' + b"x" * 400_000 + b'"}').status == 413


def test_an_unknown_conversation_is_not_found(house: RunningHouse) -> None:
    answered = house.call("POST", "/api/v1/messages", {"conversation": "x" * 32, "id": "a", "text": "你好"})
    assert answered.status == 404
    assert "没有找到这段对话" in answered.body["title"]
    assert house.call("GET", "/api/v1/events?conversation=" + "x" * 32).status == 404
    assert house.call("GET", "/api/v1/messages").status == 404


@pytest.mark.parametrize("path", ["/nothing", "/assets/../../pyproject.toml", "/assets/%2e%2e%2findex.html"])
def test_unknown_paths_are_problem_documents(house: RunningHouse, path: str) -> None:
    answered = house.call("GET", path)
    assert answered.status == 404
    assert "没有找到" in answered.body["title"]


def test_a_repeated_message_gets_the_same_answer_and_no_second_effect(visitor: Visitor) -> None:
    first = visitor.post({"id": "m1", "text": "你好"})
    again = visitor.post({"id": "m1", "text": "你好"})
    assert again.body["replies"] == first.body["replies"]
    assert again.body["repeated"] and not first.body["repeated"]
    assert len(visitor.history()) == 1 + len(first.body["replies"])


def at_once(*works: Any) -> list[Answered]:
    answers: list[Answered | None] = [None] * len(works)

    def run(n: int) -> None:
        answers[n] = works[n]()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answer for answer in answers if answer is not None]


def test_parallel_repeats_are_one_message(visitor: Visitor) -> None:
    answers = at_once(*[lambda: visitor.post({"id": "same", "text": "帮我挂号"})] * 6)
    assert [answer.status for answer in answers] == [200] * 6
    assert len({str(answer.body["replies"]) for answer in answers}) == 1
    assert [message["author"] for message in visitor.history()].count("patient") == 1


def test_messages_at_the_same_moment_are_answered_in_order(visitor: Visitor) -> None:
    words = ["你好", "谢谢", "再见", "你好"]
    answers = at_once(*[lambda text=text: visitor.post({"text": text}) for text in words])
    assert [answer.status for answer in answers] == [200] * len(words)
    history = visitor.history()
    said = [message["seq"] for message in history if message["author"] == "patient"]
    answered = [next(m["turn"] for m in history if m["seq"] == seq) for seq in said]
    replied = list(dict.fromkeys(m["turn"] for m in history if m["author"] == "bot"))
    assert replied == answered


def test_a_button_that_is_not_ours_is_answered_kindly(visitor: Visitor) -> None:
    visitor.say("你好")
    answered = visitor.post({"button": "0123456789abcdef0123456789abcdef-0"})
    assert answered.status == 200
    assert "按钮已经失效" in answered.body["replies"][0]["text"]


def test_ten_thousand_events_numbers_are_harmless(visitor: Visitor, house: RunningHouse) -> None:
    path = f"/api/v1/messages?conversation={visitor.conversation}&since="
    for since in ("-1", "9" * 30, "abc", "1e9", "%00"):
        assert house.call("GET", path + since).status == 200
