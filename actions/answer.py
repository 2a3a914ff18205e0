"""What an action answers: messages in the house's reply format, and what Rasa shall remember."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk.events import SlotSet

from bot.messages import Kind
from knowledge.sources import Source

MessagePart = dict[str, Any]
FALLBACK: MessagePart = {"fallback": True}  # the house asks its LLM endpoint


@dataclass(frozen=True, slots=True)
class Choice:
    """A quick reply that says words: `say` when they differ from the label."""

    label: str
    say: str = ""

    def part(self) -> dict[str, str]:
        """In the house's reply format."""
        return {"label": self.label, "say": self.say or self.label}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Messages for the person, slots to set, further events of Rasa."""

    messages: tuple[MessagePart, ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[dict[str, Any], ...] = ()

    def all_events(self) -> list[dict[str, Any]]:
        """Slots first, so that a following action sees them."""
        return [SlotSet(name, value) for name, value in self.slots.items()] + list(self.events)


def message(
    text: str, choices: Iterable[Choice] = (), sources: Iterable[Source] = (), commands: Iterable[MessagePart] = ()
) -> MessagePart:
    """One message. `commands` are buttons of the house's own closed list."""
    buttons = [*(choice.part() for choice in choices), *commands]
    return {
        "text": text,
        "buttons": buttons,
        "sources": [source_part(source) for source in dict.fromkeys(sources)],
        "kind": Kind.TEXT.value,
    }


def source_part(source: Source) -> dict[str, str]:
    """A citation in the house's reply format."""
    return {
        "title": source.title,
        "publisher": source.publisher,
        "reviewed": source.reviewed.isoformat(),
        "excerpt": "",
    }


def command(label: str, name: str, **args: str) -> MessagePart:
    """A button that gives the house one of its own commands (bot.commands)."""
    return {"label": label, "command": name, "args": args}


def unclear(text: str, *choices: Choice) -> Outcome:
    """The words were not enough: the house counts such answers, and offers other ways when they come in a row."""
    return Outcome((message(text, choices) | {"missed": True},))


def say(text: str, *choices: Choice, **slots: Any) -> Outcome:
    """The commonest outcome: one message, some buttons, some slots."""
    return Outcome((message(text, choices),), slots)
