"""What nurses do, on SQLite and on PostgreSQL."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot import phrases
from bot.answers import HandoffWanted
from bot.conversation import Conversation, HandoffStatus, Mode, Urgency
from bot.db import Databases
from bot.errors import HandoffTaken
from bot.handoffs import HandoffStore, request_handoff
from bot.messages import Address, Author, Kind
from bot.nursing import NoteNeeded, NothingToSay, Nursing
from bot.outcomes import Outcomes
from bot.store import ConversationStore
from bot.stream import MemoryStream
from tests.contract.conftest import AT


class Clock:
    """A clock set by hand."""

    at = AT

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(databases: Databases) -> ConversationStore:
    return ConversationStore(databases)


@pytest.fixture
def nursing(databases: Databases, store: ConversationStore, clock: Clock) -> Nursing:
    outcomes = Outcomes(databases, store, MemoryStream(), {})
    return Nursing(databases, store, HandoffStore(databases), outcomes, clock, lambda: "010-12345678")


@pytest.fixture
async def conversation(store: ConversationStore, clinic: str) -> Conversation:
    return await store.open(Address(clinic, "web", "v"), AT)


async def handed_off(databases: Databases, conversation: Conversation, urgency: Urgency = Urgency.ASKED) -> str:
    wanted = HandoffWanted("头晕", urgency)
    async with databases.of(conversation.clinic).begin() as connection:
        return (await request_handoff(connection, conversation, urgency, wanted.reason, "头晕", AT)).id


async def mode(store: ConversationStore, conversation: Conversation) -> Mode:
    found = await store.by_id(conversation.clinic, conversation.id)
    assert found is not None
    return found.mode


async def test_a_nurse_speaks_once_however_often_the_page_sends(
    databases: Databases, store: ConversationStore, nursing: Nursing, conversation: Conversation
) -> None:
    handoff = await handed_off(databases, conversation)
    for _ in range(2):
        await nursing.accept(conversation.clinic, handoff, "王护士")
    sent = [nursing.say(conversation.clinic, handoff, "王护士", "n1", "您好") for _ in range(5)]
    assert len({message.id for message in await asyncio.gather(*sent)}) == 1
    said = await store.since(conversation, 0)
    assert [(one.author, one.text, one.by) for one in said] == [
        (Author.BOT, phrases.HANDOFF_ACCEPTED.format(nurse="王护士"), ""), (Author.NURSE, "您好", "王护士"),
    ]  # fmt: skip
    with pytest.raises(NothingToSay):
        await nursing.say(conversation.clinic, handoff, "王护士", "n2", " \x00 ")


async def test_only_the_nurse_who_took_it_speaks_and_closes(
    databases: Databases, nursing: Nursing, conversation: Conversation
) -> None:
    handoff = await handed_off(databases, conversation)
    with pytest.raises(HandoffTaken):
        await nursing.say(conversation.clinic, handoff, "王护士", "n1", "您好")
    await nursing.accept(conversation.clinic, handoff, "王护士")
    for attempt in (
        nursing.say(conversation.clinic, handoff, "李护士", "n1", "您好"),
        nursing.close(conversation.clinic, handoff, "李护士", "好了"),
        nursing.accept(conversation.clinic, handoff, "李护士"),
    ):
        with pytest.raises(HandoffTaken):
            await attempt


async def test_a_red_flag_is_closed_with_a_note_only(
    databases: Databases, store: ConversationStore, nursing: Nursing, conversation: Conversation
) -> None:
    handoff = await handed_off(databases, conversation, Urgency.RED_FLAG)
    await nursing.accept(conversation.clinic, handoff, "王护士")
    with pytest.raises(NoteNeeded):
        await nursing.close(conversation.clinic, handoff, "王护士", "  ")
    assert await mode(store, conversation) is Mode.HANDOFF
    closed = await nursing.close(conversation.clinic, handoff, "王护士", "已联系家属，送急诊")
    assert (closed.status, closed.note) == (HandoffStatus.CLOSED, "已联系家属，送急诊")
    assert await mode(store, conversation) is Mode.ASSISTANT


async def test_nobody_waits_for_ever(
    databases: Databases, store: ConversationStore, nursing: Nursing, conversation: Conversation, clock: Clock
) -> None:
    await handed_off(databases, conversation)
    wait = timedelta(minutes=15)
    assert await nursing.expire(conversation.clinic, wait) == 0
    clock.at = AT + wait + timedelta(seconds=1)
    assert await nursing.expire(conversation.clinic, wait) == 1
    assert await nursing.expire(conversation.clinic, wait) == 0
    (notice,) = await store.since(conversation, 0)
    assert notice.kind is Kind.NOTICE and "010-12345678" in notice.text
    assert await mode(store, conversation) is Mode.ASSISTANT
