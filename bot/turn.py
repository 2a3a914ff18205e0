"""A message's way through the house. `handle` is the table of contents.

A message is stored before anything is done with it, and its turn stays open until its answer is stored too.
Whoever holds a conversation's lock answers all its open turns in order: so two messages at once are answered in order,
a repeated one joins the running turn, and one cut off by a crash is taken up again.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from bot import phrases
from bot.answers import Answer, Asked, HandoffWanted, PracticeLeft
from bot.assisting import assist
from bot.attached import in_brackets, named
from bot.choosing import chosen, names_a_button, pressed_by_name
from bot.commands import run_command
from bot.conversation import Conversation, Mode, Route, Turn, Urgency
from bot.direct import answer_directly
from bot.errors import StoreUnavailable, Unavailable, UnknownButton
from bot.guard import guard_reply
from bot.hops import Hops
from bot.house import House
from bot.messages import Author, Button, InboundMessage, Kind, Message, Reply
from bot.notes import SELF, Notes
from bot.offers import OFFER_HUMAN
from bot.pressed import Pressed
from bot.responders.failed import failed
from bot.responders.llm import not_known
from bot.rows import OpenTurn
from bot.screening import RedFlag, screen
from bot.text import clean, has_words

log = logging.getLogger(__name__)

NAMED = 30  # messages among which a button is known by its name
CHOICE = 30  # characters; nobody chooses from a list with more
BIT = 40  # characters; who writes more tells it whole
LATELY = timedelta(minutes=30)


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
    if inbound.numbered and inbound.button is None and (choice := await _chosen(house, conversation, inbound)):
        inbound = replace(inbound, button=choice.id)
    await _open_window(house, conversation, inbound)
    await house.store.claim(conversation, replace(inbound, text=await _words(house, conversation, inbound)))
    return conversation


async def _open_window(house: House, conversation: Conversation, inbound: InboundMessage) -> None:
    """Before the claim: who is killed in between has an open window and a message that is delivered again."""
    if inbound.touch and await house.store.first_seen(conversation, inbound.id) is None:
        await house.reach.opened(inbound.address, inbound.touch, inbound.received_at)


async def _chosen(house: House, conversation: Conversation, inbound: InboundMessage) -> Button | None:
    """The choice that a short answer to a numbered list means."""
    if not inbound.text or len(inbound.text) > CHOICE or inbound.pressed is not None:
        return None
    if button := chosen(inbound.text, await house.store.shown(conversation)):
        return button
    if not names_a_button(inbound.text):
        return None
    return pressed_by_name(inbound.text, await house.store.last(conversation, NAMED))


async def _words(house: House, conversation: Conversation, inbound: InboundMessage) -> str:
    """What the person said; pressing a button says the button's words."""
    if inbound.pressed is not None:
        return clean(inbound.pressed.say or in_brackets(inbound.pressed.label))
    if inbound.button is None:
        return clean(inbound.text) or (clean(named(inbound.attachments)) if inbound.attachments else "")
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


async def resume(house: House, clinic: str, before: datetime) -> int:
    """Answer the turns that began `before` and were left open: by an earlier process, by a database that was away.
    How many conversations had some.
    """
    cut_off = await house.store.unfinished(clinic, before)
    for conversation_id in cut_off:
        if conversation := await house.store.by_id(clinic, conversation_id):
            await answer_open_turns(house, conversation)
    return len(cut_off)


async def _answer(house: House, conversation: Conversation, opened: OpenTurn) -> Turn:
    hops = Hops()
    hops.add("wait", house.clock() - opened.inbound.at)
    notes = _noted(house, conversation, opened)
    asked = Asked(conversation, opened.id, opened.inbound, opened.inbound.text, notes, reply_by=opened.reply_by)
    if opened.attachments:  # before the answer: a turn cut off here is taken up again
        await house.media.noted(conversation, opened.inbound.client_id or "", opened.attachments, house.clock())
    with hops.time("screen"):
        flag = _screen(house, asked)
    with hops.time("respond"):
        answer = _danger(flag) if flag else await _respond(house, asked, opened, hops)
    with hops.time("guard"):
        answer = replace(answer, replies=tuple(_guarded(reply) for reply in answer.replies))
    answer = replace(answer, notes=answer.notes or asked.notes)
    return await house.outcomes.queue(asked, answer, hops, house.clock())


