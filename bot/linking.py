"""A visitor of the web page continues in WeChat (or on any other channel) as the same person, and leaves again.

The page asks for a code; who scans it and consents becomes one person with the page. The code lives ten minutes, is
used once and is stored only as a keyed hash. All that changes hands does so in one transaction.
"""

from asyncio import timeout
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import link_phrases
from bot.audit import write_audit
from bot.conversation import Conversation
from bot.db import Databases
from bot.errors import Conflict, NotFound
from bot.link_codes import Found, Verdict, judge, link_of, put_code, take_code
from bot.link_moves import NOTHING_MOVED, Moved, move_all, part
from bot.link_notes import merge_notes
from bot.link_rows import links
from bot.linking_words import new_code
from bot.locks import Locks
from bot.messages import Kind, Message, Reply
from bot.notes import NO_NOTES, Notes
from bot.rows import new_id
from bot.store import ConversationStore, set_notes, write_replies
from bot.tables import conversations

__all__ = ["AlreadyLinked", "Consented", "Found", "Linking", "Offer", "Parted", "Verdict"]

CODE_LIFE = timedelta(minutes=10)
WAIT_S = 5.0  # for a turn that is running at the other side


class AlreadyLinked(Conflict):
    """这个网页已经绑定了。想解除，请回复“解除绑定”。"""


@dataclass(frozen=True, slots=True)
class Offer:
    """A code for a page to show."""

    code: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Consented:
    """What became of a consent."""

    verdict: Verdict
    moved: Moved = NOTHING_MOVED
    notes: Notes | None = None  # of the consenting conversation from now on


@dataclass(frozen=True, slots=True)
class Parted:
    """How links ended."""

    pages: int  # how many
    kept_in: str = ""  # the channel that keeps everything, told to a page that left; empty for who keeps it
    notes: Notes | None = None  # of the leaving page from now on
    busy: bool = False  # a turn is running there; nothing was changed


