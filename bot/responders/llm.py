"""The fallback: asks the action server's LLM endpoint and lets checked sentences be seen as they come."""

import asyncio
import contextlib
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from bot import phrases
from bot.answers import Answer, Asked
from bot.conversation import Conversation, Route
from bot.errors import RasaUnavailable
from bot.messages import Author, Message, Reply
from bot.offers import OFFER_HUMAN, OFFER_MENU
from bot.rasa import RasaClient
from bot.regimens import Regimen, Regimens
from bot.responders.asking import Asking, Told
from bot.store import ConversationStore
from bot.stream import Stream, StreamEvent

LAST_MESSAGES = 8
NURSE_MESSAGES = 2  # of an earlier nurse: what she said holds longer than small talk
LOOK_BACK = 60


class LlmResponder:
    """Answers from our knowledge, in the model's words or in the passages' own."""

    def __init__(self, asking: Asking, store: ConversationStore, regimens: Regimens, stream: Stream, rasa: RasaClient):
        self._asking = asking
        self._store = store
        self._regimens = regimens
        self._stream = stream
        self._rasa = rasa
        self._telling: set[asyncio.Task[None]] = set()

    async def respond(self, asked: Asked) -> Answer | None:
        """Answer from the knowledge, ask back, say what was meant in plain words, or ask which of a few was meant.

        Raises ActionsUnavailable; None when we know nothing about it.
        """
        topic = asked.conversation.key
        await self._stream.publish(topic, StreamEvent("typing", {"turn": asked.turn}))
        own = await self._regimens.active(asked.conversation.clinic, asked.conversation.person)
        told = Told()
        async with aclosing(self._asking.events(await self._body(asked, own))) as events:
            async for name, data in events:
                if name == "sentence":
                    delta = {"turn": asked.turn, "index": len(told.sentences), "text": data["text"]}
                    await self._stream.publish(topic, StreamEvent("delta", delta))
                told.take(name, data)
        answer = told.answer(asked, lists=bool(own))
        if answer and told.sentences:
            self._remember(asked.conversation, answer.replies[0].text)
        return answer

    async def _body(self, asked: Asked, own: Sequence[Regimen]) -> dict[str, Any]:
        notes, asked_before = asked.notes, bool(asked.conversation.notes.asked)
        return {
            "clinic": asked.conversation.clinic, "question": asked.text, "history": await self._history(asked),
            "notes": notes.in_words(), "odd": asked.odd, "asked_back": asked.told_back or asked_before,
            "told": notes.drugs_told,
            "taking": [one.drug_id for one in own if one.drug_id] if notes.shares_list else [],
        }  # fmt: skip

    def _remember(self, conversation: Conversation, words: str) -> None:
        """Rasa shall know what was said in its place; nobody waits for that."""
        task = asyncio.ensure_future(self._tell_rasa(conversation.key, words))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell_rasa(self, sender: str, words: str) -> None:
        with contextlib.suppress(RasaUnavailable):  # it was logged; the store has the words
            await self._rasa.remember(sender, words)

    async def _history(self, asked: Asked) -> list[dict[str, str]]:
        """The last messages before this one, and a nurse's last ones from further back."""
        said = await self._store.last(asked.conversation, LOOK_BACK)
        before = [each for each in said if each.seq < asked.inbound.seq]
        older, last = before[:-LAST_MESSAGES], before[-LAST_MESSAGES:]
        nurse = [each for each in older if each.author is Author.NURSE][-NURSE_MESSAGES:]
        return [{"author": _role(each), "text": each.text} for each in (*nurse, *last)]


def not_known() -> Answer:
    """The honest answer when nothing of ours covers the question."""
    return Answer(Route.FALLBACK, (Reply(phrases.NOT_KNOWN, (OFFER_HUMAN, OFFER_MENU), missed=True),))


def _role(message: Message) -> str:
    return message.author.value if message.author in (Author.PATIENT, Author.NURSE) else "assistant"