def _noted(house: House, conversation: Conversation, opened: OpenTurn) -> Notes:
    """The notes with what these words tell; a learner's words to a simulated patient tell nothing of a person."""
    if conversation.mode is Mode.PRACTICE or opened.button is not None or opened.heard:
        return conversation.notes
    return house.noting.learn(conversation.notes, opened.inbound.text, opened.inbound.at)


def _screen(house: House, asked: Asked) -> RedFlag | None:
    """In practice a learner is supposed to speak of chest pain; everywhere else danger comes first."""
    if asked.conversation.mode is Mode.PRACTICE:
        return None
    return screen(asked.text, house.red_flags) or _screen_together(house, asked)


def _screen_together(house: House, asked: Asked) -> RedFlag | None:
    """Danger told bit by bit: 便血, then 头晕心慌; 宝宝发烧, then 两个月, then 没精神. It alarms only once."""
    before, now = asked.conversation.notes, asked.notes
    lately = [one.words for one in before.complaints if asked.inbound.at - one.times[-1] < LATELY]
    told = before.asked or "，".join(lately)
    if not told or len(asked.text) > BIT:
        return None
    who = now.people[-1] if now.people else None
    told = (f"{who.who}{who.age}" if who and who.who != SELF else "") + told
    news = now != before or bool(before.asked)
    if not news and screen(told, house.red_flags):
        return None
    # Words that tell the notes nothing are read by the rules alone: the second reader would alarm at 睡着了.
    flags = house.red_flags if news else replace(house.red_flags, reader=None)
    return screen(f"{told}，{asked.text}", flags)


def _danger(flag: RedFlag) -> Answer:
    return Answer(Route.RED_FLAG, (_warning(flag),), HandoffWanted(flag.label, Urgency.RED_FLAG))


def _warning(flag: RedFlag) -> Reply:
    return Reply(flag.reply_text, sources=(flag.source,), kind=Kind.RED_FLAG)


async def _respond(house: House, asked: Asked, opened: OpenTurn, hops: Hops) -> Answer:
    """A pressed button does what it says; words go to the mode's own responder. Here a responder's failure ends."""
    try:
        pressed = opened.pressed
        if opened.button is not None:
            pressed = await house.store.button(asked.conversation, opened.button)
        if pressed is not None and pressed.command is not None and not _goes_to_a_nurse(asked, pressed):
            return await _command(house, asked, pressed)
        return await answer_directly(house, asked, opened) or await _by_mode(house, asked, opened, hops)
    except UnknownButton as error:
        return Answer(Route.COMMAND, (Reply(error.title),))
    except StoreUnavailable:
        raise
    except Unavailable as error:
        return failed(error, house.phone())


async def _command(house: House, asked: Asked, button: Button) -> Answer:
    pressed = Pressed(asked.conversation, button.args, house.clock())
    return await run_command(button.command or "", house, pressed)


def _with_danger(house: House, asked: Asked, answer: Answer) -> Answer:
    """Who leaves the practice because they are ill themselves is told what to do at once; who concludes is not ill."""
    ill = isinstance(answer.change, PracticeLeft) and answer.change.ill
    flag = screen(asked.text, house.red_flags) if ill else None
    return replace(answer, replies=(*answer.replies, _warning(flag))) if flag else answer


def _goes_to_a_nurse(asked: Asked, pressed: Button) -> bool:
    """Who is greeted while waiting for a nurse would find only dead buttons under the greeting."""
    return asked.conversation.mode is Mode.HANDOFF and pressed.command == "welcome"


async def _by_mode(house: House, asked: Asked, opened: OpenTurn, hops: Hops) -> Answer:
    if asked.conversation.mode is Mode.HANDOFF:
        return await house.nurse.respond(asked) or Answer(Route.HANDOFF)
    if not has_words(asked.text):
        words = phrases.NO_WORDS if asked.text else phrases.NOTHING_SAID
        return Answer(Route.STRUCTURED, (Reply(words, (OFFER_HUMAN,)),))
    if asked.conversation.mode is Mode.PRACTICE:
        return _with_danger(house, asked, await house.patient.respond(asked) or not_known())
    left = opened.pressed is not None and await house.rasa.leave(asked)
    answer = await assist(house, asked, hops)
    return replace(answer, replies=(Reply(phrases.FORM_LEFT), *answer.replies)) if left else answer


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
