"""What a responder gives back: messages for the person, and at most one change of who answers next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.conversation import Conversation, Route, Urgency
from bot.matters import Matter
from bot.messages import Message, Reply
from bot.notes import NO_NOTES, Notes


@dataclass(frozen=True, slots=True)
class HandoffWanted:
    """Pass the conversation to a nurse."""

    reason: str
    urgency: Urgency = Urgency.ASKED


@dataclass(frozen=True, slots=True)
class TaskWanted:
    """A nurse has to look at something; the bot goes on answering until she does."""

    reason: str


@dataclass(frozen=True, slots=True)
class HandoffCancelled:
    """The person no longer waits for a nurse."""


@dataclass(frozen=True, slots=True)
class PracticeWanted:
    """Start an encounter with a simulated patient."""

    case: str


@dataclass(frozen=True, slots=True)
class PracticeLeft:
    """Back to the assistant."""

    encounter: str
    ill: bool = False  # because the learner is ill


Change = HandoffWanted | TaskWanted | HandoffCancelled | PracticeWanted | PracticeLeft


@dataclass(frozen=True, slots=True)
class Answer:
    """What one turn says and changes."""

    route: Route
    replies: tuple[Reply, ...] = ()
    change: Change | None = None
    unsure: bool = False  # the question is left to the fallback; `replies` come after its answer
    question: Reply | None = None  # what a form asks next: said last
    then: str = ""  # words put off until now
    odd: bool = False  # Rasa could not place the words at all: a model may say what was meant
    restated: str = ""  # the same wish in plain words, for Rasa to read again
    rescued: str = ""  # the command that a model understood, for the audit
    done: str = ""  # the command of a pressed button, for the audit
    notes: Notes | None = None  # the conversation's notes from now on, where the answer changes them

    @property
    def missed(self) -> bool:
        """Whether nothing in the person's words could be used."""
        said = self.replies or tuple(filter(None, [self.question]))
        return bool(said) and all(reply.missed for reply in said)


def joined(answers: Sequence[Answer]) -> Answer:
    """The answers to the matters of one turn, in order; only the last question of a form still stands."""
    if len(answers) == 1:
        return answers[0]
    routes = {answer.route for answer in answers if answer.replies or answer.question}
    return Answer(
        Route.STRUCTURED if routes == {Route.STRUCTURED} else Route.FALLBACK,
        tuple(reply for answer in answers for reply in answer.replies),
        answers[-1].change,
        question=answers[-1].question,
        rescued="、".join(filter(None, (answer.rescued for answer in answers))),
        notes=next((answer.notes for answer in reversed(answers) if answer.notes is not None), None),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a responder is asked: the conversation as it stands and the cleaned words of the person."""

    conversation: Conversation
    turn: str
    inbound: Message
    text: str
    notes: Notes = NO_NOTES  # with what these words tell
    odd: bool = False  # Rasa could not place the words
    told_back: bool = False  # the words hold the answer to what we asked back
    reply_by: datetime | None = None  # until then the channel's own reply may take the answer


class Responder(Protocol):
    """Who answers a turn. None: this one knows nothing about it."""

    async def respond(self, asked: Asked) -> Answer | None:
        """Answer a turn."""


class Dialogue(Responder, Protocol):
    """Who answers words by rules and forms."""

    async def matters(self, asked: Asked) -> Sequence[Matter]:
        """The matters of the words, in order. Raises RasaUnavailable."""

    async def leave(self, asked: Asked) -> bool:
        """Forget the form that runs, and whether one did. Raises RasaUnavailable."""

    async def put_off(self, asked: Asked, words: str) -> None:
        """Keep words until the running form has ended; then they come back as an answer's `then`."""
