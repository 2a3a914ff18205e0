"""What can't be delivered, or only later, is not lost: a nurse learns of it, once. On SQLite and on PostgreSQL."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.conversation import Conversation, Handoff, HandoffStatus, Mode, Urgency
from bot.db import Databases
from bot.handoffs import HandoffStore, end_handoff
from bot.messages import Address, Author, InboundMessage, Kind, Message, Reply
from bot.outbox import Delivery, Outbox
from bot.phrases import UNDELIVERABLE, WAITS_FOR_PATIENT
from bot.store import ConversationStore, write_replies
from bot.stream import DESK, MemoryStream, StreamEvent
from bot.tables import audit
from connectors.base import Bundle, ChannelRefused, Fate
from connectors.courier import Courier
from tests.contract.conftest import AT
from tests.contract.test_outbox import Channel, Clock

NURSE = Reply("请明早空腹来抽血", author=Author.NURSE)
WARNING = Reply("请马上拨打120", kind=Kind.RED_FLAG)
LATER = AT + timedelta(minutes=1)


class Refusing(Channel):
    """A channel that takes everything, or nothing."""

    def __init__(self, fate: Fate | None, tell: bool) -> None:
        super().__init__()
        self._refused = ChannelRefused("closed", fate, tell=tell) if fate else None

    async def send(self, conversation: Conversation, bundle: Bundle) -> None:
        if self._refused:
            raise self._refused
        await super().send(conversation, bundle)


@pytest.fixture
def outbox(databases: Databases) -> Outbox:
    return Outbox(databases)


@pytest.fixture
async def conversation(databases: Databases, clinic: str) -> Conversation:
    return await ConversationStore(databases).open(Address(clinic, "web", "a"), AT)


async def queued(databases: Databases, conversation: Conversation, *replies: Reply) -> tuple[Message, ...]:
    async with databases.of(conversation.clinic).begin() as connection:
        return await write_replies(connection, conversation, replies, AT)


async def handoffs_of(databases: Databases, clinic: str) -> list[Handoff]:
    return list(await HandoffStore(databases).listing(clinic))


async def lines(databases: Databases, clinic: str, action: str) -> int:
    query = select(func.count()).select_from(audit).where(audit.c.clinic == clinic, audit.c.action == action)
    async with databases.of(clinic).read() as connection:
        return int((await connection.execute(query)).scalar_one())


async def delivery(outbox: Outbox, conversation: Conversation, message: Message) -> Delivery:
    return (await outbox.deliveries(conversation, [message.id]))[message.id]


async def test_what_a_nurse_sees_of_a_message_on_its_way(
    databases: Databases, outbox: Outbox, conversation: Conversation, clinic: str
) -> None:
    (said,) = await queued(databases, conversation, NURSE)
    assert await delivery(outbox, conversation, said) is Delivery.SENDING
    channel = Channel()
    assert await Courier(clinic, outbox, {"web": channel}, Clock()).round() == 1
    assert await delivery(outbox, conversation, said) is Delivery.SENT
    assert await outbox.deliveries(conversation, ["another"]) == {}


@pytest.mark.parametrize(("reply", "urgency"), [(NURSE, Urgency.ASKED), (WARNING, Urgency.RED_FLAG)])
async def test_what_must_not_be_lost_waits_and_a_nurse_is_told_once(
    databases: Databases, outbox: Outbox, conversation: Conversation, clinic: str, reply: Reply, urgency: Urgency
) -> None:
    (said,) = await queued(databases, conversation, reply)
    clock = Clock()
    closed = Courier(clinic, outbox, {"web": Refusing(Fate.WAIT, tell=True)}, clock)
    assert await closed.round() == 0
    assert await delivery(outbox, conversation, said) is Delivery.WAITING
    (told,) = await handoffs_of(databases, clinic)
    assert (told.urgency, told.reason, told.summary) == (urgency, WAITS_FOR_PATIENT, reply.text)

    async with databases.of(clinic).begin() as connection:
        await end_handoff(connection, conversation, HandoffStatus.CLOSED, AT)
    store = ConversationStore(databases)
    clock.at = LATER
    await store.claim(conversation, InboundMessage(conversation.address, "m1", "点了一下菜单", LATER))
    assert await closed.round() == 0, "the door is still closed: it waits again"
    assert await delivery(outbox, conversation, said) is Delivery.WAITING
    assert await handoffs_of(databases, clinic) == []
    assert await lines(databases, clinic, "message_waiting") == 1

    await store.claim(conversation, InboundMessage(conversation.address, "m2", "在吗", LATER))
    channel = Channel()
    assert await Courier(clinic, outbox, {"web": channel}, clock).round() == 1
    assert channel.sent == [f"a:{reply.text}"]
    assert await delivery(outbox, conversation, said) is Delivery.SENT


async def test_what_may_wait_calls_nobody(
    databases: Databases, outbox: Outbox, conversation: Conversation, clinic: str
) -> None:
    (said,) = await queued(databases, conversation, Reply("好的"))
    await Courier(clinic, outbox, {"web": Refusing(Fate.WAIT, tell=False)}, Clock()).round()
    assert await delivery(outbox, conversation, said) is Delivery.WAITING
    assert await handoffs_of(databases, clinic) == []


async def test_what_the_channel_took_and_lost_goes_to_a_nurse_once(
    databases: Databases, outbox: Outbox, conversation: Conversation, clinic: str
) -> None:
    (said,) = await queued(databases, conversation, Reply("该吃药了：阿司匹林", kind=Kind.REMINDER))
    await Courier(clinic, outbox, {"web": Channel()}, Clock()).round()
    assert await outbox.undelivered(clinic, said.id, LATER)
    assert await delivery(outbox, conversation, said) is Delivery.FAILED
    (told,) = await handoffs_of(databases, clinic)
    assert (told.reason, told.summary, told.status) == (UNDELIVERABLE, said.text, HandoffStatus.REQUESTED)
    async with databases.of(clinic).begin() as connection:
        await end_handoff(connection, conversation, HandoffStatus.CLOSED, LATER)
    assert not await outbox.undelivered(clinic, said.id, LATER)
    assert await handoffs_of(databases, clinic) == []
    assert await lines(databases, clinic, "message_undeliverable") == 1
    again = await ConversationStore(databases).by_id(clinic, conversation.id)
    assert again is not None and again.mode is Mode.ASSISTANT


async def test_a_loss_told_before_the_sending_was_noted_is_not_forgotten(
    databases: Databases, outbox: Outbox, conversation: Conversation, clinic: str
) -> None:
    (said,) = await queued(databases, conversation, NURSE)
    await outbox.take(clinic, AT, 10)
    assert await outbox.undelivered(clinic, said.id, AT)
    await outbox.sent(clinic, [said.id], AT)
    assert await delivery(outbox, conversation, said) is Delivery.FAILED


async def test_of_a_message_that_is_not_ours_nothing_is_told(
    databases: Databases, outbox: Outbox, conversation: Conversation, clinic: str
) -> None:
    assert not await outbox.undelivered(clinic, "another", AT)
    assert await handoffs_of(databases, clinic) == []


@pytest.mark.parametrize(
    ("reply", "fate", "tell", "told"),
    [
        (NURSE, None, False, True), (NURSE, Fate.WAIT, True, True), (WARNING, Fate.WAIT, True, True),
        (Reply("好的"), None, False, False), (Reply("好的"), Fate.WAIT, False, False),
        (Reply("该吃药了"), Fate.GIVE_UP, False, True),
    ],
)  # fmt: skip
async def test_the_desk_hears_of_it_at_once(
    databases: Databases, outbox: Outbox, conversation: Conversation, clinic: str, reply: Reply, fate: Fate | None,
    tell: bool, told: bool,
) -> None:  # fmt: skip
    (said,) = await queued(databases, conversation, reply)
    stream = MemoryStream()
    async with stream.watch(f"{clinic}.{DESK}") as events:
        await Courier(clinic, outbox, {"web": Refusing(fate, tell)}, Clock(), stream).round()
        await stream.publish(f"{clinic}.{DESK}", StreamEvent("end"))
        heard = []
        while (event := await anext(events)).name != "end":
            heard.append((event.name, event.data))
    assert heard == ([("message", {"conversation": conversation.id, "seq": said.seq})] if told else [])
