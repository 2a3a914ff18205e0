"""Structured turns: what Rasa and its actions answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.answers import Answer, Asked, Change, HandoffWanted, PracticeWanted
from bot.conversation import Conversation, Route
from bot.errors import RasaUnavailable
from bot.messages import Button, Kind, Reply, Source
from bot.rasa import RasaClient


def sender_of(conversation: Conversation) -> str:
    """The conversation's name at Rasa: it tells nothing of the person."""
    return f"{conversation.clinic}.{conversation.id}"


class RasaResponder:
    """Asks Rasa. Its answer may be unsure, with a form's next question behind it. Raises RasaUnavailable."""

    def __init__(self, client: RasaClient) -> None:
        self._client = client

    async def respond(self, asked: Asked) -> Answer | None:
        """Answer a turn, or leave it to the fallback."""
        parts = [_part(raw) for raw in await self._client.send(sender_of(asked.conversation), asked.text)]
        replies = tuple(_reply(part) for part in parts if part.get("text"))
        change = next((change for part in parts if (change := _change(part))), None)
        unsure = any(part.get("fallback") for part in parts)
        if not replies and change is None and not unsure:
            raise RasaUnavailable("nothing to say")
        return Answer(Route.STRUCTURED, replies, change, unsure)


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
        sources=_sources(part.get("sources") or ()),
        kind=Kind(part.get("kind", Kind.TEXT)),
    )


def _button(button: Mapping[str, Any]) -> Button:
    return Button(button["label"], button.get("say"), button.get("command"), dict(button.get("args") or {}))


def _sources(sources: Sequence[Mapping[str, Any]]) -> tuple[Source, ...]:
    return tuple(
        Source(source["title"], source["publisher"], source["reviewed"], source.get("excerpt", ""))
        for source in sources
    )


def _change(part: Mapping[str, Any]) -> Change | None:
    if handoff := part.get("handoff"):
        return HandoffWanted(str(handoff["reason"]))
    if practice := part.get("practice"):
        return PracticeWanted(str(practice.get("case") or ""))
    return None
