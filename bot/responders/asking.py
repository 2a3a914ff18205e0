"""The wire to the action server's LLM endpoint, and what is made of its events."""

import json
import logging
from collections.abc import AsyncGenerator, AsyncIterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot import phrases
from bot.answers import Answer, Asked
from bot.consent import GRANT, REFUSE
from bot.conversation import Route
from bot.errors import ActionsUnavailable
from bot.messages import Button, Kind, Reply, Source
from bot.notes import Notes
from bot.offers import OFFER_HUMAN
from bot.responders.sources import sources_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asking:
    """Where the endpoint is; `timeout_s` is for a whole answer."""

    url: str
    token: str
    timeout_s: float

    async def events(self, body: Mapping[str, Any]) -> AsyncGenerator[tuple[str, dict[str, Any]]]:
        """The events of one question (see actions/ask_llm.py). Raises ActionsUnavailable."""
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=self.timeout_s)) as http,
                http.post(f"{self.url}/ask", json=body, headers=headers) as response,
            ):
                response.raise_for_status()
                async for event in _server_sent(response.content):
                    yield event
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            log.warning("ask failed", extra={"action": "ask_failed", "error": type(error).__name__})
            raise ActionsUnavailable(type(error).__name__) from error


@dataclass(slots=True)
class Told:
    """What the events tell, taken one by one."""

    sentences: list[str] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)
    caution_sources: list[Mapping[str, Any]] = field(default_factory=list)
    done: Mapping[str, Any] = field(default_factory=dict)
    back: Mapping[str, Any] | None = None
    wish: Mapping[str, Any] | None = None

    def take(self, name: str, data: Mapping[str, Any]) -> None:
        """Take one event."""
        if name == "sentence":
            self.sentences.append(data["text"])
        elif name == "caution":
            self.cautions.append(data["text"])
            self.caution_sources += [data["source"]] if data["source"] else []
        elif name == "ask_back":
            self.back = data
        elif name == "rescue":
            self.wish = data
        elif name == "done":
            self.done = data

    def answer(self, asked: Asked, *, lists: bool) -> Answer | None:
        """The answer; None when we know nothing. `lists`: the person has reminders that could be looked at."""
        if self.wish is not None:
            return Answer(Route.FALLBACK, restated=self.wish["words"], rescued=self.wish["command"])
        if self.back is not None:
            buttons = tuple(Button(one["label"], say=one["say"]) for one in self.back["choices"])
            notes = replace(asked.notes, asked=asked.text)
            return Answer(Route.FALLBACK, (Reply(self.back["text"], (*buttons, OFFER_HUMAN)),), notes=notes)
        replies = (*self._said(), *self._of_own_list())
        if replies and lists and self.done.get("medicines") and _not_asked_yet(asked.notes):
            notes = replace(asked.notes, list_offered=True, asked="")
            return Answer(Route.FALLBACK, (*replies, _may_we_look(asked.text)), notes=notes)
        if replies:
            return Answer(Route.FALLBACK, replies)
        near = self.done.get("near") or ()
        choices = tuple(Button(title, say=title) for title in near)
        which = Reply(phrases.WHICH_WAS_ASKED, (*choices, OFFER_HUMAN), missed=True)
        return Answer(Route.FALLBACK, (which,)) if choices else None

    def _said(self) -> list[Reply]:
        if not self.sentences:
            return []
        kind = Kind.GENERATED if self.done.get("route") == "model" else Kind.TEXT
        sources: tuple[Source, ...] = sources_of(self.done.get("sources") or ())
        return [Reply("".join(self.sentences).strip(), (OFFER_HUMAN,), sources, kind)]

    def _of_own_list(self) -> list[Reply]:
        if not self.cautions:
            return []
        sources = tuple(dict.fromkeys(sources_of(self.caution_sources)))
        return [Reply("".join(self.cautions).strip(), (OFFER_HUMAN,), sources)]


def _not_asked_yet(notes: Notes) -> bool:
    return notes.shares_list is None and not notes.list_offered


def _may_we_look(question: str) -> Reply:
    """The person decides whether answers may use their own list of medicines."""
    yes = Button(phrases.LIST_MAY, say=f"{GRANT}，{question}")
    return Reply(phrases.LIST_ASKED, (yes, Button(phrases.LIST_MAY_NOT, say=REFUSE)))


async def _server_sent(lines: AsyncIterable[bytes]) -> AsyncGenerator[tuple[str, dict[str, Any]]]:
    name = "message"
    async for raw in lines:
        field, _, value = raw.decode().rstrip("\n").partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)
