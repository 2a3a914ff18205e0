"""The LLM endpoint: retrieve, let the model draft, check and release each sentence; without a model, passages speak.

What reaches the person stands in a passage, with its source. The event stream is
`event: sentence {"text"}` …, then `event: done {"route": "model|passages|none", "sources": […], "near": [titles]}`;
`near` is what may have been meant, where nothing could be said.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from actions.cited import Cited, cited_sentence, own_words
from bot.errors import ModelUnavailable
from bot.llm import Llm, Prompt
from bot.sentences import Splitter
from knowledge.drug_names import DrugBook
from knowledge.library import Library
from knowledge.retrieval import Hit

log = logging.getLogger(__name__)

PROMPT = (Path(__file__).parent / "prompts" / "answer.v1.md").read_text()
PASSAGES = 4  # how many the model is given
NEAR = 3  # how many titles are offered where nobody is sure
NEAR_ENOUGH = 0.15  # chance from which on one is offered or given to the model, whose sentences are checked
LONGEST_QUESTION = 1_000
HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Question:
    """A person's question and the talk before it."""

    text: str
    history: Sequence[dict[str, str]] = ()


@dataclass(slots=True)
class Ask:
    """The endpoint. Without a model it answers in the passages' own words."""

    present: Callable[[], Library]
    """The library of the moment; one question is answered from one."""
    llm: Llm | None
    clock: Callable[[], datetime]

    def routes(self) -> Sequence[web.RouteDef]:
        """`POST /ask`."""
        return (web.post("/ask", self.ask),)

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """One question, answered as server-sent events."""
        question = _read(await request.json())
        response = web.StreamResponse(headers=HEADERS)
        await response.prepare(request)
        async for name, data in self.answer(question):
            await response.write(f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode())
        return response

    async def answer(self, question: Question) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Sentences as they are proven, then what they rest on."""
        library = self.present()
        near = [hit for hit in await self._retrieve(library, question) if hit.sure or hit.score >= NEAR_ENOUGH]
        sure = [hit for hit in near if hit.sure]
        route, cited = "none", Cited(near)
        if near and self.llm is not None:
            async for sentence in self._draft(self.llm, question, cited, library.drugs):
                route = "model"
                yield "sentence", {"text": sentence}
        if sure and route == "none":
            route, cited = "passages", Cited(sure)
            for sentence in own_words(sure, cited):
                yield "sentence", {"text": sentence}
        log.info("asked", extra={"action": "asked", "route": route, "hits": [hit.passage.id for hit in near]})
        titles = [hit.passage.title for hit in near[:NEAR]] if route == "none" else []
        yield "done", {"route": route, "sources": cited.sources(excerpts=route == "model"), "near": titles}

    async def _retrieve(self, library: Library, question: Question) -> Sequence[Hit]:
        """In a thread: the embedding of a question takes longer than an event loop may wait."""
        return await asyncio.to_thread(library.passages.nearest, question.text, PASSAGES, self.clock())

    async def _draft(self, llm: Llm, question: Question, cited: Cited, drugs: DrugBook) -> AsyncIterator[str]:
        """The model's sentences that a passage bears out; a model that fails just says no more."""
        splitter = Splitter()
        try:
            async for piece in llm.stream(_prompt(question, cited.hits)):
                for sentence in splitter.feed(piece):
                    if checked := cited_sentence(sentence, cited, drugs):
                        yield checked
        except ModelUnavailable:
            return
        for sentence in splitter.flush():
            if checked := cited_sentence(sentence, cited, drugs):
                yield checked


def _read(body: Any) -> Question:
    if not isinstance(body, dict) or not isinstance(body.get("question"), str):
        raise web.HTTPBadRequest
    history = [each for each in body.get("history") or () if isinstance(each, dict)]
    return Question(body["question"][:LONGEST_QUESTION], history)


def _prompt(question: Question, hits: Sequence[Hit]) -> Prompt:
    """Rules first and unchanged, so that the server's prefix cache stays warm; the question comes last."""
    passages = "\n".join(f"[{n}] {hit.passage.title}：{hit.passage.text}" for n, hit in enumerate(hits, 1))
    said = "\n".join(f"{_who(each)}：{each.get('text', '')[:200]}" for each in question.history[-6:])
    body = f"资料：\n{passages}\n\n之前的对话：\n{said or '（无）'}\n\n患者的问题：{question.text}"
    return [{"role": "system", "content": PROMPT}, {"role": "user", "content": body}]


def _who(said: dict[str, str]) -> str:
    return "患者" if said.get("author") == "patient" else "助手"
