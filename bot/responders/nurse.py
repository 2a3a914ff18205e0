"""While a nurse has the conversation, or is awaited, the bot is silent: the desk sees every word."""

import re

from bot import phrases
from bot.answers import Answer, Asked, HandoffCancelled
from bot.conversation import Route
from bot.messages import Reply

_STOP_WAITING = re.compile(r"^(不等了|不用等了|取消(转人工|排队|人工)|不转(人工)?了|不找护士了|继续问助手)[。!！吧]*$")


class NurseResponder:
    """Only hears whether the person no longer wants to wait."""

    async def respond(self, asked: Asked) -> Answer | None:
        """Nothing to say, unless the person takes the wish back."""
        if asked.text == phrases.STOP_WAITING or _STOP_WAITING.match(asked.text):
            return Answer(Route.HANDOFF, (Reply(phrases.HANDOFF_CANCELLED),), HandoffCancelled())
        return Answer(Route.HANDOFF)
