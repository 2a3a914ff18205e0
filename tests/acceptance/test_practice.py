"""Practice in a real house: in words, by buttons, scored again byte for byte, at a terminal, killed in the middle."""

import json
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Answered, RunningHouse, Visitor, started
from tests.acceptance.test_day import command

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

CASE = "chest-pain-01"
ENCOUNTERS = "/api/v1/practice/encounters"
QUESTIONS = ("您好，我是实习医生小李。您哪里不舒服？", "出汗了吗？", "对什么药过敏吗？", "以前得过什么病？")
ENDING = {
    "diagnosis": "急性心肌梗死",
    "differentials": "主动脉夹层",
    "reasons": "胸痛两小时，出汗",
    "plan": "卧床、心电监护，请心内科会诊",
    "sbar": {"situation": "胸痛两小时", "background": "", "assessment": "", "recommendation": "上心电监护"},
}


class Learner:
    """Who practises over HTTP."""

    def __init__(self, house: RunningHouse, encounter: str, conversation: str) -> None:
        self.house, self.encounter = house, encounter
        self.visitor = Visitor(house, conversation)

    @classmethod
    def begin(cls, house: RunningHouse, case: str = CASE, **more: Any) -> "Learner":
        """Sit down before the patient."""
        begun = house.call("POST", ENCOUNTERS, {"case": case} | more)
        assert begun.status == 201, begun
        return cls(house, begun.body["encounter"], begun.body["conversation"])

    def at(self, house: RunningHouse) -> "Learner":
        """The same learner before the house that was started again."""
        return Learner(house, self.encounter, self.visitor.conversation)

    def ask(self, text: str, message: str) -> Answered:
        """Say something as a message with this id."""
        return self.visitor.post({"text": text, "id": message})

    def call(self, method: str, part: str, body: object = None) -> Any:
        """One request about the encounter."""
        answered = self.house.call(method, f"{ENCOUNTERS}/{self.encounter}/{part}", body)
        assert answered.status in (200, 204), answered
        return answered.body

    def said(self) -> list[tuple[str, str]]:
        """Author and words of the conversation."""
        return [(message["author"], message["text"]) for message in self.visitor.history()]


def test_a_killed_house_goes_on_with_the_encounter(tmp_path: Path, model: Path) -> None:
    with started(tmp_path, model) as house:
        learner = Learner.begin(house)
        for number, question in enumerate(QUESTIONS[:2]):
            assert learner.ask(question, f"q{number}").status == 200
        learner.call("PUT", "notes", {"text": "六点起病"})
        assert learner.call("POST", "request-test", {"test": "ecg"})["results"]
        before = learner.said()
        kill_while_it_answers(house, learner)
    with started(tmp_path, model) as again:
        learner = learner.at(again)
        assert learner.said()[: len(before)] == before
        assert again.call("GET", f"{ENCOUNTERS}/{learner.encounter}").body["notes"] == "六点起病"
        for number, question in enumerate(QUESTIONS):  # a page sends again what it does not know to have arrived
            assert learner.ask(question, f"q{number}").status == 200
        assert [author for author, _ in learner.said()] == ["sp", *("patient", "sp") * len(QUESTIONS)]
        assert [text for author, text in learner.said() if author == "patient"] == list(QUESTIONS)
        learner.call("POST", "end", ENDING)
        turns = learner.call("GET", "debrief")["transcript"]
        assert [turn["said"] for turn in turns if not turn["ordered"]] == list(QUESTIONS)
        assert [turn["ordered"] for turn in turns if turn["ordered"]] == [["ecg"]]
        scored_again(again, learner.encounter)


def kill_while_it_answers(house: RunningHouse, learner: Learner) -> None:
    """The third question is on its way when the house dies."""

    def ask() -> None:
        try:
            learner.ask(QUESTIONS[2], "q2")
        except OSError:
            return  # the line is cut: that is what is wanted

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join(0.02)
    os.kill(house.process.pid, signal.SIGKILL)
    asking.join()
    house.process.wait(30)


def scored_again(house: RunningHouse, encounter: str) -> None:
    done = command(house, "practice", "replay", encounter)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "逐字节相同" in done.stdout


