"""The end of a turn: its replies, its outbox rows and what it changes are stored at once, then told to who watches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import phrases
from bot.answers import Answer, Asked, Change, HandoffCancelled, HandoffWanted, PracticeLeft, PracticeWanted, TaskWanted
from bot.attached import is_no_words
from bot.audit import write_audit
from bot.conversation import Conversation, HandoffStatus, Mode, Turn, Urgency
from bot.db import Databases
from bot.encounters import begin_encounter, end_encounter
from bot.handoffs import end_handoff, request_handoff, waiting_ahead
from bot.hops import Hops
from bot.learners import learner_of
from bot.messages import Author, Button, Kind, Message, Reply
from bot.practice_words import which_case
from bot.sittings import Seat, take_seat
from bot.store import ConversationStore, finish_turn, set_mode, set_notes, write_replies
from bot.stream import DESK, Stream, StreamEvent
from cases.encounter import Encounter
from cases.model import Case

SUMMARY_MESSAGES = 12
CANCEL_WAITING = Button(phrases.STOP_WAITING, command="cancel_handoff")


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Stores answers and tells the watchers."""

    databases: Databases
    store: ConversationStore
    stream: Stream
    cases: Mapping[str, Case]

    async def queue(self, asked: Asked, answer: Answer, hops: Hops, at: datetime) -> Turn:
        """Store an answer. All or nothing; the turn stays open when the database does not take it."""
        conversation = asked.conversation
        summary = await self._summary(conversation) if isinstance(answer.change, HandoffWanted | TaskWanted) else ""
        turn = Turn(asked.turn, conversation.id, asked.inbound, answer.route, hops=hops.spent)
        async with self.databases.of(conversation.clinic).begin() as connection:
            said = await self._apply(connection, conversation, answer.change, summary, at)
            replies = (*answer.replies, *said)
            written = await write_replies(connection, conversation, replies, at, asked.turn, not_before=asked.reply_by)
            await self._note(connection, asked, answer, at)
            await finish_turn(connection, conversation.clinic, turn, at)
        await self._tell(conversation, asked.inbound, written, changed=answer.change is not None)
        return replace(turn, replies=written)

    async def _note(self, connection: AsyncConnection, asked: Asked, answer: Answer, at: datetime) -> None:
        """Keep the notes where they changed; write down what a model's reading of the words, or a button, has done."""
        if answer.notes is not None and answer.notes != asked.conversation.notes:
            await set_notes(connection, asked.conversation, answer.notes)
        clinic = asked.conversation.clinic
        if answer.rescued:
            await write_audit(connection, clinic, "model", "rescued", asked.turn, at, {"command": answer.rescued})
        if answer.done:
            await write_audit(connection, clinic, "patient", "command", asked.turn, at, {"command": answer.done})

    async def _apply(
        self, connection: AsyncConnection, conversation: Conversation, change: Change | None, summary: str, at: datetime
    ) -> Sequence[Reply]:
        """Make the change; the sentences that tell the person about it."""
        match change:
            case HandoffWanted():
                return await self._hand_off(connection, conversation, change, summary, at)
            case TaskWanted():
                reason = change.reason
                await request_handoff(connection, conversation, Urgency.ASKED, reason, summary, at, quiet=True)
                return ()
            case HandoffCancelled():
                await end_handoff(connection, conversation, HandoffStatus.CLOSED, at, "患者取消等待")
                return ()
            case PracticeWanted():
                return await self._practise(connection, conversation, change, at)
            case PracticeLeft():
                await end_encounter(connection, conversation.clinic, change.encounter, at)
                await set_mode(connection, conversation, Mode.ASSISTANT)
                return ()
            case None:
                return ()

    async def _hand_off(
        self, connection: AsyncConnection, conversation: Conversation, wanted: HandoffWanted, summary: str, at: datetime
    ) -> Sequence[Reply]:
        handoff = await request_handoff(connection, conversation, wanted.urgency, wanted.reason, summary, at)
        await write_audit(connection, conversation.clinic, "bot", "handoff_requested", handoff.id, at)
        if handoff.status is HandoffStatus.ACCEPTED:
            return ()
        if wanted.urgency is Urgency.RED_FLAG:
            return (Reply(phrases.HANDOFF_RED_FLAG, kind=Kind.NOTICE),)
        ahead = await waiting_ahead(connection, conversation.clinic, handoff)
        place = phrases.HANDOFF_AHEAD.format(ahead=ahead) if ahead else phrases.HANDOFF_NEXT
        return (Reply(phrases.HANDOFF_REQUESTED.format(place=place), (CANCEL_WAITING,), kind=Kind.NOTICE),)

    async def _practise(
        self, connection: AsyncConnection, conversation: Conversation, wanted: PracticeWanted, at: datetime
    ) -> Sequence[Reply]:
        case = self.cases.get(wanted.case)
        if case is None:
            return (which_case(self.cases),)
        learner = await learner_of(connection, conversation.clinic, conversation.person)
        await _seat(connection, conversation, Encounter.start(case, at), Seat(learner=learner))
        started = phrases.PRACTICE_STARTED.format(title=case.title, setting=case.setting)
        return Reply(started, kind=Kind.NOTICE), Reply(case.opening, author=Author.SP)

    async def begin_practice(self, conversation: Conversation, case: Case, state: Encounter, seat: Seat) -> str:
        """Start an encounter without a word of the learner; its id. The patient speaks first.

        One that goes on from an earlier talk is reminded of the last answer. Raises AttemptsUsed.
        """
        first = state.turns[-1].answer if state.turns else case.opening
        async with self.databases.of(conversation.clinic).begin() as connection:
            encounter = await _seat(connection, conversation, state, seat)
            await write_replies(connection, conversation, (Reply(first, author=Author.SP),), state.started_at)
        return encounter

    async def _summary(self, conversation: Conversation) -> str:
        """What is noted of the person, and their own last words, for the nurse."""
        said = await self.store.last(conversation, SUMMARY_MESSAGES)
        words = [each.text for each in said if each.author is Author.PATIENT and not is_no_words(each.text)]
        known = conversation.notes.in_words()
        return ((f"【{known}】" if known else "") + "；".join(words[-8:]))[:400]

    async def _tell(
        self, conversation: Conversation, inbound: Message, written: Sequence[Message], *, changed: bool
    ) -> None:
        for message in (inbound, *written):
            await self.tell_message(conversation, message)
        if changed:
            await self.tell_state(conversation)

    async def tell_message(self, conversation: Conversation, message: Message) -> None:
        """A message was stored: watchers of the conversation, and of the desk, read it from there."""
        topic = conversation.key
        await self.stream.publish(topic, StreamEvent("message", {"seq": message.seq}))
        if conversation.mode is Mode.HANDOFF:
            event = StreamEvent("message", {"conversation": conversation.id, "seq": message.seq})
            await self.stream.publish(f"{conversation.clinic}.{DESK}", event)

    async def tell_state(self, conversation: Conversation) -> None:
        """Who answers the conversation has changed."""
        await self.stream.publish(conversation.key, StreamEvent("state"))
        await self.stream.publish(
            f"{conversation.clinic}.{DESK}", StreamEvent("handoff", {"conversation": conversation.id})
        )


async def _seat(connection: AsyncConnection, conversation: Conversation, state: Encounter, seat: Seat) -> str:
    encounter = await begin_encounter(connection, conversation, state)
    await take_seat(connection, conversation.clinic, encounter, seat, state.started_at)
    await set_mode(connection, conversation, Mode.PRACTICE, encounter)
    return encounter
