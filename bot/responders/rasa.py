"""Structured turns: what Rasa and its actions answer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.answers import Answer, Asked, Change, HandoffWanted, PracticeWanted, TaskWanted
from bot.conversation import Route
from bot.errors import RasaUnavailable
from bot.matters import UNSURE, Matter, matters_of
from bot.messages import Button, Kind, Reply
from bot.rasa import RasaClient
from bot.responders.sources import sources_of


class RasaResponder:
    """Asks Rasa. Its answer may be unsure, with a form's next question behind it. Raises RasaUnavailable."""

    def __init__(self, client: RasaClient, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock

    async def matters(self, asked: Asked) -> Sequence[Matter]:
        """The matters of the words, in order. Raises RasaUnavailable."""
        return await matters_of(asked.text, self._client.parse, lambda: self._client.in_form(asked.conversation.key))

    async def put_off(self, asked: Asked, words: str) -> None:
        """Rasa keeps the words in a slot; the action that ends the form gives them back. Raises RasaUnavailable."""
        kept = {"words": words, "at": self._clock().isoformat()}
        await self._client.set_slot(asked.conversation.key, "put_off", kept)

    async def leave(self, asked: Asked) -> bool:
        """Forget the form that runs, and whether one did. Raises RasaUnavailable."""
        return await self._client.leave_form(asked.conversation.key)

    async def respond(self, asked: Asked) -> Answer | None:
        """Answer a turn, or leave it to the fallback."""
        parts = [_part(raw) for raw in await self._client.send(asked.conversation.key, asked.text)]
        said = [part for part in parts if part.get("text")]
        replies = tuple(_reply(part) for part in said if not part.get("asks"))
        question = next((_reply(part) for part in reversed(said) if part.get("asks")), None)
        then = next((str(part["then"]) for part in parts if part.get("then")), "")
        change = next((change for part in parts if (change := _change(part))), None)
        unsure = any(part.get("fallback") for part in parts)
        odd = any(part.get("fallback") and part.get("intent") == UNSURE for part in parts)
        if not (replies or question or change or unsure or then):
            raise RasaUnavailable("nothing to say")
        return Answer(Route.STRUCTURED, replies, change, unsure, question, then, odd)


def _part(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Both of Rasa's shapes in ours: an action's `custom`, or a response of the domain."""
    custom = raw.get("custom")
    if isinstance(custom, Mapping):
        return custom
    buttons = [{"label": button["title"], "say": button["payload"]} for button in raw.get("buttons") or ()]
    return {"text": raw.get("text"), "buttons": buttons}


def _reply(part: Mapping[str, Any]) -> Reply:
    return Reply(
        text=str(part["text"]),
        buttons=tuple(_button(button) for button in part.get("buttons") or ()),
        sources=sources_of(part.get("sources") or ()),
        kind=Kind(part.get("kind", Kind.TEXT)),
        missed=bool(part.get("missed")),
        picture=str(part.get("picture") or ""),
    )


def _button(button: Mapping[str, Any]) -> Button:
    return Button(button["label"], button.get("say"), button.get("command"), dict(button.get("args") or {}))


def _change(part: Mapping[str, Any]) -> Change | None:
    if handoff := part.get("handoff"):
        return HandoffWanted(str(handoff["reason"]))
    if task := part.get("task"):
        return TaskWanted(str(task["reason"]))
    if practice := part.get("practice"):
        return PracticeWanted(str(practice.get("case") or ""))
    return None
