"""What the buttons of practice do: choose a level, take a patient, join a class."""

import secrets
from collections.abc import Awaitable, Callable, Mapping

from bot import phrases
from bot.answers import Answer, PracticeWanted
from bot.conversation import Route
from bot.errors import XinglinError
from bot.learners import Learners
from bot.messages import Reply
from bot.offers import PRACTISE
from bot.practice_words import cases_of
from bot.pressed import Pressed
from cases.model import Case

PracticeCommand = Callable[[Mapping[str, Case], Pressed], Awaitable[Answer]]


async def _level(cases: Mapping[str, Case], pressed: Pressed) -> Answer:
    return Answer(Route.COMMAND, (cases_of(cases, pressed.args.get("level", "")),))


async def _case(cases: Mapping[str, Case], pressed: Pressed) -> Answer:
    chosen = pressed.args.get("case") or (secrets.choice(sorted(cases)) if cases else "")
    return Answer(Route.COMMAND, change=PracticeWanted(chosen))


async def join_class(learners: Learners, pressed: Pressed) -> Answer:
    """Join a class from a chat by its code; the learner is who writes."""
    conversation, args = pressed.conversation, pressed.args
    try:
        joined = await learners.join(conversation.clinic, conversation.person, args["code"], args["name"], pressed.at)
    except XinglinError as error:
        return Answer(Route.COMMAND, (Reply(error.title),))
    return Answer(Route.COMMAND, (Reply(phrases.CLASS_JOINED.format(name=joined.class_name), (PRACTISE,)),))


PRACTICE_COMMANDS: Mapping[str, PracticeCommand] = {"practice_level": _level, "practice_case": _case}