def test_from_first_words_to_the_debrief_by_buttons(visitor: Visitor) -> None:
    assert "难度" in visitor.say("我想练习问诊")
    assert "病人" in visitor.press("容易")
    visitor.press("58 岁男性，胸痛两小时")
    assert [reply["author"] for reply in visitor.last] == ["bot", "sp"]
    for question in QUESTIONS:
        answered = visitor.post({"text": question})
        assert answered.body["route"] == "practice"
        assert [reply["author"] for reply in answered.body["replies"]] == ["sp"]
    assert "ST" in visitor.say("查个心电图")
    assert visitor.say("提示").startswith("提示：")
    assert "诊断：" in visitor.say("结束问诊")  # shown how to conclude, and still in the room
    assert visitor.post({"text": "出冷汗吗？"}).body["replies"][0]["author"] == "sp"
    debrief = visitor.say(
        "结束问诊 诊断：急性心肌梗死 鉴别：主动脉夹层 依据：胸痛、出汗 计划：心电监护 交班：S：胸痛两小时"
    )
    assert [reply["kind"] for reply in visitor.last] == ["debrief"], "the learner's conclusion is nobody's danger"
    assert "总" in debrief or "讲评" in debrief
    assert "诊断正确" in debrief
    assert "杏林助手" in visitor.say("你好")


def test_who_is_ill_himself_leaves_and_is_told_what_to_do(visitor: Visitor) -> None:
    visitor.say("我想练习问诊")
    visitor.press("随便来一位")
    words = visitor.say("不是练习，我自己胸口压着疼，出冷汗，喘不上气")
    assert "先停下练习" in words and "120" in words
    assert [reply["kind"] for reply in visitor.last] == ["text", "red_flag"]
    assert visitor.post({"text": "你好"}).body["route"] == "structured"


def test_twenty_messages_at_once_from_two_devices_are_answered_once_each(house: RunningHouse) -> None:
    learner = Learner.begin(house)
    devices = [learner, learner.at(house)]
    sent = [(f"{QUESTIONS[1]}{number}", f"m{number}") for number in range(10)]

    def say_all(device: Learner) -> None:
        with ThreadPoolExecutor(len(sent)) as mouths:
            answers = list(mouths.map(lambda one: device.ask(*one), sent))
        assert {answered.status for answered in answers} <= {200, 202}, answers

    with ThreadPoolExecutor(len(devices)) as hands:
        list(hands.map(say_all, devices))
    said = [text for author, text in learner.said() if author == "patient"]
    assert sorted(said) == sorted(text for text, _ in sent)
    assert [author for author, _ in learner.said()].count("sp") == 1 + len(sent)
    learner.call("POST", "end", ENDING)
    turns = learner.call("GET", "debrief")["transcript"]
    assert sorted(turn["said"] for turn in turns) == sorted(said)


def test_the_patient_with_a_changed_detail_is_scored_again_byte_for_byte(house: RunningHouse) -> None:
    learner = Learner.begin(house, counter=True)
    for number, question in enumerate(QUESTIONS):
        learner.ask(question, f"q{number}")
    running = command(house, "practice", "replay", learner.encounter)
    assert running.returncode == 1 and "没有结束" in running.stdout
    learner.call("POST", "end", ENDING)
    scored_again(house, learner.encounter)


def test_the_terminal_plays_whatever_is_typed(house: RunningHouse) -> None:
    lines = (QUESTIONS[0], "", "   ", "疼" * 5_000, "出汗了吗？" + "啊" * 5_000, "😀\u200b", QUESTIONS[2])
    ending = json.dumps(ENDING, ensure_ascii=False)
    done = command(house, "practice", "play", CASE, "--json", "--end", ending, stdin="\n".join(lines) + "\n")
    assert done.returncode == 0, done.stderr
    *turns, sheet = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(turns) == len(lines)
    assert all(turn["answer"].strip() for turn in turns)
    assert not turns[1]["disclosed"] and not turns[2]["disclosed"]
    assert "drug_allergy" in turns[-1]["disclosed"]
    assert max(turn["latency_ms"] for turn in turns) < 5_000
    assert sheet["diagnosis"]["right"] and 0 < sheet["total"] < sheet["max"]
