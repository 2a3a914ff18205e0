"""How a form runs. Rasa holds the loop and the slots; reading, checking and asking happen here, in one call per turn.

A form is one function `step`: the slots so far and the words → the slots now and the next question. Its answer
tells Rasa which slot is asked for; there are no separate `action_ask_…` calls. A step that finds nothing of
its own in the words rejects them: Rasa then answers by its rules and comes back to the form, which asks again.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rasa_sdk.events import ActionExecutionRejected, ActiveLoop, FollowupAction, SlotSet

from actions import phrases
from actions.answer import MessagePart, Outcome
from actions.deps import Deps, Verb
from actions.heard import Heard, Phase, last_bot_texts
from actions.pointing import pointed_out
from actions.words import knows_not, leaves, refuses, thinks
from bot.clauses import asks

Slots = Mapping[str, Any]

# Intents that a short answer may be taken for; a form reads these words itself.
NEUTRAL = frozenset({"inform", "affirm", "deny", "nlu_fallback", "out_of_scope", ""})
SHORT = 9  # characters: an answer, hardly a new subject


@dataclass(frozen=True, slots=True)
class Step:
    """What a form does with the words."""

    slots: Slots = field(default_factory=dict)  # its slots now, all of them
    requested: str | None = None  # the slot asked for; None: nothing is missing any more
    messages: tuple[MessagePart, ...] = ()
    rejected: bool = False  # the words are not for this form
    closed: bool = False  # the form ends at once, its submit action is not wanted
    understood: bool = False  # the words were understood though they change nothing (下午, when that is shown)


StepFunction = Callable[[Deps, Heard, Slots, Phase], Awaitable[Step]]
REJECTED = Step(rejected=True)


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its name in Rasa's domain, the slots it owns, the one that tells its end, and its step."""

    name: str
    slots: tuple[str, ...]
    verdict: str  # slot: "yes" when confirmed, "left" when the person left
    step: StepFunction
    own_words: re.Pattern[str] = re.compile(r"(?!)")  # sound like leaving, but mean this form's very business

    @property
    def empty(self) -> dict[str, None]:
        """All its slots, unset."""
        return dict.fromkeys(self.slots)

    def validator(self) -> Verb:
        """The verb behind Rasa's `validate_<form>`."""

        async def validate(deps: Deps, heard: Heard) -> Outcome:
            if heard.phase(self.name) is not Phase.CONTINUED:
                return self._outcome(await self._run(deps, heard))
            heard = replace(heard, text=pointed_out(heard))
            if lead := _cant_tell(heard.text):
                again = await self.step(deps, heard, self._slots(heard), Phase.RESUMED)
                return self._outcome(_led(again, lead, missed=lead != phrases.TAKE_TIME))
            return self._outcome(_noticed(await self._run(deps, heard), heard))

        return validate

    async def _run(self, deps: Deps, heard: Heard) -> Step:
        phase = heard.phase(self.name)
        if phase is Phase.STARTED:
            return await self.step(deps, heard, self.empty, phase)
        slots = self._slots(heard)
        if phase is Phase.CONTINUED and leaves(heard.text) and not self.own_words.match(heard.text):
            return Step(slots | {self.verdict: "left"})
        return await self.step(deps, heard, slots, phase)

    def _slots(self, heard: Heard) -> dict[str, Any]:
        return {name: heard.slots.get(name) for name in self.slots}

    def _outcome(self, step: Step) -> Outcome:
        if step.rejected:
            return Outcome(events=(ActionExecutionRejected(self.name),))
        events = [SlotSet("requested_slot", step.requested)]
        if step.closed:
            events += [ActiveLoop(None), FollowupAction("action_listen")]
        if step.requested is None or not step.messages:
            return Outcome(step.messages, step.slots, tuple(events))
        asked = step.messages[-1] | {"asks": True}
        return Outcome((*step.messages[:-1], asked), step.slots, tuple(events))


def _noticed(step: Step, heard: Heard) -> Step:
    """A step that learnt nothing and asks the same once more says that it did not understand; to somebody who only
    says again what the form is about (我要挂号, by the menu of a channel) that it is at it.
    """
    slots = {**step.slots, "requested_slot": step.requested}
    if step.understood or not step.messages or any(heard.slots.get(name) != value for name, value in slots.items()):
        return step
    asked = step.messages[-1]["text"]
    repeated = any(text.endswith(asked) for text in last_bot_texts(heard.events))
    if not repeated:
        return step
    again = heard.intent not in NEUTRAL
    return _led(step, phrases.AT_IT if again else phrases.NOT_CAUGHT, missed=not again)


def _led(step: Step, lead: str, *, missed: bool) -> Step:
    """The question again, with the reason before it."""
    if not step.messages:
        return step
    asked = step.messages[-1]
    return replace(step, messages=(*step.messages[:-1], asked | {"text": lead + asked["text"], "missed": missed}))


def _cant_tell(text: str) -> str:
    """What is said first to somebody who does not want to tell, can't, or wants to think; empty to others."""
    if thinks(text):
        return phrases.TAKE_TIME
    if refuses(text):
        return phrases.NEED_NOT_SAY
    return phrases.NEED_NOT_KNOW if knows_not(text) else ""


def is_aside(heard: Heard, own: frozenset[str], answered: bool) -> bool:
    """Whether the words turn to something else than the form's question.

    `own` are the intents that the form is about; `answered` tells that the words hold an answer to its question.
    """
    if heard.intent in own | NEUTRAL:
        return False
    return not (answered and len(heard.text) <= SHORT and not asks(heard.text))
