"""A message's way through the house. `handle` is the table of contents.

A message is stored before anything is done with it, and its turn stays open until its answer is stored too.
Whoever holds a conversation's lock answers all its open turns in order: so two messages at once are answered in order,
a repeated one joins the running turn, and one cut off by a crash is taken up again.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import phrases
from bot.answers import Answer, Asked, Dialogue, HandoffWanted, Responder, joined
from bot.commands import Pressed, run_command
from bot.conversation import Conversation, Mode, Route, Turn, Urgency
from bot.errors import ActionsUnavailable, RasaUnavailable, StoreUnavailable, Unavailable, UnknownButton
from bot.guard import guard_reply
from bot.hops import Hops
from bot.locks import Locks
from bot.matters import Matter, answers_form, opens_form
from bot.messages import Author, Button, InboundMessage, Kind, Message, Reply
from bot.offers import OFFER_HUMAN
from bot.outcomes import Outcomes
from bot.patience import LOOK_BACK, misses_in_a_row, patiently
from bot.regimens import Regimens
from bot.responders.llm import not_known
from bot.rows import OpenTurn
from bot.screening import RedFlag, screen
from bot.store import ConversationStore
from bot.text import clean, has_words
from knowledge.red_flags import RedFlags

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """What a turn needs; put together in bootstrap."""

    store: ConversationStore
    locks: Locks
    red_flags: RedFlags
    rasa: Dialogue
    llm: Responder
    patient: Responder
    nurse: Responder
    regimens: Regimens
    outcomes: Outcomes
    clock: Callable[[], datetime]
    phone: Callable[[], str]  # of the hospital, for a person whom we do not understand


async def handle(house: House, inbound: InboundMessage, known: Conversation | None = None) -> Turn:
    """Answer one message, of a conversation already looked up if the channel did. Raises StoreUnavailable;
    a red flag is answered even then.
    """
    try:
        conversation = await accept(house, inbound, known)
        answered = await answer_open_turns(house, conversation)
        turn = answered.get(inbound.id) or await house.store.turn_of(conversation, inbound.id)
    except StoreUnavailable:
        if (flag := screen(clean(inbound.text), house.red_flags)) is None:
            raise
        return _unsaved(inbound, flag)
    if turn is None:
        raise Unavailable("the turn has no answer")
    return turn


async def accept(house: House, inbound: InboundMessage, known: Conversation | None = None) -> Conversation:
    """Store a message, once. From here on it will be answered, whatever is killed."""
    conversation = known or await house.store.open(inbound.address, inbound.received_at)
    await house.store.claim(conversation, replace(inbound, text=await _words(house, conversation, inbound)))
    return conversation


async def _words(house: House, conversation: Conversation, inbound: InboundMessage) -> str:
    """What the person said; pressing a button says the button's words."""
    if inbound.button is None:
        return clean(inbound.text)
    try:
        button = await house.store.button(conversation, inbound.button)
    except UnknownButton:
        return clean(inbound.text)
    return button.say or button.label


async def answer_open_turns(house: House, conversation: Conversation) -> dict[str, Turn]:
    """Answer, in order, what is not answered yet in a conversation; the turns by client message id.

    Whoever claims a message after this look waits for the lock and looks himself.
    """
    answered: dict[str, Turn] = {}
    async with house.locks.hold(conversation.key):
        waiting = await house.store.open_turns(conversation)
        for n, (current, opened) in enumerate(waiting):
            if n:  # the turn before may have changed who answers
                current = await house.store.by_id(conversation.clinic, conversation.id) or current
            turn = await _answer(house, current, opened)
            answered[turn.inbound.client_id or ""] = turn
    return answered


async def resume(house: House, clinic: str) -> int:
    """Answer the turns that an earlier process left open. How many conversations had some."""
    cut_off = await house.store.unfinished(clinic)
    for conversation_id in cut_off:
        if conversation := await house.store.by_id(clinic, conversation_id):
            await answer_open_turns(house, conversation)
    return len(cut_off)


async def _answer(house: House, conversation: Conversation, opened: OpenTurn) -> Turn:
    hops = Hops()
    hops.add("wait", house.clock() - opened.inbound.at)
    asked = Asked(conversation, opened.id, opened.inbound, opened.inbound.text)
    with hops.time("screen"):
        flag = _screen(house, asked)
    with hops.time("respond"):
        answer = _danger(flag) if flag else await _respond(house, asked, opened.button, hops)
    with hops.time("guard"):
        answer = replace(answer, replies=tuple(_guarded(reply) for reply in answer.replies))
    return await house.outcomes.queue(asked, answer, hops, house.clock())


def _screen(house: House, asked: Asked) -> RedFlag | None:
    """In practice a learner is supposed to speak of chest pain; everywhere else danger comes first."""
    if asked.conversation.mode is Mode.PRACTICE:
        return None
    return screen(asked.text, house.red_flags)


def _danger(flag: RedFlag) -> Answer:
    return Answer(Route.RED_FLAG, (_warning(flag),), HandoffWanted(flag.label, Urgency.RED_FLAG))


def _warning(flag: RedFlag) -> Reply:
    return Reply(flag.reply_text, sources=(flag.source,), kind=Kind.RED_FLAG)


async def _respond(house: House, asked: Asked, button: str | None, hops: Hops) -> Answer:
    """A pressed button does what it says; words go to the mode's own responder. Here a responder's failure ends."""
    try:
        if button is not None:
            pressed = await house.store.button(asked.conversation, button)
            if pressed.command is not None:
                return await _command(house, asked, pressed)
        return await _by_mode(house, asked, hops)
    except UnknownButton as error:
        return Answer(Route.COMMAND, (Reply(error.title),))
    except StoreUnavailable:
        raise
    except Unavailable as error:
        return _failed(error)


