"""A patient's day over the wire: reminder, handoff, danger, fallback, practice, streaming, commands."""

import json
import re
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from http.cookiejar import CookieJar
from typing import Any
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest

from bot.settings import ROOT
from tests.acceptance.conftest import XINGLIN, RunningHouse, Visitor

pytestmark = pytest.mark.acceptance


class Nurse:
    """A nurse at the desk."""

    def __init__(self, house: RunningHouse, name: str) -> None:
        self._house = house
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.call("POST", "login", {"key": house.announced["desk_key"], "nurse": name})

    def call(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self._house.url}/api/v1/desk/{path}", data=data, method=method)
        with self._opener.open(request, timeout=30) as response:
            raw = response.read()
        return json.loads(raw) if raw else None

    def find(self, words: str) -> dict[str, Any]:
        found = [h for h in self.call("GET", "handoffs")["handoffs"] if words in h["summary"] + h["last"]]
        assert found, words
        handoff: dict[str, Any] = found[0]
        return handoff


def test_a_reminder_is_set_arrives_is_confirmed_and_stays_confirmed(visitor: Visitor) -> None:
    answer = visitor.say("一分钟后提醒我吃氨氯地平")
    if "对吗" in answer or "确认" in answer:
        visitor.say("对")
    reminder = visitor.wait_for("到时间吃药啦", 90)
    assert reminder["kind"] == "reminder" and "氨氯地平" in reminder["text"]
    taken = next(button["id"] for button in reminder["buttons"] if button["label"] == "已服药")
    assert "已服药" in visitor._answer(visitor.post({"button": taken}))
    assert "已经记过" in visitor._answer(visitor.post({"button": taken}))


def test_handoff_the_bot_is_silent_while_a_nurse_speaks_and_comes_back(house: RunningHouse, visitor: Visitor) -> None:
    mark = uuid.uuid4().hex[:6]
    visitor.say(f"你好，我是{mark}")
    answer = visitor.say("转人工")
    assert "护士台" in answer
    nurse = Nurse(house, "王护士")
    handoff = nurse.find(mark)
    nurse.call("POST", f"handoffs/{handoff['id']}/accept", {})
    assert visitor.post({"text": "阿司匹林怎么吃"}).body["replies"] == []
    words = {"id": "n1", "text": "您好，我是王护士，请说"}
    first = nurse.call("POST", f"handoffs/{handoff['id']}/messages", words)
    assert nurse.call("POST", f"handoffs/{handoff['id']}/messages", words) == first
    assert [m["text"] for m in visitor.history() if m["author"] == "nurse"] == ["您好，我是王护士，请说"]
    nurse.call("POST", f"handoffs/{handoff['id']}/close", {"note": ""})
    visitor.wait_for("已结束这次接待")
    assert visitor.say("你好")


def test_danger_is_answered_at_once_and_told_to_the_nurses(house: RunningHouse, visitor: Visitor) -> None:
    answered = visitor.post({"text": "我妈突然半边身子动不了，嘴也歪了"})
    assert answered.body["route"] == "red_flag"
    assert "120" in answered.body["replies"][0]["text"] and answered.body["replies"][0]["sources"]
    handoff = Nurse(house, "李护士").find("半边身子")
    assert handoff["urgency"] == "red_flag"


def test_suicidal_words_get_the_line_and_a_person(visitor: Visitor) -> None:
    answer = visitor.say("活着没意思，不想活了")
    assert "12356" in answer and "120" in answer


def test_what_rasa_does_not_know_is_answered_from_the_knowledge_with_its_source(visitor: Visitor) -> None:
    answered = visitor.post({"text": "抽血之前能不能喝水吃东西"})
    assert answered.body["route"] == "fallback", answered
    reply = answered.body["replies"][0]
    assert reply["sources"] and reply["sources"][0]["publisher"] and "[1]" in reply["text"]


def test_what_nobody_knows_is_said_honestly(visitor: Visitor) -> None:
    answer = visitor.say("帮我算算量子色动力学的贝塔函数")
    assert re.search("没有|不敢|不能|没听懂|帮不上忙", answer), answer


def events(
    house: RunningHouse, conversation: str, headers: dict[str, str], seconds: float
) -> Iterator[tuple[str, Any]]:
    request = Request(f"{house.url}/api/v1/events?conversation={conversation}", headers=headers)
    end = time.monotonic() + seconds
    name = ""
    with urlopen(request, timeout=seconds) as response:
        for raw in response:
            line = raw.decode().rstrip("\n")
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                yield name, json.loads(line[6:])
            if time.monotonic() > end:
                return


def test_answers_stream_and_a_reconnecting_page_misses_and_doubles_nothing(
    house: RunningHouse, visitor: Visitor
) -> None:
    seen: list[tuple[str, Any]] = []

    def watch() -> None:
        for event in events(house, visitor.conversation, {}, 30):
            seen.append(event)
            if event[0] == "message" and event[1]["author"] == "bot":
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    time.sleep(0.5)
    answered = visitor.post({"text": "抽血之前能不能喝水吃东西"})
    watcher.join(30)
    names = [name for name, _ in seen]
    assert names[0] == "state" and "delta" in names and names.index("delta") < len(names) - 1
    deltas = "".join(data["text"] for name, data in seen if name == "delta")
    assert deltas.strip() == answered.body["replies"][0]["text"]
    visitor.say("谢谢")
    resumed = []
    for name, data in events(house, visitor.conversation, {"Last-Event-ID": "2"}, 10):
        if name == "message":
            resumed.append(data["seq"])
        if len(resumed) >= 2:
            break
    assert resumed == [3, 4]


