"""The LLM endpoint: retrieve, let the model draft, check and release each sentence; without a model, passages speak.

What reaches the person stands in a passage, with its source. The event stream of `POST /ask` is one of

- `event: rescue {"command", "words"}`: a wish of ours in odd words; Rasa is to read the plain ones;
- `event: ask_back {"text", "choices"}`: something must be known first;
- `event: sentence {"text"}` …, with `event: unsaid {}` for one that was said before (writing it shows whether
  anybody still listens), then `event: caution {"text", "source"}` … for what the person's own medicines mean,
  then `event: done {"route": "model|passages|none", "sources": […], "near": [titles], "medicines": bool}`. `near` is
  what may have been meant where nothing could be said, `medicines` whether the person's own list would matter.
"""

import asyncio
import json
import logging
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from actions.answer import source_part
from actions.ask_back import AskBack, ask_back
from actions.cited import Cited, cited_sentence, own_words
from actions.closing import closing
from actions.own_list import own_cautions, touches_medicines
from actions.rescue import LONGEST, SCHEMA, Wish, rescue_prompt, wish_of
from actions.votes import agreed, scattered, votes
from bot.errors import ModelUnavailable
from bot.llm import Job, Llm, Prompt, Task
from bot.sentences import Splitter
from knowledge.drug_names import DrugBook
from knowledge.library import Library
from knowledge.retrieval import Hit

log = logging.getLogger(__name__)

PROMPT = (Path(__file__).parent / "prompts" / "answer.v2.md").read_text()
PASSAGES = 4  # how many the model is given
NEAR = 3  # how many titles are offered where nobody is sure
WRITTEN_FOR_IT = 1  # score from which on a passage was written for this very question, whatever a model thinks
NEAR_ENOUGH = 0.15  # chance from which on one is offered or given to the model, whose sentences are checked
LONGEST_QUESTION, LONGEST_PASSAGE, LONGEST_TURN = 1_000, 1_500, 200  # characters shown to the model
LAST_TURNS = 8
HARD_QUESTION = 60  # characters from which on a question is not for the small model
HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
SPEAKERS = {"patient": "患者", "nurse": "护士"}

_KNOWS_NOTHING = re.compile(r"\W*(?:(?:对不起|抱歉|很抱歉)\W*)?我?不(?:太)?(?:知道|清楚)[^。]{0,20}[。\W\d]*")

Event = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Question:
    """A person's question, and what is known of the talk before it."""

    text: str
    clinic: str = ""
    history: Sequence[dict[str, str]] = ()
    """Last turns: `author` (patient, nurse, assistant) and `text`."""
    notes: str = ""
    """What is noted of the people spoken of, in words."""
    taking: Sequence[str] = ()
    """Drug ids of the person's own reminders, where they consented."""
    told: Sequence[str] = ()
    """Names of the drugs that the one spoken of takes, as told in the talk."""
    odd: bool = False
    """Rasa could not place the words: they may be a wish of ours."""
    asked_back: bool = False
    """The question holds the answer to what we asked back: not asked again."""


@dataclass(slots=True)
class Draft:
    """What a model has said so far."""

    text: str = ""  # all of it
    released: str = ""  # what the passages bear out

    @property
    def knows_nothing(self) -> bool:
        """Whether it has read the passages and says that the answer is not in them."""
        return _KNOWS_NOTHING.fullmatch(self.text) is not None


