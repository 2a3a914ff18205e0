"""What is said when a responder failed. The one place where such a failure becomes words and a log line."""

import logging

from bot import phrases
from bot.answers import Answer
from bot.conversation import Route
from bot.errors import Unavailable
from bot.messages import Reply
from bot.offers import OFFER_HUMAN

log = logging.getLogger(__name__)


def failed(error: Unavailable, phone: str) -> Answer:
    """The reason and what else there is, for the person; a line for the operator."""
    log.error("responder failed", extra={"action": "responder_failed", "error": type(error).__name__})
    return Answer(Route.FALLBACK, (Reply(phrases.BUSY.format(phone=phone), (OFFER_HUMAN,)),))
