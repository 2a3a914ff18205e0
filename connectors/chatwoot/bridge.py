"""Keeps every handoff and its chat at Chatwoot alike: when something happens in the house, when Chatwoot calls, and by
the heartbeat for all that was missed.

Nothing is told that can't be told again, nothing is heard that can't be heard again. A process may be killed at any
point: what we have posted is recognised by its source_id when the chat is read the next time, and that is always done
before posting; an agent's words are said once per id of theirs. One gap is left: a post whose answer was lost, and
which Chatwoot stores only after the chat has been read again, stands there twice.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from redis.exceptions import RedisError

from bot.errors import StoreUnavailable, XinglinError
from bot.handoffs import HandoffStore
from bot.locks import Locks
from bot.store import ConversationStore
from bot.stream import DESK, Stream
from connectors.chatwoot import codec
from connectors.chatwoot.client import ChatwootRefused
from connectors.chatwoot.hearing import Hearing
from connectors.chatwoot.mirror import Mirrors, Visit
from connectors.chatwoot.telling import Telling
from connectors.in_time import Kept

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=30)  # for callbacks that were lost
PAUSE_S = 1.0  # before watching again
GONE = 404


@dataclass(slots=True)
class Bridge:
    """The handoffs of one clinic and their chats."""

    clinic: str
    store: ConversationStore
    handoffs: HandoffStore
    locks: Locks
    stream: Stream
    mirrors: Mirrors
    telling: Telling
    hearing: Hearing
    kept: Kept = field(default_factory=Kept)
    _soon: set[str] = field(default_factory=set)
    _looked: dict[str, datetime] = field(default_factory=dict)

    async def called(self, chat: int) -> None:
        """Chatwoot says that something is new; when this returns it is stored. Raises ChatwootRefused,
        StoreUnavailable.
        """
        if conversation := await self.mirrors.conversation_of(chat):
            await self.hear(conversation)

    async def hear(self, conversation: str) -> None:
        """Do what agents have said and done. Raises ChatwootRefused, StoreUnavailable."""
        async with self._visit(conversation) as visit:
            if visit and visit.mirror:
                await self.hearing.hear(visit, visit.mirror)

    async def tell(self, conversation: str) -> None:
        """Tell agents what they do not know. Raises ChatwootRefused, StoreUnavailable."""
        async with self._visit(conversation) as visit:
            if visit is None:
                return
            if not visit.is_shown:
                if not codec.is_at_chatwoot(visit.handoff):
                    await self.mirrors.end(conversation)
                    return
                if visit.mirror:  # what was still said on the one before
                    await self.hearing.hear(visit, visit.mirror)
                await self.telling.begin(visit)
            await self._tell(visit)

    async def _tell(self, visit: Visit) -> None:
        mirror = visit.mirror
        if mirror is None:
            return
        news = await self.telling.news(visit, mirror)
        if not news.posts and not news.outcomes:
            if codec.over_key(visit.handoff) in mirror.told and not mirror.pending:
                await self.mirrors.end(visit.conversation.id)
            return
        # First what stands there, for a killed process may have told it; and an agent may have ended it.
        await self.hearing.hear(visit, mirror)
        await self.telling.tell(visit, mirror, await self.telling.news(visit, mirror))

    async def work(self) -> None:
        """Tell at once what happens in the house. Until cancelled."""
        while True:
            try:
                async with self.stream.watch(f"{self.clinic}.{DESK}") as events:
                    async for event in events:
                        self._tell_soon(str(event.data["conversation"]))
            except RedisError as error:  # the heartbeat tells it, a little later
                log.warning("desk not watched", extra={"action": "desk_not_watched", "error": type(error).__name__})
            await asyncio.sleep(PAUSE_S)

    def _tell_soon(self, conversation: str) -> None:
        """Many events make one visit."""
        if conversation in self._soon:
            return
        self._soon.add(conversation)

        async def tell() -> None:
            self._soon.discard(conversation)
            await self._safely(conversation, self.tell)

        self.kept.start(tell())

    async def beat(self, at: datetime) -> None:
        """Look at everything once, and listen where nobody has for a while. Never raises."""
        try:
            waiting = [each.conversation for each in await self.handoffs.listing(self.clinic)]
            every = list(dict.fromkeys([*waiting, *await self.mirrors.shown()]))
        except StoreUnavailable:
            return
        self._looked = {each: self._looked.get(each, at) for each in every}
        for conversation in every:
            fine = await self._safely(conversation, self.tell)
            if fine and at >= self._looked[conversation] + LOOK_EVERY:
                fine = await self._safely(conversation, self.hear)
                self._looked[conversation] = at
            if not fine:  # Chatwoot does not answer at all: not a time-out for each patient
                return

    async def _safely(self, conversation: str, do: Callable[[str], Awaitable[None]]) -> bool:
        """Whether it makes sense to go on with the next one."""
        try:
            await do(conversation)
        except ChatwootRefused as error:
            log.warning("chatwoot refused", extra={"action": "chatwoot_refused", "why": error.detail})
            if error.code == GONE:
                await self.mirrors.forget(conversation)
            return not error.everywhere
        except XinglinError as error:
            log.warning("bridge failed", extra={"action": "chatwoot_failed", "error": type(error).__name__})
            return not isinstance(error, StoreUnavailable)
        except Exception:  # a fault of ours with one conversation must not keep the others from being seen
            log.exception("bridge broke", extra={"action": "chatwoot_broke"})
        return True

    @asynccontextmanager
    async def _visit(self, conversation: str) -> AsyncIterator[Visit | None]:
        """Alone with a conversation; what has become of it is remembered whatever happens."""
        async with self.locks.hold(f"{self.clinic}.chatwoot:{conversation}"):
            found = await self.store.by_id(self.clinic, conversation)
            handoff = await self.handoffs.newest_of(found) if found else None
            if found is None or handoff is None:
                yield None
                return
            visit = Visit(found, handoff, await self.mirrors.of(conversation))
            before = replace(visit.mirror) if visit.mirror else None
            try:
                yield visit
            finally:
                if visit.mirror is not None and visit.mirror != before:
                    await self.mirrors.keep(conversation, visit.mirror)
