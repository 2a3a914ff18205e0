"""What is answered at once, without any responder: the rest of a long answer, a picture, a voice to be read back, a
number that is in no list, words to a nurse who is still awaited.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot import phrases
from bot.answers import Answer, Asked, HandoffWanted
from bot.attached import is_no_words, kind_answer
from bot.choosing import read_choice, wants_more
from bot.commands import run_command
from bot.conversation import HandoffStatus, Mode, Route, Urgency
from bot.family_words import typed_family
from bot.follow_up_words import LONGEST_ANSWER, typed_answer
from bot.heard import read_back
from bot.house import House
from bot.linking_words import read_leaving, read_linking
from bot.messages import Author, Button, Kind, Message, Reply
from bot.offers import MENU, OFFER_HUMAN
from bot.outcomes import CANCEL_WAITING
from bot.practice_words import read_joining
from bot.pressed import Pressed
from bot.rows import OpenTurn
from bot.text import only_asks

LONGEST = 4_000  # characters of one message
LOOK_BACK = 8  # messages
REMINDED_AFTER = timedelta(minutes=3)  # who goes on writing to an awaited nurse hears again that she is
# A question that a bare number answers: 几点, 多少片.
_WANTS_A_NUMBER = re.compile(r"几|多少|多大|号码|电话|哪天|哪一天|什么时候|日期|时间")
SHORT = 16  # characters of a sentence about the letters' size, and nothing else
_WRONG = ("不对", "不是", "错了", "听错")
_CALLS = re.compile(
    r"(快|赶紧)?(来个?人|叫人|叫护士|叫医生)[啊呀吧了]*|有没有人[啊呀在]*|有人在?[吗么嘛]|护士(呢|在吗|在哪)|救命[啊呀]*"
)
_LOST = re.compile(
    r"(我|都|还是|完全|根本|真的)*[听看弄搞]?(不懂|不明白|没懂|没听懂|没看懂|不会用|不会弄|不会操作|糊涂了)"
    r"(了|啊|呀|你说的|你在说什么)*|你?[说讲]的?(什么|啥)(意思|呀|啊|呢)?"
)
_TOO_SMALL = re.compile(r"(字|字体|文字).{0,3}(太|有点|好)?小|看不[清见]楚?(字|屏幕)")
_WHO = re.compile(
    r"(请问)?[你您](到底)?(是不是|是)真?的?(人|真人|机器人|机器|电脑|人工|医生|护士|大夫|AI|ai)(工?智能)?"
    r"(吗|么|嘛|呀|啊|还是真人|还是机器人)*|[你您]是谁[啊呀]?"
)


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
    if joining := read_joining(text):
        return Button(text, command="join_class", args=joining)
    return Button(text, command="unlink") if read_leaving(text) else typed_family(text)


async def _to_the_assistant(house: House, asked: Asked, opened: OpenTurn) -> Answer | None:
    if len(asked.text) > LONGEST:
        return _say(Reply(phrases.TOO_LONG, (OFFER_HUMAN,)))
    if only_asks(asked.text):
        return _say(Reply(phrases.ONLY_ASKS, (OFFER_HUMAN,)))
    if (help_wanted := _about_ourselves(house, asked.text)) is not None:
        return help_wanted
    if opened.attachments and is_no_words(asked.text):
        return await _received(house, asked, opened)
    if opened.blind and asked.text.startswith(_WRONG) and await _was_read_back(house, asked):
        return _say(Reply(phrases.HEARD_AGAIN))
    if opened.heard and (question := read_back(asked.text, house.noting.drugs_named)):
        return _say(question)
    if (answer := await _answered(house, asked, opened)) is not None:
        return answer
    if opened.numbered and opened.button is None and read_choice(asked.text) is not None:
        return _no_such_number(asked.text, await _said_before(house, asked))
    return None


async def _answered(house: House, asked: Asked, opened: OpenTurn) -> Answer | None:
    """The number or the words of an answer to a question of a follow-up just shown."""
    if opened.button is not None or len(asked.text) > LONGEST_ANSWER:
        return None
    button = typed_answer(asked.text, await _said_before(house, asked))
    if button is None:
        return None
    return await run_command(button.command or "", house, Pressed(asked.conversation, button.args, house.clock()))


def _about_ourselves(house: House, text: str) -> Answer | None:
    """Cries for help that no knowledge answers: 听不懂, 字太小, 来人啊; and whether somebody real is here."""
    words = text.strip("。.！!？?，, ")
    if _CALLS.fullmatch(words):
        return Answer(Route.STRUCTURED, change=HandoffWanted(phrases.HANDOFF_REASON_ASKED))
    if _LOST.fullmatch(words):
        return _say(Reply(phrases.EXPLAINED.format(phone=house.phone()), (*MENU, OFFER_HUMAN)))
    if _TOO_SMALL.search(words) and len(words) <= SHORT:
        return _say(Reply(phrases.LARGER, (OFFER_HUMAN,)))
    if _WHO.fullmatch(words):
        return _say(Reply(phrases.A_MACHINE.format(name=house.name(), phone=house.phone()), (OFFER_HUMAN,)))
    return None


async def _received(house: House, asked: Asked, opened: OpenTurn) -> Answer:
    """Kind words for a picture; a question that still stands is asked again, or its numbers would be lost."""
    words = kind_answer(opened.attachments)
    offers = [one for one in await _said_before(house, asked) if any(button.number for button in one.buttons)]
    if not offers:
        return _say(words)
    last = offers[-1]
    asks = last.text.rstrip().endswith(("？", "?"))
    again = phrases.STILL_ASKED + last.text if asks else phrases.OPTIONS_STAND
    return _say(replace(words, buttons=()), _again(last, again))


def _no_such_number(text: str, shown: Sequence[Message]) -> Answer | None:
    """A number beyond the list; not where the question itself wants a number."""
    numbers = [button.number for message in shown for button in message.buttons if button.number]
    if not numbers or (read_choice(text) or 0) <= max(numbers) or _WANTS_A_NUMBER.search(shown[-1].text):
        return None
    first, last_one = min(numbers), max(numbers)
    which = str(first) if first == last_one else phrases.NUMBERS.format(first=first, last=last_one)
    words = phrases.NOT_A_NUMBER.format(number=text.strip(), numbers=which)
    last = next(message for message in reversed(shown) if message.buttons)
    return _say(_again(last, words))


def _again(message: Message, words: str) -> Reply:
    """The choices of a message under other words."""
    buttons = tuple(replace(button, id="", number=0) for button in message.buttons)
    return Reply(words, buttons)


async def _was_read_back(house: House, asked: Asked) -> bool:
    """Whether the last thing said to the person was what we had heard: the correction alone would lose the rest."""
    said = await _said_before(house, asked)
    return bool(said) and any(button.command == "say_again" for button in said[-1].buttons)


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
    if answer := await house.nurse.respond(asked):
        return answer
    handoff = await house.handoffs.open_of(asked.conversation)
    if handoff is None:
        return None
    if handoff.status is HandoffStatus.ACCEPTED:
        return Answer(Route.HANDOFF, (Reply(phrases.NURSE_IS_HERE),)) if opened.pressed else None
    danger = handoff.urgency is Urgency.RED_FLAG
    words, buttons = (phrases.KEPT_RED_FLAG, ()) if danger else (phrases.KEPT_FOR_NURSE, (CANCEL_WAITING,))
    before = await house.store.last(asked.conversation, LOOK_BACK * 4)
    told_at = [one.at for one in before if one.text == words and one.at >= handoff.requested_at]
    lately = told_at and asked.inbound.at - told_at[-1] < REMINDED_AFTER
    if lately and not opened.pressed and read_choice(asked.text) is None:
        return None
    return Answer(Route.HANDOFF, (Reply(words, buttons, kind=Kind.NOTICE),))


def _say(*replies: Reply) -> Answer:
    return Answer(Route.STRUCTURED, replies)
