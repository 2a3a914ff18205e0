"""A model that speaks Chinese, in a running house: `XINGLIN_TEST_GGUF=qwen.gguf pytest -s tests/acceptance/…` .

Fails when words leave that their passage does not have. What was written and dropped is printed, for a person to read.
"""

import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from knowledge.drug_names import DrugBook
from knowledge.library import load_library
from tests.acceptance.conftest import RunningHouse, started
from tests.llm_servers import Llama, llama

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(3_000)]

QUESTIONS = (
    "明天一早抽血，今天夜里渴了能喝口水不",
    "小孩一直打嗝有啥法子",
    "我妈血压高，早上晨练合适吗，几点去好",
    "痛风的人豆腐到底能不能吃",
    "脚崴了肿得老高，该冷敷还是热敷",
    "做胃镜前一晚能不能吃面条",
    "孕妇能不能坐飞机",
    "伤口缝了线几天能沾水",
    "老人晚上睡不着，白天老犯困，怎么调",
    "得了湿疹洗澡水烫一点是不是更舒服",
    "骨质疏松光喝骨头汤管用吗",
    "孩子烧到三十八度五要不要捂汗",
    "糖尿病人能吃西瓜吗，一次吃多少",
    "乙肝会不会一起吃饭传染",
    "做完手术几天能下床走走",
    "嗓子疼能不能吃冰的",
    "出门晕车提前怎么预防",
    "被猫抓了一道没出血要紧吗",
    "胆固醇高鸡蛋黄还能吃不",
    "体检说有脂肪肝，不疼不痒要管吗",
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CITED = re.compile(r"([^。！？；\n\]]+[。！？；]?)((?:\[\d+\])+)")
_MOSTLY = 0.5
"""Share of a sentence's pairs of characters that its passage must have."""


@dataclass
class Listener:
    """Stands between the house and the model and keeps what the model has written."""

    upstream: str
    drafts: list[str] = field(default_factory=list)

    def heard(self, line: bytes) -> None:
        """Keep the words of one line of the stream."""
        if line.startswith(b"data: {") and (choices := json.loads(line[6:])["choices"]):
            self.drafts[-1] += choices[0]["delta"].get("content") or ""


def _handler(listener: Listener) -> type[BaseHTTPRequestHandler]:
    class Between(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass_on(None)

        def do_POST(self) -> None:
            self._pass_on(self.rfile.read(int(self.headers["Content-Length"])))

        def _pass_on(self, body: bytes | None) -> None:
            streamed = bool(body) and b'"stream":true' in (body or b"").replace(b" ", b"")
            if streamed:
                listener.drafts.append("")
            with urlopen(Request(listener.upstream + self.path, body, {"Content-Type": "application/json"})) as answer:
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.end_headers()
                with suppress(BrokenPipeError):  # the house has left; so do we
                    for line in answer:
                        if streamed:
                            listener.heard(line)
                        self.wfile.write(line)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    return Between


@contextmanager
def between(server: Llama) -> Iterator[tuple[str, Listener]]:
    """The address to be given to the house, and what is heard there."""
    listener = Listener(server.url)
    ear = ThreadingHTTPServer(("127.0.0.1", 0), _handler(listener))
    thread = threading.Thread(target=ear.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{ear.server_port}/v1", listener
    finally:
        ear.shutdown()
        thread.join()
        ear.server_close()


@pytest.fixture
def listened(tmp_path: Path, model: Path) -> Iterator[tuple[RunningHouse, Listener]]:
    """A house that asks the model, and waits almost as long as a visitor does: the words count here, not the speed."""
    file = os.environ.get("XINGLIN_TEST_GGUF")
    if not file:
        pytest.skip("XINGLIN_TEST_GGUF names no model")
    slow = {"XINGLIN_LLM_FIRST_TOKEN_S": "80", "XINGLIN_LLM_TOTAL_S": "85"}
    with (
        llama(Path(file), threads=max(1, (os.cpu_count() or 2) - 1)) as server,
        between(server) as (url, listener),
        started(tmp_path, model, LLM_BASE_URL=url, LLM_MODEL=server.model, **slow) as house,
    ):
        yield house, listener


def pairs(text: str) -> set[str]:
    plain = re.sub(r"[\W\d_]", "", text)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def amiss(reply: dict[str, Any], drugs: DrugBook) -> list[str]:
    """Sentences of a model's answer that the passages shown beside them do not have, looked at without our guard."""
    found = []
    for sentence, cited in _CITED.findall(reply["text"]):
        sources = [reply["sources"][int(n) - 1] for n in re.findall(r"\d+", cited)]
        shown = " ".join(f"{one['title']} {one['excerpt']}" for one in sources)
        numbers = set(_NUMBER.findall(sentence)) <= set(_NUMBER.findall(shown))
        named = {drug.id for drug in drugs.mentioned(sentence)} <= {drug.id for drug in drugs.mentioned(shown)}
        said = pairs(sentence)
        if not (numbers and named and len(said & pairs(shown)) >= _MOSTLY * len(said)):
            found.append(sentence)
    return found


@pytest.mark.parametrize(
    ("sentence", "fine"),
    [
        ("扭伤后头两天可以隔着毛巾冰敷，一次20分钟以内[1]。", True),
        ("扭伤后头两天可以隔着毛巾冰敷，一次30分钟以内[1]。", False),
        ("扭伤后头两天可以吃布洛芬，隔着毛巾冰敷[1]。", False),
        ("多晒太阳、多吃虾皮对骨头有好处[1]。", False),
    ],
)
def test_the_look_at_an_answer_sees_what_is_amiss(sentence: str, fine: bool) -> None:
    shown = {"title": "扭伤", "excerpt": "扭伤后先停止活动；隔着毛巾冰敷，一次20分钟以内，头两天最有用。"}
    assert (amiss({"text": sentence, "sources": [shown]}, load_library().drugs) == []) is fine


def test_what_leaves_stands_in_its_passage(listened: tuple[RunningHouse, Listener]) -> None:
    house, listener = listened
    drugs = load_library().drugs
    wrong, written, left, answered = [], 0, 0, 0
    for question in QUESTIONS:
        listener.drafts.clear()
        reply_of = house.visitor().post({"text": question})
        assert reply_of.status == 200
        draft = "".join(listener.drafts)
        print(f"\n■ {question}  [{reply_of.body['route']}]\n  写的：{draft!r}")
        for reply in reply_of.body["replies"]:
            print(f"  说的（{reply['kind']}）：{reply['text']}")
            if reply["kind"] == "generated":
                answered += 1
                left += sum(len(sentence) for sentence, _ in _CITED.findall(reply["text"]))
                wrong += [f"{question} → {sentence}" for sentence in amiss(reply, drugs)]
        written += len(draft)
    print(f"\n{len(QUESTIONS)} 问，模型写了 {written} 字，{answered} 次用它的话回答，共 {left} 字")
    assert written, "the model has said nothing: too slow, or not asked"
    assert wrong == []
