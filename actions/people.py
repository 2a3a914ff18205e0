"""Turning to people: a nurse, or a simulated patient to practise with."""

from rasa_sdk.events import ActiveLoop, SlotSet

from actions import phrases
from actions.answer import Choice, Outcome, say
from actions.deps import Deps
from actions.heard import Heard
from actions.putting_off import SLOT as PUT_OFF

# Whoever asks for a person is not asked for a day and a time any more.
_END_FORM = (ActiveLoop(None), SlotSet("requested_slot", None))


async def handoff(_deps: Deps, heard: Heard) -> Outcome:
    """Ask the house to pass the conversation to a nurse; the house tells the person what happens."""
    reason = phrases.REASON_COMPLAINT if heard.intent == "complaint" else phrases.REASON_ASKED
    return Outcome(({"handoff": {"reason": reason}},), {PUT_OFF: None}, _END_FORM)


async def start_practice(deps: Deps, heard: Heard) -> Outcome:
    """Start an encounter: the case named, the only one, or the house's choice."""
    named = [case for case, title in deps.cases.items() if title in heard.text or case in heard.text]
    return Outcome(({"practice": {"case": named[0] if named else ""}},), {PUT_OFF: None}, _END_FORM)


async def exit_practice(_deps: Deps, _heard: Heard) -> Outcome:
    """Leaving is done in practice mode by the house; here there is nothing to leave."""
    return say(phrases.NOT_PRACTISING, Choice("开始练习", "我要练习问诊"))