def test_prefer_async_is_accepted_at_once_and_answered_later(visitor: Visitor) -> None:
    answered = visitor.post({"text": "你好"}, Prefer="respond-async")
    assert answered.status == 202
    end = time.monotonic() + 10
    while len(visitor.history()) < 2:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_practice_from_the_page(house: RunningHouse) -> None:
    (case, *_) = house.call("GET", "/api/v1/practice/cases").body["cases"]
    begun = house.call("POST", "/api/v1/practice/encounters", {"case": case["id"]})
    assert begun.status == 201
    learner = Visitor(house, begun.body["conversation"])
    assert [message["author"] for message in learner.history()] == ["sp"]
    answered = learner.post({"text": "您好，我是实习医生。您哪里不舒服，什么时候开始的？"})
    assert answered.body["route"] == "practice" and answered.body["replies"][0]["author"] == "sp"
    path = f"/api/v1/practice/encounters/{begun.body['encounter']}/end"
    debrief = house.call("POST", path, {"diagnosis": "感冒", "reasons": "", "plan": ""}).body["debrief"]
    assert 0 <= debrief["total"] <= debrief["max"] and debrief["items"]
    assert not debrief["diagnosis"]["right"]
    assert house.call("POST", "/api/v1/practice/encounters", {"case": "nothing"}).status == 404
    assert house.call("POST", "/api/v1/practice/encounters/nothing/end", {"diagnosis": "x"}).status == 404


def test_practice_in_words_and_back(visitor: Visitor) -> None:
    assert "难度" in visitor.say("我想练习问诊")
    visitor.press("随便来一位")
    assert visitor.last[-1]["author"] == "sp", visitor.last
    assert "退出练习" in visitor.say("退出练习")
    assert visitor.post({"text": "你好"}).body["route"] == "structured"


def test_the_desk_wants_its_key(house: RunningHouse) -> None:
    assert house.call("GET", "/api/v1/desk/handoffs").status == 401
    assert house.call("GET", "/api/v1/desk/events").status == 401
    answered = house.call("POST", "/api/v1/desk/login", {"key": "wrong", "nurse": "某某"})
    assert answered.status == 401 and "口令" in answered.body["title"]


def test_the_description_names_every_route(house: RunningHouse) -> None:
    described = house.call("GET", "/api/v1/openapi.json").body
    assert described["openapi"].startswith("3.1")
    assert {"/api/v1/messages", "/api/v1/events", "/healthz", "/readyz"} <= set(described["paths"])


def command(house: RunningHouse, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    port = house.url.rsplit(":", 1)[1]
    settings = {"XINGLIN_VAR": str(house.var), "XINGLIN_PORT": port, "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [XINGLIN, *words], env=settings, input=stdin, capture_output=True, text=True, timeout=90, cwd=ROOT, check=False
    )


def test_xinglin_ask_shows_route_and_hops(house: RunningHouse) -> None:
    done = command(house, "ask", "阿司匹林怎么吃", "--json")
    turn = json.loads(done.stdout)
    assert turn["route"] == "structured" and turn["replies"] and turn["hops"]["respond_ms"] > 0


def test_xinglin_parse_reads_and_prints_json_lines(house: RunningHouse) -> None:
    lines = ['{"text": "帮我挂明天心内科的号"}', '{"text": "我胸口剧痛出冷汗"}', "broken", '{"text": ""}']
    done = command(house, "parse", stdin="\n".join(lines))
    parsed = [json.loads(line) for line in done.stdout.splitlines()]
    assert (parsed[0]["intent"], parsed[0]["route"]) == ("book_appointment", "structured")
    department = next(entity for entity in parsed[0]["entities"] if entity["entity"] == "department")
    assert parsed[0]["text"][department["start"] : department["end"]] == "心内科"
    assert parsed[1]["route"] == "red_flag"
    assert "error" in parsed[2]
    assert parsed[3]["route"] == "fallback"


def test_xinglin_chat_talks(house: RunningHouse) -> None:
    done = command(house, "chat", stdin="你好\n退出\n")
    assert "杏林" in done.stdout


def test_xinglin_doctor_finds_the_house_well(house: RunningHouse) -> None:
    done = command(house, "doctor", "--json")
    findings = {finding["part"]: finding["state"] for finding in json.loads(done.stdout)}
    assert findings["网关"] == "通过", done.stdout
    assert "失败" not in findings.values(), done.stdout


def test_a_port_in_use_is_one_clear_sentence(house: RunningHouse, tmp_path_factory: pytest.TempPathFactory) -> None:
    port = house.url.rsplit(":", 1)[1]
    settings = {"XINGLIN_VAR": str(tmp_path_factory.mktemp("second")), "XINGLIN_PORT": port, "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [XINGLIN, "up"], env=settings, capture_output=True, text=True, timeout=30, cwd=ROOT, check=False
    )
    assert done.returncode == 1
    assert "已被占用" in done.stderr and "in use" in done.stderr and "Traceback" not in done.stderr
