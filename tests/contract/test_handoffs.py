"""What handoffs promise, on SQLite and on PostgreSQL."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.conversation import Conversation, Handoff, HandoffStatus, Mode, Urgency
from bot.db import Databases
from bot.errors import HandoffTaken, NotFound
from bot.handoffs import HandoffStore, end_handoff, request_handoff
from bot.messages import Address
from bot.store import ConversationStore
from tests.contract.conftest import AT


@pytest.fixture
def store(databases: Databases) -> ConversationStore:
    return ConversationStore(databases)


@pytest.fixture
def handoffs(databases: Databases) -> HandoffStore:
    return HandoffStore(databases)


async def opened(store: ConversationStore, clinic: str, user: str) -> Conversation:
    return await store.open(Address(clinic, "web", user), AT)


async def asked(
    databases: Databases, conversation: Conversation, urgency: Urgency = Urgency.ASKED, at: datetime = AT
) -> Handoff:
    async with databases.of(conversation.clinic).begin() as connection:
        return await request_handoff(connection, conversation, urgency, "头晕", "头晕两天", at)


async def test_asking_twice_is_one_handoff_and_danger_makes_it_urgent(
    databases: Databases, store: ConversationStore, handoffs: HandoffStore, clinic: str
) -> None:
    conversation = await opened(store, clinic, "a")
    first = await asked(databases, conversation)
    assert (await asked(databases, conversation, Urgency.RED_FLAG)).id == first.id
    (found,) = await handoffs.listing(clinic)
    assert (found.id, found.urgency, found.summary) == (first.id, Urgency.RED_FLAG, "头晕两天")
    again = await store.by_id(clinic, conversation.id)
    assert again is not None and again.mode is Mode.HANDOFF


async def test_a_second_danger_stands_beside_the_first(
    databases: Databases, store: ConversationStore, handoffs: HandoffStore, clinic: str
) -> None:
    conversation = await opened(store, clinic, "a")
    async with databases.of(clinic).begin() as connection:
        for reason in ("昏迷", "抽搐", "昏迷"):
            await request_handoff(connection, conversation, Urgency.RED_FLAG, reason, reason, AT)
    (found,) = await handoffs.listing(clinic)
    assert found.reason == "昏迷；抽搐"


async def test_danger_stands_first_then_who_waited_longest(
    databases: Databases, store: ConversationStore, handoffs: HandoffStore, clinic: str
) -> None:
    wishes = (("a", Urgency.ASKED, 5), ("b", Urgency.RED_FLAG, 9), ("c", Urgency.ASKED, 1), ("d", Urgency.RED_FLAG, 7))
    made = {
        user: await asked(databases, await opened(store, clinic, user), urgency, AT + timedelta(minutes=minutes))
        for user, urgency, minutes in wishes
    }
    listed = [handoff.id for handoff in await handoffs.listing(clinic)]
    assert listed == [made[user].id for user in "dbca"]
    assert [await handoffs.ahead(clinic, made[user]) for user in "dbca"] == [0, 1, 2, 3]


async def test_one_nurse_gets_it(
    databases: Databases, store: ConversationStore, handoffs: HandoffStore, clinic: str
) -> None:
    handoff = await asked(databases, await opened(store, clinic, "a"))
    nurses = [f"护士{n}" for n in range(8)]
    results = await asyncio.gather(
        *(handoffs.accept(clinic, handoff.id, nurse, AT) for nurse in nurses), return_exceptions=True
    )
    winners = [result for result in results if isinstance(result, Handoff)]
    assert len(winners) == 1
    assert sum(isinstance(result, HandoffTaken) for result in results) == len(nurses) - 1
    again = await handoffs.accept(clinic, handoff.id, str(winners[0].nurse), AT)
    assert again.status is HandoffStatus.ACCEPTED


async def test_what_is_closed_is_not_open_and_the_bot_is_back(
    databases: Databases, store: ConversationStore, handoffs: HandoffStore, clinic: str
) -> None:
    conversation = await opened(store, clinic, "a")
    handoff = await asked(databases, conversation)
    async with databases.of(clinic).begin() as connection:
        await end_handoff(connection, conversation, HandoffStatus.CLOSED, AT, "已处理")
        assert await end_handoff(connection, conversation, HandoffStatus.CLOSED, AT) is None
    assert await handoffs.listing(clinic) == []
    assert (await handoffs.get(clinic, handoff.id)).note == "已处理"
    again = await store.by_id(clinic, conversation.id)
    assert again is not None and again.mode is Mode.ASSISTANT
    with pytest.raises(HandoffTaken):
        await handoffs.accept(clinic, handoff.id, "护士", AT)
    assert (await asked(databases, conversation)).id != handoff.id


async def test_an_unknown_handoff_is_not_found(handoffs: HandoffStore, clinic: str) -> None:
    with pytest.raises(NotFound):
        await handoffs.get(clinic, "nothing")
