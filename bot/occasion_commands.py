"""The buttons under what occasions say, beside those that say words."""

from collections.abc import Awaitable, Callable, Mapping

from bot import occasion_words as words
from bot.answers import Answer
from bot.conversation import Route
from bot.messages import Reply
from bot.pressed import Pressed

OccasionCommand = Callable[[Pressed], Awaitable[Answer]]


async def seen(_pressed: Pressed) -> Answer:
    """The person has read it; nothing changes."""
    return Answer(Route.COMMAND, (Reply(words.SEEN_REPLY),))


async def bought(pressed: Pressed) -> Answer:
    """There is new medicine: how much, decides when it is spoken of again."""
    return Answer(Route.COMMAND, (Reply(words.BOUGHT_REPLY.format(drug=pressed.args.get("drug", ""))),))


OCCASION_COMMANDS: Mapping[str, OccasionCommand] = {"occasion_seen": seen, "refill_bought": bought}
