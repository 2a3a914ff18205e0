"""While a nurse has the conversation, or is awaited, the bot is silent: the desk sees every word."""

import re

from bot import phrases
from bot.answers import Answer, Asked, HandoffCancelled
from bot.conversation import Conversation, Route, Urgency
from bot.handoffs import HandoffStore
from bot.messages import Reply

_STOP_WAITING = re.compile(r"^(不等了|不用等了|取消(转人工|排队|人工)|不转(人工)?了|不找护士了|继续问助手)[。!！吧]*$")
_NO_DANGER = re.compile(r"^(我|现在|已经)*(确定|确认)(真的|已经|现在)*没(有)?危险(了)?[。!！吧]*$")


class NurseResponder:
    """Only hears whether the person no longer wants to wait."""

    def __init__(self, handoffs: HandoffStore) -> None:
        self._handoffs = handoffs

    async def respond(self, asked: Asked) -> Answer | None:
        """Nothing to say, unless the person takes the wish back."""
        if _NO_DANGER.match(asked.text):
            return await stop_waiting(self._handoffs, asked.conversation, no_danger=True)
        if asked.text == phrases.STOP_WAITING or _STOP_WAITING.match(asked.text):
            return await stop_waiting(self._handoffs, asked.conversation)
        return None


async def stop_waiting(handoffs: HandoffStore, conversation: Conversation, *, no_danger: bool = False) -> Answer:
    """The bot answers again. After a red flag not by a number or a button pressed by habit: only in plain words."""
    handoff = await handoffs.open_of(conversation)
    if handoff is None or handoff.urgency is not Urgency.RED_FLAG:
        return Answer(Route.COMMAND, (Reply(phrases.HANDOFF_CANCELLED),), HandoffCancelled())
    if not no_danger:
        return Answer(Route.HANDOFF, (Reply(phrases.SURE_NO_DANGER),))
    return Answer(Route.HANDOFF, (Reply(phrases.RED_FLAG_CANCELLED),), HandoffCancelled())
