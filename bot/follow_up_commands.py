"""The buttons of a follow-up."""

from collections.abc import Awaitable, Callable, Mapping

from bot import follow_up_words as words
from bot.answers import Answer
from bot.conversation import Route
from bot.errors import UnknownButton
from bot.follow_ups import FollowUps
from bot.messages import Reply
from bot.pressed import Pressed

FollowUpCommand = Callable[[FollowUps, Pressed], Awaitable[Answer]]


async def answer(follow_ups: FollowUps, pressed: Pressed) -> Answer:
    """One question is answered."""
    args = pressed.args
    choice = args.get("choice", "")
    if not (choice.isascii() and choice.isdecimal() and len(choice) == 1):
        raise UnknownButton
    said = await follow_ups.answer(
        pressed.conversation, args.get("occasion", ""), args.get("question", ""), int(choice), pressed.at
    )
    return Answer(Route.COMMAND, tuple(said))


async def stop(follow_ups: FollowUps, pressed: Pressed) -> Answer:
    """The patient does not want to be asked."""
    await follow_ups.stop(pressed.conversation, pressed.args.get("plan", ""), pressed.at)
    return Answer(Route.COMMAND, (Reply(words.STOPPED),))


FOLLOW_UP_COMMANDS: Mapping[str, FollowUpCommand] = {words.COMMAND: answer, "follow_up_stop": stop}
