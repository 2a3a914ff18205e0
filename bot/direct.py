"""What is answered at once, without any responder: the rest of a long answer, a picture, a voice to be read back, a
number that is in no list, words to a nurse who is still awaited.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot import phrases
from bot.answers import Answer, Asked
from bot.attached import is_no_words, kind_answer
from bot.choosing import read_choice, wants_more
from bot.commands import Pressed, run_command
from bot.conversation import HandoffStatus, Mode, Route
from bot.heard import read_back
from bot.house import House
from bot.linking_words import read_leaving, read_linking
from bot.messages import Author, Button, Kind, Message, Reply
from bot.offers import OFFER_HUMAN
from bot.outcomes import CANCEL_WAITING
from bot.rows import OpenTurn
from bot.text import only_asks

LONGEST = 4_000  # characters of one message
LOOK_BACK = 8  # messages
REMINDED_AFTER = timedelta(minutes=3)  # who goes on writing to an awaited nurse hears again that she is
# A question that a bare number answers: 几点, 多少片.
_WANTS_A_NUMBER = re.compile(r"几|多少|多大|号码|电话|哪天|哪一天|什么时候|日期|时间")


async def answer_directly(house: House, asked: Asked, opened: OpenTurn) -> Answer | None:
    """The answer, or None where the mode's responder is to be asked."""
    if opened.numbered and wants_more(asked.text) and await house.outbox.waits(asked.conversation, asked.inbound.seq):
        return Answer(Route.COMMAND)
    if (command := _typed(asked.text)) is not None:
        pressed = Pressed(asked.conversation, command.args, house.clock())
        return await run_command(command.command or "", house, pressed)
    if asked.conversation.mode is Mode.HANDOFF:
        return await _with_a_nurse(house, asked, opened) if opened.blind else None
    if asked.conversation.mode is not Mode.ASSISTANT:
        return None
    return await _to_the_assistant(house, asked, opened)


def _typed(text: str) -> Button | None:
    """The command that typed words are, nothing else beside them."""
    if code := read_linking(text):
        return Button(text, command="link", args={"code": code})
    return Button(text, command="unlink") if read_leaving(text) else None


async def _to_the_assistant(house: House, asked: Asked, opened: OpenTurn) -> Answer | None:
    if len(asked.text) > LONGEST:
        return _say(Reply(phrases.TOO_LONG, (OFFER_HUMAN,)))
    if only_asks(asked.text):
        return _say(Reply(phrases.ONLY_ASKS, (OFFER_HUMAN,)))
    if opened.attachments and is_no_words(asked.text):
        return await _received(house, asked, opened)
    if opened.heard and (question := read_back(asked.text, house.noting.drugs_named)):
        return _say(question)
    if opened.numbered and opened.button is None and read_choice(asked.text) is not None:
        return _no_such_number(asked.text, await _said_before(house, asked))
    return None


async def _received(house: House, asked: Asked, opened: OpenTurn) -> Answer:
    """Kind words for a picture; a question that still stands is asked again, or its numbers would be lost."""
    words = kind_answer(opened.attachments)
    questions = [one for one in await _said_before(house, asked) if one.text.rstrip().endswith(("？", "?"))]
    if not questions:
        return _say(words)
    return _say(replace(words, buttons=()), _again(questions[-1], phrases.STILL_ASKED + questions[-1].text))


def _no_such_number(text: str, shown: Sequence[Message]) -> Answer | None:
    """A number beyond the list; not where the question itself wants a number."""
    numbers = [button.number for message in shown for button in message.buttons if button.number]
    if not numbers or (read_choice(text) or 0) <= max(numbers) or _WANTS_A_NUMBER.search(shown[-1].text):
        return None
    words = phrases.NOT_A_NUMBER.format(number=text.strip(), first=min(numbers), last=max(numbers))
    last = next(message for message in reversed(shown) if message.buttons)
    return _say(_again(last, words))


def _again(message: Message, words: str) -> Reply:
    """The choices of a message under other words."""
    buttons = tuple(replace(button, id="", number=0) for button in message.buttons)
    return Reply(words, buttons, kind=Kind.TEXT)


async def _said_before(house: House, asked: Asked) -> Sequence[Message]:
    """What was said to the person since they last wrote before this, oldest first."""
    said: list[Message] = []
    for message in reversed(await house.store.last(asked.conversation, LOOK_BACK)):
        if message.seq >= asked.inbound.seq:
            continue
        if message.author is Author.PATIENT:
            break
        said.append(message)
    return said[::-1]


async def _with_a_nurse(house: House, asked: Asked, opened: OpenTurn) -> Answer | None:
    """Where no page shows it, the person is told that the nurse is awaited: at first, at a touch of a menu, and again
    after a while. While she is there, only a touched menu is answered.
    """
    answer = await house.nurse.respond(asked)
    if answer and (answer.replies or answer.change):
        return answer
    handoff = await house.handoffs.open_of(asked.conversation)
    if handoff is None:
        return None
    if handoff.status is HandoffStatus.ACCEPTED:
        return Answer(Route.HANDOFF, (Reply(phrases.NURSE_IS_HERE),)) if opened.pressed else None
    told_at = [
        message.at for message in await house.store.last(asked.conversation, LOOK_BACK * 4)
        if message.text == phrases.KEPT_FOR_NURSE and message.at >= handoff.requested_at
    ]  # fmt: skip
    lately = told_at and asked.inbound.at - told_at[-1] < REMINDED_AFTER
    if lately and not opened.pressed and read_choice(asked.text) is None:
        return None
    return Answer(Route.HANDOFF, (Reply(phrases.KEPT_FOR_NURSE, (CANCEL_WAITING,), kind=Kind.NOTICE),))


def _say(*replies: Reply) -> Answer:
    return Answer(Route.STRUCTURED, replies)