@dataclass(slots=True)
class Ask:
    """The endpoint. Without a model it answers in the passages' own words."""

    present: Callable[[], Library]
    """The library of the moment; one question is answered from one."""
    llm: Llm | None
    clock: Callable[[], datetime]
    votes: int = 0
    """How often the model is asked again, to hold its sentences against each other."""

    def routes(self) -> Sequence[web.RouteDef]:
        """`POST /ask`."""
        return (web.post("/ask", self.ask),)

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """One question, answered as server-sent events."""
        question = _read(await request.json())
        response = web.StreamResponse(headers=HEADERS)
        await response.prepare(request)
        async with aclosing(self.answer(question)) as events:
            async for name, data in events:
                await response.write(f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode())
        return response

    async def answer(self, question: Question) -> AsyncGenerator[Event]:
        """Sentences as they are proven, then what they rest on."""
        library = self.present()
        wish, hits = await asyncio.gather(self._rescued(question), self._retrieve(library, question))
        if wish is not None:
            yield "rescue", {"command": wish.command, "words": wish.words}
            return
        near = [hit for hit in hits if hit.sure or hit.score >= NEAR_ENOUGH]
        back = None if question.asked_back else ask_back(question.text, question.notes, near)
        if back is not None:
            yield "ask_back", _asked(back)
            return
        async with aclosing(self._told(question, library, near)) as told:
            async for event in told:
                yield event

    async def _told(self, question: Question, library: Library, near: Sequence[Hit]) -> AsyncGenerator[Event]:
        sure = [hit for hit in near if hit.sure]
        route, cited, draft = "none", Cited(near), Draft()
        if near and self.llm is not None:
            async with aclosing(self._draft(self.llm, question, cited, library.drugs, draft)) as sentences:
                async for sentence in sentences:
                    if sentence in draft.released:  # small models say everything twice
                        yield "unsaid", {}
                        continue
                    route, draft.released = "model", draft.released + sentence
                    yield "sentence", {"text": sentence}
        if route == "model":
            for sentence in closing(cited, draft.released):
                yield "sentence", {"text": sentence}
        if sure and route == "none" and (sure[0].score > WRITTEN_FOR_IT or not draft.knows_nothing):
            route, cited = "passages", Cited(sure)
            for sentence in own_words(sure, cited):
                yield "sentence", {"text": sentence}
        for caution in own_cautions(library, question.text, question.taking, question.told):
            yield "caution", {"text": caution.text, "source": caution.source and source_part(caution.source)}
        log.info("asked", extra={"action": "asked", "route": route, "hits": [hit.passage.id for hit in near]})
        titles = [hit.passage.title for hit in near[:NEAR]] if route == "none" else []
        sources, medicines = cited.sources(excerpts=route == "model"), touches_medicines(library, question.text)
        yield "done", {"route": route, "sources": sources, "near": titles, "medicines": medicines}

    async def _rescued(self, question: Question) -> Wish | None:
        """The wish of ours that a model sees in odd words; one that fails sees none."""
        if self.llm is None or not question.odd or len(question.text) > LONGEST:
            return None
        try:
            chosen = await self.llm.choose(rescue_prompt(question.text), SCHEMA, Job(question.clinic, Task.RESCUE))
        except ModelUnavailable:
            return None
        return wish_of(question.text, chosen)

    async def _retrieve(self, library: Library, question: Question) -> Sequence[Hit]:
        """In a thread: the embedding of a question takes longer than an event loop may wait."""
        return await asyncio.to_thread(library.passages.nearest, question.text, PASSAGES, self.clock())

    async def _draft(
        self, llm: Llm, question: Question, cited: Cited, drugs: DrugBook, draft: "Draft"
    ) -> AsyncGenerator[str]:
        """The model's sentences that a passage bears out; a model that fails just says no more."""
        prompt, splitter = _prompt(question, cited.hits), Splitter()
        said = await votes(llm, prompt, question.clinic, self.votes) if self.votes else ()
        if scattered(said, drugs.mentioned):
            return
        try:
            async with aclosing(llm.stream(prompt, _job(question, cited.hits))) as pieces:
                async for piece in pieces:
                    draft.text += piece
                    for sentence in splitter.feed(piece):
                        if (checked := cited_sentence(sentence, cited, drugs)) and agreed(
                            checked, said, drugs.mentioned
                        ):
                            yield checked
        except ModelUnavailable:
            return
        for sentence in splitter.flush():
            if (checked := cited_sentence(sentence, cited, drugs)) and agreed(checked, said, drugs.mentioned):
                yield checked


def _read(body: Any) -> Question:
    if not isinstance(body, dict) or not isinstance(body.get("question"), str):
        raise web.HTTPBadRequest
    return Question(
        text=body["question"][:LONGEST_QUESTION],
        clinic=str(body.get("clinic") or ""),
        history=[each for each in body.get("history") or () if isinstance(each, dict)],
        notes=str(body.get("notes") or "")[:LONGEST_QUESTION],
        taking=[str(each) for each in body.get("taking") or ()],
        told=[str(each) for each in body.get("told") or ()],
        odd=body.get("odd") is True,
        asked_back=body.get("asked_back") is True,
    )


def _asked(back: AskBack) -> dict[str, Any]:
    return {"text": back.text, "choices": [choice.part() for choice in back.choices]}


def _job(question: Question, hits: Sequence[Hit]) -> Job:
    """Hard: a long question, a person with something to heed, or nothing that surely answers."""
    hard = len(question.text) >= HARD_QUESTION or question.notes or question.taking or not hits[0].sure
    return Job(question.clinic, Task.HARD_ANSWER if hard else Task.ANSWER)


def _prompt(question: Question, hits: Sequence[Hit]) -> Prompt:
    """Rules first and unchanged, so that the server's prefix cache stays warm; the question comes last."""
    passages = "\n".join(
        f"[{n}] {hit.passage.title}：{hit.passage.text[:LONGEST_PASSAGE]}" for n, hit in enumerate(hits, 1)
    )
    said = "\n".join(
        f"{_who(each)}：{str(each.get('text', ''))[:LONGEST_TURN]}" for each in question.history[-LAST_TURNS:]
    )
    parts = (
        f"资料：\n{passages}",
        f"已经知道的情况：{question.notes or '（无）'}",
        f"之前的对话：\n{said or '（无）'}",
        f"患者的问题：{question.text}",
    )
    return [{"role": "system", "content": PROMPT}, {"role": "user", "content": "\n\n".join(parts)}]


def _who(said: dict[str, str]) -> str:
    return SPEAKERS.get(str(said.get("author")), "助手")
