"""What outbox and courier promise, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from aiohttp.web import RouteDef

from bot.conversation import Conversation
from bot.db import Databases
from bot.handoffs import HandoffStore
from bot.messages import Address, InboundMessage, Reply
from bot.outbox import LEASE, InReply, Outbox
from bot.store import ConversationStore, write_replies
from connectors.base import Bundle, Capabilities, ChannelRefused, Fate, Waiting
from connectors.courier import PAUSES, Courier
from tests.contract.conftest import AT


@pytest.fixture
def store(databases: Databases) -> ConversationStore:
    return ConversationStore(databases)


@pytest.fixture
def handoffs(databases: Databases) -> HandoffStore:
    return HandoffStore(databases)


async def opened(store: ConversationStore, clinic: str, user: str) -> Conversation:
    return await store.open(Address(clinic, "web", user), AT)


@dataclass(slots=True)
class Channel:
    """A channel that refuses the first `refusals` messages."""

    refusals: int = 0
    fate: Fate = Fate.RETRY
    sent: list[str] = field(default_factory=list)
    name: str = "web"
    capabilities: Capabilities = field(default_factory=Capabilities)

    def routes(self) -> Sequence[RouteDef]:
        return ()

    def pack(self, _conversation: Conversation, waiting: Sequence[Waiting]) -> Sequence[Bundle]:
        """A message with two halves goes in two parts."""
        return [
            Bundle((each.message,), words, part, len(halves))
            for each in waiting
            for halves in [each.message.text.split("｜")]
            for part, words in list(enumerate(halves, 1))[each.parts_sent :]
        ]

    async def send(self, conversation: Conversation, bundle: Bundle) -> None:
        if self.refusals:
            self.refusals -= 1
            raise ChannelRefused("busy", self.fate)
        self.sent.append(f"{conversation.address.user}:{bundle.body}")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = AT

    def __call__(self) -> datetime:
        return self.at


async def queued(databases: Databases, conversation: Conversation, *words: str) -> None:
    async with databases.of(conversation.clinic).begin() as connection:
        await write_replies(connection, conversation, [Reply(each) for each in words], AT)


def courier(databases: Databases, clinic: str, channel: Channel, clock: Clock) -> Courier:
    return Courier(clinic, Outbox(databases), {"web": channel}, clock)


async def test_messages_leave_once_in_order(databases: Databases, store: ConversationStore, clinic: str) -> None:
    for user in ("a", "b"):
        await queued(databases, await opened(store, clinic, user), "一", "二", "三")
    channel, clock = Channel(), Clock()
    couriers = [courier(databases, clinic, channel, clock) for _ in range(3)]
    await asyncio.gather(*(each.round() for each in couriers))
    assert await couriers[0].round() == 0
    assert sorted(channel.sent) == sorted(f"{user}:{word}" for user in "ab" for word in "一二三")
    for user in "ab":
        assert [each for each in channel.sent if each.startswith(user)] == [f"{user}:{word}" for word in "一二三"]


async def test_a_refused_message_is_tried_again_and_keeps_its_place(
    databases: Databases, store: ConversationStore, clinic: str
) -> None:
    await queued(databases, await opened(store, clinic, "a"), "一", "二")
    channel, clock = Channel(refusals=1), Clock()
    worker = courier(databases, clinic, channel, clock)
    assert await worker.round() == 0
    assert await worker.round() == 0
    clock.at += PAUSES[0]
    assert await worker.round() == 2
    assert channel.sent == ["a:一", "a:二"]


async def test_what_can_not_be_delivered_goes_to_a_nurse(
    databases: Databases, store: ConversationStore, handoffs: HandoffStore, clinic: str
) -> None:
    await queued(databases, await opened(store, clinic, "a"), "该吃药了")
    worker = courier(databases, clinic, Channel(refusals=1, fate=Fate.GIVE_UP), Clock())
    assert await worker.round() == 0
    (handoff,) = await handoffs.listing(clinic)
    assert handoff.summary == "该吃药了"
    assert await worker.round() == 0


async def test_after_the_last_try_a_nurse_is_told(
    databases: Databases, store: ConversationStore, handoffs: HandoffStore, clinic: str
) -> None:
    await queued(databases, await opened(store, clinic, "a"), "该吃药了")
    clock, channel = Clock(), Channel(refusals=100)
    worker = courier(databases, clinic, channel, clock)
    for pause in (*PAUSES, timedelta(0)):
        assert await handoffs.listing(clinic) == []
        await worker.round()
        clock.at += pause
    assert len(await handoffs.listing(clinic)) == 1
    assert 100 - channel.refusals == len(PAUSES) + 1


async def test_a_killed_courier_is_forgotten_after_its_lease(
    databases: Databases, store: ConversationStore, clinic: str
) -> None:
    await queued(databases, await opened(store, clinic, "a"), "一")
    outbox = Outbox(databases)
    assert len(await outbox.take(clinic, AT, 10)) == 1
    assert await outbox.take(clinic, AT + LEASE / 2, 10) == ()
    assert len(await outbox.take(clinic, AT + LEASE, 10)) == 1


async def test_a_part_that_has_left_is_not_sent_again(
    databases: Databases, store: ConversationStore, clinic: str
) -> None:
    await queued(databases, await opened(store, clinic, "a"), "上｜中｜下", "完")
    channel, clock = Channel(), Clock()
    worker = courier(databases, clinic, channel, clock)
    first = await worker.outbox.take(clinic, AT, 10)
    await worker.outbox.part_sent(clinic, first[0].message.id, 1)
    await worker.outbox.hold(clinic, [each.message.id for each in first], AT)
    channel.refusals = 1
    assert await worker.round() == 0
    clock.at += PAUSES[0]
    assert await worker.round() == 2
    assert channel.sent == ["a:中", "a:下", "a:完"]


async def test_what_the_channel_allows_only_later_waits_for_the_next_words(
    databases: Databases, store: ConversationStore, handoffs: HandoffStore, clinic: str
) -> None:
    conversation = await opened(store, clinic, "a")
    await queued(databases, conversation, "一", "二")
    channel, clock = Channel(refusals=2, fate=Fate.WAIT), Clock()
    worker = courier(databases, clinic, channel, clock)
    assert [await worker.round() for _ in range(3)] == [0, 0, 0]
    assert channel.refusals == 0 and channel.sent == []
    clock.at += timedelta(days=3)
    assert await worker.round() == 0, "however long it takes"
    await store.claim(conversation, InboundMessage(conversation.address, "m1", "在吗", clock.at))
    assert await worker.round() == 2
    assert channel.sent == ["a:一", "a:二"]
    assert await handoffs.listing(clinic) == []


async def test_nobody_overtakes_a_message_that_waits(
    databases: Databases, store: ConversationStore, clinic: str
) -> None:
    conversation = await opened(store, clinic, "a")
    soon = AT + timedelta(seconds=5)
    async with databases.of(clinic).begin() as connection:
        await write_replies(connection, conversation, [Reply("答复")], AT, not_before=soon)
    await queued(databases, conversation, "提醒")
    channel, clock = Channel(), Clock()
    worker = courier(databases, clinic, channel, clock)
    assert await worker.round() == 0
    clock.at = soon
    assert await worker.round() == 2
    assert channel.sent == ["a:答复", "a:提醒"]


async def test_a_reply_of_the_channel_takes_what_waits_and_a_repeated_delivery_gets_the_same(
    databases: Databases, store: ConversationStore, clinic: str
) -> None:
    conversation = await opened(store, clinic, "a")
    outbox = Outbox(databases)
    await queued(databases, conversation, "一", "二")
    assert await outbox.waits(conversation, before_seq=3)
    taken = await outbox.take_of(conversation, AT, AT + timedelta(seconds=12))
    assert [each.message.text for each in taken] == ["一", "二"]
    assert await outbox.take_of(conversation, AT, AT + timedelta(seconds=12)) == []
    assert await outbox.take(clinic, AT, 10) == ()
    await outbox.sent(clinic, [each.message.id for each in taken], AT)
    assert not await outbox.waits(conversation, before_seq=3)
    await store.claim(conversation, InboundMessage(conversation.address, "m1", "在吗", AT))
    ((_, opened_turn),) = await store.open_turns(conversation)
    assert await outbox.replied_with(conversation, opened_turn.id) is None
    reply = InReply("在的", ("m1",))
    await outbox.reply_with(conversation, opened_turn.id, reply)
    assert await outbox.replied_with(conversation, opened_turn.id) == reply


async def test_the_rest_of_a_long_message_goes_on_after_the_reply(
    databases: Databases, store: ConversationStore, clinic: str
) -> None:
    await queued(databases, await opened(store, clinic, "a"), "上｜中｜下", "完")
    channel, clock = Channel(), Clock()
    worker = courier(databases, clinic, channel, clock)
    conversation = await opened(store, clinic, "a")
    long, end = await worker.outbox.take_of(conversation, AT, AT + timedelta(seconds=12))
    reply = InReply("上", (), long.message.id, 1)
    await worker.outbox.hold(clinic, [end.message.id], AT)
    assert await worker.round() == 0, "its rest waits for the reply to be heard"
    for _ in range(2):
        await worker.outbox.reply_heard(clinic, reply, AT, AT)
    assert await worker.round() == 2
    assert channel.sent == ["a:中", "a:下", "a:完"]
    await worker.outbox.reply_heard(clinic, reply, AT, AT)
    assert await worker.round() == 0


async def test_a_broken_connector_stops_nobody_else(
    databases: Databases, store: ConversationStore, clinic: str
) -> None:
    class Broken(Channel):
        async def send(self, conversation: Conversation, bundle: Bundle) -> None:
            if conversation.address.user == "a":
                raise KeyError("a fault of ours")
            self.sent.append(str(bundle.body))

    for user in ("a", "b"):
        await queued(databases, await opened(store, clinic, user), f"给{user}")
    channel = Broken()
    assert await courier(databases, clinic, channel, Clock()).round() == 1
    assert channel.sent == ["给b"]
