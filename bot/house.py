"""What a turn needs; put together in bootstrap."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.answers import Dialogue, Responder
from bot.family_commands import Families
from bot.follow_ups import FollowUps
from bot.handoffs import HandoffStore
from bot.learners import Learners
from bot.linking import Linking
from bot.locks import Locks
from bot.media import MediaStore
from bot.noting import Noting
from bot.outbox import Outbox
from bot.outcomes import Outcomes
from bot.reach import Reach
from bot.regimens import Regimens
from bot.store import ConversationStore
from knowledge.red_flags import RedFlags
from knowledge.refusals import Refusals


@dataclass(frozen=True, slots=True)
class House:
    """The parts."""

    store: ConversationStore
    locks: Locks
    red_flags: RedFlags
    refusals: Refusals
    rasa: Dialogue
    llm: Responder
    patient: Responder
    nurse: Responder
    regimens: Regimens
    outcomes: Outcomes
    noting: Noting
    clock: Callable[[], datetime]
    phone: Callable[[], str]  # of the hospital, for a person whom we do not understand
    name: Callable[[], str]  # of the hospital
    outbox: Outbox
    handoffs: HandoffStore
    reach: Reach
    linking: Linking
    learners: Learners
    families: Families
    follow_ups: FollowUps
    media: MediaStore
