"""Rasa and the model as a measurement or a test wants them: what they answer is told by the person's own words.

`慢3秒 词` is left to the model, which takes that long; `长80 词` is answered with so many sentences; `三 词` with three
messages; `选 词` with three buttons; `坏 词` by nothing at all; `转人工` passes the conversation to a nurse; everything
else with `答：` and the words themselves.
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

_SLOW = re.compile(r"慢(\d+(?:\.\d+)?)秒 ?(.*)", re.S)
_LONG = re.compile(r"长(\d+) ?(.*)", re.S)
LABELS = ("甲", "乙", "丙")


@dataclass(slots=True)
class Brain:
    """What Rasa's HTTP interface and the endpoint `/ask` answer; counts who was asked what."""

    rasa: Counter[str] = field(default_factory=Counter)
    model: Counter[str] = field(default_factory=Counter)
    model_slow_s: float = 0.0  # every answer of the model takes at least this long
    url: str = ""

    def app(self) -> web.Application:
        """Both under one address."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/status", self._status),
                web.post("/webhooks/rest/webhook", self._webhook),
                web.post("/model/parse", self._parse),
                web.get("/conversations/{sender}/tracker", self._tracker),
                web.post("/conversations/{sender}/tracker/events", self._tracker),
                web.post("/ask", self._ask),
            ]
        )
        return app

    async def _status(self, _request: web.Request) -> web.Response:
        return web.json_response({"model_file": "scripted"})

    async def _tracker(self, _request: web.Request) -> web.Response:
        return web.json_response({"active_loop": {}})

    async def _parse(self, _request: web.Request) -> web.Response:
        return web.json_response({"intent": {"name": "nlu_fallback"}, "entities": []})

    async def _webhook(self, request: web.Request) -> web.Response:
        text = str((await request.json())["message"])
        self.rasa[text] += 1
        return web.json_response([{"custom": part} for part in rasa_parts(text)])

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        text = str((await request.json())["question"])
        self.model[text] += 1
        found = _SLOW.fullmatch(text)
        await asyncio.sleep(max(self.model_slow_s, float(found[1]) if found else 0.0))
        if text.startswith("坏"):
            return web.Response(status=500)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        said = {"text": f"答：{found[2] if found else text}。"}
        for name, data in (("sentence", said), ("done", {"route": "model"})):
            await response.write(f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode())
        return response


def rasa_parts(text: str) -> list[dict[str, Any]]:
    """What Rasa's actions answer to some words."""
    if _SLOW.fullmatch(text) or text.startswith("坏"):
        return [{"fallback": True, "intent": "ask_health"}]
    if found := _LONG.fullmatch(text):
        return [{"text": long_text(int(found[1]), found[2])}]
    if text == "转人工":
        return [{"handoff": {"reason": "患者要求人工服务"}}]
    if text.startswith("三"):
        return [{"text": f"{each}：{text[1:].strip()}"} for each in ("第一", "第二", "第三")]
    if text.startswith("选"):
        word = text[1:].strip()
        return [
            {"text": f"请选：{word}", "buttons": [{"label": f"{one}{word}", "say": f"要{one}{word}"} for one in LABELS]}
        ]
    return [{"text": f"答：{text}"}]


def long_text(sentences: int, word: str) -> str:
    """Sentences with doses, numbers, times and names in them, each different, the word in the first and last."""
    lines = [
        f"第{n}条，苯磺酸左氨氯地平片每次{n}.5毫克，每日{n % 3 + 1}次，早上{n % 12 + 1}:30服用，疗程{n}-{n + 7}天。"
        for n in range(1, sentences + 1)
    ]
    return f"开始{word}。{''.join(lines)}结束{word}。"


@asynccontextmanager
async def thinking() -> AsyncIterator[Brain]:
    """A brain that listens, for the time of the block."""
    brain = Brain()
    runner = web.AppRunner(brain.app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    brain.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield brain
    finally:
        await runner.cleanup()