def _failed(error: Unavailable) -> Answer:
    log.error("responder failed", extra={"action": "responder_failed", "error": type(error).__name__})
    return Answer(Route.FALLBACK, (Reply(phrases.NOT_UNDERSTOOD, (OFFER_HUMAN,)),))


async def _command(house: House, asked: Asked, button: Button) -> Answer:
    pressed = Pressed(asked.conversation, button.args, house.clock())
    return await run_command(button.command or "", house.regimens, pressed)


async def _by_mode(house: House, asked: Asked, hops: Hops) -> Answer:
    if asked.conversation.mode is Mode.HANDOFF:
        return await house.nurse.respond(asked) or Answer(Route.HANDOFF)
    if not has_words(asked.text):
        words = phrases.NO_WORDS if asked.text else phrases.NOTHING_SAID
        return Answer(Route.STRUCTURED, (Reply(words, (OFFER_HUMAN,)),))
    if asked.conversation.mode is Mode.PRACTICE:
        return await house.patient.respond(asked) or not_known()
    return await _assist(house, asked, hops)


async def _assist(house: House, asked: Asked, hops: Hops) -> Answer:
    """Every matter of the words, in order. Two can't be arranged at once: the second waits for the first."""
    waiting = deque(await _matters(house, asked, hops))
    answers: list[Answer] = []
    while waiting and not (answers and answers[-1].change):
        matter = waiting.popleft()
        part = replace(asked, text=matter.text)
        asking = answers[-1].question if answers else None
        if asking and opens_form(matter):
            answers.append(await _put_off(house, part, [matter, *waiting], asking))
            break
        answers.append(_asking_still(await _serve(house, part, asking, hops), asking, matter))
        if answers[-1].then:
            waiting.extend(await _matters(house, replace(asked, text=answers[-1].then), hops))
    return await _settled(house, asked, joined(answers))


def _asking_still(answer: Answer, asking: Reply | None, matter: Matter) -> Answer:
    """After an aside a form asks anew, without what it had to say at first (明天没有门诊): its first words stay."""
    return replace(answer, question=asking) if asking and answer.question and not answers_form(matter) else answer


async def _matters(house: House, asked: Asked, hops: Hops) -> Sequence[Matter]:
    try:
        with hops.time("matters"):
            return await house.rasa.matters(asked)
    except RasaUnavailable:
        return (Matter(asked.text),)


async def _put_off(house: House, asked: Asked, matters: Sequence[Matter], question: Reply) -> Answer:
    words = phrases.AND_ALSO.join(matter.text for matter in matters)
    try:
        await house.rasa.put_off(asked, words)
    except RasaUnavailable:
        return replace(_rasa_down(replace(asked, text=words)), question=question)
    return Answer(Route.STRUCTURED, (Reply(phrases.PUT_OFF.format(words=words)),), question=question)


async def _serve(house: House, asked: Asked, asking: Reply | None, hops: Hops) -> Answer:
    """Answer one matter. Its failure ends here: what was done for the matters before it must be told all the same."""
    try:
        return await _served(house, asked, asking, hops)
    except ActionsUnavailable as error:
        return replace(_failed(error), question=asking)


async def _served(house: House, asked: Asked, asking: Reply | None, hops: Hops) -> Answer:
    """Rasa first; what it is not sure of, or can't do now, goes to the knowledge."""
    try:
        with hops.time("rasa"):
            answer = await house.rasa.respond(asked) or Answer(Route.FALLBACK, unsure=True)
    except RasaUnavailable:
        return replace(await _know(house, asked, hops) or _rasa_down(asked), question=asking)
    if not answer.unsure:
        return answer
    known = await _know(house, asked, hops)
    if answer.replies and (known is None or known.missed):
        return answer
    known = known or not_known()
    besides = (reply for reply in answer.replies if not reply.missed)
    return replace(known, replies=(*known.replies, *besides), question=answer.question)


async def _settled(house: House, asked: Asked, answer: Answer) -> Answer:
    """The answer as it is said: a form's question comes last; words missed again and again get a way out."""
    missed = answer.missed
    if missed:
        said = await house.store.last(asked.conversation, LOOK_BACK)
        before = misses_in_a_row([message for message in said if message.seq < asked.inbound.seq])
        answer = patiently(answer, before, house.phone())
    replies = (*answer.replies, *filter(None, [answer.question]))
    return replace(answer, replies=tuple(replace(reply, missed=missed) for reply in replies))


async def _know(house: House, asked: Asked, hops: Hops) -> Answer | None:
    with hops.time("knowledge"):
        return await house.llm.respond(asked)


def _rasa_down(asked: Asked) -> Answer:
    buttons = (Button(phrases.SAY_AGAIN, say=asked.text), OFFER_HUMAN)
    return Answer(Route.FALLBACK, (Reply(phrases.RASA_DOWN, buttons),))


def _guarded(reply: Reply) -> Reply:
    """Nothing empty, nothing of the machine's inside may leave."""
    verdict = guard_reply(reply.text)
    if verdict.ok:
        return reply
    log.error("reply held back", extra={"action": "reply_held_back", "reasons": list(verdict.reasons)})
    return Reply(phrases.NOT_UNDERSTOOD, (OFFER_HUMAN,))


def _unsaved(inbound: InboundMessage, flag: RedFlag) -> Turn:
    """What to do in danger is said even when nothing can be stored."""
    at = inbound.received_at
    warning = _warning(flag)
    said = Message(0, "", Author.PATIENT, inbound.text, at, client_id=inbound.id)
    reply = Message(0, "", Author.BOT, warning.text, at, Kind.RED_FLAG, sources=warning.sources)
    return Turn("", "", said, Route.RED_FLAG, (reply,))
