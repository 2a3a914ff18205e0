"""Somebody in a channel that shows only text."""

from dataclasses import replace

from bot.answers import Answer
from bot.conversation import Turn
from bot.house import House
from bot.messages import Button, InboundMessage
from tests.unit.bot.conftest import AT, Says, said

OFFERS = (Button("上午", say="上午的"), Button("下午", say="下午的"))


def written(text: str, message_id: str, **more: object) -> InboundMessage:
    return replace(said(text, message_id), numbered=True, **more)  # type: ignore[arg-type]


async def all_sent(house: House, turn: Turn) -> Turn:
    await house.outbox.sent("demo", [reply.id for reply in turn.replies], AT)
    return turn


def says(house: House, *answers: Answer) -> Says:
    responder = Says(list(answers))
    object.__setattr__(house, "rasa", responder)
    return responder
