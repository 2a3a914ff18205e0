"""What a nurse does: take a handoff, speak, close it. Her words leave by the outbox like everybody's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from bot import phrases
from bot.audit import write_audit
from bot.conversation import Conversation, Handoff, HandoffStatus, Mode, Urgency
from bot.db import Databases
from bot.errors import BadInput, HandoffTaken, NotFound
from bot.handoffs import HandoffStore, end_handoff, open_handoff
from bot.messages import Author, Kind, Message, Reply
from bot.outcomes import Outcomes
from bot.store import ConversationStore, set_mode, write_replies
from bot.text import clean


class NoteNeeded(BadInput):
    """这是危险信号，结束前请写明处理情况。"""


class NothingToSay(BadInput):
    """请先写要回复的内容。"""


@dataclass(frozen=True, slots=True)
class Nursing:
    """The desk's use of the house."""

    databases: Databases
    store: ConversationStore
    handoffs: HandoffStore
    outcomes: Outcomes
    clock: Callable[[], datetime]
    phone: Callable[[], str]  # of the hospital, for a patient whom nobody could receive

    async def accept(self, clinic: str, handoff_id: str, nurse: str) -> Handoff:
        """Take a handoff; the patient is told by whom, once. Raises HandoffTaken, NotFound."""
        waiting = (await self.handoffs.get(clinic, handoff_id)).status is HandoffStatus.REQUESTED
        handoff = await self.handoffs.accept(clinic, handoff_id, nurse, self.clock())
        conversation = await self.conversation(clinic, handoff)
        here = Reply(phrases.HANDOFF_ACCEPTED.format(nurse=nurse), kind=Kind.NOTICE)
        async with self.databases.of(clinic).begin() as connection:
            await write_audit(connection, clinic, nurse, "handoff_accepted", handoff.id, self.clock())
            written = await write_replies(connection, conversation, (here,) if waiting else (), self.clock())
            if conversation.mode is Mode.ASSISTANT:  # a task that the person did not ask for
                await set_mode(connection, conversation, Mode.HANDOFF)
        for message in written:
            await self.outcomes.tell_message(conversation, message)
        await self.outcomes.tell_state(conversation)
        return handoff

    async def say(self, clinic: str, handoff_id: str, nurse: str, client_id: str, text: str) -> Message:
        """Say something to the patient, once per `client_id`. Raises HandoffTaken, NothingToSay."""
        handoff = await self._of_nurse(clinic, handoff_id, nurse)
        conversation = await self.conversation(clinic, handoff)
        words = clean(text)
        if not words:
            raise NothingToSay
        reply = Reply(words, author=Author.NURSE, by=nurse)
        try:
            async with self.databases.of(clinic).begin() as connection:
                written = await write_replies(
                    connection, conversation, (reply,), self.clock(), client_id=f"nurse:{client_id}"
                )
        except IntegrityError:  # sent twice by an impatient page
            said = await self.store.by_client_id(conversation, f"nurse:{client_id}")
            if said is None:
                raise
            return said
        await self.outcomes.tell_message(conversation, written[0])
        return written[0]

    async def close(self, clinic: str, handoff_id: str, nurse: str, note: str) -> Handoff:
        """End a handoff; the bot answers again. A red flag needs a note. Raises HandoffTaken, NoteNeeded."""
        handoff = await self._of_nurse(clinic, handoff_id, nurse)
        if handoff.urgency is Urgency.RED_FLAG and not clean(note):
            raise NoteNeeded
        await self._end(clinic, handoff, HandoffStatus.CLOSED, phrases.HANDOFF_CLOSED, clean(note), nurse)
        return await self.handoffs.get(clinic, handoff_id)

    async def expire(self, clinic: str, wait: timedelta) -> int:
        """Give back the conversations that no nurse took within `wait`; how many."""
        waiting = await self.handoffs.waiting_since(clinic, self.clock() - wait)
        for handoff in waiting:
            if (await self.conversation(clinic, handoff)).mode is not Mode.HANDOFF:
                continue  # nobody waits: it stays on the desk until a nurse has seen it
            words = phrases.HANDOFF_EXPIRED.format(phone=self.phone())
            await self._end(clinic, handoff, HandoffStatus.EXPIRED, words, "", "bot")
        return len(waiting)

    async def note_reading(self, clinic: str, handoff: Handoff, nurse: str) -> None:
        """Write down that a nurse has read a conversation."""
        async with self.databases.of(clinic).begin() as connection:
            await write_audit(connection, clinic, nurse, "conversation_read", handoff.conversation, self.clock())

    async def conversation(self, clinic: str, handoff: Handoff) -> Conversation:
        """The conversation of a handoff. Raises NotFound."""
        found = await self.store.by_id(clinic, handoff.conversation)
        if found is None:
            raise NotFound
        return found

    async def _of_nurse(self, clinic: str, handoff_id: str, nurse: str) -> Handoff:
        handoff = await self.handoffs.get(clinic, handoff_id)
        if handoff.status is not HandoffStatus.ACCEPTED or handoff.nurse != nurse:
            raise HandoffTaken(handoff.nurse or "")
        return handoff

    async def _end(
        self, clinic: str, handoff: Handoff, status: HandoffStatus, words: str, note: str, actor: str
    ) -> None:
        conversation = await self.conversation(clinic, handoff)
        at = self.clock()
        async with self.databases.of(clinic).begin() as connection:
            standing = await open_handoff(connection, conversation)
            if standing is None or standing.id != handoff.id:
                return  # somebody ended it a moment ago; a later one is not ours to end
            await end_handoff(connection, conversation, status, at, note)
            written = await write_replies(connection, conversation, (Reply(words, kind=Kind.NOTICE),), at)
            await write_audit(connection, clinic, actor, f"handoff_{status}", handoff.id, at)
        for message in written:
            await self.outcomes.tell_message(conversation, message)
        await self.outcomes.tell_state(conversation)