@dataclass(frozen=True, slots=True)
class Linking:
    """Codes and links. Raises StoreUnavailable when the database does not answer."""

    databases: Databases
    store: ConversationStore
    locks: Locks
    tell: Callable[[Conversation, Message], Awaitable[None]]  # those who watch a conversation: Outcomes.tell_message
    wait_s: float = WAIT_S

    async def offer(self, conversation: Conversation, at: datetime) -> Offer:
        """A new code for a conversation. Raises AlreadyLinked."""
        code, until = new_code(), at + CODE_LIFE
        async with self.databases.of(conversation.clinic).begin() as connection:
            if await link_of(connection, conversation.clinic, conversation.id):
                raise AlreadyLinked
            await put_code(connection, conversation, self._hash(conversation.clinic, code), at, until)
        return Offer(code, until)

    async def look(self, conversation: Conversation, code: str, at: datetime) -> Found:
        """What somebody who scanned a code (spelled as bot.linking_words.read_code gives it) can do with it."""
        return await self._judge(conversation, self._hash(conversation.clinic, code), at)

    async def consent(self, conversation: Conversation, offer: str, at: datetime) -> Consented:
        """Make the page that offers a code, and the person who consents here, one. Said again it changes nothing.

        Call it under this conversation's lock; those of the page's person are taken here, so that no turn there
        works for somebody who is no more.
        """
        found = await self._judge(conversation, offer, at)
        if found.verdict is not Verdict.FREE:
            return Consented(found.verdict)
        try:
            async with self._alone_with(conversation.clinic, await self._of_person(conversation, found.person)):
                return await self._become_one(conversation, found, at)
        except (TimeoutError, IntegrityError):
            return Consented(Verdict.BUSY)

    async def leave(self, conversation: Conversation, at: datetime) -> Parted:
        """End the link of a page, or all links of where codes were scanned. What there is, stays there.

        Call it under this conversation's lock.
        """
        async with self.databases.of(conversation.clinic).read() as connection:
            ending = await _standing(connection, conversation)
        pages = [row["conversation"] for row in ending if row["conversation"] != conversation.id]
        try:
            async with self._alone_with(conversation.clinic, pages):
                return await self._part(conversation, {*pages, conversation.id}, at)
        except TimeoutError:
            return Parted(0, busy=True)

    async def _become_one(self, to: Conversation, found: Found, at: datetime) -> Consented:
        page = await self._conversation(to.clinic, found.page)
        async with self.databases.of(to.clinic).begin() as connection:
            again = await judge(connection, to, found.offer, at)
            if again.verdict is not Verdict.FREE:
                return Consented(again.verdict)
            if again.person != found.person or not await take_code(connection, to, found.offer, at):
                return Consented(Verdict.BUSY)
            notes = merge_notes(to.notes, page.notes)
            moved = await move_all(connection, to.clinic, page.person, to)
            await set_notes(connection, to, notes)
            await set_notes(connection, page, merge_notes(page.notes, to.notes))
            await _write_link(connection, page, to, at)
            where = link_phrases.name_of(to.address.channel)
            told = await _notice(connection, page, link_phrases.CONTINUED.format(where=where), at)
        await self.tell(page, told)
        return Consented(Verdict.LINKED, moved, notes)

    async def _part(self, conversation: Conversation, locked: set[str], at: datetime) -> Parted:
        told, kept_in, own = [], "", None
        async with self.databases.of(conversation.clinic).begin() as connection:
            ending = [row for row in await _standing(connection, conversation) if row["conversation"] in locked]
            for row in ending:
                page = await self._conversation(conversation.clinic, row["conversation"])
                where = await self._conversation(conversation.clinic, row["with_conversation"])
                await _end_link(connection, page, row, at)
                name = link_phrases.name_of(where.address.channel)
                if page.id == conversation.id:
                    kept_in, own = name, NO_NOTES
                else:
                    told.append((page, await _notice(connection, page, link_phrases.PAGE_TOLD.format(where=name), at)))
        for page, message in told:
            await self.tell(page, message)
        return Parted(len(ending), kept_in, own)

    async def _judge(self, conversation: Conversation, offer: str, at: datetime) -> Found:
        async with self.databases.of(conversation.clinic).read() as connection:
            return await judge(connection, conversation, offer, at)

    async def _of_person(self, conversation: Conversation, person: str) -> Sequence[str]:
        theirs = and_(conversations.c.clinic == conversation.clinic, conversations.c.person == person)
        async with self.databases.of(conversation.clinic).read() as connection:
            return list((await connection.execute(select(conversations.c.id).where(theirs))).scalars())

    async def _conversation(self, clinic: str, conversation: str) -> Conversation:
        found = await self.store.by_id(clinic, conversation)
        if found is None:
            raise NotFound
        return found

    @asynccontextmanager
    async def _alone_with(self, clinic: str, pages: Iterable[str]) -> AsyncIterator[None]:
        """Hold the locks of conversations. Two who want each other's wait in vain: hence the limit."""
        async with AsyncExitStack() as held:
            async with timeout(self.wait_s):
                for page in sorted(pages):
                    await held.enter_async_context(self.locks.hold(f"{clinic}.{page}"))
            yield

    def _hash(self, clinic: str, code: str) -> str:
        return self.databases.of(clinic).keyring.blind_index(f"link:{code}")


async def _standing(connection: AsyncConnection, conversation: Conversation) -> Sequence[RowMapping]:
    """The links that end when somebody says so in this conversation."""
    this = or_(links.c.conversation == conversation.id, links.c.with_conversation == conversation.id)
    query = select(links).where(links.c.clinic == conversation.clinic, this, links.c.left_at.is_(None))
    return (await connection.execute(query.order_by(links.c.linked_at))).mappings().all()


async def _write_link(connection: AsyncConnection, page: Conversation, to: Conversation, at: datetime) -> None:
    link = new_id()
    row = {"clinic": to.clinic, "id": link, "conversation": page.id, "own_person": page.person, "person": to.person}
    await connection.execute(insert(links), row | {"with_conversation": to.id, "linked_at": at})
    await write_audit(connection, to.clinic, "bot", "linked", link, at, {"page": page.id, "with": to.id})


async def _end_link(connection: AsyncConnection, page: Conversation, link: RowMapping, at: datetime) -> None:
    await part(connection, page, link["own_person"], link["with_conversation"])
    this = and_(links.c.clinic == page.clinic, links.c.id == link["id"])
    await connection.execute(update(links).where(this).values(left_at=at))
    await write_audit(connection, page.clinic, "bot", "unlinked", link["id"], at, {"page": page.id})


async def _notice(connection: AsyncConnection, page: Conversation, words: str, at: datetime) -> Message:
    (written,) = await write_replies(connection, page, (Reply(words, kind=Kind.NOTICE),), at)
    return written
