"""What time brings besides doses: a word ahead of a dose, a refill, an appointment, the questions after discharge.

Each beat takes what has become due in batches; a message and the new state of its occasion are written in one
transaction. Whoever is killed in between, or beats twice, tells it once.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Conversation, Urgency
from bot.db import Databases
from bot.handoffs import request_handoff
from bot.messages import Message, Reply
from bot.occasion_rows import Occasion, OccasionKind, Status, due, keep
from bot.store import write_replies
from bot.whereabouts import latest_of
from bot.writing import conversations_of, write_each

log = logging.getLogger(__name__)

BATCH = 200  # occasions in one transaction: other writers get their turn between two
SOON = timedelta(minutes=1)  # nothing is looked at twice within one beat

Told = Sequence[tuple[Conversation, Message]]


@dataclass(frozen=True, slots=True)
class Task:
    """Something a nurse has to know."""

    reason: str
    urgency: Urgency = Urgency.ASKED


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of an occasion that was looked at."""

    occasion: Occasion  # as it stands from now on
    reply: Reply | None = None  # what the person is told
    task: Task | None = None


class Teller(Protocol):
    """Knows one kind."""

    async def look(
        self, connection: AsyncConnection, clinic: str, found: Sequence[Occasion], at: datetime, /
    ) -> Sequence[Next]:
        """What becomes of each, in any order; within the beat's transaction."""


class Prepares(Protocol):
    """Notes what nobody has noted yet."""

    async def __call__(self, connection: AsyncConnection, clinic: str, at: datetime) -> None:
        """Within a transaction of its own."""


@dataclass(frozen=True, slots=True)
class Occasions:
    """The occasions of one clinic. Raises StoreUnavailable when the database does not answer."""

    clinic: str
    databases: Databases
    tellers: Mapping[OccasionKind, Teller]
    tell: Callable[[Conversation, Message], Awaitable[None]]  # those who watch a conversation: Outcomes.tell_message
    prepares: Sequence[Prepares] = ()

    async def beat(self, at: datetime) -> int:
        """Look at everything that is due; how many messages were written."""
        for prepare in self.prepares:
            async with self.databases.of(self.clinic).begin() as connection:
                await prepare(connection, self.clinic, at)
        written = 0
        while (told := await self._look(at)) is not None:
            for conversation, message in told:
                await self.tell(conversation, message)
            written += len(told)
        if written:
            log.info("occasions told", extra={"action": "occasions_told", "messages": written})
        return written

    async def _look(self, at: datetime) -> Told | None:
        """One batch; None when nothing was due."""
        async with self.databases.of(self.clinic).begin() as connection:
            found = await due(connection, self.clinic, self.tellers, at, BATCH)
            if not found:
                return None
            outcome: list[Next] = []
            for kind, teller in self.tellers.items():
                if mine := [each for each in found if each.kind is kind]:
                    outcome += await teller.look(connection, self.clinic, mine, at)
            return await self._write(connection, outcome, at)

    async def _write(self, connection: AsyncConnection, outcome: Sequence[Next], at: datetime) -> Told:
        people = await self._people(connection, outcome)
        await keep(connection, self.clinic, *(_stated(each, each.occasion.id in people, at) for each in outcome))
        for each in outcome:
            if each.task and (to := people.get(each.occasion.id)):
                task = each.task
                await request_handoff(connection, to, task.urgency, task.reason, task.reason, at, quiet=True)
        return await _say(
            connection, self.clinic,
            [(people[each.occasion.id], each.reply) for each in outcome if each.reply and each.occasion.id in people],
            at,
        )  # fmt: skip

    async def _people(self, connection: AsyncConnection, outcome: Sequence[Next]) -> Mapping[str, Conversation]:
        """Where each is told, by occasion: where it was set, else where the person wrote last."""
        said = [each.occasion for each in outcome if each.reply or each.task]
        known = await conversations_of(connection, self.clinic, [each.conversation for each in said])
        people = {}
        for each in said:
            to = known.get(each.conversation) or await latest_of(connection, self.clinic, each.person)
            if to is not None:
                people[each.id] = to
            else:
                log.warning("nobody to tell", extra={"action": "occasion_without_person", "kind": each.kind})
        return people


def _stated(each: Next, reached: bool, at: datetime) -> Occasion:
    """Nobody there to be told: it is over. And nothing is looked at twice in one beat."""
    occasion = each.occasion
    if each.reply and not reached:
        return replace(occasion, status=Status.CANCELLED, next_at=None)
    next_at = max(occasion.next_at, at + SOON) if occasion.next_at else None
    return replace(occasion, next_at=next_at, told_at=at if each.reply else occasion.told_at)


async def _say(
    connection: AsyncConnection, clinic: str, replies: Sequence[tuple[Conversation, Reply]], at: datetime
) -> Told:
    """One message each in few statements; who is told two things gets the second by itself."""
    first = {conversation.id: (conversation, reply) for conversation, reply in reversed(replies)}
    alone = list(first.values())
    written = await write_each(connection, clinic, alone, at)
    told = [(conversation, message) for (conversation, _), message in zip(alone, written, strict=True)]
    for conversation, reply in replies:
        if first[conversation.id][1] is not reply:
            told += [(conversation, one) for one in await write_replies(connection, conversation, (reply,), at)]
    return told
