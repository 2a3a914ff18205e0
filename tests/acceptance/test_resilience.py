"""Processes are killed, parts are missing, the disk is full: nothing is lost, nothing doubled, nobody meets silence."""

import os
import signal
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.acceptance.conftest import XINGLIN, Answered, RunningHouse, Visitor, free_port, started

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

CHEST_PAIN = "我胸口压着疼，出冷汗，喘不上气"


@pytest.fixture(scope="module")
def own_house(tmp_path_factory: pytest.TempPathFactory, model: Path):  # type: ignore[no-untyped-def]
    """A house that may be hurt."""
    with started(tmp_path_factory.mktemp("hurt"), model) as running:
        yield running


def until_ready(house: RunningHouse, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not house.ready():
        assert time.monotonic() < end, "not ready again"
        time.sleep(0.3)


def test_rasa_killed_in_mid_form_is_restarted_and_the_form_goes_on(own_house: RunningHouse) -> None:
    visitor = own_house.visitor()
    assert "科" in visitor.say("我要挂号")
    os.kill(own_house.rasa_pid(), signal.SIGKILL)
    meanwhile = visitor.say("高血压平时要注意什么")
    assert "血压" in meanwhile or "恢复" in meanwhile
    assert "120" in visitor.say(CHEST_PAIN)
    until_ready(own_house)
    assert "意外退出" in (own_house.var / "up.log").read_text()
    visitor.say("不等了，继续问助手")
    answer = visitor.say("心内科")
    assert "医生" in answer or "哪" in answer, answer


def test_rasa_killed_while_it_works_loses_no_message(own_house: RunningHouse) -> None:
    visitor = own_house.visitor()
    answers: list[Answered] = []
    thread = threading.Thread(target=lambda: answers.append(visitor.post({"text": "帮我挂明天心内科的号"})))
    pid = own_house.rasa_pid()
    os.kill(pid, signal.SIGSTOP)
    thread.start()
    time.sleep(0.5)
    os.kill(pid, signal.SIGKILL)
    thread.join()
    assert answers[0].status == 200 and answers[0].body["replies"]
    authors = [message["author"] for message in visitor.history()]
    assert authors[0] == "patient" and authors.count("patient") == 1 and len(authors) >= 2
    until_ready(own_house)


def test_a_locked_database_is_said_and_the_message_can_be_sent_again(own_house: RunningHouse) -> None:
    visitor = own_house.visitor()
    visitor.say("你好")
    lock = sqlite3.connect(own_house.var / "demo.sqlite3", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    try:
        refused = visitor.post({"id": "m2", "text": "谢谢"})
        danger = visitor.post({"text": CHEST_PAIN})
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    assert refused.status == 503
    assert "没能保存" in refused.body["title"]
    assert danger.status == 200 and "120" in danger.body["replies"][0]["text"]
    assert visitor.post({"id": "m2", "text": "谢谢"}).status == 200
    assert [message["text"] for message in visitor.history()].count("谢谢") == 1


def test_killed_house_finishes_the_open_turn_after_its_restart(tmp_path: Path, model: Path) -> None:
    with started(tmp_path, model) as house:
        visitor = house.visitor()
        visitor.say("我要挂号")
        os.kill(house.rasa_pid(), signal.SIGSTOP)
        accepted = visitor.post({"id": "last", "text": "心内科"}, Prefer="respond-async")
        assert accepted.status == 202
        rasa = house.rasa_pid()
        house.process.kill()
        house.process.wait()
        os.kill(rasa, signal.SIGKILL)
    with started(tmp_path, model) as again:
        back = Visitor(again, visitor.conversation)
        texts = [(message["author"], message["text"]) for message in back.history()]
        assert texts.count(("patient", "心内科")) == 1
        assert texts[-1][0] == "bot"
        assert back.post({"id": "last", "text": "心内科"}).body["repeated"]


def test_rasa_does_not_outlive_a_killed_house(tmp_path: Path, model: Path) -> None:
    with started(tmp_path, model) as house:
        rasa = house.rasa_pid()
        house.process.kill()
        house.process.wait()
        end = time.monotonic() + 20
        while alive(rasa):
            assert time.monotonic() < end, "Rasa is an orphan"
            time.sleep(0.2)


def alive(pid: int) -> bool:
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip()) and not found.stdout.startswith("Z")


def test_a_broken_model_is_one_clear_sentence(tmp_path: Path, model: Path) -> None:
    broken = tmp_path / "models" / model.name
    broken.parent.mkdir()
    broken.write_bytes(b"this is no model")
    settings = os.environ | {"XINGLIN_VAR": str(tmp_path), "XINGLIN_PORT": str(free_port())}
    done = subprocess.run([XINGLIN, "up"], env=settings, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 1
    assert "Rasa 没能启动" in done.stderr and "did not become ready" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_action_server_there_are_still_kind_words(tmp_path: Path, model: Path) -> None:
    with started(tmp_path, model, XINGLIN_ACTIONS_URL=f"http://127.0.0.1:{free_port()}") as house:
        visitor = house.visitor()
        assert "转人工" in str(visitor.post({"text": "阿司匹林怎么吃"}).body["replies"])
        assert "120" in visitor.say(CHEST_PAIN)
