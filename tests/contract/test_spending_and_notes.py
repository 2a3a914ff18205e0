"""What models cost and what is noted of a talk, on both databases."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bot.db import Databases
from bot.llm import Tokens
from bot.messages import Address, InboundMessage
from bot.notes import NO_NOTES, About, Notes
from bot.spending import Budget, Spending
from bot.store import ConversationStore, set_notes
from tests.contract.conftest import AT

EVENING = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)  # 22 November in Shanghai


async def test_calls_made_at_once_are_all_counted(databases: Databases, clinic: str) -> None:
    spending = Spending(databases, Budget())
    calls = (spending.add(clinic, "main", Tokens(100, 7), Decimal("0.000123"), AT) for _ in range(20))
    await asyncio.gather(*calls)
    (spent,) = await spending.since(clinic, AT.date())
    assert (spent.calls, spent.prompt_tokens, spent.completion_tokens) == (20, 2_000, 140)
    assert spent.yuan == Decimal("0.00246")


async def test_days_are_those_of_shanghai_and_tiers_stand_apart(databases: Databases, clinic: str) -> None:
    spending = Spending(databases, Budget())
    for tier, at in (("main", AT), ("small", AT), ("main", EVENING)):
        await spending.add(clinic, tier, Tokens(1, 1), Decimal(0), at)
    found = [(one.day, one.tier) for one in await spending.since(clinic, date(2026, 11, 1))]
    assert found == [(date(2026, 11, 21), "main"), (date(2026, 11, 21), "small"), (date(2026, 11, 22), "main")]
    assert len(await spending.since(clinic, date(2026, 11, 22))) == 1


async def test_a_budget_holds_for_one_day(databases: Databases, clinic: str) -> None:
    by_tokens = Spending(databases, Budget(tokens=100))
    by_yuan = Spending(databases, Budget(yuan=Decimal("0.5")))
    assert await by_tokens.affordable(clinic, AT) and await by_yuan.affordable(clinic, AT)
    await by_tokens.add(clinic, "main", Tokens(90, 10), Decimal("0.499999"), AT)
    assert not await by_tokens.affordable(clinic, AT) and await by_yuan.affordable(clinic, AT)
    await by_tokens.add(clinic, "small", Tokens(0, 0), Decimal("0.000001"), AT)
    assert not await by_yuan.affordable(clinic, AT)
    assert await by_yuan.affordable(clinic, EVENING) and await Spending(databases, Budget()).affordable(clinic, AT)


async def test_notes_come_back_with_the_conversation_and_with_its_open_turns(databases: Databases, clinic: str) -> None:
    store = ConversationStore(databases)
    address = Address(clinic, "web", "visitor")
    conversation = await store.open(address, AT)
    assert conversation.notes == NO_NOTES
    notes = Notes((About("孩子", "3岁"),), shares_list=True).with_complaint("belly", "肚子疼", AT + timedelta(hours=1))
    async with databases.of(clinic).begin() as connection:
        await set_notes(connection, conversation, notes)
    await store.claim(conversation, InboundMessage(address, "m1", "还是疼", AT))
    ((current, _),) = await store.open_turns(conversation)
    found = await store.find(address)
    assert found is not None and found.notes == current.notes == notes
