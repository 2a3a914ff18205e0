"""What nurses and the heartbeat do, on SQLite and on PostgreSQL."""

import asyncio
import uuid
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
from bot.regimen_rows import Regimen
from bot.regimens import Regimens
from bot.reminding import Reminding
from bot.store import ConversationStore
from bot.stream import MemoryStream
from schedules.doses import TOO_LATE_AFTER, Outcome
from schedules.regimen import read_regimen
from tests.contract.conftest import AT

MORNING = datetime.fromisoformat("2026-11-22T08:00:00+08:00")


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


@pytest.fixture
def reminding(databases: Databases, store: ConversationStore, nursing: Nursing, clinic: str) -> Reminding:
    regimens = Regimens(databases)
    wait = timedelta(minutes=15)
    return Reminding(clinic, databases, store, regimens, nursing.outcomes, nursing, wait, nursing.clock)


async def takes_amlodipine(reminding: Reminding, conversation: Conversation) -> None:
    timing = read_regimen("每天早上8点吃氨氯地平", AT).timing
    assert timing is not None
    regimen = Regimen(uuid.uuid4().hex, conversation.person, conversation.id, "氨氯地平", None, "一片", timing, AT)
    await reminding.regimens.add(conversation.clinic, regimen, AT)


async def test_a_dose_is_reminded_once_whoever_beats(
    store: ConversationStore, reminding: Reminding, conversation: Conversation
) -> None:
    await takes_amlodipine(reminding, conversation)
    await reminding.beat(MORNING - timedelta(seconds=1))
    assert await store.since(conversation, 0) == []
    await asyncio.gather(*(reminding.beat(MORNING + timedelta(seconds=1)) for _ in range(4)))
    await reminding.beat(MORNING + timedelta(minutes=5))
    (reminder,) = await store.since(conversation, 0)
    assert reminder.kind is Kind.REMINDER and "氨氯地平" in reminder.text and "一片" in reminder.text
    assert [button.command for button in reminder.buttons] == ["dose_taken", "dose_snooze", "dose_skip"]


async def test_a_late_reminder_says_so_and_a_too_late_one_is_missed(
    store: ConversationStore, reminding: Reminding, conversation: Conversation
) -> None:
    await takes_amlodipine(reminding, conversation)
    await reminding.beat(MORNING + timedelta(hours=2))
    (late,) = await store.since(conversation, 0)
    assert "08:00" in late.text and "不要加倍" in late.text
    day_later = MORNING + timedelta(days=1)
    await reminding.beat(day_later + TOO_LATE_AFTER + timedelta(minutes=1))
    assert len(await store.since(conversation, 0)) == 1
    history = await reminding.regimens.history(
        conversation.clinic, conversation.person, MORNING - timedelta(hours=1), day_later + timedelta(hours=1)
    )
    assert [dose.outcome for dose in history] == [Outcome.MISSED, Outcome.MISSED]


async def test_a_snoozed_dose_comes_again_and_nothing_comes_after_the_stop(
    store: ConversationStore, reminding: Reminding, conversation: Conversation
) -> None:
    clinic = conversation.clinic
    await takes_amlodipine(reminding, conversation)
    await reminding.beat(MORNING)
    (dose,) = await reminding.regimens.open_doses(clinic, conversation.person, MORNING)
    await reminding.regimens.settle(clinic, dose.id, Outcome.SNOOZED, MORNING, minutes=10)
    await reminding.beat(MORNING + timedelta(minutes=9))
    assert len(await store.since(conversation, 0)) == 1
    await reminding.beat(MORNING + timedelta(minutes=11))
    assert len(await store.since(conversation, 0)) == 2
    (regimen,) = await reminding.regimens.active(clinic, conversation.person)
    assert await reminding.regimens.stop(clinic, conversation.person, regimen.id, MORNING + timedelta(hours=1))
    await reminding.beat(MORNING + timedelta(days=1))
    assert len(await store.since(conversation, 0)) == 2
