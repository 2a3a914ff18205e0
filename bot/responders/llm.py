"""The fallback: asks the action server's LLM endpoint and lets checked sentences be seen as they come."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot import phrases
from bot.answers import Answer, Asked
from bot.conversation import Conversation, Route
from bot.errors import ActionsUnavailable, RasaUnavailable
from bot.messages import Author, Button, Kind, Message, Reply, Source
from bot.offers import OFFER_HUMAN, OFFER_MENU
from bot.rasa import RasaClient
from bot.responders.sources import sources_of
from bot.store import ConversationStore
from bot.stream import Stream, StreamEvent

log = logging.getLogger(__name__)

HISTORY_MESSAGES = 8


class LlmResponder:
    """Answers from our knowledge, in the model's words or in the passages' own."""

    def __init__(
        self, url: str, token: str, timeout_s: float, store: ConversationStore, stream: Stream, rasa: RasaClient
    ) -> None:
        self._url = url
        self._token = token
        self._timeout = ClientTimeout(total=timeout_s)
        self._store = store
        self._stream = stream
        self._rasa = rasa
        self._telling: set[asyncio.Task[None]] = set()

    async def respond(self, asked: Asked) -> Answer | None:
        """Answer from the knowledge, or ask which of a few was meant.

        Raises ActionsUnavailable; None when we know nothing about it.
        """
        topic = asked.conversation.key
        await self._stream.publish(topic, StreamEvent("typing", {"turn": asked.turn}))
        sentences: list[str] = []
        sources: tuple[Source, ...] = ()
        kind, near = Kind.TEXT, []
        async for name, data in self._events(asked):
            if name == "sentence":
                delta = {"turn": asked.turn, "index": len(sentences), "text": data["text"]}
                sentences.append(data["text"])
                await self._stream.publish(topic, StreamEvent("delta", delta))
            elif name == "done":
                sources = sources_of(data["sources"])
                kind = Kind.GENERATED if data["route"] == "model" else Kind.TEXT
                near = data["near"]
        if not sentences:
            return _which(near) if near else None
        words = "".join(sentences).strip()
        self._remember(asked.conversation, words)
        return Answer(Route.FALLBACK, (Reply(words, (OFFER_HUMAN,), sources, kind),))

    def _remember(self, conversation: Conversation, words: str) -> None:
        """Rasa shall know what was said in its place; nobody waits for that."""
        task = asyncio.ensure_future(self._tell_rasa(conversation.key, words))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell_rasa(self, sender: str, words: str) -> None:
        with contextlib.suppress(RasaUnavailable):  # it was logged; the store has the words
            await self._rasa.remember(sender, words)

    async def _events(self, asked: Asked) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        body = {"clinic": asked.conversation.clinic, "question": asked.text, "history": await self._history(asked)}
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with (
                ClientSession(timeout=self._timeout) as http,
                http.post(f"{self._url}/ask", json=body, headers=headers) as response,
            ):
                response.raise_for_status()
                async for event in _server_sent(response.content):
                    yield event
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            log.warning("ask failed", extra={"action": "ask_failed", "error": type(error).__name__})
            raise ActionsUnavailable(type(error).__name__) from error

    async def _history(self, asked: Asked) -> list[dict[str, str]]:
        said = await self._store.last(asked.conversation, HISTORY_MESSAGES + 1)
        return [{"author": _role(each), "text": each.text} for each in said if each.seq < asked.inbound.seq]


def not_known() -> Answer:
    """The honest answer when nothing of ours covers the question."""
    return Answer(Route.FALLBACK, (Reply(phrases.NOT_KNOWN, (OFFER_HUMAN, OFFER_MENU), missed=True),))


def _which(titles: Sequence[str]) -> Answer:
    """What we do know about something near, to be chosen: better than a guess, better than nothing."""
    choices = tuple(Button(title, say=title) for title in titles)
    return Answer(Route.FALLBACK, (Reply(phrases.WHICH_WAS_ASKED, (*choices, OFFER_HUMAN), missed=True),))


def _role(message: Message) -> str:
    return "patient" if message.author is Author.PATIENT else "assistant"


async def _server_sent(lines: AsyncIterable[bytes]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    name = "message"
    async for raw in lines:
        field, _, value = raw.decode().rstrip("\n").partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)
